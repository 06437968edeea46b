"""An operator appoints, trains and ends in the staff admin; nobody else can."""

from datetime import timedelta

import pytest

from neighbourhoods.managers.models import Appointment
from wijk import clock

LIST = "/cms/wijkbeheerders/"


@pytest.fixture
def typed(anna, klarendal):
    today = clock.today()
    return {
        "email": "Anna@Example.org",
        "neighbourhood": klarendal.pk,
        "public_name": "Anna",
        "on_behalf_of": "Buurthuis",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=300)).isoformat(),
    }


def test_an_operator_appoints_trains_and_ends(as_, otto, anna, typed):
    browser = as_(otto)
    assert browser.get(LIST + "nieuw/").status_code == 200
    page = browser.post(LIST + "nieuw/", typed)
    appointment = Appointment.objects.get(user=anna)
    assert page.url == f"{LIST}{appointment.pk}/"
    assert appointment.appointed_by == otto
    browser.post(page.url, {"training_on": clock.today().isoformat()})
    appointment.refresh_from_db()
    assert appointment.is_trained
    assert "Anna Jansen" in browser.get(LIST).content.decode()
    browser.post(f"{LIST}{appointment.pk}/einde/")
    assert not Appointment.objects.in_term().exists()
    assert "voorbij" in browser.get(page.url).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "niemand@example.org"}, "geen account met dit adres"),
        ({"email": "\x00"}, "teken dat je niet ziet"),
        ({"neighbourhood": "999999"}, "Kies een wijk uit de lijst"),
        ({"neighbourhood": "Klarendal'"}, "Kies een wijk uit de lijst"),
        ({"ends_on": "2020-01-01"}, "ligt voor de eerste"),
        ({"ends_on": "2090-01-01"}, "langer dan een jaar"),
        ({"starts_on": "2020-01-01", "ends_on": "2020-03-01"}, "al voorbij"),
        ({"starts_on": "morgen"}, "geldige datum"),
    ],
)
def test_a_mistake_is_explained_and_nothing_typed_is_lost(as_, otto, typed, change, words):
    page = as_(otto).post(LIST + "nieuw/", {**typed, **change}).content.decode()
    assert words in page
    assert "Buurthuis" in page
    assert not Appointment.objects.exists()


def test_a_training_that_must_still_come_does_not_count(as_, otto, mo):
    appointment = Appointment.objects.get(user=mo)
    later = (clock.today() + timedelta(days=3)).isoformat()
    assert "moet nog komen" in as_(otto).post(f"{LIST}{appointment.pk}/", {"training_on": later}).content.decode()


def test_an_editor_appoints_nobody(as_, eva, mo, typed):
    appointment = Appointment.objects.get(user=mo)
    browser = as_(eva)
    for address in (LIST, LIST + "nieuw/", f"{LIST}{appointment.pk}/", f"{LIST}{appointment.pk}/einde/"):
        assert browser.get(address).status_code == 404
        assert browser.post(address, typed).status_code == 404
    assert "wijkbeheerders" not in browser.get("/cms/").content.decode()
    assert Appointment.objects.in_term().count() == 1
