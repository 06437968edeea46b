"""A term is renewed with one button, and a neighbourhood is handed over in one act."""

from datetime import timedelta

import pytest

from accounts.audit.models import AuditEvent
from content.newsletters.models import Newsletter
from content.posts.models import Post
from neighbourhoods.managers import actions
from neighbourhoods.managers.models import Appointment
from tests import factories
from tests.neighbourhoods.test_managers import may_manage
from wijk import clock
from wijk.mail.models import OutgoingMail

LIST = "/cms/wijkbeheerders/"


@pytest.fixture
def appointment(mo):
    return Appointment.objects.get(user=mo)


def in_days(days):
    return clock.today() + timedelta(days=days)


def page_of(appointment):
    return f"{LIST}{appointment.pk}/"


def test_an_operator_renews_a_term_with_a_day(as_, otto, mo, appointment):
    browser = as_(otto)
    typed = {"renewal": "", "renewal-ends_on": in_days(360).isoformat()}
    for _again in range(2):
        assert browser.post(page_of(appointment), typed).status_code == 302
    appointment.refresh_from_db()
    assert appointment.ends_on == in_days(360)
    told = OutgoingMail.objects.filter(kind="manager-renewed")
    assert [mail.recipient for mail in told] == [mo.email]
    assert AuditEvent.objects.filter(action="manager.renew").count() == 1


@pytest.mark.parametrize("day", [-1, 400])
def test_a_day_that_is_over_or_too_far_is_refused(as_, otto, appointment, day):
    page = as_(otto).post(page_of(appointment), {"renewal": "", "renewal-ends_on": in_days(day).isoformat()})
    assert page.status_code == 200
    assert appointment.ends_on == Appointment.objects.get().ends_on


def test_a_renewal_makes_no_term_shorter_and_revives_none(appointment, otto):
    assert not actions.renew(appointment=appointment, by=otto, ends_on=in_days(10))
    actions.end(appointment=appointment, by=otto)
    assert not actions.renew(appointment=appointment, by=otto, ends_on=in_days(100))
    assert not Appointment.objects.in_term().exists()


@pytest.fixture
def typed(anna):
    return {
        "succession": "",
        "succession-email": anna.email,
        "succession-public_name": "Anna",
        "succession-on_behalf_of": "De Linde",
        "succession-ends_on": in_days(300).isoformat(),
    }


def test_a_neighbourhood_is_handed_over_in_one_act(as_, otto, anna, mo, klarendal, appointment, typed):
    factories.second_factor(anna)
    waiting = factories.post(anna, klarendal, status=Post.Status.WAITING, published_at=None)
    draft = Newsletter.objects.create(neighbourhood=klarendal, subject="Half af", made_by=mo)
    page = as_(otto).post(page_of(appointment), typed)
    successor = Appointment.objects.get(user=anna)
    assert page.url == page_of(successor)
    assert successor.on_behalf_of == "De Linde" and successor.starts_on == clock.today()
    assert not may_manage(mo, klarendal)
    told = {mail.kind: mail.recipient for mail in OutgoingMail.objects.all()}
    assert told == {
        "manager-appointed": anna.email,
        "manager-handed-over": mo.email,
        "operator-handed-over": otto.email,
    }
    assert {"manager.hand_over", "manager.appoint"} <= set(AuditEvent.objects.values_list("action", flat=True))
    # What waits and what was being written is there for the next manager.
    actions.sign_confidentiality(appointment=successor, by=anna)
    actions.record_training(appointment=successor, by=otto)
    actions.record_screening(appointment=successor, by=otto, on=clock.today(), until=in_days(900))
    anna.refresh_from_db()
    browser = as_(anna)
    assert waiting.title in browser.get("/beheer/klarendal/").content.decode()
    assert browser.get(f"/beheer/klarendal/nieuwsbrieven/{draft.pk}/").status_code == 200


def test_a_prepared_successor_works_at_once(otto, els, mo, klarendal, presikhaaf, appointment):
    made = actions.hand_over(appointment=appointment, to=els, by=otto, ends_on=in_days(200), public_name="Els")
    assert may_manage(els, klarendal) and may_manage(els, presikhaaf)
    assert not may_manage(mo, klarendal)
    assert made.ends_on == in_days(200)


def test_handing_over_twice_hands_over_once(otto, anna, els, klarendal, appointment):
    to_anna = {"to": anna, "by": otto, "ends_on": in_days(200), "public_name": "Anna"}
    assert actions.hand_over(appointment=appointment, **to_anna)
    assert actions.hand_over(appointment=appointment, **{**to_anna, "to": els}) is None
    assert list(Appointment.objects.in_term().filter(neighbourhood=klarendal).values_list("user", flat=True)) == [
        anna.pk
    ]


def test_who_managed_here_already_goes_on_in_the_same_term(otto, klarendal, mo, appointment):
    noor = factories.manager("Noor", "Bos", of=klarendal)
    made = actions.hand_over(appointment=appointment, to=noor, by=otto, ends_on=in_days(360), public_name="Noor")
    assert made == Appointment.objects.get(user=noor)
    assert made.ends_on == in_days(360)


def test_nothing_is_handed_over_when_the_successor_is_nobody_or_the_same(as_, otto, mo, klarendal, appointment, typed):
    browser = as_(otto)
    for email, words in (("niemand@example.org", "geen account met dit adres"), (mo.email, "Kies iemand anders")):
        page = browser.post(page_of(appointment), {**typed, "succession-email": email})
        assert words in page.content.decode()
    assert may_manage(mo, klarendal)
    assert not OutgoingMail.objects.exists()


def test_an_ended_term_is_not_changed_any_more(as_, otto, appointment, anna, typed):
    actions.end(appointment=appointment, by=otto)
    assert as_(otto).post(page_of(appointment), typed).status_code == 200
    assert not Appointment.objects.filter(user=anna).exists()


def test_an_operator_records_a_screening(as_, otto, mo, appointment):
    browser = as_(otto)
    wrong = {"screening": "", "screened_on": in_days(1).isoformat(), "screened_until": in_days(700).isoformat()}
    assert "moet nog komen" in browser.post(page_of(appointment), wrong).content.decode()
    too_long = {**wrong, "screened_on": in_days(0).isoformat(), "screened_until": in_days(3000).isoformat()}
    assert "ten hoogste vijf jaar" in browser.post(page_of(appointment), too_long).content.decode()
    browser.post(page_of(appointment), {**too_long, "screened_until": in_days(700).isoformat()})
    appointment.refresh_from_db()
    assert (appointment.screened_on, appointment.screened_until) == (in_days(0), in_days(700))
    assert AuditEvent.objects.get(action="manager.screen").actor_ref == otto.pk
