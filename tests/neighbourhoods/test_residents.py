"""Coming to live in a neighbourhood: signing up and moving."""

import pytest

from accounts.audit.models import AuditEvent
from accounts.consent.models import ConsentEvent
from accounts.users.models import User
from neighbourhoods.places.models import Municipality
from neighbourhoods.residents.actions import settle
from neighbourhoods.residents.models import Residence
from tests import factories

SIGNUP = "/account/signup/"


@pytest.fixture
def filled(klarendal):
    return {
        "first_name": "  Anna ",
        "last_name": "Jansen",
        "email": "anna@example.org",
        "password1": "een-lang-wachtwoord",
        "neighbourhood": "klarendal",
        "is_16": "on",
        "terms": "on",
    }


def test_a_new_member_gets_names_a_home_and_both_consents(client, filled, klarendal):
    assert client.post(SIGNUP, filled).status_code == 302
    anna = User.objects.get(email="anna@example.org")
    assert (anna.first_name, anna.last_name) == ("Anna", "Jansen")
    assert anna.residence.neighbourhood == klarendal
    events = ConsentEvent.objects.filter(user=anna)
    assert {(event.key, event.given) for event in events} == {("terms", True), ("privacy", True)}
    assert all(event.text_version for event in events)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("first_name", " \u200b ", "Vul je voornaam in."),
        ("first_name", "x" * 61, "60"),
        ("last_name", "", "Vul je achternaam in."),
        ("last_name", "Win nu op https://spam.example", "alleen je naam"),
        ("neighbourhood", "", "Kies je wijk."),
        ("neighbourhood", "elden", "Deze wijk doet niet mee."),
        ("neighbourhood", "klaren\x00dal", "Deze wijk doet niet mee."),
        ("neighbourhood", "\U0001f9ff" * 3000, "Deze wijk doet niet mee."),
        ("is_16", "", "16 jaar of ouder bent"),
        ("terms", "", "als je akkoord gaat"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(client, filled, field, value, message):
    factories.neighbourhood("Elden", code="WK020220", on=False)
    response = client.post(SIGNUP, {**filled, field: value})
    page = response.content.decode()
    assert response.status_code == 200
    assert message in page
    assert 'value="anna@example.org"' in page
    assert not User.objects.exists()


def test_the_form_asks_nothing_beyond_need_and_ticks_nothing(client, klarendal):
    page = client.get(SIGNUP).content.decode()
    assert " checked" not in page
    assert "Andere bewoners zien die alleen als jij dat kiest" in page
    assert "We vragen niet naar je geboortedatum" in page
    assert 'href="/voorwaarden/"' in page and 'href="/privacy/"' in page


def test_the_neighbourhood_somebody_came_from_is_chosen_already(client, klarendal, presikhaaf):
    assert '<option value="klarendal" selected>' in client.get(SIGNUP, {"wijk": "klarendal"}).content.decode()
    assert (
        " selected" not in client.get(SIGNUP, {"wijk": "x\x00<"}).content.decode().split('<option value="klarendal"')[1]
    )


def test_choices_are_grouped_when_there_are_several_municipalities(client, klarendal):
    assert "<optgroup" not in client.get(SIGNUP).content.decode()
    velp = factories.neighbourhood("Velp", code="WK027502")
    velp.municipality = Municipality.objects.create(code="GM0275", name="Rheden", slug="rheden")
    velp.save()
    page = client.get(SIGNUP).content.decode()
    assert page.index('<optgroup label="Arnhem">') < page.index('value="klarendal"') < page.index('label="Rheden"')


def test_a_member_moves(as_, anna, presikhaaf):
    response = as_(anna).post("/mijn/wijk/", {"neighbourhood": "presikhaaf-west"})
    assert (response.status_code, response.headers["Location"]) == (302, "/mijn/")
    anna.residence.refresh_from_db()
    assert anna.residence.neighbourhood == presikhaaf
    event = AuditEvent.objects.get(action="residence.move")
    assert (event.actor_ref, event.neighbourhood_ref) == (anna.pk, presikhaaf.pk)


def test_moving_to_the_same_place_is_no_event(anna, klarendal):
    since = anna.residence.since
    settle(user=anna, neighbourhood=klarendal)
    assert Residence.objects.get(user=anna).since == since
    assert not AuditEvent.objects.filter(action__startswith="residence").exists()


def test_a_member_without_a_home_is_asked_for_one(as_, klarendal):
    lone = factories.member("Lot", "Smit")
    assert "In welke wijk woon je?" in as_(lone).get("/mijn/wijk/").content.decode()
    as_(lone).post("/mijn/wijk/", {"neighbourhood": "klarendal"})
    assert Residence.objects.get(user=lone).neighbourhood == klarendal


@pytest.mark.parametrize("value", ["", "nergens", "a\x00b", "x" * 10_000])
def test_an_unknown_place_is_refused_in_words(as_, anna, klarendal, value):
    response = as_(anna).post("/mijn/wijk/", {"neighbourhood": value})
    assert response.status_code == 200
    assert "field-error" in response.content.decode()
    assert Residence.objects.get(user=anna).neighbourhood == klarendal


def test_a_stranger_is_asked_to_log_in(client, klarendal):
    assert client.get("/mijn/wijk/").headers["Location"].startswith("/account/login/")


def test_the_page_of_ones_home_asks_few_questions_of_the_database(as_, anna, django_assert_max_num_queries):
    for number in range(10):
        factories.neighbourhood(f"Buurt {number}", code=f"WK0202{number + 30}")
    browser = as_(anna)
    browser.get("/mijn/wijk/")
    with django_assert_max_num_queries(12):  # two are this page's, the others keep the session and the frame around it
        page = browser.get("/mijn/wijk/").content.decode()
    assert "Je woont in Klarendal" in page
    assert '<option value="klarendal" selected>' in page
