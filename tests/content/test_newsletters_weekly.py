"""The draft that the site makes ready each week."""

from datetime import timedelta

import pytest
from django.urls import reverse

from content.newsletters import actions, sending
from content.newsletters.models import Newsletter
from content.newsletters.weekly import prepare_due, week_of
from content.pages.actions import write_news
from neighbourhoods.managers.models import Appointment
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail

WEEK = timedelta(days=7)


@pytest.fixture
def lamp(anna, klarendal):
    return factories.post(anna, klarendal, title="Een lamp ophangen")


def drafts():
    return Newsletter.objects.filter(state=Newsletter.State.DRAFT)


def test_it_is_made_once_a_week_for_a_manager_to_send(as_, mo, klarendal, lamp):
    assert prepare_due() == 1
    assert prepare_due() == 0
    draft = drafts().get()
    assert (draft.made_by, draft.week) == (None, week_of(clock.now()))
    assert draft.blocks[1]["posts"] == [lamp.pk]
    page = as_(mo).get(reverse("newsletters:issues", args=[klarendal.slug])).content.decode()
    assert "Het concept voor deze week staat klaar" in page
    assert sending.send_due() == 0 and not OutgoingMail.objects.exists()


def test_thrown_away_it_does_not_come_back_this_week(mo, klarendal, lamp):
    prepare_due()
    actions.remove(newsletter=drafts().get(), by=mo)
    assert prepare_due() == 0
    with clock.frozen(WEEK):
        factories.post(lamp.author, klarendal)
        assert prepare_due() == 1


def test_without_news_there_is_no_draft(mo, anna, klarendal, lamp):
    factories.subscription("lezer@example.org", klarendal)
    prepare_due()
    sending.start(newsletter=drafts().get(), by=mo)
    with clock.frozen(WEEK):
        assert prepare_due() == 0
        new = factories.post(anna, klarendal, title="Iets nieuws")
        factories.activity(anna, klarendal, title="Samen zingen")
        write_news(neighbourhood=klarendal, words={"title": "Bankje", "summary": "Ga zitten."}, text="x", by=mo)
        assert prepare_due() == 1
        draft = drafts().get()
    assert draft.blocks[1]["posts"] == [new.pk] and len(draft.blocks[3]["pages"]) == 1


def test_where_nobody_manages_or_the_neighbourhood_is_off_nothing_is_made(mo, anna, klarendal, presikhaaf, lamp):
    factories.post(anna, presikhaaf)
    assert prepare_due() == 1
    Newsletter.objects.all().delete()
    Appointment.objects.update(ends_on=clock.today() - WEEK)
    with clock.frozen(WEEK):
        assert prepare_due() == 0
    assert not Newsletter.objects.filter(neighbourhood=presikhaaf).exists()


def test_a_draft_somebody_works_on_is_left_alone_and_an_untouched_one_makes_room(mo, klarendal, lamp):
    prepare_due()
    with clock.frozen(WEEK):
        factories.post(lamp.author, klarendal)
        assert prepare_due() == 1 and drafts().count() == 1
        actions.save(newsletter=drafts().get(), subject="Van mij", blocks=[], by=mo)
    with clock.frozen(2 * WEEK):
        factories.post(lamp.author, klarendal)
        assert prepare_due() == 1
        assert {"Van mij"} < set(drafts().values_list("subject", flat=True))


def test_a_manager_at_work_needs_no_second_draft(mo, klarendal, lamp):
    actions.create(neighbourhood=klarendal, by=mo)
    assert prepare_due() == 0


def test_managers_who_want_that_are_mailed(mo, klarendal, lamp):
    actions.choose_settings(neighbourhood=klarendal, second_look=False, mails_drafts=True, by=mo)
    prepare_due()
    assert OutgoingMail.objects.get(kind="newsletter-draft").recipient == mo.email


def test_the_week_is_that_of_the_calendar_of_the_site(settings):
    # A minute past midnight on Monday in Amsterdam is still Sunday in UTC.
    monday = clock.now().replace(year=2026, month=11, day=29, hour=23, minute=1)
    assert week_of(monday) == "2026-W49"
