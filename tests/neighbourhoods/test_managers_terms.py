"""What runs out, who hears of it, and that rights end at midnight where the site lives."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.audit.models import AuditEvent
from neighbourhoods.managers import actions, terms
from neighbourhoods.managers.models import CONFIDENTIALITY_VERSION, NOTICE, TRAINING_LASTS, Appointment
from tests import factories
from tests.neighbourhoods.test_managers import may_manage
from wijk import clock
from wijk.mail.models import OutgoingMail

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)


def change(user, **fields):
    Appointment.objects.filter(user=user).update(**fields)


def mails(kind):
    return [mail.recipient for mail in OutgoingMail.objects.filter(kind=kind).order_by("pk")]


# Which of its columns ends the rights on the day given.
ENDS = {
    "term": lambda day: {"ends_on": day, "starts_on": day - timedelta(days=300)},
    "training": lambda day: {"training_on": day - TRAINING_LASTS + DAY},
    "screening": lambda day: {"screened_until": day},
    "promise": lambda day: {"confidentiality_version": "0", "sign_again_by": day},
}


@pytest.mark.parametrize("what", ENDS)
@pytest.mark.parametrize("day", [date(2027, 1, 15), date(2027, 3, 27), date(2027, 3, 28), date(2027, 10, 31)])
def test_rights_are_gone_at_the_very_midnight_in_summer_and_in_winter_time(mo, klarendal, what, day):
    change(mo, ends_on=date(2030, 1, 1), starts_on=date(2026, 1, 1), training_on=date(2026, 6, 1))
    change(mo, screened_until=date(2030, 1, 1))
    change(mo, **ENDS[what](day))
    midnight = datetime.combine(day + DAY, datetime.min.time(), AMSTERDAM)
    with clock.frozen(midnight - timedelta(microseconds=1)):
        assert may_manage(mo, klarendal)
    with clock.frozen(midnight):
        assert not may_manage(mo, klarendal)


def test_rights_begin_at_midnight_too(mo, klarendal):
    day = date(2027, 2, 1)
    change(mo, starts_on=day, ends_on=date(2027, 9, 1), training_on=date(2027, 1, 1), screened_until=date(2030, 1, 1))
    midnight = datetime.combine(day, datetime.min.time(), AMSTERDAM)
    with clock.frozen(midnight - timedelta(microseconds=1)):
        assert not may_manage(mo, klarendal)
    with clock.frozen(midnight):
        assert may_manage(mo, klarendal)


@pytest.mark.parametrize("what", ENDS)
def test_each_end_is_told_a_month_and_a_week_ahead_to_the_manager_and_to_who_appointed(mo, otto, what):
    factories.operator("Olga", "Anders")
    last = clock.today() + timedelta(days=60)
    change(mo, appointed_by=otto, **ENDS[what](last))
    for ahead in (31, 30, 29, 8, 7, 6):
        with clock.frozen(timedelta(days=60 - ahead)):
            for _again in range(2):
                terms.look_after()
        expected = 0 if ahead > 30 else 1 if ahead > 7 else 2
        assert mails("manager-lapses") == [mo.email] * expected
        assert mails("operator-manager-lapses") == [otto.email] * expected
    assert may_manage(mo, Appointment.objects.get(user=mo).neighbourhood)


@pytest.mark.parametrize("what", ["training", "screening", "promise"])
def test_who_is_shut_out_hears_so_once(mo, otto, klarendal, what):
    change(mo, **ENDS[what](clock.today()))
    with clock.frozen(DAY):
        assert not may_manage(mo, klarendal)
        terms.look_after()
        terms.look_after()
    told = OutgoingMail.objects.filter(kind="manager-lapses")
    assert told.count() == 1
    assert "staat stil" in told.get().payload
    assert AuditEvent.objects.filter(action="manager.lapse").count() == 1


def test_a_term_that_runs_out_by_itself_is_told_once_and_one_that_was_ended_not_again(mo, els, otto, klarendal):
    change(mo, ends_on=clock.today())
    actions.end(appointment=Appointment.objects.get(user=els), by=otto)
    with clock.frozen(DAY):
        terms.look_after()
        terms.look_after()
    assert sorted(mails("manager-ended")) == sorted([els.email, mo.email])
    assert AuditEvent.objects.filter(action="manager.end").count() == 2


def test_a_new_term_of_a_few_weeks_is_not_told_of_a_month_ahead(mo):
    change(mo, starts_on=clock.today(), ends_on=clock.today() + timedelta(days=20))
    terms.look_after()
    assert mails("manager-lapses") == []


def test_who_appointed_and_left_is_not_told_but_the_operators_are(mo, otto, anna):
    change(mo, appointed_by=anna, **ENDS["term"](clock.today() + timedelta(days=5)))
    terms.look_after()
    assert mails("operator-manager-lapses") == [otto.email]


def test_a_renewed_text_asks_a_signature_again_and_gives_a_month(mo, as_, klarendal):
    change(mo, confidentiality_version="0")
    terms.look_after()
    terms.look_after()
    appointment = Appointment.objects.get(user=mo)
    assert appointment.sign_again_by == clock.today() + NOTICE
    assert mails("manager-lapses") == [mo.email]
    assert may_manage(mo, klarendal)
    page = as_(mo).get("/beheer/klarendal/geheimhouding/").content.decode()
    assert "De tekst over geheimhouding is veranderd" in page
    with clock.frozen(NOTICE + DAY):
        assert not may_manage(mo, klarendal)
        assert actions.sign_confidentiality(appointment=appointment, by=mo)
        assert may_manage(mo, klarendal)
        assert not actions.sign_confidentiality(appointment=appointment, by=mo)
    appointment.refresh_from_db()
    assert (appointment.confidentiality_version, appointment.sign_again_by) == (CONFIDENTIALITY_VERSION, None)


def test_who_signed_the_present_text_is_asked_nothing(mo):
    terms.look_after()
    assert Appointment.objects.get(user=mo).sign_again_by is None
    assert not OutgoingMail.objects.exists()


def test_who_closed_or_is_frozen_hears_nothing(mo, els):
    change(mo, **ENDS["term"](clock.today() + timedelta(days=5)))
    change(els, **ENDS["term"](clock.today() + timedelta(days=5)))
    type(mo).objects.filter(pk=mo.pk).update(is_active=False)
    type(els).objects.filter(pk=els.pk).update(restricted_at=clock.now())
    terms.look_after()
    assert not OutgoingMail.objects.exists()


def test_one_appointment_that_fails_does_not_silence_the_others(mo, els, caplog):
    for person in (mo, els):
        change(person, **ENDS["term"](clock.today() + timedelta(days=5)))
    # No address at all: its mail cannot be made.
    type(mo).objects.filter(pk=mo.pk).update(email="")
    terms.look_after()
    assert els.email in mails("manager-lapses")


def test_a_preparation_is_of_a_person_and_goes_along_to_the_next_neighbourhood(mo, otto, klarendal, presikhaaf):
    today = clock.today()
    days = {"starts_on": today, "ends_on": today + timedelta(days=100)}
    there = actions.appoint(user=mo, neighbourhood=presikhaaf, by=otto, public_name="Mo", **days)
    assert may_manage(mo, presikhaaf)
    actions.record_screening(appointment=there, by=otto, on=today, until=today + timedelta(days=5))
    assert set(Appointment.objects.values_list("screened_until", flat=True)) == {today + timedelta(days=5)}
    with clock.frozen(timedelta(days=6)):
        assert not may_manage(mo, klarendal)
        assert not may_manage(mo, presikhaaf)
        screened = clock.today()
        actions.record_screening(appointment=there, by=otto, on=screened, until=screened + timedelta(days=500))
        assert may_manage(mo, klarendal)


def test_a_preparation_that_ran_out_goes_nowhere(mo, otto, presikhaaf):
    change(mo, screened_until=clock.today() - DAY)
    days = {"starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=100)}
    actions.appoint(user=mo, neighbourhood=presikhaaf, by=otto, public_name="Mo", **days)
    assert Appointment.objects.get(neighbourhood=presikhaaf).training_on is None
    assert not may_manage(mo, presikhaaf)
