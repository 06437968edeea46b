"""The long proof of guessing: a million addresses made up, none taken, and the listener goes on with its work."""

import asyncio
import base64
import secrets
import smtplib
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.wijk.test_incoming_listener import DOMAIN, MAIL, WAITING, address, listening, port, site
from wijk.incoming.doors import door_of

__all__ = ["address", "listening", "port", "site"]
pytestmark = [pytest.mark.proof, pytest.mark.django_db]
GUESSES, SPOKEN, LINES = 1_000_000, 20_000, 20


def guess():
    return base64.b32encode(secrets.token_bytes(17)).decode().lower()[:26]


def test_a_million_guesses_open_no_door_and_ask_the_database_nothing():
    with CaptureQueriesContext(connection) as asked:
        assert not any(door_of(guess()) for _number in range(GUESSES))
    assert len(asked) == 0


async def guess_aloud(port, said):
    """One connection after another, each with guesses until it is hung up on."""
    while said.total() < SPOKEN:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        recipients = [f"RCPT TO:<{guess()}@{DOMAIN}>\r\n" for _number in range(10)]
        writer.write("".join(["EHLO x\r\n", "MAIL FROM:<iemand@example.org>\r\n", *recipients]).encode())
        said.update(line[:3] for line in (await reader.read()).decode().splitlines()[-10:])
        writer.close()


async def all_lines(port, said):
    await asyncio.gather(*[guess_aloud(port, said) for _line in range(LINES)])


def test_guesses_over_the_wire_are_refused_and_a_good_mail_still_comes_in(site, address, port):
    said = Counter()
    asyncio.run(all_lines(port, said))
    assert set(said) == {"550", "421"} and said["550"] == 9 * said["421"]
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.sendmail("anna@example.org", [address], MAIL.format(words="na de storm"))
    assert "na de storm" in site.code(WAITING)
