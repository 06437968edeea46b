"""Who blocks somebody hears nothing from that one any more, and the other is told so, and nobody else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.audit.models import AuditEvent
from accounts.closure import actions as closure
from content.contact import actions, aliases
from content.contact.blocking import Block
from content.contact.models import Alias, Conversation, Message
from tests import factories
from tests.content.test_contact import VISITOR_ADDRESS, confirmed, send, typed
from wijk import clock
from wijk.mail.models import OutgoingMail

TOLD = "De ander wil geen berichten van jou ontvangen."


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal)


def block(browser, talk):
    return browser.post(reverse("contact:block", args=[talk.pk]))


def begun(post, member, words="Dag"):
    said = {"name": "", "phone": "", "message": words}
    return actions.start(post=post, typed=said, form_key=words, language="nl", by=member)


def test_a_blocked_visitor_is_told_after_confirming_and_never_before(client, as_, post, anna, klarendal):
    talk = confirmed(client, post, name="Vera")
    browser = as_(anna)
    assert "nieuw gesprek beginnen" in browser.get(reverse("contact:block", args=[talk.pk])).content.decode()
    assert not Block.objects.exists()
    assert block(browser, talk).url == "/mijn/gesprekken/geblokkeerd/"
    talk.refresh_from_db()
    assert talk.state == "closed"

    other = factories.post(anna, klarendal, title="Ook nog iets")
    told = send(client, other, message="Nog eens proberen", email=VISITOR_ADDRESS.upper())
    assert told.status_code == 302 and told.url == "/gesprek/gestuurd/"
    again = Conversation.objects.latest("pk")
    link = reverse("contact:confirm", args=[again.token])
    assert TOLD not in client.get(link).content.decode()
    page = client.post(link).content.decode()
    assert TOLD in page and "Nog eens proberen" in page
    again.refresh_from_db()
    assert again.state == "unconfirmed" and OutgoingMail.objects.filter(kind="contact-message").count() == 1


def test_another_poster_is_not_touched_by_it(client, as_, post, anna, bram, presikhaaf):
    block(as_(anna), confirmed(client, post))
    assert confirmed(client, factories.post(bram, presikhaaf)).state == "open"


def test_a_blocked_member_is_told_at_once_and_cannot_come_back_as_a_visitor(client, as_, post, anna, bram):
    block(as_(anna), begun(post, bram))
    url = reverse("contact:send", args=[post.pk, post.slug])
    page = as_(bram).post(url, typed(email="", message="Waarom?"), headers={"Origin": "http://testserver"})
    assert TOLD in page.content.decode() and "Waarom?" in page.content.decode()
    bram.email = "nieuw@example.org"
    bram.save()
    page = as_(bram).post(url, typed(email="", message="Hallo?"), headers={"Origin": "http://testserver"})
    assert TOLD in page.content.decode()
    assert confirmed(client, post, email="bram@example.org").state == "unconfirmed"
    assert Conversation.objects.filter(state="open").count() == 0


def test_a_block_ends_all_talks_of_the_two_and_their_addresses(client, as_, post, anna, bram, klarendal, presikhaaf):
    first, second = begun(post, bram), begun(factories.post(anna, klarendal, title="Twee"), bram, "Twee")
    back = begun(factories.post(bram, presikhaaf, title="Drie"), anna, "Drie")
    stays = confirmed(client, post)
    for talk in (first, second, back, stays):
        aliases.address_of(talk, "poster")
    block(as_(anna), first)
    states = dict(Conversation.objects.values_list("pk", "state"))
    assert states == {first.pk: "closed", second.pk: "closed", back.pk: "closed", stays.pk: "open"}
    assert set(Alias.objects.filter(revoked_at=None).values_list("conversation", flat=True)) == {stays.pk}
    owners = Block.objects.values_list("owner", flat=True)
    assert list(owners) == [anna.pk]


def test_a_member_who_wrote_can_block_the_poster_of_the_own_posts(as_, post, anna, bram, presikhaaf):
    talk = begun(post, bram)
    actions.share(conversation=talk, side="visitor", details={"phone": "0612345678"}, by=bram)
    block(as_(bram), talk)
    assert "0612345678" not in as_(anna).get(reverse("contact:thread", args=[talk.pk])).content.decode()
    his = factories.post(bram, presikhaaf)
    url = reverse("contact:send", args=[his.pk, his.slug])
    assert TOLD in as_(anna).post(url, typed(email=""), headers={"Origin": "http://testserver"}).content.decode()


def test_a_visitor_who_blocks_closes_and_nothing_else(client, post):
    talk = confirmed(client, post)
    url = reverse("contact:visitor_block", args=[talk.token])
    assert "als eerste schrijven" in client.get(url).content.decode()
    assert client.post(url).url == f"/gesprek/{talk.token}/"
    talk.refresh_from_db()
    assert talk.state == "closed" and not Block.objects.exists()


def test_the_list_shows_a_name_and_a_title_and_no_address_and_undoes(client, as_, post, anna, bram):
    talk = confirmed(client, post, name="Vera")
    block(as_(anna), talk)
    block(as_(anna), talk)
    page = as_(anna).get("/mijn/gesprekken/geblokkeerd/").content.decode()
    assert "Vera" in page and post.title in page and VISITOR_ADDRESS not in page
    blocked = Block.objects.get()
    undo = reverse("contact:unblock", args=[blocked.pk])
    assert as_(bram).post(undo).status_code == 404 and as_(anna).get(undo).status_code == 405
    as_(anna).post(undo)
    assert not Block.objects.exists() and confirmed(client, post).state == "open"


def test_the_list_outlives_the_conversation_and_the_post(client, as_, post, anna):
    block(as_(anna), confirmed(client, post, name="Vera"))
    Message.objects.all().delete()
    Conversation.objects.all().delete()
    page = as_(anna).get("/mijn/gesprekken/geblokkeerd/").content.decode()
    assert "Iemand die je schreef" in page and post.title in page and "Vera" not in page
    post.delete()
    assert "Iemand die je schreef" in as_(anna).get("/mijn/gesprekken/geblokkeerd/").content.decode()


def test_a_block_is_on_record_in_my_data_and_goes_with_its_owner(client, as_, post, anna):
    block(as_(anna), confirmed(client, post))
    assert "Iemand geblokkeerd" in as_(anna).get("/mijn/gegevens/").content.decode()
    acts = list(AuditEvent.objects.filter(action="contact.block").values_list("about", flat=True))
    assert acts == [f"content.conversation:{Conversation.objects.get().pk}"]
    assert VISITOR_ADDRESS not in str(list(Block.objects.values()))
    closure.close(user=anna, by=anna)
    with clock.frozen(timedelta(hours=25)):
        assert closure.advance_all() == 1
    assert not Block.objects.exists()
