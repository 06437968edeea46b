"""A visitor asks an organisation something: it goes by mail to who reads it, and is kept nowhere (W-29, W-96)."""

from datetime import timedelta

import pytest

from content.organisations.models import OrganisationEditor
from tests import factories
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail

ASK = "/organisatie/de-soepkeuken/vraag/"


@pytest.fixture
def kitchen(anna, klarendal):
    return factories.organisation("De Soepkeuken", klarendal, editor=anna)


@pytest.fixture
def typed():
    return {
        "text": "Kan ik zonder aanmelden mee-eten?",
        "email": "vera@example.net",
        "name": "Vera",
        "sent_at": signed_time(age=timedelta(minutes=1)),
    }


def questions():
    return OutgoingMail.objects.filter(kind="organisation-question")


def test_every_page_that_somebody_keeps_has_one_form_for_everybody(client, kitchen, klarendal):
    page = client.get("/organisatie/de-soepkeuken/")
    assert page.content.decode().count('id="contact"') == 1 and not page.cookies
    factories.organisation("Uit een lijst", klarendal)
    assert 'id="contact"' not in client.get("/organisatie/uit-een-lijst/").content.decode()
    assert client.get("/organisatie/uit-een-lijst/vraag/").status_code == 302


def test_a_visitor_without_an_account_asks_and_every_editor_reads_it(client, anna, bram, kitchen, typed):
    OrganisationEditor.objects.create(organisation=kitchen, user=bram)
    answer = client.post(ASK, typed)
    assert "krijgt je bericht per mail" in client.get(answer.url).content.decode()
    assert {mail.recipient for mail in questions()} == {anna.email, bram.email}
    assert "zonder aanmelden" in questions()[0].payload and "vera@example.net" in questions()[0].payload
    assert anna.email not in client.get(answer.url).content.decode()


def test_the_contact_address_is_used_when_there_is_one(client, kitchen, typed):
    kitchen.contact_email = "info@soep.example"
    kitchen.save()
    client.post(ASK, typed)
    assert [mail.recipient for mail in questions()] == ["info@soep.example"]


def test_the_same_form_twice_is_one_question_and_a_robot_asks_nothing(client, kitchen, typed):
    for _time in range(2):
        client.post(ASK, typed)
    assert questions().count() == 1
    assert client.post(ASK, {**typed, "text": "Koop nu", "website": "x"}).status_code == 302
    assert questions().count() == 1


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, kitchen, typed):
    page = client.post(ASK, {**typed, "email": "geen adres"}).content.decode()
    assert "Kan ik zonder aanmelden" in page and 'value="geen adres"' in page
    assert not questions().exists()


def test_one_network_asks_five_times_an_hour(client, kitchen, typed):
    codes = [client.post(ASK, {**typed, "text": f"Vraag {number}"}).status_code for number in range(6)]
    assert codes == [302] * 5 + [429]


def test_a_page_that_is_off_takes_no_questions(client, kitchen, typed):
    kitchen.is_live = False
    kitchen.save()
    assert client.post(ASK, typed).status_code == 404
    assert not questions().exists()
