"""The phone number of a post: never at the desk; for an operator, after a mail failed or with a reason (W-37, X-4)."""

from datetime import timedelta

import pytest

from accounts.audit.models import AuditEvent
from content.moderation.actions import ask_author
from content.moderation.phones import PhoneLook, look, mail_failed
from tests import factories
from wijk.mail.models import OutgoingMail, Undeliverable, recipient_hash
from wijk.personal_data import REGISTER

NUMBER, READABLE = "+31612345678", "+31 6 12345678"
REASON = "De activiteit van morgen gaat niet door, en zij weet het niet."


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal, contact_phone=NUMBER)


def page(post):
    return f"/cms/telefoon/{post.pk}/"


def test_an_operator_with_a_reason_sees_it_and_it_is_on_record(post, anna, otto, as_):
    browser = as_(otto)
    first = browser.get(page(post)).content.decode()
    assert "Mail dus eerst" in first and READABLE not in first
    assert READABLE not in browser.post(page(post), {}).content.decode()
    assert READABLE not in browser.post(page(post), {"reason": "daarom"}).content.decode()
    assert not PhoneLook.objects.exists() and not AuditEvent.objects.filter(action="post.phone").exists()
    assert READABLE in browser.post(page(post), {"reason": REASON}).content.decode()
    event = AuditEvent.objects.get(action="post.phone")
    assert (event.actor_ref, event.about, event.detail) == (otto.pk, f"content.post:{post.pk}", {"why": "reason"})
    mine = as_(anna).get("/mijn/gegevens/").content.decode()
    assert REASON in mine, "its author can see that somebody looked, and why"


def test_after_a_mail_that_failed_no_reason_is_needed(post, anna, otto, as_):
    Undeliverable.objects.create(recipient_hash=recipient_hash(anna.email), reason="hard")
    browser = as_(otto)
    assert "Je mag bellen" in browser.get(page(post)).content.decode()
    assert READABLE in browser.post(page(post), {}).content.decode()
    assert AuditEvent.objects.get(action="post.phone").detail == {"why": "mail"}


def test_a_mail_about_the_post_that_came_back_counts_and_one_to_somebody_else_does_not(post, anna, bram, mo):
    ask_author(post=post, question="Welke lamp?", by=mo)
    assert not mail_failed(post)
    OutgoingMail.objects.update(account_ref=bram.pk, state="sent", returned="hard")
    assert not mail_failed(post)
    OutgoingMail.objects.update(account_ref=anna.pk)
    assert mail_failed(post)


@pytest.mark.parametrize("who", ["mo", "eva", "petra", "anna"])
def test_nobody_else_gets_it(post, who, as_, request):
    person = request.getfixturevalue(who)
    for answer in (as_(person).get(page(post)), as_(person).post(page(post), {"reason": REASON})):
        assert answer.status_code in {302, 404} and READABLE not in answer.content.decode()
    with pytest.raises(PermissionError):
        look(post=post, by=person, reason=REASON)
    assert not PhoneLook.objects.exists()


def test_the_action_itself_refuses_without_a_reason(post, otto):
    with pytest.raises(PermissionError):
        look(post=post, by=otto, reason="")
    assert not AuditEvent.objects.filter(action="post.phone").exists()


def test_who_logged_in_a_while_ago_shows_first_who_they_are(post, otto, as_):
    answer = as_(otto, ago=timedelta(hours=1)).post(page(post), {"reason": REASON})
    assert answer.status_code == 302 and not PhoneLook.objects.exists()


def test_a_post_without_a_number_or_of_who_is_frozen(anna, bram, klarendal, otto, as_):
    bare = factories.post(anna, klarendal)
    assert "geen telefoonnummer" in as_(otto).post(page(bare), {"reason": REASON}).content.decode()
    frozen = factories.post(bram, klarendal, contact_phone=NUMBER)
    bram.restricted_at = frozen.created_at
    bram.save()
    assert as_(otto).get(page(frozen)).status_code == 404
    assert not PhoneLook.objects.exists()


def test_the_link_stands_beside_the_post_for_operators(post, otto, as_):
    assert page(post) in as_(otto).get(f"/cms/berichten/inspect/{post.pk}/").content.decode()


def test_a_look_is_kept_a_year(post):
    assert REGISTER[PhoneLook].clock == "looked_at" and REGISTER[PhoneLook].retention == "year"
