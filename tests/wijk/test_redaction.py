"""No log line says who somebody is: what must go is read from the register."""

import io
import logging
import logging.config

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client

from accounts.users.models import User
from wijk.personal_data import REGISTER, Kind, Personal, declare
from wijk.redaction import PersonalDataFilter, _names, personal_names, redact


@pytest.fixture
def written():
    """What the console of LOGGING writes, with its own handler, format and filters."""
    stream = io.StringIO()
    console = {**settings.LOGGING["handlers"]["console"], "stream": stream}
    logger = {"handlers": ["console"], "level": "DEBUG", "propagate": False}
    loggers = {"test.redaction": logger, "django.request": logger}
    before = {name: (logging.getLogger(name).handlers[:], logging.getLogger(name).propagate) for name in loggers}
    logging.config.dictConfig({**settings.LOGGING, "handlers": {"console": console}, "loggers": loggers})
    yield lambda: stream.getvalue()
    for name, (handlers, propagate) in before.items():
        logging.getLogger(name).handlers, logging.getLogger(name).propagate = handlers, propagate
    logging.config.dictConfig(settings.LOGGING)


log = logging.getLogger("test.redaction")


def test_every_handler_redacts():
    filters = settings.LOGGING["filters"]
    for name, handler in settings.LOGGING["handlers"].items():
        classes = [filters[one]["()"] for one in handler["filters"]]
        assert f"{PersonalDataFilter.__module__}.{PersonalDataFilter.__name__}" in classes, name


@pytest.mark.parametrize(
    "line",
    [
        "mail to anna@example.org failed",
        "mail to <Anna.Jansen+wijk@post.example.co.uk>: 550",
        "called 06-12345678",
        "called +31 6 1234 5678",
        "called 0031612345678",
        "called 026 123 45 67",
        "from 192.0.2.77",
        "first_name=Anna",
        'form {"contact_name": "Anna Jansen", "x": 1}',
        "Key (email)=(anna@example.org) already exists",
        "body='Ik ben ziek, kun je komen?'",
        "visitor_name: Anna",
        "GET /gesprek/kf83jd9s0fj3k4l5m6n7o8p9/ failed",
    ],
)
def test_what_says_who_somebody_is_goes_out_of_the_line(written, line):
    log.warning("before %s after", line)
    text = written()
    assert "before" in text
    assert "[…]" in text
    for word in ("nna", "jansen", "example.org", "1234", "192.0.2.77", "ziek", "kf83jd9s"):
        assert word not in text.replace("test.redaction", "")


@pytest.mark.parametrize(
    "line",
    [
        "job retention failed",
        "closing 1234567 is late: 36 hours",
        "store mailchimp did not erase closing 42: TimeoutError",
        "2026-11-28 04:08:16 audit head 2026-11-27, 120 rows",
        "version 6.1.3, python 3.13.0",
        "content policy stopped script-src",
        "/beheer/privacy/verwerkers/ answered 500",
    ],
)
def test_what_an_operator_needs_stays(line):
    assert redact(line) == line


def test_extras_and_tracebacks_are_redacted_too(written, anna):
    formatter = logging.getLogger("test.redaction").handlers[0].formatter
    formatter._style._fmt += " {email} {more}"
    log.info("x", extra={"email": "anna@example.org", "more": {"phone": "0612345678", "first_name": "Anna", "rows": 3}})
    assert "'rows': 3" in written()
    formatter._style._fmt = formatter._style._fmt.removesuffix(" {email} {more}")
    try:
        raise IntegrityError("Key (email)=(anna@example.org) already exists")
    except IntegrityError:
        log.exception("sign-up of %s failed", "anna@example.org")
    text = written()
    assert "IntegrityError" in text and "Traceback" in text
    for word in ("anna@", "0612345678", "Anna"):
        assert word not in text


def test_a_line_that_does_not_fit_its_values_stops_nothing(written):
    log.warning("%s and %s", "anna@example.org")
    log.warning("%d", "anna@example.org")
    assert "anna@" not in written()


def test_an_error_on_a_page_writes_no_address_and_no_personal_link(written, monkeypatch, db):
    def broken(*args, **kwargs):
        raise RuntimeError("no room for anna@example.org")

    monkeypatch.setattr("wijk.views.readiness", broken)
    browser = Client(raise_request_exception=False)
    assert browser.get("/readyz?email=anna@example.org", REMOTE_ADDR="192.0.2.77").status_code == 500
    text = written()
    assert "RuntimeError" in text
    assert "anna@" not in text and "192.0.2.77" not in text


def test_the_names_come_from_the_register():
    assert {"email", "first_name", "body", "contact_phone", "session_key", "password"} <= personal_names()
    assert personal_names() & {"id", "status", "kind", "created_at"} == set()
    before = REGISTER[User]
    try:
        declare(User, purpose="account", fields={"shoe_size": Personal("Maat", Kind.IDENTIFIER)})
        _names.cache_clear()
        assert "shoe_size" in personal_names()
    finally:
        REGISTER[User] = before
        _names.cache_clear()
