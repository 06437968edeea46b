"""What visitors read of a manager, who writes it, and that reading the list of people leaves a trace."""

from datetime import timedelta

import pytest

from accounts.audit.models import AuditEvent
from neighbourhoods.managers import actions
from neighbourhoods.managers.deputies import name_deputy
from neighbourhoods.managers.models import Appointment
from tests import factories
from wijk import clock

EDIT = "/beheer/klarendal/profiel/"


@pytest.fixture
def appointment(mo):
    return Appointment.objects.get(user=mo)


@pytest.fixture
def typed():
    return {"public_name": "Mo van de Linde", "function": "Opbouwwerker", "introduction": "Ik ken veel buren."}


def address(appointment):
    return f"/wijk/{appointment.neighbourhood.slug}/beheerders/{appointment.pk}/"


def test_a_manager_writes_a_profile_and_visitors_read_it(as_, mo, client, appointment, typed):
    before = appointment.neighbourhood.version
    browser = as_(mo)
    assert browser.get(EDIT).status_code == 200
    assert browser.post(EDIT, typed).status_code == 302
    page = client.get(address(appointment))
    for words in typed.values():
        assert words in page.content.decode()
    assert mo.email not in page.content.decode() and mo.last_name not in page.content.decode()
    assert "public" in page["Cache-Control"] and not page.cookies
    assert f"{address(appointment)}vraag/" in page.content.decode()
    assert address(appointment) in client.get("/wijk/klarendal/").content.decode()
    appointment.neighbourhood.refresh_from_db()
    assert appointment.neighbourhood.version > before
    assert AuditEvent.objects.get(action="manager.profile").detail == {}


@pytest.mark.parametrize(
    ("field", "words", "kind"),
    [
        ("introduction", "Bel me op 06-12345678", "Een telefoonnummer"),
        ("introduction", "Mail mo@example.net", "Een e-mailadres"),
        ("function", "Bel 06 1234 5678", "Een telefoonnummer"),
        ("public_name", "mo@example.net", "Een e-mailadres"),
    ],
)
def test_what_gives_something_away_comes_back_once(as_, mo, appointment, typed, field, words, kind):
    browser = as_(mo)
    page = browser.post(EDIT, {**typed, field: words})
    assert kind in page.content.decode()
    appointment.refresh_from_db()
    assert getattr(appointment, field) != words
    seen = " ".join(page.context["form"].now_seen)
    assert browser.post(EDIT, {**typed, field: words, "seen": seen}).status_code == 302
    appointment.refresh_from_db()
    assert getattr(appointment, field) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"public_name": ""}, "verplicht"),
        ({"public_name": "x" * 61}, "60"),
        ({"introduction": "x" * 301}, "300"),
        ({"introduction": "Mijn BSN is 111222333"}, "burgerservicenummer"),
    ],
)
def test_a_mistake_keeps_what_was_typed(as_, mo, appointment, typed, change, words):
    page = as_(mo).post(EDIT, {**typed, **change})
    assert page.status_code == 200
    assert words in page.content.decode()
    appointment.refresh_from_db()
    assert appointment.public_name == "Mo"


def test_what_somebody_types_is_text_and_nothing_else(as_, mo, client, appointment):
    words = "<script>alert(1)</script>"
    as_(mo).post(EDIT, {"public_name": words, "function": words, "introduction": words})
    for path in (address(appointment), "/wijk/klarendal/"):
        page = client.get(path).content.decode()
        assert words not in page and "&lt;script&gt;alert(1)" in page


def test_the_profile_of_a_neighbourhood_names_its_other_neighbourhoods(client, mo, otto, presikhaaf, appointment):
    days = {"starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=90)}
    there = actions.appoint(user=mo, neighbourhood=presikhaaf, by=otto, public_name="Mo", **days)
    assert "Presikhaaf West" in client.get(address(appointment)).content.decode()
    assert "Klarendal" in client.get(address(there)).content.decode()


@pytest.mark.parametrize("change", [{"training_on": None}, {"screened_until": None}, {"role": "reserve"}])
def test_who_is_no_manager_now_has_no_profile(client, appointment, change):
    Appointment.objects.filter(pk=appointment.pk).update(**change)
    assert client.get(address(appointment)).status_code == 404


def test_the_profile_of_another_neighbourhood_is_not_found_under_this_one(client, mo, els):
    there = Appointment.objects.get(user=els)
    assert client.get(f"/wijk/klarendal/beheerders/{there.pk}/").status_code == 404


def test_who_stands_in_writes_a_profile_of_their_own(as_, client, els, appointment, typed):
    ready = Appointment.objects.get(user=els)
    days = {"starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=5)}
    deputy = name_deputy(appointment=appointment, ready=ready, by=appointment.user, **days)
    as_(els).post(EDIT, typed)
    page = client.get(address(deputy)).content.decode()
    assert "Vervangt de wijkbeheerder" in page and "Opbouwwerker" in page
    ready.refresh_from_db()
    assert ready.function == ""


def test_an_operator_has_no_profile_to_write(as_, otto, klarendal, typed):
    assert as_(otto).post(EDIT, typed).url == "/beheer/klarendal/"
    assert not AuditEvent.objects.filter(action="manager.profile").exists()


# Who looked at the list of people ------------------------------------------------------------------------------------

PEOPLE = "/beheer/klarendal/mensen/"


def reads():
    rows = AuditEvent.objects.filter(action__startswith="people.").order_by("pk")
    return [(row.action, row.actor_ref, row.neighbourhood_ref) for row in rows]


def test_opening_and_searching_the_list_is_written_down_once_an_hour_each(as_, mo, anna, klarendal):
    browser = as_(mo)
    for query in ("", "?pagina=2", "?q=Anna", "?q=Bram", ""):
        browser.get(PEOPLE + query)
    once = [("people.list", mo.pk, klarendal.pk), ("people.search", mo.pk, klarendal.pk)]
    assert reads() == once
    with clock.frozen(timedelta(minutes=59)):
        browser.get(PEOPLE)
        assert reads() == once
    with clock.frozen(timedelta(minutes=61)):
        browser.get(PEOPLE)
        assert reads() == [*once, once[0]]


def test_the_trail_does_not_say_whom_somebody_looked_for(as_, mo, anna, klarendal):
    as_(mo).get(PEOPLE, {"q": "Anna Jansen"})
    event = AuditEvent.objects.get(action="people.search")
    assert event.detail == {}
    assert event.about == f"neighbourhoods.neighbourhood:{klarendal.pk}"


def test_each_manager_and_each_neighbourhood_counts_for_itself(as_, mo, els, otto, klarendal):
    noor = factories.manager("Noor", "Bos", of=klarendal)
    for person in (mo, noor, otto):
        as_(person).get(PEOPLE)
    as_(otto).get("/beheer/presikhaaf-west/mensen/")
    assert len(reads()) == 4
    as_(els).get(PEOPLE)
    assert len(reads()) == 4, "who may not see it did not see it"


def test_the_privacy_officer_finds_it_in_the_log(as_, mo, petra, klarendal):
    as_(mo).get(PEOPLE)
    page = as_(petra).get("/beheer/privacy/logboek/", {"actie": "people."}).content.decode()
    assert "people.list" in page and str(mo.pk) in page
