"""The return path: only we can make one, it names one mail, and it ends after thirty days."""

import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest

from wijk import clock
from wijk.incoming.doors import door_of, local_part
from wijk.mail.compose import compose_text
from wijk.mail.outbox import mail_kind, queue_composed
from wijk.mail.returns import mail_of, return_path
from wijk.mail.worker import message

ISSUED = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PROOF = mail_kind("trial-return", "Proef")


@pytest.fixture(autouse=True)
def mail_comes_in(settings):
    settings.RECEIVING_SERVER, settings.RELAY_DOMAIN = "mx.wijk.example", "wijk.example"


def local(number=7, at=ISSUED):
    with clock.frozen(at):
        return local_part(return_path(number))


def mail():
    return queue_composed(PROOF, to="vera@example.net", composed=compose_text("Dag", "Tekst", "nl"), from_name="Zoë")


@pytest.mark.parametrize("number", [1, 35, 36, 10_000, 2**63 - 1])
def test_it_is_short_plain_and_leads_back_to_its_mail(number):
    made = local(number)
    assert re.fullmatch(r"b\.[0-9a-z]+\.[0-9a-z]+\.[a-z2-7]{26}", made) and len(made) <= 64
    with clock.frozen(ISSUED):
        assert mail_of(made) == mail_of(made.upper()) == number


@pytest.mark.parametrize(
    ("later", "holds"),
    [(-3, False), (-2, False), (-1, True), (0, True), (1, True), (29, True), (30, False), (31, False), (4000, False)],
)
def test_it_holds_for_thirty_days_and_not_before_it_was_made(later, holds):
    made = local()
    with clock.frozen(ISSUED + later * DAY):
        assert (mail_of(made) == 7) is holds


def test_the_last_and_first_moment_of_its_time():
    made = local(at=ISSUED.replace(hour=0))
    for moment, holds in ((30 * DAY - timedelta(seconds=1), True), (30 * DAY, False)):
        with clock.frozen(ISSUED.replace(hour=0) + moment):
            assert (mail_of(made) is not None) is holds


def test_no_part_of_it_can_be_changed():
    made = local()
    letters = "0123456789abcdefghijklmnopqrstuvwxyz."
    with clock.frozen(ISSUED):
        for place, before in enumerate(made):
            for letter in letters:
                if letter != before:
                    assert mail_of(made[:place] + letter + made[place + 1 :]) is None


@pytest.mark.parametrize(
    "typed",
    ["", "b", "b...", "b.1.1.", "b.7.g4k." + "a" * 26, "b.00007" + local()[3:], local() + "a", " " + local(), "\x00"]
    + ["b.\u0661.g4k." + "a" * 26, local().replace("b.", "c."), "\ud800", "b." + "z" * 13 + ".g4k." + "a" * 26],
)
def test_what_is_no_return_path_is_nobodys(typed, settings):
    with clock.frozen(ISSUED):
        assert mail_of(typed) is None


def test_a_return_path_from_before_a_new_secret_key_goes_on_working(settings):
    made, old = local(), settings.SECRET_KEY
    settings.SECRET_KEY = secrets.token_hex(32)
    with clock.frozen(ISSUED):
        assert mail_of(made) is None
        settings.SECRET_KEY_FALLBACKS = [old]
        assert mail_of(made) == 7


def test_every_mail_leaves_with_its_own_return_path_and_from_the_site(db, settings):
    made = mail()
    built = message(made)
    assert built.from_email == return_path(made.pk)
    author = built.message()["From"].addresses[0]
    assert (author.addr_spec, author.display_name) == (settings.SERVER_EMAIL, "Zoë")
    assert "b." not in built.message()["From"] and "Return-Path" not in built.message()
    # Aligned for DMARC: the envelope's domain is the one that takes our mail.
    assert built.from_email.endswith("@wijk.example")


def test_without_a_receiving_server_the_envelope_is_the_author(db, settings):
    settings.RECEIVING_SERVER = ""
    built = message(mail())
    assert built.from_email == built.message()["From"] == f"Zoë <{settings.SERVER_EMAIL}>"


def test_only_the_path_of_a_mail_that_is_there_opens_the_door(db):
    made = mail()
    known = local_part(return_path(made.pk))
    assert door_of(known).name == "bounces" and door_of(local_part(return_path(made.pk + 1))) is None
    made.delete()
    assert door_of(known) is None
