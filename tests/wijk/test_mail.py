"""The outbox and its worker against a real mail server: nothing lost, nothing sent to who is gone, nothing injected."""

import json
import logging
import re
import threading
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.db import connection, transaction

from tests import factories
from tests.wijk.mail_server import MailServer
from wijk import clock
from wijk.environment import mailer
from wijk.mail import worker
from wijk.mail.compose import compose_text
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import declared_kinds, mail_kind, queue_composed
from wijk.mail.worker import deliver
from wijk.templatetags.mail import mail_button

wanted = {"answer": True}
TRIAL = mail_kind("trial", "Proef", lasts=timedelta(days=2), wanted=lambda mail: wanted["answer"])
RECEIPT = mail_kind("trial-receipt", "Bewijs", after_closing=True)


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """Rows that other threads see. Taken away by hand: emptying the whole database would take migrated rows along."""
    with django_db_blocker.unblock():
        yield
        OutgoingMail.objects.all().delete()


@pytest.fixture
def server(request, settings):
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")
    with MailServer() as running:
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": running.port, "timeout": 1},
            }
        }
        yield running


@pytest.fixture(autouse=True)
def _always_wanted():
    wanted["answer"] = True


def mail(to="vera@example.net", *, subject="Dag", body="Een regel.", kind=TRIAL, version="", **options):
    return queue_composed(kind, to=to, composed=compose_text(subject, body, "nl"), version=version or to, **options)


def states():
    return list(OutgoingMail.objects.order_by("pk").values_list("state", flat=True))


def read(data):
    return message_from_bytes(data, policy=default)


def test_a_mail_leaves_from_our_own_address_with_its_own_number(server, settings):
    made = mail(from_name="Vera de Groot via Wijk")
    assert deliver() == 1
    arrived = server.arrived[0]
    read_mail = read(arrived.data)
    assert arrived.sender == settings.SERVER_EMAIL and arrived.recipients == ["vera@example.net"]
    assert read_mail["From"].addresses[0].addr_spec == settings.SERVER_EMAIL
    assert read_mail["From"].addresses[0].display_name == "Vera de Groot via Wijk"
    assert read_mail["Message-ID"] == made.message_id and read_mail["Auto-Submitted"] == "auto-generated"
    assert read_mail["X-Auto-Response-Suppress"] == "All" and read_mail["Content-Language"] == "nl"
    assert "Een regel." in read_mail.get_body(("plain",)).get_content()
    assert "Een regel." in read_mail.get_body(("html",)).get_content()
    assert states() == ["sent"]


@pytest.mark.parametrize(
    ("url", "tls", "ssl", "port"),
    [
        ("smtp://user:pass@mail.example.org", True, False, 587),
        ("smtp://mail.example.org:25", True, False, 25),
        ("smtps://mail.example.org", False, True, 465),
        ("smtp://127.0.0.1", False, False, 25),
    ],
)
def test_mail_never_leaves_the_machine_in_the_clear(url, tls, ssl, port):
    options = mailer(url)["OPTIONS"]
    assert (options["use_tls"], options["use_ssl"], options["port"]) == (tls, ssl, port) and options["timeout"]


def test_a_batch_goes_over_one_connection(server):
    for number in range(30):
        mail(f"buur{number}@example.net")
    assert deliver() == 30 and len(server.peers) == 1


def test_a_mail_queued_in_a_change_that_fails_was_never_queued(server):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        mail()
        1 / 0  # noqa: B018
    assert deliver() == 0 and not OutgoingMail.objects.exists()


def test_the_same_mail_is_queued_once(server):
    assert mail() is not None and mail() is None and mail(version="2") is not None


def test_a_busy_server_is_tried_again_later_and_later_with_the_same_number(server):
    made = mail()
    server.answer_rcpt = ["451 straks", "451 straks", "451 straks"]
    waits = []
    moment = clock.now()
    for _round in range(3):
        with clock.frozen(moment):
            assert deliver() == 0 and deliver() == 0
            made.refresh_from_db()
            waits.append((made.due_at - moment).total_seconds())
            moment = made.due_at
    assert waits == [60, 120, 240] and made.state == "waiting" and made.error == "SMTPRecipientsRefused 451"
    with clock.frozen(moment):
        assert deliver() == 1
    assert read(server.arrived[0].data)["Message-ID"] == made.message_id


def test_waiting_grows_to_six_hours_and_no_further(server):
    made = mail()
    OutgoingMail.objects.update(attempts=25)
    server.answer_rcpt = ["450 druk"]
    deliver()
    made.refresh_from_db()
    assert made.due_at - clock.now() <= timedelta(hours=6) and made.attempts == 26


@pytest.mark.parametrize("where", ["answer_rcpt", "answer_data"])
def test_a_refusal_for_good_ends_a_mail_and_wipes_it(server, where):
    mail("weg@example.net")
    mail("wel@example.net")
    setattr(server, where, ["550 onbekend: weg@example.net"])
    assert deliver() == 1 and states() == ["failed", "sent"]
    failed = OutgoingMail.objects.get(state="failed")
    assert failed.payload == failed.recipient == "" and "example" not in failed.error and "550" in failed.error


def test_a_sender_that_is_refused_is_our_own_mistake_and_loses_nothing(server):
    mail()
    server.answer_mail = ["553 niet van jou"]
    deliver()
    assert states() == ["waiting"]
    with clock.frozen(timedelta(minutes=2)):
        assert deliver() == 1


@pytest.mark.parametrize("moment", ["mail", "rcpt", "data", "after"])
def test_a_line_that_breaks_anywhere_loses_nothing_and_keeps_the_number(server, moment):
    made = mail()
    other = mail("ander@example.net")
    server.drop_at = [moment]
    deliver()
    with clock.frozen(timedelta(minutes=2)):
        deliver()
    numbers = [read(arrived.data)["Message-ID"] for arrived in server.arrived]
    assert states() == ["sent", "sent"] and set(numbers) == {made.message_id, other.message_id}
    # Only when the server said yes into a broken line does a reader get the mail twice, and can tell by the number.
    assert len(numbers) == (3 if moment == "after" else 2)


def test_a_server_that_says_nothing_is_left_in_time(server, settings):
    settings.MAILERS["default"]["OPTIONS"]["timeout"] = 0.2
    mail()
    server.sleep = 0.6
    deliver()
    assert states() == ["waiting"]
    server.sleep = 0
    with clock.frozen(timedelta(minutes=2)):
        assert deliver() == 1


def test_without_a_server_all_mail_waits_and_none_is_tried_in_vain(settings, db):
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 9, "timeout": 1},
        }
    }
    for number in range(5):
        mail(f"buur{number}@example.net")
    assert deliver(batches=1) == 0 and states() == ["waiting"] * 5
    assert set(OutgoingMail.objects.values_list("attempts", flat=True)) == {1}


def test_mail_past_its_day_is_not_sent(server):
    mail()
    with clock.frozen(timedelta(days=3)):
        deliver()
    assert states() == ["cancelled"] and not server.arrived
    assert OutgoingMail.objects.get().error == "expired" and OutgoingMail.objects.get().payload == ""


@pytest.mark.parametrize("change", [{"is_active": False}, {"epoch": 1}])
def test_mail_to_an_account_that_closed_is_not_sent(server, change):
    anna = factories.member("Anna", "Jansen")
    mail(anna.email, account=anna)
    mail(anna.email, kind=RECEIPT, account=anna)
    for name, value in change.items():
        setattr(anna, name, value)
    anna.save()
    deliver()
    assert states() == ["cancelled", "sent"] and len(server.arrived) == 1


def test_a_feature_is_asked_once_more_right_before_sending(server):
    mail()
    wanted["answer"] = False
    deliver()
    assert states() == ["cancelled"] and not server.arrived


def test_a_feature_that_cannot_answer_holds_up_only_its_own_mail(server, monkeypatch):
    mail(kind=mail_kind("trial-broken", "Stuk", wanted=lambda mail: 1 / 0))
    mail("wel@example.net")
    assert deliver() == 1 and states() == ["waiting", "sent"]


def test_a_kind_this_worker_does_not_know_waits_for_one_that_does(server):
    mail()
    OutgoingMail.objects.update(kind="of-a-newer-version")
    deliver()
    assert states() == ["waiting"] and OutgoingMail.objects.get().payload


def test_a_worker_knows_the_kinds_of_every_feature():
    assert {"contact-confirm", "contact-message", "contact-answer"} <= set(declared_kinds())


def test_a_key_that_was_lost_keeps_the_mail(server, settings):
    mail()
    key, settings.SECRET_KEY = settings.SECRET_KEY, "x" * 50
    deliver()
    assert states() == ["waiting"]
    settings.SECRET_KEY = key
    with clock.frozen(timedelta(minutes=2)):
        assert deliver() == 1


HOSTILE = [
    "Jan\r\nBcc: slachtoffer@example.org",
    "Jan\nX-Kwaad: ja\n\ninhoud",
    "Jan\x00\x1b[31m\u202egro.elpmaxe\u2066",
    "=?utf-8?q?Jan=0D=0ABcc:_slachtoffer@example.org?=",
    'Jan" <slachtoffer@example.org>, "',
    "Jan\ud800\udc00\ud83d",
    "\u017b\u00f3\u0142\u0107 " * 60,
    "a@b.nl, c@d.nl; (x) <y>",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_in_names_and_subjects_stay_words(server, settings, words):
    mail(from_name=words, subject=words, body="Dag " + words)
    assert deliver() == 1
    arrived = server.arrived[0]
    read_mail = read(arrived.data)
    assert arrived.recipients == ["vera@example.net"] and arrived.sender == settings.SERVER_EMAIL
    assert [address.addr_spec for address in read_mail["From"].addresses] == [settings.SERVER_EMAIL]
    assert [address.addr_spec for address in read_mail["To"].addresses] == ["vera@example.net"]
    assert not {"Bcc", "Cc", "X-Kwaad"} & set(read_mail.keys())
    for header in (read_mail["Subject"], read_mail["From"].addresses[0].display_name):
        assert not any(character in header for character in "\r\n\x00\x1b\u202e\u2066")


@pytest.mark.parametrize(
    "address", ["a,b@example.org", "a@b.nl, c@d.nl", "a@b.nl\nBcc: c@d.nl", "é@example.org", "@", "\ud800@x.nl"]
)
def test_an_address_that_is_not_one_mailbox_reaches_nobody(server, address):
    mail(address, version="1")
    mail("wel@example.net")
    assert deliver() == 1 and [arrived.recipients for arrived in server.arrived] == [["wel@example.net"]]
    assert states() == ["failed", "sent"]


@pytest.mark.parametrize("header", ["From", "to", "BCC", "Message-ID", "Reply-To"])
def test_no_feature_sets_a_header_of_the_worker(db, header):
    with pytest.raises(ValueError, match="own"):
        mail(headers={header: "x"})


def test_a_lease_that_ran_out_is_taken_over_with_the_same_number(server):
    made = mail()
    assert worker._claim("dead-worker") and deliver() == 0
    with clock.frozen(timedelta(minutes=6)):
        assert deliver() == 1
    assert read(server.arrived[0].data)["Message-ID"] == made.message_id


def test_a_worker_that_lost_its_lease_does_not_send(server):
    mail()
    slow = worker._claim("slow")
    with clock.frozen(timedelta(minutes=6)):
        assert deliver() == 1
        assert worker._deliver_batch(slow, "slow") == 0
    assert len(server.arrived) == 1 and states() == ["sent"]


def test_a_worker_that_is_stopped_gives_back_what_it_did_not_come_to(server, monkeypatch):
    for number in range(3):
        mail(f"buur{number}@example.net")
    handle = worker._handle

    def stopped(letter, *others):
        if server.arrived:
            raise SystemExit
        return handle(letter, *others)

    monkeypatch.setattr(worker, "_handle", stopped)
    with pytest.raises(SystemExit):
        deliver()
    assert states() == ["sent", "waiting", "waiting"]
    monkeypatch.undo()
    assert deliver() == 2 and len(server.arrived) == 3


def test_a_slow_server_does_not_keep_a_worker_from_stopping_soon(server):
    for number in range(6):
        mail(f"buur{number}@example.net")
    server.sleep = 0.1
    assert 0 < deliver(seconds=0.5) < 6 and set(states()) == {"sent", "waiting"}
    server.sleep = 0
    deliver()
    assert states() == ["sent"] * 6 and len(server.arrived) == 6


def test_workers_at_the_same_time_never_hold_the_same_mail(committed, server):
    for number in range(120):
        mail(f"buur{number}@example.net")
    failures = []

    def work():
        try:
            deliver()
        except Exception as problem:
            failures.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert not failures and states() == ["sent"] * 120
    assert len({arrived.recipients[0] for arrived in server.arrived}) == len(server.arrived) == 120


@pytest.mark.parametrize(("shown", "kept"), [(False, False), (True, True)])
def test_the_words_of_a_sent_mail_are_kept_only_for_the_demos_outbox(server, settings, shown, kept):
    settings.SHOW_OUTBOX = shown
    made = mail()
    deliver()
    made.refresh_from_db()
    assert bool(made.payload) is kept and bool(made.recipient) is kept and made.recipient_hash


def test_words_and_addresses_are_unreadable_in_the_database_and_absent_from_the_log(server, caplog):
    mail(body="Een heel geheim verhaal.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload, recipient FROM wijk_outgoingmail")
        assert not any(word in str(cursor.fetchall()) for word in ("geheim", "vera"))
    server.answer_rcpt = ["550 vera@example.net onbekend"]
    with caplog.at_level(logging.DEBUG):
        deliver()
    logged = " ".join(record.getMessage() for record in caplog.records if record.name.startswith(("wijk", "django")))
    assert "given up" in logged and "vera" not in logged and "geheim" not in logged


def test_a_button_is_a_button_in_both_forms(db):
    body = "Dag\n\n" + mail_button("/mijn/", "Kijk \x1e hier") + "\n\nGroet"
    made = compose_text("Dag", body, "nl")
    assert "\n\nKijk hier:\nhttp://127.0.0.1:8000/mijn/\n\nGroet" in made.text
    assert re.search(r'<a href="http://127.0.0.1:8000/mijn/"[^>]*>Kijk hier</a>', made.html) and "\x1e" not in made.html


def test_both_forms_of_a_mail_say_the_same_and_quotes_cannot_pose_as_ours(db):
    made = compose_text("Dag", "# Kop\n\n> regel een\n> \n> <b>vet</b>\n\n-- klein", "nl")
    assert "> <b>vet</b>" in made.text and "&lt;b&gt;vet&lt;/b&gt;" in made.html and "<b>" not in made.html
    assert json.loads(json.dumps(made.__dict__))["language"] == "nl"
