"""Requests without a log-in, and those that come by mail, letter or phone (K-27, K-30, X-13, P-21, W-73)."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.closure.actions import close
from accounts.closure.machine import advance_all
from accounts.closure.models import AccountClosure
from accounts.requests import actions
from accounts.requests.forms import OpenRequestForm
from accounts.requests.models import RightsRequest
from accounts.requests.standstill import NoContact
from accounts.requests.stopping import mail_again, never_mail
from accounts.users.models import User
from tests.accounts.test_requests import decides, mails, step, words
from wijk import clock
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import declared_kinds
from wijk.mail.worker import refusal

pytestmark = pytest.mark.django_db
TYPED = {"right": "access", "text": "Wat weten jullie?", "delivery": "mail", "deliver_to": "", "website": ""}


def send(**changes):
    sent_at = signed_time(age=timedelta(seconds=10))
    return Client().post(reverse("requests:ask_openly"), {**TYPED, "sent_at": sent_at, **changes})


def link_in(mail):
    return re.search(r"/privacy/verzoek/[^/\s]+/", words(mail))[0]


@pytest.mark.parametrize("whole", [False, True])
def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(anna, whole):
    changes = {"right": "erasure", "whole": "on"} if whole else {}
    known = send(email=anna.email, **changes)
    unknown = send(email="niemand@example.org", **changes)
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url) == (302, reverse("requests:sent"))
    one, other = mails("rights-confirm")
    strip = re.compile(r"/privacy/verzoek/[^/\s]+/")
    assert strip.sub("", words(one)) == strip.sub("", words(other))
    assert resolve(reverse("requests:ask_openly")).func.same_pace, "and in the same time"
    assert RightsRequest.objects.filter(user=None, state="unconfirmed").count() == 2


def test_nothing_runs_before_the_owner_of_the_mailbox_confirms(anna, petra):
    send(email=anna.email)
    assert not mails("rights-new") and not RightsRequest.objects.open().exists()
    link = link_in(mails("rights-confirm", anna.email)[0])
    assert Client().get(link).status_code == 200
    assert not RightsRequest.objects.open().exists(), "opening the link is not the button"
    page = Client().post(link).content.decode()
    assert "Je verzoek loopt" in page
    request = RightsRequest.objects.open().get()
    assert (request.user, request.state) == (anna, "received")
    assert request.identified_at and mails("rights-new", petra.email) and mails("rights-received", anna.email)
    assert Client().post(link).status_code == 410, "a link works once"


def test_a_visitor_without_an_account_gets_an_answer_too(as_, petra):
    send(email="vis@example.org")
    Client().post(link_in(mails("rights-confirm")[0]))
    request = RightsRequest.objects.open().get()
    assert request.user is None
    decides(as_, petra, request, answer="We weten niets van je.")
    assert "We weten niets van je." in words(mails("rights-decided", "vis@example.org")[0])


def test_no_form_asks_for_a_copy_of_an_identity_document():
    form = OpenRequestForm()
    assert not form.is_multipart(), "nothing can be uploaded"
    page = Client().get(reverse("requests:ask_openly")).content.decode()
    assert 'type="file"' not in page
    assert "Stuur nooit een kopie van je paspoort" in page


def test_what_nobody_confirms_within_a_day_is_forgotten():
    send(email="niemand@example.org")
    link = link_in(mails("rights-confirm")[0])
    with clock.frozen(timedelta(hours=25)):
        assert Client().get(link).status_code == 410
        actions.run_clock()
    assert not RightsRequest.objects.exists()


def test_erasing_everything_beside_another_wish_is_asked_again(anna):
    answer = send(email=anna.email, right="complaint", whole="on")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["whole"])


def test_a_made_up_link_opens_nothing():
    assert Client().get(reverse("requests:confirm", args=["onzin"])).status_code == 410
    assert Client().post(reverse("requests:confirm", args=["onzin"])).status_code == 410


def test_a_robot_gets_the_same_answer_and_does_nothing():
    assert send(email="niemand@example.org", website="http://koop.example").status_code == 302
    assert not RightsRequest.objects.exists()


def test_one_mailbox_gets_three_mails_a_day_and_nobody_sees_that():
    for number in range(5):
        assert send(email="vis@example.org", text=str(number)).url == reverse("requests:sent")
    assert len(mails("rights-confirm")) == 3


def test_erasing_everything_needs_no_more_than_the_link_and_keeps_its_48_hours(anna):
    send(email=anna.email, right="erasure", whole="on")
    assert User.objects.get(pk=anna.pk).is_active
    later = timedelta(hours=20)
    with clock.frozen(later) as confirmed_at:
        page = Client().post(link_in(mails("rights-confirm", anna.email)[0])).content.decode()
    assert "Binnen 48 uur" in page
    closure = AccountClosure.objects.get()
    assert closure.received_at == confirmed_at, "the hours count from when we knew who asked"
    assert (closure.reason, closure.copy) == ("letter", "none")
    assert RightsRequest.objects.get().outcome == "granted"
    with clock.frozen(later + timedelta(hours=26)):
        advance_all()
    assert not User.objects.filter(pk=anna.pk).exists()
    assert not RightsRequest.objects.exists(), "the request is about who is gone"


# By mail, letter or phone --------------------------------------------------------------------------------------------


def entered(as_, officer, **changes):
    when = clock.now() - timedelta(days=4)
    typed = {
        **TYPED, "right": "erasure", "channel": "letter", "email": "", **changes,
        "received_at": timezone_text(changes.pop("received_at", when)),
    }  # fmt: skip
    answer = as_(officer).post(reverse("requests:enter"), typed)
    assert answer.status_code == 302, answer.context["form"].errors
    return RightsRequest.objects.get()


def timezone_text(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def test_a_letter_counts_from_the_day_it_came(as_, anna, petra):
    request = entered(as_, petra, email=anna.email)
    assert clock.now() - request.received_at > timedelta(days=3, hours=23)
    assert request.due_at == request.received_at + timedelta(days=30)
    assert (request.user, request.identified_at) == (anna, None)
    assert mails("rights-received", anna.email)


@pytest.mark.parametrize("moment", ["2999-01-01T10:00", "gisteren", ""])
def test_a_day_that_cannot_be_is_said_at_its_field(as_, petra, moment):
    typed = {**TYPED, "channel": "letter", "email": "", "received_at": moment}
    answer = as_(petra).post(reverse("requests:enter"), typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["received_at"])


def test_only_no_can_be_said_before_we_know_who_asks(as_, anna, petra):
    request = entered(as_, petra, email=anna.email)
    assert list(decides(as_, petra, request).context["form"].errors) == ["outcome"]
    assert decides(as_, petra, request, outcome="refused", answer="We weten niet wie je bent.").status_code == 302


def test_a_link_to_the_known_address_shows_who_it_is(as_, anna, petra):
    request = entered(as_, petra, email=anna.email)
    step(as_, petra, "send_link", request)
    request.refresh_from_db()
    assert request.state == "identify"
    received = request.received_at
    with clock.frozen(timedelta(days=5)):
        Client().post(link_in(mails("rights-identify", anna.email)[0]))
    request.refresh_from_db()
    assert request.state == "received" and request.identified_at
    assert request.received_at == received, "the clock of a letter does not start again"
    assert decides(as_, petra, request).status_code == 302


def test_without_an_address_the_desk_says_how_sure_it_is(as_, petra):
    request = entered(as_, petra, delivery="spoken", deliver_to="026 1234567")
    assert step(as_, petra, "send_link", request).status_code == 302
    request.refresh_from_db()
    assert request.state == "received", "there is nowhere to send it"
    assert step(as_, petra, "take_up", request).status_code == 422
    step(as_, petra, "take_up", request, sure="on")
    request.refresh_from_db()
    assert request.state == "working" and request.identified_at


def test_erasing_by_letter_is_the_closing_every_account_has_counted_from_the_letter(as_, anna, petra):
    request = entered(as_, petra, email=anna.email, received_at=clock.now() - timedelta(hours=30))
    assert step(as_, petra, "close_account", request, how="asked").status_code == 422, "who asks is not known yet"
    step(as_, petra, "take_up", request, sure="on")
    step(as_, petra, "close_account", request, how="asked")
    closure = AccountClosure.objects.get()
    assert closure.received_at == request.received_at
    assert closure.erase_after < closure.due_at, "it still makes the 48 hours"
    request.refresh_from_db()
    assert request.outcome == "granted"


def test_an_account_of_a_child_is_closed_from_the_desk_at_once_and_without_a_copy(as_, anna, petra):
    request = entered(as_, petra, email=anna.email, channel="phone")
    step(as_, petra, "close_account", request, how="minor")
    closure = AccountClosure.objects.get()
    assert (closure.reason, closure.copy, closure.can_undo) == ("minor", "none", False)
    advance_all()
    assert not User.objects.filter(pk=anna.pk).exists()


def test_an_open_request_never_holds_up_an_erasure(as_, anna):
    as_(anna).post(f"{reverse('requests:ask')}?recht=complaint", {**TYPED, "text": "Niet netjes.", "form_key": "k"})
    close(user=anna, by=anna, at_once=True)
    advance_all()
    assert AccountClosure.objects.get().state == "done"
    assert not RightsRequest.objects.exists()


# No mail at all (C-2) ------------------------------------------------------------------------------------------------


def test_who_asks_never_to_be_mailed_gets_only_what_the_law_asks(as_, petra):
    request = entered(as_, petra, email="vis@example.org", right="objection")
    step(as_, petra, "take_up", request, sure="on")
    decides(as_, petra, request, no_mail="on")
    assert NoContact.objects.count() == 1
    refused, sent = set(), set()
    for kind in declared_kinds().values():
        mail = OutgoingMail(kind=kind.name, recipient_hash="", expires_at=clock.now() + timedelta(days=1))
        mail.recipient_hash = NoContact.objects.get().recipient_hash
        if refusal(mail) == "no contact wanted":
            refused.add(kind.name)
        else:
            sent.add(kind.name)
    assert {"newsletter", "rights-decided"} & refused == {"newsletter"}
    assert all(kind.by_law or kind.after_closing for name, kind in declared_kinds().items() if name in sent)


def test_another_spelling_of_the_address_is_the_same_mailbox_and_it_can_be_taken_off_again(petra):
    assert never_mail(address="Vis@Example.org", by=petra)
    assert not never_mail(address="vis@example.org", by=petra)
    assert mail_again(address=" VIS@example.org", by=petra)
    assert not NoContact.objects.exists()
