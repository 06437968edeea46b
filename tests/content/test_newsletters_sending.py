"""Sending an issue: to whom, how often, and what comes over the wire."""

import json
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.test import Client
from django.urls import reverse

from accounts.audit.models import AuditEvent
from content.newsletters import actions, sending
from content.newsletters.emails import NEWSLETTER
from content.newsletters.models import Delivery, Newsletter
from neighbourhoods.subscriptions.actions import stop
from neighbourhoods.subscriptions.models import Subscription
from tests import factories
from tests.wijk.mail_server import MailServer
from wijk import clock
from wijk.mail.models import OutgoingMail, recipient_hash
from wijk.mail.worker import deliver, refusal


@pytest.fixture
def draft(mo, anna, klarendal):
    factories.post(anna, klarendal)
    factories.activity(anna, klarendal)
    return actions.create(neighbourhood=klarendal, by=mo)


@pytest.fixture
def readers(klarendal):
    return [factories.subscription(f"lezer{n}@example.org", klarendal, first_name="Fatima") for n in range(3)]


def path(name, newsletter):
    return reverse(f"newsletters:{name}", args=[newsletter.neighbourhood.slug, newsletter.pk])


def mailboxes():
    return sorted(mail.recipient for mail in OutgoingMail.objects.filter(kind=NEWSLETTER.name))


def test_it_goes_to_confirmed_readers_of_this_neighbourhood_and_to_nobody_else(
    mo, anna, bram, klarendal, presikhaaf, draft, readers
):
    factories.subscription("elders@example.org", presikhaaf)
    factories.subscription("nooit@example.org", klarendal, confirmed=False)
    stop(subscription=factories.subscription("gestopt@example.org", klarendal), by=None)
    for person, change in ((anna, {"is_active": False}), (bram, {"restricted_at": clock.now()})):
        factories.subscription(person.email, klarendal, user=person)
        type(person).objects.filter(pk=person.pk).update(**change)
    assert sending.start(newsletter=draft, by=mo) == 3
    assert sending.send_due() == 3
    assert mailboxes() == [f"lezer{number}@example.org" for number in range(3)]


def test_the_confirm_page_shows_the_count_and_masked_addresses(as_, mo, draft, readers):
    page = as_(mo).get(path("send", draft)).content.decode()
    assert "Verstuur aan 3 lezers" in page
    assert "Fatima, l…@example.org" in page
    assert "lezer0" not in page
    assert not Delivery.objects.exists()


def test_pressing_twice_sends_once(as_, mo, draft, readers):
    browser, form = as_(mo), {"versie": draft.revision}
    assert "gaat nu naar 3 lezers" in browser.post(path("send", draft), form, follow=True).content.decode()
    assert "geen tweede keer" in browser.post(path("send", draft), form, follow=True).content.decode()
    for _time in range(3):
        sending.send_due()
    assert len(mailboxes()) == 3
    draft.refresh_from_db()
    assert draft.state == Newsletter.State.SENT
    assert draft.sent_at
    assert AuditEvent.objects.get(action="newsletter.send").detail == {"readers": 3}


def test_what_was_changed_since_it_was_looked_at_is_not_sent(as_, mo, draft, readers):
    looked_at = draft.revision
    with clock.frozen(timedelta(seconds=3)):
        actions.save(newsletter=Newsletter.objects.get(), subject="Anders", blocks=[], by=mo)
    page = as_(mo).post(path("send", draft), {"versie": looked_at}, follow=True).content.decode()
    assert "intussen veranderd" in page
    assert sending.start(newsletter=draft, by=mo) is None
    assert not Delivery.objects.exists()


def test_without_readers_there_is_nothing_to_send(as_, mo, draft):
    page = as_(mo).post(path("send", draft), {"versie": draft.revision}).content.decode()
    assert "Nog niemand heeft zich aangemeld" in page
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_sent_issue_cannot_be_changed(as_, mo, draft, readers):
    sending.start(newsletter=draft, by=mo)
    assert as_(mo).post(path("edit", draft), {"subject": "Anders", "doe": "bewaar"}).status_code == 302
    assert not actions.save(newsletter=draft, subject="Anders", blocks=[], by=mo)
    draft.refresh_from_db()
    assert draft.subject != "Anders"


def test_who_subscribes_after_the_start_waits_for_the_next_issue(mo, klarendal, draft, readers):
    sending.start(newsletter=draft, by=mo)
    factories.subscription("later@example.org", klarendal)
    sending.send_due()
    assert len(mailboxes()) == 3


def test_who_stops_between_start_and_queue_gets_nothing_and_the_ledger_says_so(mo, draft, readers):
    sending.start(newsletter=draft, by=mo)
    stop(subscription=readers[0], by=None)
    sending.send_due()
    assert mailboxes() == ["lezer1@example.org", "lezer2@example.org"]
    assert Delivery.objects.count() == 2
    draft.refresh_from_db()
    assert draft.state == Newsletter.State.SENT


def test_who_stops_while_the_mail_waits_gets_nothing(mo, draft, readers):
    sending.start(newsletter=draft, by=mo)
    sending.send_due()
    mail = OutgoingMail.objects.order_by("pk").first()
    assert refusal(mail) == ""
    stop(subscription=readers[0], by=None)
    assert refusal(mail) == "no longer wanted"
    assert deliver() == 2
    assert OutgoingMail.objects.filter(state=OutgoingMail.State.CANCELLED).get() == mail


def test_a_member_who_closes_the_account_gets_nothing(mo, anna, klarendal, draft):
    factories.subscription(anna.email, klarendal, user=anna)
    sending.start(newsletter=draft, by=mo)
    sending.send_due()
    anna.is_active, anna.epoch = False, anna.epoch + 1
    anna.save()
    assert deliver() == 0


def test_it_goes_on_where_it_was_after_a_fall(mo, klarendal, draft, monkeypatch):
    for number in range(7):
        factories.subscription(f"lezer{number}@example.org", klarendal)
    sending.start(newsletter=draft, by=mo)
    monkeypatch.setattr(sending, "BATCH", 3)
    real, calls = sending.issue_mail, []

    def falls(*args):
        calls.append(args)
        if len(calls) == 5:
            raise SystemError("killed")
        return real(*args)

    monkeypatch.setattr(sending, "issue_mail", falls)
    with pytest.raises(SystemError):
        sending.send_due()
    assert len(mailboxes()) == 3
    assert Delivery.objects.filter(queued_at=None).count() == 4
    sending.send_due()
    assert mailboxes() == [f"lezer{number}@example.org" for number in range(7)]
    assert Newsletter.objects.get().state == Newsletter.State.SENT


def test_it_leaves_room_in_the_outbox_for_other_mail(mo, klarendal, draft, monkeypatch):
    for number in range(5):
        factories.subscription(f"lezer{number}@example.org", klarendal)
    sending.start(newsletter=draft, by=mo)
    monkeypatch.setattr(sending, "MOST_WAITING", 2)
    assert sending.send_due() == 2
    assert sending.send_due() == 0
    assert Newsletter.objects.get().state == Newsletter.State.SENDING
    deliver()
    assert sending.send_due() == 2


def test_an_issue_is_laid_out_once_per_language_not_per_reader(mo, klarendal, draft, readers, monkeypatch):
    factories.subscription("reader@example.org", klarendal, language="en")
    sending.start(newsletter=draft, by=mo)
    made = []
    real = sending.compose
    monkeypatch.setattr(sending, "compose", lambda *args: made.append(args[1]) or real(*args))
    sending.send_due()
    assert sorted(made) == ["en", "nl"]
    english = OutgoingMail.objects.get(recipient_hash=recipient_hash("reader@example.org"))
    assert json.loads(english.payload)["language"] == "en"


def test_the_agenda_is_the_same_for_all_readers(mo, anna, klarendal, draft, readers):
    sending.start(newsletter=draft, by=mo)
    factories.activity(anna, klarendal, title="Kwam er later bij")
    sending.send_due()
    payload = json.loads(OutgoingMail.objects.first().payload)
    assert "Samen eten" in payload["html"]
    assert "Kwam er later bij" not in payload["html"]


def test_a_neighbourhood_that_is_switched_off_sends_nothing(mo, klarendal, draft, readers):
    sending.start(newsletter=draft, by=mo)
    klarendal.is_on = False
    klarendal.save()
    assert sending.send_due() == 0
    assert not mailboxes()


def test_queries_grow_with_the_batch_by_one_mail_each(mo, klarendal, draft, django_assert_max_num_queries):
    for number in range(30):
        factories.subscription(f"lezer{number}@example.org", klarendal)
    with django_assert_max_num_queries(14):
        sending.start(newsletter=draft, by=mo)
    # Savepoint, insert and release per mail, and some thirty for the issue itself.
    with django_assert_max_num_queries(30 * 3 + 30):
        assert sending.send_due() == 30


def test_an_issue_over_the_wire(mo, anna, klarendal, draft, settings):
    factories.subscription("fatima@example.org", klarendal, first_name="Fatima")
    factories.subscription("vals@example.org", klarendal, first_name="Anna\r\nBcc: x@example.org")
    sending.start(newsletter=draft, by=mo)
    sending.send_due()
    with MailServer() as server:
        backend = "django.core.mail.backends.smtp.EmailBackend"
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": {"host": "127.0.0.1", "port": server.port}}}
        assert deliver() == 2
        assert deliver() == 0
    assert sorted(mail.recipients for mail in server.arrived) == [["fatima@example.org"], ["vals@example.org"]]
    parsed = {mail.recipients[0]: message_from_bytes(mail.data, policy=default) for mail in server.arrived}
    mail = parsed["fatima@example.org"]
    token = Subscription.objects.get(first_name="Fatima").token
    stop_url = f"http://127.0.0.1:8000/nieuwsbrief/stoppen/{token}/"
    assert mail["List-Unsubscribe"].strip() == f"<{stop_url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"].startswith("<klarendal.nieuwsbrief.")
    assert mail["Subject"] == draft.subject
    assert "Klarendal" in mail["From"]
    plain = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    for body in (plain, html):
        assert "Hallo Fatima," in body
        assert stop_url in body
        assert "Wie helpt mij een lamp ophangen?" in body
    assert "<img" not in html
    assert "utm_" not in html
    hostile = parsed["vals@example.org"]
    assert hostile["Bcc"] is None
    assert "Hallo buur," in hostile.get_body(("plain",)).get_content()
    assert "x@example.org" not in hostile.get_body(("html",)).get_content()


def test_the_link_in_the_header_stops_it_with_one_post(mo, draft, readers):
    sending.start(newsletter=draft, by=mo)
    sending.send_due()
    header = json.loads(OutgoingMail.objects.first().payload)["headers"]["List-Unsubscribe"]
    stop_path = header.strip("<>").removeprefix("http://127.0.0.1:8000")
    program = Client(enforce_csrf_checks=True)
    answer = program.post(stop_path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Subscription.objects.confirmed().count() == 2
