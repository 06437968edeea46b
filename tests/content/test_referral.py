"""A request goes on to an organisation when its poster says yes, and never before."""

import re
from datetime import timedelta

import pytest

from accounts.requests.stopping import object_to
from content.contact.actions import answer as write
from content.contact.models import Conversation
from content.helping import referring
from content.helping.emails import REFERRAL_SALT
from content.helping.referral import Referral
from content.posts.actions import withdraw
from tests import factories
from wijk import clock
from wijk.links import signed
from wijk.mail.models import OutgoingMail


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal, contact_email="zus@example.org", contact_phone="+31612345678")


@pytest.fixture
def centre(klarendal):
    return factories.organisation("Wijkcentrum", klarendal, contact_email="info@wijkcentrum.example")


@pytest.fixture
def referral(post, centre, mo):
    return referring.propose(post=post, organisation=centre, by=mo)


def address(post):
    return f"/beheer/klarendal/berichten/{post.pk}/doorverwijzen/"


def link(referral):
    return f"/doorverwijzing/{signed(referral.pk, salt=REFERRAL_SALT)}/"


def mails(kind="referred"):
    return OutgoingMail.objects.filter(kind=kind)


def test_the_poster_is_asked_and_the_organisation_hears_nothing(as_, mo, post, centre, anna):
    as_(mo).post(address(post), {"organisation": centre.pk})
    assert mails("referral-asked").to_address(anna.email).count() == 1
    assert not OutgoingMail.objects.to_address(centre.contact_email).exists()


def test_the_mailed_link_opens_and_reading_it_changes_nothing(referral, client):
    path = re.search(r"/doorverwijzing/[^\s\"\\]+/", mails("referral-asked").get().payload)[0]
    page = client.get(path).content.decode()
    assert "Mogen we je vraag doorgeven aan Wijkcentrum?" in page
    referral.refresh_from_db()
    assert referral.answer == "none" and not mails().exists()


def test_after_a_yes_the_public_words_go_on_and_no_address(referral, client, anna, post, centre):
    client.post(link(referral), {"antwoord": "ja"})
    mail = mails().to_address(centre.contact_email).get()
    assert post.title in mail.payload and "Mijn plafond is hoog" in mail.payload
    for hidden in (anna.email, "zus@example.org", "612345678", "Jansen", "Anna"):
        assert hidden not in mail.payload
    assert "Het is doorgegeven" in client.get(link(referral)).content.decode()


def test_the_organisation_answers_through_the_relay(referral, client, anna):
    client.post(link(referral), {"antwoord": "ja"})
    talk = Conversation.objects.get()
    page = client.get(f"/gesprek/{talk.token}/").content.decode()
    assert "Mijn plafond is hoog" in page and anna.email not in page
    assert write(conversation=talk, side="visitor", body="Wij komen langs.", form_key="w", by=None)
    mail = mails("contact-message").get()
    assert "Wij komen langs." in mail.payload and "Wijkcentrum" in mail.payload
    assert "info@wijkcentrum.example" not in mail.payload


def test_an_organisation_without_an_address_is_reached_by_who_keeps_its_page(post, klarendal, bram, mo, client):
    shop = factories.organisation("Buurtwinkel", klarendal, editor=bram)
    made = referring.propose(post=post, organisation=shop, by=mo)
    client.post(link(made), {"antwoord": "ja"})
    assert mails().to_address(bram.email).exists()
    assert Conversation.objects.get().member == bram


def test_after_a_no_nothing_is_sent_ever(referral, client, post, centre, mo):
    client.post(link(referral), {"antwoord": "nee"})
    client.post(link(referral), {"antwoord": "ja"})
    referral.refresh_from_db()
    assert referral.answer == "no"
    assert not mails().exists() and not Conversation.objects.exists()
    assert referring.propose(post=post, organisation=centre, by=mo) is None, "not asked again"
    assert "hoort niets" in client.get(link(referral)).content.decode()


def test_a_second_yes_sends_nothing_more(referral, client):
    for _time in range(3):
        client.post(link(referral), {"antwoord": "ja"})
    assert mails().count() == Conversation.objects.count() == 1
    client.post(link(referral), {"antwoord": "nee"})
    assert Referral.objects.get().answer == "yes"


def test_a_link_lasts_two_weeks(referral, client):
    with clock.frozen(timedelta(days=14, minutes=1)):
        assert client.get(link(referral)).status_code == 410
        client.post(link(referral), {"antwoord": "ja"})
    assert not mails().exists()


@pytest.mark.parametrize("word", ["x", "a" * 3000, "%00"])
def test_a_forged_link_is_gone(db, client, word):
    assert client.get(f"/doorverwijzing/{word}/").status_code == 410
    assert client.post(f"/doorverwijzing/{signed(1, salt='other')}/", {"antwoord": "ja"}).status_code == 410


def test_what_left_the_site_goes_nowhere(referral, client, post, anna, centre):
    withdraw(post=post, by=anna)
    client.post(link(referral), {"antwoord": "ja"})
    assert not mails().exists()
    assert "Er is niets verstuurd" in client.get(link(referral)).content.decode()


def test_an_organisation_that_was_switched_off_hears_nothing(referral, client, centre):
    centre.is_live = False
    centre.save()
    client.post(link(referral), {"antwoord": "ja"})
    assert not mails().exists()


def test_only_organisations_of_there_that_can_be_reached_can_be_chosen(as_, mo, post, centre, klarendal, presikhaaf):
    far = factories.organisation("Ver weg", presikhaaf, contact_email="ver@example.org")
    off = factories.organisation("Staat uit", klarendal, live=False, contact_email="uit@example.org")
    mute = factories.organisation("Zonder adres", klarendal)
    own = factories.organisation("Van Anna zelf", klarendal, editor=post.author)
    desk = as_(mo)
    page = desk.get(address(post)).content.decode()
    assert "Wijkcentrum" in page
    for other in (far, off, mute, own):
        assert other.name not in page
        assert "uit de lijst" in desk.post(address(post), {"organisation": other.pk}).content.decode()
    assert not Referral.objects.exists()


def test_one_question_at_a_time(referral, as_, mo, post, klarendal):
    other = factories.organisation("Kerk", klarendal, contact_email="kerk@example.org")
    page = as_(mo).post(address(post), {"organisation": other.pk}).content.decode()
    assert "Dit kan nu niet" in page
    assert mails("referral-asked").count() == 1


def test_only_a_request_on_the_site_of_who_wants_to_be_asked(post, centre, mo, anna, klarendal):
    offer = factories.post(anna, klarendal, kind="offer")
    assert referring.propose(post=offer, organisation=centre, by=mo) is None
    object_to(user=anna, code="questions", by=anna)
    assert referring.propose(post=post, organisation=centre, by=mo) is None
    assert not OutgoingMail.objects.exists()


def test_a_manager_of_another_neighbourhood_cannot_propose(as_, els, post, centre, presikhaaf):
    for wijk in ("klarendal", "presikhaaf-west"):
        path = f"/beheer/{wijk}/berichten/{post.pk}/doorverwijzen/"
        assert as_(els).post(path, {"organisation": centre.pk}).status_code == 404
