"""Who gets the reactions to a post: its author, a co-manager the author chose, or a named other (W-17)."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.closure import actions as closure
from content.contact import actions as contact
from content.contact import relay
from content.contact.models import Conversation
from content.posts import actions as posts
from content.posts import comanagers, contact_person
from content.posts.comanagers import CoManager
from content.signups import actions as signups
from content.signups.emails import tell_organiser
from content.signups.models import SignUp
from tests import factories
from tests.content.test_contact import VISITOR_ADDRESS, confirmed, wire
from tests.content.test_replies import mailed, reply
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver


@pytest.fixture
def lamp(anna, klarendal):
    return factories.post(anna, klarendal)


@pytest.fixture
def beside(bram, lamp):
    """Bram keeps Anna's post with her."""
    return CoManager.objects.create(post=lamp, user=bram)


@pytest.fixture
def chosen(anna, lamp, beside):
    with clock.frozen(timedelta(minutes=-5)):
        contact_person.choose(post=lamp, who=str(beside.pk), by=anna)
    beside.refresh_from_db()
    return beside


def edit_url(post):
    return reverse("posts:edit", args=[post.pk])


def edited(browser, post, **fields):
    said = {"title": post.title, "text": post.text, "theme": post.theme_id, **fields}
    return browser.post(edit_url(post), said)


def thread(talk):
    return reverse("contact:thread", args=[talk.pk])


def mails(kind):
    return OutgoingMail.objects.filter(kind=kind).order_by("pk")


def reached(talk):
    return relay.mailbox_of(Conversation.objects.with_parties().get(pk=talk.pk), "poster").address


# Choosing ------------------------------------------------------------------------------------------------------------


def test_by_default_it_is_the_author(client, as_, anna, lamp):
    page = as_(anna).get(edit_url(lamp)).content.decode()
    assert page.count('name="contact_who"') == 2
    assert 'value="ik" id="id_contact_who_0" checked' in page.replace("required ", "")
    talk = confirmed(client, lamp)
    assert reached(talk) == anna.email and mails("contact-message").get().recipient == anna.email


def test_the_first_form_asks_it_too(as_, anna, klarendal):
    draft = factories.post(anna, klarendal, status="draft")
    url = reverse("posts:place_step", args=[draft.pk, "contact"])
    assert "Wie krijgt de reacties?" in as_(anna).get(url).content.decode()
    page = as_(anna).post(url, {"contact_who": "ander", "contact_email": "vera@example.net"}).content.decode()
    assert "Vul de naam in van wie de reacties krijgt." in page and 'value="vera@example.net"' in page
    as_(anna).post(url, {"contact_who": "ander", "contact_email": "vera@example.net", "contact_name": "Vera"})
    draft.refresh_from_db()
    assert contact_person.chosen(draft) == "ander" and not mails("post-named").exists()


def test_a_co_manager_is_chosen_hears_of_it_and_gets_what_comes_from_then_on(client, as_, anna, bram, lamp, beside):
    before = confirmed(client, lamp, email="eerder@example.net")
    assert "Bram de Vries" in as_(anna).get(edit_url(lamp)).content.decode()
    assert edited(as_(anna), lamp, contact_who=str(beside.pk)).status_code == 302
    assert contact_person.chosen(lamp) == str(beside.pk)
    told = mails("post-chosen").get()
    assert told.recipient == bram.email and anna.email not in wire(told) and "Jansen" not in wire(told)
    assert "Bram de Vries" in as_(anna).get(reverse("posts:mine_detail", args=[lamp.pk])).content.decode()
    assert "jij beantwoordt nieuwe reacties" in as_(bram).get(f"/mijn/berichten/{lamp.pk}/").content.decode()

    talk = confirmed(client, lamp)
    assert mails("contact-message").latest("pk").recipient == bram.email
    as_(bram).post(thread(talk), {"body": "Bram hier.", "form_key": "k"})
    mail = mails("contact-answer").get()
    assert mail.recipient == VISITOR_ADDRESS and "De plaatser via Wijk" in wire(mail)
    seen = [wire(mail), client.get(f"/gesprek/{talk.token}/").content.decode()]
    seen.append(client.get(lamp.get_absolute_url()).content.decode())
    for secret in ("Bram de Vries", "de Vries", bram.email, anna.email):
        assert not any(secret in piece for piece in seen)
    # What began before stays between its two; the author goes on reading all of it.
    assert reached(before) == anna.email and as_(bram).get(thread(before)).status_code == 404
    assert as_(anna).get(thread(before)).status_code == as_(anna).get(thread(talk)).status_code == 200


def test_the_chosen_one_sees_nothing_private_of_the_author(client, as_, anna, bram, lamp, chosen):
    lamp.contact_phone, lamp.contact_address = "+31612345678", "Lampstraat 7"
    lamp.save()
    talk = confirmed(client, lamp)
    contact.share(conversation=talk, side="poster", details={"phone": "0611112222"}, by=anna)
    page = as_(bram).get(thread(talk)).content.decode()
    assert not any(
        secret in page for secret in ("612345678", "0611112222", "Lampstraat", anna.email, "Deel je gegevens")
    )
    for step in ("share", "unshare", "block"):
        assert as_(bram).post(reverse(f"contact:{step}", args=[talk.pk])).status_code == 404


def test_the_chosen_one_answers_by_mail_and_the_author_does_not(client, anna, bram, lamp, chosen, settings):
    settings.RECEIVING_SERVER, settings.RELAY_DOMAIN = "mx.wijk.example", "wijk.example"
    talk = confirmed(client, lamp)
    mailed(talk, "poster", reply(bram.email, "Graag, zaterdag."))
    message = talk.messages.latest("pk")
    assert (message.body, message.stand_in) == ("Graag, zaterdag.", bram)
    mailed(talk, "poster", reply(anna.email, "Ook graag.", message_id="<2@b.nl>"))
    assert talk.messages.count() == 2 and mails("contact-held").get().recipient == bram.email


def test_the_choice_can_be_taken_back(client, as_, anna, bram, lamp, chosen):
    talk = confirmed(client, lamp)
    edited(as_(anna), lamp, contact_who="ik")
    assert contact_person.chosen(lamp) == "ik" and reached(talk) == anna.email
    assert as_(bram).get(thread(talk)).status_code == 404
    # What waited for Bram is not sent to him any more.
    deliver()
    assert mails("contact-message").get().state == "cancelled"


def test_choosing_again_moves_it_and_choosing_the_same_changes_nothing(as_, anna, lamp, chosen):
    carla = CoManager.objects.create(post=lamp, user=factories.member("Carla", "Pos"))
    since = chosen.contact_since
    edited(as_(anna), lamp, contact_who=str(chosen.pk))
    chosen.refresh_from_db()
    assert chosen.contact_since == since
    edited(as_(anna), lamp, contact_who=str(carla.pk))
    assert list(CoManager.objects.filter(contact_since__isnull=False)) == [carla]
    with pytest.raises(IntegrityError), transaction.atomic():
        CoManager.objects.update(contact_since=clock.now())


def test_who_signs_up_and_whom_the_author_writes_first_stay_with_the_author(client, as_, anna, bram, klarendal):
    dinner = factories.activity(anna, klarendal, signup_on=True)
    place = CoManager.objects.create(post=dinner, user=bram)
    with clock.frozen(timedelta(minutes=-5)):
        contact_person.choose(post=dinner, who=str(place.pk), by=anna)
    carla = factories.member("Carla", "Pos")
    one = SignUp.objects.create(
        post=dinner, member=carla, name="Carla", state="going", activity_ends_at=dinner.starts_at
    )
    tell_organiser(one)
    assert mails("signup-new").get().recipient == anna.email
    talk = signups.write(sign_up=one, body="Neem je een bord mee?", form_key="k", by=anna)
    assert reached(talk) == anna.email and as_(bram).get(thread(talk)).status_code == 404
    as_(carla).post(thread(talk), {"body": "Twee borden.", "form_key": "k2"})
    assert mails("contact-message").get().recipient == anna.email


# A named other -------------------------------------------------------------------------------------------------------


def test_a_named_other_hears_why_once_and_gets_the_reactions(client, as_, anna, lamp):
    said = {"contact_who": "ander", "contact_name": "Vera", "contact_email": "vera@voorbeeld.nl"}
    for _time in range(2):
        assert edited(as_(anna), lamp, **said).status_code == 302
    told = mails("post-named").get()
    assert told.recipient == "vera@voorbeeld.nl" and lamp.title in wire(told)
    assert not any(secret in wire(told) for secret in (anna.email, "Anna", "Jansen"))
    confirmed(client, lamp)
    mail = mails("contact-message").get()
    assert mail.recipient == "vera@voorbeeld.nl" and "omdat je contactpersoon bent" in json.loads(mail.payload)["text"]
    page = client.get(lamp.get_absolute_url()).content.decode()
    assert "Vera" not in page and "voorbeeld.nl" not in page


def test_a_named_other_hears_of_it_when_the_post_comes_on_the_site(anna, mo, klarendal):
    fields = {"contact_name": "Vera", "contact_email": "vera@voorbeeld.nl"}
    post = factories.post(anna, klarendal, status="waiting", published_at=None, **fields)
    assert not mails("post-named").exists()
    posts.publish(post=post, by=mo)
    assert mails("post-named").get().recipient == "vera@voorbeeld.nl"


def test_the_own_address_is_nobody_else(client, as_, anna, lamp):
    edited(as_(anna), lamp, contact_who="ik", contact_email="ANNA@example.org", show_email="on")
    lamp.refresh_from_db()
    assert lamp.contact_email and contact_person.chosen(lamp) == "ik" and not mails("post-named").exists()
    confirmed(client, lamp)
    assert "contactpersoon" not in json.loads(mails("contact-message").get().payload)["text"]


@pytest.mark.parametrize("who", ["ik", "bram"])
def test_an_address_of_another_needs_the_choice_for_another(as_, anna, lamp, beside, who):
    page = edited(
        as_(anna), lamp, contact_who=str(beside.pk) if who == "bram" else who, contact_email="vera@voorbeeld.nl"
    ).content.decode()
    assert "Dit adres hoort niet bij je account." in page and 'value="vera@voorbeeld.nl"' in page
    lamp.refresh_from_db()
    assert not lamp.contact_email and contact_person.chosen(lamp) == "ik"


# Hostile -------------------------------------------------------------------------------------------------------------


def test_who_is_no_co_manager_of_this_post_cannot_be_chosen(as_, anna, lamp, beside, klarendal):
    other = factories.post(anna, klarendal, title="Een ander bericht")
    elsewhere = CoManager.objects.create(post=other, user=factories.member("Carla", "Pos"))
    for forged in (str(elsewhere.pk), "999999", "bram", "-1", "\x00"):
        page = edited(as_(anna), lamp, contact_who=forged)
        assert "Kies wie de reacties krijgt." in page.content.decode()
        contact_person.choose(post=lamp, who=forged, by=anna)
    assert not CoManager.objects.filter(contact_since__isnull=False).exists()


def test_a_co_manager_chooses_nobody(as_, bram, lamp, beside):
    assert 'name="contact_who"' not in as_(bram).get(edit_url(lamp)).content.decode()
    edited(as_(bram), lamp, contact_who=str(beside.pk))
    assert contact_person.chosen(lamp) == "ik"


def test_who_is_away_cannot_be_chosen_and_is_no_contact_for_the_time(client, anna, bram, lamp, chosen):
    talk = confirmed(client, lamp)
    bram.restricted_at = clock.now()
    bram.save()
    assert reached(talk) == anna.email and contact_person.eligible(lamp) == []


# Falling back --------------------------------------------------------------------------------------------------------


def test_when_the_co_manager_stops_it_is_the_author_again(client, as_, anna, bram, lamp, chosen):
    talk = confirmed(client, lamp)
    as_(bram).post(thread(talk), {"body": "Bram hier.", "form_key": "k"})
    comanagers.part(post=lamp, user=bram, by=bram)
    assert reached(talk) == anna.email and as_(bram).get(thread(talk)).status_code == 404
    client.post(f"/gesprek/{talk.token}/", {"body": "Nog iets.", "form_key": "k2"})
    assert mails("contact-message").latest("pk").recipient == anna.email
    assert "Bram hier." in as_(anna).get(thread(talk)).content.decode()


def test_with_a_closed_account_go_the_choice_and_the_own_words(client, anna, bram, lamp, chosen):
    talk = confirmed(client, lamp)
    contact.answer(conversation=talk, side="poster", body="Bram hier.", form_key="k", by=bram)
    closure.close(user=bram, by=bram)
    assert reached(talk) == anna.email
    with clock.frozen(timedelta(hours=25)):
        assert closure.advance_all() == 1
    assert not CoManager.objects.exists() and reached(talk) == anna.email
    assert list(talk.messages.values_list("body", "stand_in")) == [("Ik kom graag helpen.", None), ("", None)]


def test_when_the_author_is_away_nobody_answers(client, anna, lamp, chosen):
    talk = confirmed(client, lamp)
    anna.restricted_at = clock.now()
    anna.save()
    assert relay.mailbox_of(Conversation.objects.with_parties().get(pk=talk.pk), "poster") is None


def test_who_the_chosen_one_blocked_is_told_so(client, bram, lamp, chosen, presikhaaf):
    his = factories.post(bram, presikhaaf)
    contact.block(conversation=confirmed(client, his), side="poster", by=bram)
    talk = confirmed(client, lamp)
    assert talk.state == "unconfirmed"


def test_the_chosen_one_finds_it_in_my_data_with_the_own_words_only(client, as_, anna, bram, lamp, chosen):
    talk = confirmed(client, lamp)
    contact.answer(conversation=talk, side="poster", body="Bram hier.", form_key="k", by=bram)
    contact.answer(conversation=talk, side="poster", body="En Anna.", form_key="k2", by=anna)
    page = as_(bram).get("/mijn/gegevens/").content.decode()
    assert "Contactpersoon sinds" in page and "Bram hier." in page
    assert "En Anna." not in page and "Ik kom graag helpen." not in page
