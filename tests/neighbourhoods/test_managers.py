"""Appointed, prepared, at the desk, asked, and ended."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.audit.models import AuditEvent
from accounts.closure import actions as closing
from neighbourhoods.managers import actions
from neighbourhoods.managers.models import Appointment, lapses_on
from neighbourhoods.places.models import Neighbourhood
from tests import factories
from wijk import clock
from wijk.access import scope
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail


def appoint(user, neighbourhood, by, **fields):
    today = clock.today()
    values = {"starts_on": today, "ends_on": today + timedelta(days=300), "public_name": user.first_name, **fields}
    return actions.appoint(user=user, neighbourhood=neighbourhood, by=by, **values)


def may_manage(user, neighbourhood):
    return scope(user).managed(Neighbourhood).filter(pk=neighbourhood.pk).exists()


def screen(appointment, by, days=1000):
    today = clock.today()
    actions.record_screening(appointment=appointment, by=by, on=today, until=today + timedelta(days=days))


def test_rights_begin_only_after_second_factor_promise_training_and_screening(anna, klarendal, otto):
    appointment = appoint(anna, klarendal, otto)
    assert not may_manage(anna, klarendal)
    factories.second_factor(anna)
    assert not may_manage(anna, klarendal)
    actions.sign_confidentiality(appointment=appointment, by=anna)
    assert not may_manage(anna, klarendal)
    actions.record_training(appointment=appointment, by=otto)
    assert not may_manage(anna, klarendal)
    screen(appointment, otto)
    assert may_manage(anna, klarendal)
    assert not anna.is_superuser
    assert not anna.is_staff
    acts = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"manager.appoint", "manager.sign", "manager.train", "manager.screen"} <= acts


def test_an_ended_term_takes_the_rights_at_once(mo, klarendal, otto):
    assert may_manage(mo, klarendal)
    appointment = Appointment.objects.get(user=mo)
    assert actions.end(appointment=appointment, by=otto)
    assert not may_manage(mo, klarendal)
    assert not actions.end(appointment=appointment, by=otto)
    assert OutgoingMail.objects.filter(kind="manager-ended").count() == 1


def test_an_appointment_of_today_can_end_today(anna, klarendal, otto):
    appointment = appoint(anna, klarendal, otto)
    assert actions.end(appointment=appointment, by=otto)
    assert not Appointment.objects.in_term().exists()


def test_rights_end_by_themselves_with_the_term_and_with_the_training(mo, klarendal):
    with clock.frozen(timedelta(days=331)):
        assert not may_manage(mo, klarendal)
    Appointment.objects.filter(user=mo).update(ends_on=clock.today() + timedelta(days=900))
    with clock.frozen(timedelta(days=705)):
        assert may_manage(mo, klarendal)
        assert lapses_on(mo, klarendal)
    with clock.frozen(timedelta(days=711)):
        assert not may_manage(mo, klarendal)


@pytest.mark.parametrize("change", [{"is_active": False}, {"restricted_at": "2026-01-01T00:00Z"}])
def test_a_manager_who_closed_or_is_frozen_manages_nothing(mo, klarendal, change):
    type(mo).objects.filter(pk=mo.pk).update(**change)
    mo.refresh_from_db()
    assert not may_manage(mo, klarendal)


def test_recovery_codes_alone_are_no_second_factor(mo, klarendal):
    mo.authenticator_set.update(type="recovery_codes")
    assert not may_manage(mo, klarendal)


def test_the_same_appointment_twice_is_one(anna, klarendal, otto):
    assert appoint(anna, klarendal, otto) == appoint(anna, klarendal, otto)
    assert OutgoingMail.objects.filter(kind="manager-appointed").count() == 1


def test_nobody_promises_secrecy_for_somebody_else(anna, bram, klarendal, otto):
    with pytest.raises(PermissionDenied):
        actions.sign_confidentiality(appointment=appoint(anna, klarendal, otto), by=bram)


def test_beheer_leads_to_ones_own_desk(as_, anna, mo, klarendal, presikhaaf, otto):
    assert as_(mo).get("/beheer/").url == "/beheer/klarendal/"
    assert as_(otto).get("/beheer/").status_code == 200
    assert as_(anna).get("/beheer/").url.startswith("/account/2fa")
    factories.second_factor(anna)
    assert as_(anna).get("/beheer/").status_code == 404


def test_a_new_manager_signs_before_the_desk_opens(as_, anna, klarendal, otto):
    appointment = appoint(anna, klarendal, otto)
    factories.second_factor(anna)
    browser = as_(anna)
    page = "/beheer/klarendal/geheimhouding/"
    assert browser.get("/beheer/").url == page
    assert browser.get("/beheer/klarendal/").status_code == 404
    assert "Zet een vinkje" in browser.post(page, {}).content.decode()
    browser.post(page, {"agreed": "on"})
    browser.post(page, {"agreed": "on"})
    appointment.refresh_from_db()
    assert appointment.confidentiality_signed_at
    assert AuditEvent.objects.filter(action="manager.sign").count() == 1
    actions.record_training(appointment=appointment, by=otto)
    screen(appointment, otto)
    assert "Het beheer staat voor je open" in browser.get(page).content.decode()
    assert browser.get("/beheer/").url == "/beheer/klarendal/"


def test_the_preparation_of_another_neighbourhood_does_not_exist(as_, mo, presikhaaf):
    assert as_(mo).get("/beheer/presikhaaf-west/geheimhouding/").status_code == 404


def test_people_are_those_who_live_or_placed_something_here_and_nobody_else(as_, mo, anna, bram, klarendal, presikhaaf):
    poster = factories.member("Fatima", "El Amrani", lives_in=presikhaaf)
    factories.post(poster, klarendal, contact_phone="0611111111", contact_address="Kerkstraat 1")
    factories.post(bram, klarendal, status="draft")
    closed = factories.member("Gerrit", "Weg", lives_in=klarendal)
    closed.is_active = False
    closed.save()
    page = as_(mo).get("/beheer/klarendal/mensen/").content.decode()
    assert all(words in page for words in ("Anna", "Jansen", anna.email, "Fatima", "El Amrani", poster.email))
    assert not any(words in page for words in ("Bram", bram.email, "Gerrit", "0611111111", "Kerkstraat"))


def test_people_show_three_columns_only(mo, klarendal):
    from neighbourhoods.managers.people import people_of

    assert set(people_of(klarendal).get()) == {"pk", "first_name", "last_name", "email"}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("anna", True),
        ("jan ann", True),
        ("bram", False),
        ("%", False),
        ("example.org", False),
        ("\x00\u202eanna", True),
    ],
)
def test_people_are_found_by_name(as_, mo, anna, klarendal, words, found):
    page = as_(mo).get("/beheer/klarendal/mensen/", {"q": words}).content.decode()
    assert (anna.email in page) == found


def test_the_list_of_people_takes_few_queries_however_long(as_, mo, klarendal, django_assert_max_num_queries):
    for number in range(60):
        factories.member(f"Buur{number}", "Test", lives_in=klarendal)
    browser = as_(mo)
    # The first look of a day also writes down that this manager was there, and looked.
    with django_assert_max_num_queries(21):
        browser.get("/beheer/klarendal/mensen/")
    with django_assert_max_num_queries(18):
        page = browser.get("/beheer/klarendal/mensen/").content.decode()
    assert page.count("@example.org</a>") == 50
    assert browser.get("/beheer/klarendal/mensen/?pagina=2").content.decode().count("@example.org</a>") == 11
    assert browser.get("/beheer/klarendal/mensen/?pagina=x").status_code == 200


@pytest.fixture
def appointment(mo):
    return Appointment.objects.get(user=mo)


@pytest.fixture
def ask(client, appointment):
    address = f"/wijk/klarendal/beheerders/{appointment.pk}/vraag/"
    old = signed_time(age=timedelta(minutes=1))

    def send(**fields):
        typed = {"text": "Wanneer is de buurtborrel?", "email": "vis@example.org", "sent_at": old, **fields}
        return client.post(address, typed)

    send.address = address
    return send


def test_a_visitor_asks_a_manager_something(ask, mo, client):
    assert client.get(ask.address).status_code == 200
    assert ask().status_code == 302
    ask()
    mail = OutgoingMail.objects.get(kind="manager-question")
    assert mail.recipient == mo.email
    assert "> Wanneer is de buurtborrel?" in mail.payload
    assert "vis@example.org" in mail.payload
    assert mo.email not in client.get(ask.address).content.decode()


def test_a_bad_question_keeps_what_was_typed(ask):
    page = ask(email="geen adres").content.decode()
    assert "geen geldig e-mailadres" in page
    assert "Wanneer is de buurtborrel?" in page
    assert "te lang open" in ask(sent_at="").content.decode()
    assert not OutgoingMail.objects.exists()


def test_a_robot_hears_that_all_went_well(ask):
    assert ask(website="https://spam.example").status_code == 302
    assert not OutgoingMail.objects.exists()


def test_too_many_questions_from_one_network_have_to_wait(ask):
    answers = [ask(text=f"Vraag {number}").status_code for number in range(7)]
    assert answers.count(302) == 5
    assert answers[-1] == 429


def test_a_manager_whose_term_ended_is_not_asked(ask, client, appointment, otto):
    actions.end(appointment=appointment, by=otto)
    assert client.get(ask.address).status_code == 404
    assert ask().status_code == 404


def test_operators_hear_when_the_last_manager_leaves(mo, els, otto, klarendal, presikhaaf):
    factories.manager("Noor", "Bos", of=presikhaaf)
    for manager in (mo, els):
        closing.close(user=manager, by=manager)
    told = OutgoingMail.objects.filter(kind="neighbourhood-unmanaged")
    assert [(mail.recipient, mail.about) for mail in told] == [
        (otto.email, f"neighbourhoods.neighbourhood:{klarendal.pk}")
    ]
    assert AuditEvent.objects.filter(action="neighbourhood.unmanaged").count() == 1
    assert "Mo" not in told.get().payload


def test_operators_hear_nothing_when_somebody_leaves_whose_term_was_over(anna, mo, klarendal, otto):
    appoint(anna, klarendal, otto)
    actions.end(appointment=Appointment.objects.get(user=mo), by=otto)
    closing.close(user=mo, by=mo)
    assert not OutgoingMail.objects.filter(kind="neighbourhood-unmanaged").exists()
    assert not AuditEvent.objects.filter(action="neighbourhood.unmanaged").exists()
