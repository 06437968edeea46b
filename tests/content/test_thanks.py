"""A word of thanks to who helped: relayed, once in each conversation, and to nobody who closed or blocked."""

import json
from datetime import timedelta

import pytest

from content.contact import actions as contact
from content.contact.models import Conversation, Message
from content.posts.actions import fulfil
from content.posts.models import Post
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail

THANKS = "Dank je wel, de lamp hangt prachtig."
SAID = {"name": "", "phone": "", "message": "Ik kom zaterdag."}


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal)


@pytest.fixture
def helper(post, bram):
    return contact.start(post=post, typed={**SAID, "email": ""}, form_key="bram", language="nl", by=bram)


@pytest.fixture
def visitor(post):
    typed = {**SAID, "email": "vis@example.org", "name": "Vera"}
    talk = contact.start(post=post, typed=typed, form_key="vera", language="nl", by=None)
    contact.confirm(conversation=talk, by=None)
    return talk


def done(post, outcome="via_wijk"):
    fulfil(post=post, by=post.author, outcome=outcome)


def url(post):
    return f"/mijn/berichten/{post.pk}/bedanken/"


def send(browser, post, *talks, body=THANKS, **more):
    return browser.post(url(post), {"people": [talk.pk for talk in talks], "body": body, **more}, follow=True)


def thanked():
    return list(Message.objects.filter(is_thanks=True).values_list("conversation", flat=True))


def test_a_note_goes_to_whom_the_author_chose_and_gives_no_address(post, helper, visitor, anna, as_):
    done(post)
    browser = as_(anna)
    assert "Hielp een buur je?" in browser.get(f"/mijn/berichten/{post.pk}/").content.decode()
    assert "Vera, schreef je op" in browser.get(url(post)).content.decode()
    assert "Je bedankje is onderweg" in send(browser, post, visitor).content.decode()
    mail = OutgoingMail.objects.get(kind="contact-thanks")
    assert mail.recipient == "vis@example.org"
    assert THANKS in json.loads(mail.payload)["text"]
    assert anna.email not in mail.payload and "Jansen" not in mail.payload
    assert thanked() == [visitor.pk]
    assert "bedankje" in browser.get(f"/mijn/gesprekken/{visitor.pk}/").content.decode()


def test_each_conversation_is_thanked_once(post, helper, visitor, anna, as_):
    done(post)
    browser = as_(anna)
    send(browser, post, helper, visitor)
    assert "niemand bedanken" in send(browser, post, helper).content.decode()
    again = contact.answer(
        conversation=helper, side=Message.Side.POSTER, body="Nog eens", form_key="", by=anna, is_thanks=True
    )
    assert again is None and len(thanked()) == 2


def test_who_closed_or_blocked_gets_none(post, helper, visitor, bram, anna, as_):
    contact.block(conversation=helper, side=Message.Side.VISITOR, by=bram)
    contact.close(conversation=visitor, side=Message.Side.VISITOR, by=None)
    done(post)
    browser = as_(anna)
    assert "Hielp een buur je?" not in browser.get(f"/mijn/berichten/{post.pk}/").content.decode()
    send(browser, post, helper, visitor)
    assert thanked() == []


def test_who_left_or_is_frozen_gets_none(post, helper, bram, anna, as_):
    done(post)
    bram.restricted_at = clock.now()
    bram.save(update_fields=["restricted_at"])
    send(as_(anna), post, helper)
    assert thanked() == []


@pytest.mark.parametrize("outcome", ["", "elsewhere", "partly"])
def test_only_what_worked_out_here_is_thanked_for(post, helper, anna, as_, outcome):
    done(post, outcome)
    send(as_(anna), post, helper)
    assert thanked() == []


def test_after_two_weeks_it_is_over(post, helper, anna, as_):
    done(post)
    Post.objects.update(expires_at=clock.now() - timedelta(days=15))
    send(as_(anna), post, helper)
    assert thanked() == []


def test_only_the_author_thanks_and_only_in_talks_about_this_post(post, helper, anna, bram, klarendal, as_):
    other = factories.post(anna, klarendal, title="Een ander")
    elsewhere = contact.start(post=other, typed={**SAID, "email": ""}, form_key="ander", language="nl", by=bram)
    done(post)
    assert as_(bram).get(url(post)).status_code == 404
    assert send(as_(bram), post, helper).status_code == 404
    assert "Kies uit de lijst" in send(as_(anna), post, elsewhere).content.decode()
    assert thanked() == []


def test_private_details_are_shown_first_and_go_when_the_author_says_so(post, helper, anna, as_):
    done(post)
    browser, words = as_(anna), "Bel me eens op 06 12345678."
    page = send(browser, post, helper, body=words)
    assert thanked() == [] and words in page.content.decode()
    send(browser, post, helper, body=words, seen=page.context["form"].now_seen)
    assert thanked() == [helper.pk]


@pytest.mark.parametrize("body", ["", "   ", "x" * 301])
def test_a_wrong_note_is_not_sent_and_not_lost(post, helper, anna, as_, body):
    done(post)
    page = send(as_(anna), post, helper, body=body)
    assert page.status_code == 200 and body.strip() in page.content.decode()
    assert thanked() == []


def test_a_note_is_nowhere_on_the_site(post, helper, anna, as_, client):
    done(post)
    send(as_(anna), post, helper)
    for address in (post.get_absolute_url(), "/wijk/klarendal/", "/wijk/klarendal/feed.json"):
        assert THANKS not in client.get(address).content.decode()
    assert Conversation.objects.get(pk=helper.pk).state == "open"
