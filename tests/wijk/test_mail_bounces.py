"""Mail that comes back: counted once, told by the mail's state, and no more sent where none arrives (K-52)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.wijk.mail_server import MailServer
from wijk import clock
from wijk.incoming import worker as incoming
from wijk.incoming.doors import Arrival, door_of, local_part
from wijk.incoming.listener import keep
from wijk.incoming.models import IncomingMail
from wijk.incoming.reader import Read, Report, Unreadable
from wijk.mail import bounces
from wijk.mail.bounces import addresses_of_today, came_back, reached, why_not_mailed
from wijk.mail.compose import compose_text
from wijk.mail.models import OutgoingMail, Undeliverable, delivery_of
from wijk.mail.outbox import mail_kind, queue_composed
from wijk.mail.returns import return_path
from wijk.mail.worker import deliver, refusal

VERA = "vera@example.net"
DAY = timedelta(days=1)
PLAIN = mail_kind("trial-plain", "Proef", lasts=timedelta(days=30))
LAW = mail_kind("trial-law", "Proef", by_law=True)
CLOSED = mail_kind("trial-closed", "Proef", after_closing=True)
ASKED = mail_kind("trial-asked", "Proef", asked_for=True)

REPORT = """\
From: MAILER-DAEMON@mx.example.net
To: {path}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grens"

--grens
Content-Type: text/plain; charset=us-ascii

The address does not exist.

--grens
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; vera@example.net
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 unknown

--grens--
"""


@pytest.fixture(autouse=True)
def mail_comes_in(settings, db):
    settings.RECEIVING_SERVER, settings.RELAY_DOMAIN = "mx.wijk.example", "wijk.example"


def mail(to=VERA, *, kind=PLAIN, state="sent", version="", **options):
    version = version or str(OutgoingMail.objects.count())
    made = queue_composed(kind, to=to, composed=compose_text("Dag", "Tekst", "nl"), version=version, **options)
    OutgoingMail.objects.filter(pk=made.pk).update(state=state)
    made.refresh_from_db()
    return made


def report(made, status="5.1.1", kind="bounce", read=None):
    local = local_part(return_path(made.pk))
    return door_of(local).take(Arrival(local, read or Read(report=Report(kind, status))))


def reasons():
    return list(Undeliverable.objects.values_list("reason", flat=True))


# What is counted -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["5.1.1", "5.2.1", "5.4.4", "5.0.0"])
def test_mail_that_comes_back_for_good_marks_its_address_at_once(status):
    made = mail()
    assert report(made, status) == "hard" and why_not_mailed("VERA@Example.NET") == "hard"
    made.refresh_from_db()
    assert made.delivery == "returned" and not why_not_mailed("anna@example.org")


def test_five_mails_that_come_back_for_now_within_a_week_mark_their_address():
    for number in range(4):
        assert report(mail(), "4.2.2") == "soft"
        assert not reasons(), number
    assert report(mail("ander@example.net"), "4.2.2") == "soft" and not reasons()
    report(mail(), "4.4.7")
    assert why_not_mailed(VERA) == "soft"


def test_the_week_moves_along():
    start = clock.now()
    for days in (0, 2, 4, 6.5):
        with clock.frozen(start + days * DAY):
            report(mail(), "4.2.2")
    with clock.frozen(start + 7.1 * DAY):
        report(mail(), "4.2.2")
        assert not reasons(), "the first is more than a week ago"
    with clock.frozen(start + 8.9 * DAY):
        report(mail(), "4.2.2")
    assert reasons() == ["soft"]


def test_the_same_report_counts_once_however_often_it_comes():
    made = mail()
    assert [report(made, "4.2.2") for _time in range(6)] == ["soft"] + ["noted before"] * 5 and not reasons()
    assert [report(made, "5.1.1"), report(made, "4.2.2"), report(made, "5.1.1")] == ["hard"] + ["noted before"] * 2
    assert reasons() == ["hard"] and addresses_of_today() == 1


def test_a_refusal_by_policy_says_nothing_of_the_address():
    assert report(mail(), "5.7.1") == "soft" and not reasons()


def test_a_complaint_stops_the_mail_and_is_not_softened_later():
    made, other = mail(), mail()
    assert report(made, "", kind="complaint") == "complaint" and report(other) == "hard"
    made.refresh_from_db()
    assert why_not_mailed(VERA) == "complaint" and made.delivery == "sent"


@pytest.mark.parametrize(
    ("read", "code"),
    [
        (Read(automatic="auto-replied", words="Ik ben op vakantie."), "no report"),
        (Read(words="Hallo daar"), "no report"),
        (Read(report=Report("bounce", "2.0.0")), "arrived"),
    ],
)
def test_what_else_comes_to_a_return_path_is_dropped(read, code):
    assert report(mail(), read=read) == code
    assert not reasons() and not OutgoingMail.objects.exclude(returned="").exists()


def test_a_report_about_a_mail_that_is_gone_changes_nothing():
    made = mail()
    arrival = Arrival(local_part(return_path(made.pk)), Read(report=Report("bounce", "5.1.1")))
    made.delete()
    assert bounces.take(arrival) == "no such mail" and not reasons()
    assert bounces.take(Arrival("b.1.1.x", arrival.read)) == "no such mail"


def test_a_report_about_somebody_who_left_marks_nobody():
    made = mail()
    OutgoingMail.objects.update(recipient_hash="")
    assert report(made) == "hard" and not reasons()


# From the wire to the mark -------------------------------------------------------------------------------------------


def arrives(made, raw, monkeypatch, answer):
    def reading(raw_bytes):
        assert raw_bytes == raw
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(incoming, "read", reading)
    keep(local_part(return_path(made.pk)), raw)
    assert incoming.take_in() == 1 and not IncomingMail.objects.exists()


def test_a_report_as_it_comes_over_the_wire_marks_the_address(monkeypatch):
    made = mail()
    raw = REPORT.format(path=return_path(made.pk)).encode()
    arrives(made, raw, monkeypatch, Read(report=Report("bounce", "5.1.1"), automatic="report"))
    assert reasons() == ["hard"]


def test_a_report_that_cannot_be_read_is_dropped(monkeypatch):
    arrives(mail(), b"kapot", monkeypatch, Unreadable("broken"))
    assert not reasons()


# What a marked address gets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "kind", "reason"),
    [
        ("hard", PLAIN, "comes back"),
        ("soft", PLAIN, "comes back"),
        ("complaint", PLAIN, "called spam"),
        ("hard", ASKED, ""),
        ("complaint", ASKED, "called spam"),
        ("hard", LAW, ""),
        ("complaint", LAW, ""),
        ("hard", CLOSED, ""),
        ("complaint", CLOSED, ""),
    ],
)
def test_a_marked_address_gets_only_what_must_go_or_was_asked_for(how, kind, reason):
    Undeliverable.objects.create(recipient_hash=mail().recipient_hash, reason=how)
    assert refusal(mail(kind=kind, state="waiting")) == reason


def test_who_shows_that_mail_arrives_is_mailed_again_and_begins_anew():
    for _number in range(5):
        report(mail(), "4.2.2")
    assert reached("Vera@example.net") and not reached(VERA) and not why_not_mailed(VERA)
    assert refusal(mail(state="waiting")) == "" and addresses_of_today() == 0
    report(mail(), "4.2.2")
    assert not reasons(), "what came back before does not count any more"


def test_addresses_are_counted_once_a_day():
    for number in range(3):
        report(mail(f"weg{number}@example.net"))
        report(mail(f"weg{number}@example.net"), "4.2.2")
    report(mail("klager@example.net"), kind="complaint")
    assert addresses_of_today() == 3
    with clock.frozen(timedelta(hours=25)):
        assert addresses_of_today() == 0


# Refusals while sending ----------------------------------------------------------------------------------------------


@pytest.fixture
def server(settings):
    with MailServer() as running:
        options = {"host": "127.0.0.1", "port": running.port, "timeout": 5}
        settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
        yield running


@pytest.mark.parametrize(
    ("where", "answer", "marked"),
    [
        ("answer_rcpt", "550 5.1.1 onbekend", ["hard"]),
        ("answer_rcpt", "550 onbekend", ["hard"]),
        ("answer_rcpt", "554 5.7.1 relay access denied", []),
        ("answer_data", "552 5.2.2 vol", ["hard"]),
        ("answer_data", "554 5.7.1 spam", []),
        ("answer_rcpt", "451 4.2.2 straks", []),
    ],
)
def test_a_refusal_while_sending_marks_the_address_the_same_way(server, where, answer, marked):
    made = mail(state="waiting")
    setattr(server, where, [answer])
    deliver()
    made.refresh_from_db()
    assert reasons() == marked and made.delivery == ("delayed" if answer.startswith("4") else "failed")
    if marked:
        later = mail(state="waiting")
        deliver()
        later.refresh_from_db()
        assert (later.delivery, later.error) == ("cancelled", "comes back") and not server.arrived


def test_an_address_that_is_none_is_not_marked(server):
    mail("a,b@example.org", state="waiting")
    deliver()
    assert OutgoingMail.objects.get().state == "failed" and not reasons()


def test_each_mail_leaves_under_its_own_return_path(server):
    made = [mail(state="waiting"), mail(state="waiting")]
    assert deliver() == 2
    assert [arrived.sender for arrived in server.arrived] == [return_path(one.pk) for one in made]
    assert all(b"From: Wijk <wijk@127.0.0.1>" in arrived.data for arrived in server.arrived)


# What is told --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"state": "waiting"}, "waiting"),
        ({"state": "sending"}, "waiting"),
        ({"state": "waiting", "attempts": 2}, "delayed"),
        ({"state": "sending", "attempts": 1}, "delayed"),
        ({"state": "sent"}, "sent"),
        ({"state": "sent", "returned": "soft"}, "returned"),
        ({"state": "sent", "returned": "hard"}, "returned"),
        ({"state": "sent", "returned": "complaint"}, "sent"),
        ({"state": "failed", "returned": "hard"}, "failed"),
        ({"state": "cancelled"}, "cancelled"),
    ],
)
def test_each_mail_says_how_far_it_is(fields, code):
    assert OutgoingMail(**fields).delivery == code


def test_many_rows_are_asked_about_at_once_and_the_newest_mail_counts():
    for number in range(30):
        mail(about=f"content.message:{number}", state="sent")
    report(mail(about="content.message:3"), "5.1.1")
    with CaptureQueriesContext(connection) as asked:
        found = delivery_of(f"content.message:{number}" for number in range(40))
    assert len(asked) == 1 and len(found) == 30
    assert found["content.message:3"] == "returned" and found["content.message:4"] == "sent"
    assert delivery_of([]) == {}


def test_the_mark_goes_with_who_leaves(anna):
    from accounts.closure.erasure import leaver, residue, steps

    came_back(mail(anna.email), "hard")
    came_back(mail("ander@example.net"), "hard")
    who = leaver(anna.pk)
    assert residue(who)["outbox"]
    for step in steps():
        while step.apply(who):
            pass
    assert "outbox" not in residue(who) and not why_not_mailed("anna@example.org")
    assert reasons() == ["hard"]
