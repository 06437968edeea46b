"""Somebody stands in: who may be asked, what it gives, when it ends, and who hears of it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from accounts.audit.models import AuditEvent
from accounts.closure import actions as closing
from accounts.requests.stopping import restrict
from neighbourhoods.managers import actions, terms
from neighbourhoods.managers.deputies import name_deputy, who_can
from neighbourhoods.managers.models import Appointment
from tests import factories
from tests.neighbourhoods.test_managers import may_manage
from wijk import clock
from wijk.mail.models import OutgoingMail

DESK = "/beheer/klarendal/vervanging/"
Role = Appointment.Role


def in_days(days):
    return clock.today() + timedelta(days=days)


@pytest.fixture
def appointment(mo):
    return Appointment.objects.get(user=mo)


@pytest.fixture
def deputy(mo, els, appointment):
    """Els, who manages another neighbourhood, stands in for Mo for two weeks."""
    return named(appointment, els)


def named(appointment, user, *, start=0, end=14):
    ready = Appointment.objects.get(user=user)
    days = {"starts_on": in_days(start), "ends_on": in_days(end)}
    return name_deputy(appointment=appointment, ready=ready, by=appointment.user, **days)


def test_who_stands_in_has_the_desk_and_keeps_their_own(as_, els, mo, deputy, klarendal, presikhaaf):
    assert may_manage(els, klarendal) and may_manage(els, presikhaaf)
    assert may_manage(mo, klarendal)
    page = as_(els).get("/beheer/klarendal/").content.decode()
    assert "Els vervangt Mo tot en met" in page
    assert not els.is_superuser and not els.is_staff


def test_it_begins_and_ends_by_itself_at_midnight(els, mo, appointment, klarendal):
    deputy = named(appointment, els, start=3, end=5)
    zone = ZoneInfo("Europe/Amsterdam")
    start = datetime.combine(deputy.starts_on, datetime.min.time(), zone)
    end = datetime.combine(deputy.ends_on + timedelta(days=1), datetime.min.time(), zone)
    tick = timedelta(microseconds=1)
    for moment, may in ((start - tick, False), (start, True), (end - tick, True), (end, False)):
        with clock.frozen(moment):
            assert may_manage(els, klarendal) is may
    with clock.frozen(end):
        terms.look_after()
        terms.look_after()
    told = OutgoingMail.objects.filter(kind="manager-deputy-ended")
    assert sorted(mail.recipient for mail in told) == sorted([els.email, mo.email])


# The preparation of who stands in, without one of its parts.
MISSING = {
    "ended": lambda els: Appointment.objects.filter(user=els, role=Role.MANAGER).update(ends_on=in_days(-1)),
    "unsigned": lambda els: Appointment.objects.filter(user=els).update(confidentiality_signed_at=None),
    "signed an older text": lambda els: Appointment.objects.filter(user=els).update(sign_again_by=in_days(-1)),
    "untrained": lambda els: Appointment.objects.filter(user=els).update(training_on=None),
    "trained long ago": lambda els: Appointment.objects.filter(user=els).update(training_on=in_days(-730)),
    "unscreened": lambda els: Appointment.objects.filter(user=els).update(screened_until=None),
    "screened long ago": lambda els: Appointment.objects.filter(user=els).update(screened_until=in_days(-1)),
    "no second factor": lambda els: els.authenticator_set.all().delete(),
    "only codes on paper": lambda els: els.authenticator_set.update(type="recovery_codes"),
    "frozen": lambda els: restrict(user=els, reason="own_wish", by=els),
    "closed": lambda els: closing.close(user=els, by=els),
}


@pytest.mark.parametrize("missing", MISSING)
def test_standing_in_asks_the_same_of_somebody_as_managing(els, mo, deputy, klarendal, missing):
    assert may_manage(els, klarendal)
    MISSING[missing](els)
    els.refresh_from_db()
    assert not may_manage(els, klarendal)
    assert may_manage(mo, klarendal)


@pytest.mark.parametrize("missing", MISSING)
def test_a_manager_without_one_of_these_manages_nothing(els, presikhaaf, missing):
    MISSING[missing](els)
    els.refresh_from_db()
    assert not may_manage(els, presikhaaf)


@pytest.mark.parametrize("missing", sorted(set(MISSING) - {"no second factor", "only codes on paper"}))
def test_nobody_without_a_preparation_can_be_named(els, appointment, missing):
    assert who_can(els.email, instead_of=appointment)
    MISSING[missing](els)
    assert who_can(els.email, instead_of=appointment) is None


def test_it_ends_with_the_mandate_of_the_manager(els, mo, otto, deputy, appointment, klarendal):
    actions.end(appointment=appointment, by=otto)
    assert not may_manage(els, klarendal)
    deputy.refresh_from_db()
    assert deputy.ends_on < clock.today()


@pytest.mark.parametrize("leaves", ["closed", "frozen"])
def test_it_ends_when_the_manager_leaves_or_is_frozen(els, mo, deputy, klarendal, leaves):
    MISSING[leaves](mo)
    assert not may_manage(els, klarendal)


def test_a_neighbourhood_whose_manager_closes_has_nobody_left_though_somebody_stood_in(els, mo, deputy, otto):
    closing.close(user=mo, by=mo)
    assert OutgoingMail.objects.filter(kind="neighbourhood-unmanaged").exists()


def test_a_manager_names_somebody_at_the_desk(as_, mo, els, otto, klarendal):
    browser = as_(mo)
    typed = {"email": els.email, "starts_on": in_days(0).isoformat(), "ends_on": in_days(10).isoformat()}
    for _again in range(2):
        assert browser.post(DESK, typed).status_code == 302
    deputy = Appointment.objects.get(role=Role.DEPUTY)
    assert (deputy.user, deputy.stands_in_for.user, deputy.appointed_by) == (els, mo, mo)
    assert "Els" in browser.get(DESK).content.decode()
    told = {(mail.kind, mail.recipient) for mail in OutgoingMail.objects.all()}
    assert told == {
        ("manager-deputy", els.email),
        ("manager-deputy", mo.email),
        ("operator-deputy", otto.email),
    }
    event = AuditEvent.objects.get(action="manager.deputise")
    assert (event.actor_ref, event.neighbourhood_ref) == (mo.pk, klarendal.pk)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "niemand@example.org"}, "niet het adres van iemand die klaarstaat"),
        ({"email": "anna@example.org"}, "niet het adres van iemand die klaarstaat"),
        ({"email": "mo@example.org"}, "niet het adres van iemand die klaarstaat"),
        ({"email": "els@example.org\x00"}, "teken dat je niet ziet"),
        ({"starts_on": "2020-01-01"}, "al voorbij"),
        ({"ends_on": "2020-01-01"}, "ligt voor de eerste"),
        ({"ends_on": "2090-01-01"}, "langer dan drie maanden"),
        ({"starts_on": "morgen"}, "geldige datum"),
    ],
)
def test_a_mistake_is_explained_and_names_nobody(as_, mo, els, anna, change, words):
    typed = {"email": els.email, "starts_on": in_days(0).isoformat(), "ends_on": in_days(10).isoformat(), **change}
    assert words in as_(mo).post(DESK, typed).content.decode()
    assert not Appointment.objects.filter(role=Role.DEPUTY).exists()


def test_nobody_stands_in_longer_than_the_manager_may(as_, mo, els, appointment):
    Appointment.objects.filter(pk=appointment.pk).update(ends_on=in_days(5))
    typed = {"email": els.email, "starts_on": in_days(0).isoformat(), "ends_on": in_days(6).isoformat()}
    assert "geen wijkbeheerder meer" in as_(mo).post(DESK, typed).content.decode()
    appointment.refresh_from_db()
    assert named(appointment, els, end=10).ends_on == in_days(5)


def test_who_stands_in_names_nobody_in_turn(as_, els, mo, deputy, klarendal):
    factories.manager("Noor", "Bos", of=klarendal)
    typed = {"email": "noor@example.org", "starts_on": in_days(0).isoformat(), "ends_on": in_days(3).isoformat()}
    assert as_(els).post(DESK, typed).status_code == 302
    assert Appointment.objects.filter(role=Role.DEPUTY).count() == 1
    noor = Appointment.objects.get(public_name="Noor")
    with pytest.raises(PermissionDenied):
        name_deputy(appointment=deputy, ready=noor, by=els, starts_on=in_days(0), ends_on=in_days(1))


def test_nobody_names_a_deputy_for_somebody_else(els, mo, appointment):
    ready = Appointment.objects.get(user=els)
    with pytest.raises(PermissionDenied):
        name_deputy(appointment=appointment, ready=ready, by=els, starts_on=in_days(0), ends_on=in_days(1))


@pytest.mark.parametrize("who", ["mo", "els", "otto"])
def test_each_side_and_an_operator_can_end_it_at_once(as_, request, mo, els, otto, deputy, klarendal, who):
    browser = as_(request.getfixturevalue(who))
    for _again in range(2):
        browser.post(f"{DESK}{deputy.pk}/stop/")
    assert not may_manage(els, klarendal)
    assert may_manage(mo, klarendal)
    told = OutgoingMail.objects.filter(kind="manager-deputy-ended")
    assert sorted(mail.recipient for mail in told) == sorted([els.email, mo.email])


def test_another_manager_of_the_neighbourhood_does_not_end_it(as_, deputy, klarendal, els):
    noor = factories.manager("Noor", "Bos", of=klarendal)
    assert as_(noor).post(f"{DESK}{deputy.pk}/stop/").status_code == 404
    assert may_manage(els, klarendal)


def test_a_reserve_may_nothing_until_somebody_asks(as_, anna, mo, otto, klarendal, appointment):
    days = {"starts_on": in_days(0), "ends_on": in_days(300)}
    reserve = actions.appoint(
        user=anna, neighbourhood=klarendal, by=otto, public_name="Anna", role=Role.RESERVE, **days
    )
    factories.second_factor(anna)
    assert who_can(anna.email, instead_of=appointment) is None
    actions.sign_confidentiality(appointment=reserve, by=anna)
    actions.record_training(appointment=reserve, by=otto)
    actions.record_screening(appointment=reserve, by=otto, on=in_days(0), until=in_days(900))
    anna.refresh_from_db()
    assert not may_manage(anna, klarendal)
    assert not Appointment.objects.public().filter(user=anna).exists()
    page = as_(anna).get("/beheer/")
    assert page.url == "/beheer/klarendal/geheimhouding/"
    assert "Vraagt een wijkbeheerder je" in as_(anna).get(page.url).content.decode()
    named(appointment, anna)
    assert may_manage(anna, klarendal)
    assert as_(anna).get("/beheer/").url == "/beheer/klarendal/"


def test_reports_and_decisions_are_those_of_who_stands_in_as_well(els, mo, deputy, anna, klarendal):
    from content.moderation import actions as moderation

    post = factories.post(anna, klarendal)
    moderation.report(post=post, why="spam", text="", email="", form_key="x")
    told = OutgoingMail.objects.filter(kind="report-made")
    assert sorted(mail.recipient for mail in told) == sorted([els.email, mo.email])


def test_a_visitor_sees_who_stands_in(client, els, deputy, klarendal):
    page = client.get("/wijk/klarendal/").content.decode()
    assert "Els" in page and "Vervangt de wijkbeheerder" in page
    assert els.email not in page
