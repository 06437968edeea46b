"""The listener as a mail server meets it: a process of its own, spoken to by SMTP and by LMTP."""

import signal
import smtplib
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import pytest
from django.conf import settings

from tests.own_site import own_site

pytestmark = pytest.mark.django_db
DOMAIN, SERVER = "wijk.example", "mx.wijk.example"
PREPARE = """
from content.contact.aliases import address_of
from content.contact.actions import start
from accounts.users.models import User
from tests import factories
area = factories.neighbourhood("Klarendal", code="WK020204")
anna, bram = factories.member("Anna", "Jansen"), factories.member("Bram", "de Vries")
typed = {"name": "", "phone": "", "message": "Dag"}
talk = start(post=factories.post(anna, area), typed=typed, form_key="f", language="nl", by=bram)
print(address_of(talk, "poster"))
"""
WAITING = "from wijk.incoming.models import IncomingMail; print([m.raw for m in IncomingMail.objects.all()])"


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_setup):
    with own_site(tmp_path_factory.mktemp("listener"), RELAY_DOMAIN=DOMAIN, RECEIVING_SERVER=SERVER) as site:
        yield site


@pytest.fixture(scope="module")
def address(site):
    return site.code(PREPARE).strip()


@contextmanager
def listening(site):
    """The command itself; gives its port."""
    command = [sys.executable, "manage.py", "receive_mail", "--port", "0"]
    options = {"cwd": settings.BASE_DIR, "env": site.environment, "text": True}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, **options)
    try:
        yield int(process.stdout.readline().split(". Stop")[0].rpartition(":")[2])
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        process.stdout.close()


@pytest.fixture(scope="module")
def port(site, address):
    with listening(site) as port:
        yield port


MAIL = "From: anna@example.org\r\nSubject: Re: lamp\r\n\r\nGraag, {words}\r\n"


@pytest.mark.parametrize("speak", [smtplib.SMTP, smtplib.LMTP])
def test_a_mail_is_in_the_database_when_the_answer_is_yes(site, address, port, speak):
    with speak("127.0.0.1", port) as line:
        assert line.sendmail("anna@example.org", [address.upper()], MAIL.format(words=speak.__name__)) == {}
        assert f"Graag, {speak.__name__}" in site.code(WAITING)


@pytest.mark.parametrize("wrong", ["x@wijk.example", "a" * 26 + "@wijk.example", "wijk@elders.example", "postmaster"])
def test_an_unknown_address_is_refused_before_the_mail_is_taken(port, wrong):
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.ehlo()
        line.mail("iemand@example.org")
        assert line.rcpt(wrong)[0] == 550


def test_who_guesses_is_hung_up_on_and_others_are_still_heard(address, port):
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.ehlo()
        line.mail("iemand@example.org")
        answers = [line.rcpt(f"{number:026}@wijk.example")[0] for number in range(10)]
        assert answers == [550] * 9 + [421]
        with pytest.raises(smtplib.SMTPServerDisconnected):
            line.noop()
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.ehlo()
        line.mail("iemand@example.org")
        assert line.rcpt(address)[0] == 250


def test_a_mail_for_two_is_taken_one_by_one(address, port):
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.ehlo()
        line.mail("iemand@example.org")
        assert (line.rcpt(address)[0], line.rcpt(address)[0]) == (250, 452)


def test_a_mail_that_is_too_large_is_refused(address, port):
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.ehlo()
        with pytest.raises(smtplib.SMTPSenderRefused):
            line.sendmail("a@example.org", [address], b"x" * 2_100_000)
        line.rset()
        line.mail("a@example.org")
        line.rcpt(address)
        assert line.data(b"x\r\n" * 800_000)[0] == 552


def greets(line):
    try:
        return bool(line.recv(100))
    except ConnectionError:
        return False


def test_who_holds_many_lines_keeps_nobody_out_for_long(address, port):
    with ExitStack() as lines:
        held = [lines.enter_context(socket.create_connection(("127.0.0.1", port))) for _line in range(130)]
        assert sum(map(greets, held)) <= 100
    with smtplib.SMTP("127.0.0.1", port) as line:
        line.ehlo()
        line.mail("a@example.org")
        assert line.rcpt(address)[0] == 250


def test_a_program_may_hand_a_mail_over_as_well(site, address):
    command = [sys.executable, "manage.py", "receive_mail", "--stdin"]

    def given(to, raw):
        return subprocess.run(
            [*command, to], input=raw, cwd=settings.BASE_DIR, env=site.environment, capture_output=True
        ).returncode

    assert given(address, b"Subject: Re\r\n\r\nDoor een pijp\r\n") == 0
    assert "Door een pijp" in site.code(WAITING)
    assert given("x@wijk.example", b"dag") == 67
    assert given(address, b"x" * 2_100_000) == 65
