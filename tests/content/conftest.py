"""A small Mailchimp, a neighbourhood that is connected to it, and a machine without a way out."""

import logging
import socket

import pytest

from content.mailchimp import line as way_out
from tests.content.mailchimp_town import connect
from tests.mailchimp_server import KEY, running


@pytest.fixture
def mailchimp(monkeypatch):
    """The service, with every call checked against the contract when the test ends."""
    with running() as service:
        monkeypatch.setattr(way_out, "HOME", service.url)
        monkeypatch.setattr(way_out, "TIMEOUT", (2, 0.8))
        yield service
        assert service.wrong == []


@pytest.fixture
def connection(mailchimp, klarendal, otto):
    return connect(klarendal, otto)


@pytest.fixture
def said(caplog):
    """All that was logged; without the key, and without an address."""
    caplog.set_level(logging.DEBUG)
    yield caplog
    words = caplog.text + "".join(record.exc_text or "" for record in caplog.records)
    assert KEY not in words and KEY[:32] not in words and "@" not in words


@pytest.fixture
def no_network(monkeypatch):
    """A machine without a way out: whoever tries is found."""
    tried = []

    def refuse(self, address):
        tried.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *place, **how: refuse(None, place))
    return tried
