"""Where nobody works, or too slowly, the operators hear of it each day."""

from datetime import timedelta

import pytest

from accounts.audit.models import AuditEvent
from accounts.requests.stopping import restrict
from content.moderation.authors import Appeal
from content.moderation.models import Decision, Report
from content.moderation.unattended import look_after, unattended
from content.posts.models import Post
from neighbourhoods.managers import actions
from neighbourhoods.managers.deputies import name_deputy
from neighbourhoods.managers.models import Appointment
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail

LIST = "/cms/wijken-die-wachten/"
DAYS = {"late": timedelta(hours=25), "too_late": timedelta(hours=49)}


@pytest.fixture(autouse=True)
def seen(klarendal, mo, els, otto):
    """Two neighbourhoods, each with a manager who was there today."""
    Appointment.objects.update(seen_on=clock.today())


def wait(author, neighbourhood, ago=timedelta(0)):
    return factories.post(
        author, neighbourhood, status=Post.Status.WAITING, published_at=None, submitted_at=clock.now() - ago
    )


def codes():
    return {one.neighbourhood.slug: [reason.code for reason in one.reasons] for one in unattended()}


def mails():
    return OutgoingMail.objects.filter(kind="neighbourhood-waits")


def test_all_is_well_and_nobody_hears_anything(anna, klarendal):
    wait(anna, klarendal)
    assert codes() == {}
    assert look_after() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"ends_on": clock.today() - timedelta(days=1), "starts_on": clock.today() - timedelta(days=9)},
        {"training_on": None},
        {"screened_until": None},
        {"confidentiality_signed_at": None},
        {"role": "reserve"},
    ],
)
def test_a_neighbourhood_without_anybody_who_can_work_is_told_of_though_nothing_waits(mo, otto, change):
    Appointment.objects.filter(user=mo).update(**change)
    assert codes() == {"klarendal": ["unmanaged"]}
    assert look_after() == 1
    assert mails().get().recipient == otto.email
    assert "geen wijkbeheerder die nu kan werken" in mails().get().payload


def test_a_manager_without_a_second_factor_cannot_work(mo):
    mo.authenticator_set.all().delete()
    assert codes() == {"klarendal": ["unmanaged"]}


def test_a_neighbourhood_that_is_off_needs_nobody(mo, klarendal):
    Appointment.objects.filter(user=mo).delete()
    type(klarendal).objects.filter(pk=klarendal.pk).update(is_on=False)
    assert codes() == {}


def test_it_is_told_once_a_day_in_one_mail_for_all_neighbourhoods(mo, els):
    Appointment.objects.filter(user=mo).update(training_on=None)
    assert [look_after(), look_after()] == [1, 0]
    Appointment.objects.filter(user=els).update(training_on=None)
    with clock.frozen(timedelta(hours=23)):
        assert look_after() == 0
    with clock.frozen(timedelta(hours=25)):
        assert [look_after(), look_after()] == [2, 0]
    assert mails().count() == 2
    assert "Klarendal" in mails().last().payload and "Presikhaaf West" in mails().last().payload
    assert AuditEvent.objects.filter(action="neighbourhood.waits").count() == 2


def test_a_country_without_managers_is_a_short_mail(mo):
    for number in range(30):
        factories.neighbourhood(f"Wijk {number}", code=f"WK9{number:05}")
    assert look_after() == 30
    assert "En nog 10 wijken." in mails().get().payload


def test_every_operator_hears_it(mo, otto):
    olga = factories.operator("Olga", "Anders")
    Appointment.objects.filter(user=mo).update(training_on=None)
    look_after()
    assert {mail.recipient for mail in mails()} == {otto.email, olga.email}


def test_what_waits_longer_than_a_day_and_than_two_is_counted(anna, klarendal):
    for ago in (timedelta(hours=1), DAYS["late"], DAYS["too_late"]):
        wait(anna, klarendal, ago)
    [one] = unattended()
    assert [(reason.code, reason.number) for reason in one.reasons] == [("late", 2), ("too_late", 1)]
    assert one.work.waiting == 3
    assert str(one.reasons[0]) == "2 berichten, meldingen of bezwaren wachten langer dan 24 uur."


def test_an_open_report_waits_as_well(anna, klarendal):
    post = factories.post(anna, klarendal)
    Report.objects.create(post=post, why="spam", made_at=clock.now() - DAYS["late"])
    Report.objects.create(post=post, why="spam", made_at=clock.now() - DAYS["late"], closed_at=clock.now())
    [one] = unattended()
    assert [(reason.code, reason.number) for reason in one.reasons] == [("late", 1)]


def test_an_open_appeal_waits_as_well(anna, mo, klarendal):
    post = factories.post(anna, klarendal, status=Post.Status.HELD)
    decision = Decision.objects.create(post=post, act="hold", reason="unclear", decided_by=mo)
    Appeal.objects.create(decision=decision, text="Waarom?", made_at=clock.now() - DAYS["late"])
    [one] = unattended()
    assert [(reason.code, reason.number) for reason in one.reasons] == [("late", 1)]


def test_the_post_of_who_is_frozen_waits_for_nobody(anna, klarendal):
    wait(anna, klarendal, DAYS["too_late"])
    restrict(user=anna, reason="own_wish", by=anna)
    assert codes() == {}


def test_a_manager_who_stays_away_is_told_of_only_while_something_waits(as_, anna, mo, klarendal):
    Appointment.objects.filter(user=mo).update(seen_on=clock.today() - timedelta(days=14))
    assert codes() == {}
    wait(anna, klarendal)
    assert codes() == {"klarendal": ["absent"]}
    as_(mo).get("/beheer/klarendal/berichten/")
    assert codes() == {}


def test_thirteen_days_is_a_holiday(anna, mo, klarendal):
    Appointment.objects.filter(user=mo).update(seen_on=clock.today() - timedelta(days=13))
    wait(anna, klarendal)
    assert codes() == {}


def test_who_never_came_is_counted_from_the_first_day_or_the_last_log_in(anna, mo, klarendal):
    wait(anna, klarendal)
    Appointment.objects.filter(user=mo).update(seen_on=None)
    assert codes() == {"klarendal": ["absent"]}
    type(mo).objects.filter(pk=mo.pk).update(last_login=clock.now())
    assert codes() == {}


def test_who_stands_in_is_somebody(anna, mo, els, klarendal):
    wait(anna, klarendal)
    Appointment.objects.filter(user=mo).update(seen_on=clock.today() - timedelta(days=20))
    days = {"starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=9)}
    manager, ready = Appointment.objects.get(user=mo), Appointment.objects.get(user=els)
    name_deputy(appointment=manager, ready=ready, by=mo, **days)
    assert codes() == {}


def test_visiting_the_desk_is_noted_once_a_day_and_only_for_this_neighbourhood(as_, mo, otto, presikhaaf):
    days = {"starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=9)}
    there = actions.appoint(user=mo, neighbourhood=presikhaaf, by=otto, public_name="Mo", **days)
    mo.refresh_from_db()
    Appointment.objects.update(seen_on=None)
    as_(mo).get("/beheer/klarendal/")
    there.refresh_from_db()
    assert there.seen_on is None
    assert Appointment.objects.get(neighbourhood__slug="klarendal").seen_on == clock.today()


def test_the_list_for_operators_takes_few_queries_however_long(as_, otto, anna, django_assert_max_num_queries):
    for number in range(30):
        place = factories.neighbourhood(f"Wijk {number}", code=f"WK9{number:05}")
        wait(anna, place, DAYS["late"])
    assert len(unattended()) == 30
    with django_assert_max_num_queries(6):  # one each for places, managers, posts, two sorts of reports and appeals
        unattended()
    page = as_(otto).get(LIST).content.decode()
    assert page.count("Er is geen wijkbeheerder die nu kan werken.") == 30


def test_the_list_is_empty_when_all_is_well(as_, otto):
    assert "Elke wijk heeft een beheerder" in as_(otto).get(LIST).content.decode()


@pytest.mark.parametrize("who", ["eva", "mo", "anna"])
def test_nobody_else_sees_it(as_, request, who):
    answer = as_(request.getfixturevalue(who)).get(LIST)
    assert answer.status_code in {302, 404}
    assert "Wijken zonder" not in answer.content.decode()
