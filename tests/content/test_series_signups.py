"""Signing up for one time of an activity that comes back: its own list, its own places, its own mails."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from content.posts import actions as posts
from content.posts.dates import call, roll_on
from content.posts.models import Post
from content.series.rules import Repeat, rule_of
from content.signups import actions, telling
from content.signups.models import SignUp
from tests import factories
from tests.content.test_series import NOW, TUESDAY, series
from tests.content.test_signups import mails, send, url_of, words
from wijk import clock
from wijk.mail.models import OutgoingMail

WEEK = timedelta(days=7)
FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 8)


@pytest.fixture(autouse=True)
def one_moment():
    with clock.frozen(NOW):
        yield


@pytest.fixture(name="weekly")
def a_weekly_activity(anna, klarendal):
    return series(anna, klarendal, signup_on=True, signup_places=3)


def joined(post, name, day, people=1):
    """Somebody with a confirmed address on the list of one day, by the real actions."""
    typed = {"name": name, "email": f"{name.lower()}@example.net", "people": people, "remark": "", "day": day}
    made = actions.sign_up(post=post, typed=typed, form_key=f"{name}{day}", language="nl", by=None)
    return actions.confirm(sign_up=made)


def told(kind):
    return sorted(mails(kind).values_list("recipient", flat=True))


def test_the_form_asks_which_time_and_says_how_much_room_each_has(client, weekly):
    joined(weekly, "Vera", FIRST, people=2)
    joined(weekly, "Wim", SECOND, people=3)
    page = client.get(url_of(weekly)).text
    assert "di 1 dec, 19.00 tot 21.00 uur, nog 1 plek" in page
    assert "di 8 dec, 19.00 tot 21.00 uur, vol: je komt op de wachtlijst" in page
    assert page.count('name="day"') == 8
    assert send(client, weekly, name="Nour", email="nour@example.net", day="2026-12-15").status_code == 302
    assert SignUp.objects.get(name__isnull=False, state="unconfirmed").day == date(2026, 12, 15)


@pytest.mark.parametrize("day", ["", "2026-12-02", "2026-11-24", "gisteren"])
def test_a_time_that_is_not_there_is_refused_in_words(client, weekly, day):
    response = send(client, weekly, day=day)
    assert response.status_code == 200 and not SignUp.objects.exists()
    assert ("Kies welke keer je komt." if not day else "Die keer kan niet meer.") in response.text


def test_places_count_for_each_time_and_one_mailbox_stands_on_each_once(weekly):
    vera = joined(weekly, "Vera", FIRST, people=3)
    assert (joined(weekly, "Wim", FIRST).state, joined(weekly, "Vera", SECOND).state) == ("waiting", "going")
    assert joined(weekly, "Yara", SECOND).state == "going"
    again = {"name": "Vera", "email": "vera@example.net", "people": 1, "remark": "", "day": FIRST}
    assert actions.sign_up(post=weekly, typed=again, form_key="nog", language="nl", by=None) == vera
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUp.objects.filter(day=SECOND).update(day=FIRST)
    actions.sign_off(sign_up=vera, by=None)
    assert set(SignUp.objects.active().filter(day=FIRST).values_list("state", flat=True)) == {"going"}
    assert told("signup-moved-up") == ["wim@example.net"]


def test_one_time_off_tells_who_signed_up_for_it_and_nobody_else_and_on_again_too(client, weekly, anna):
    vera, _wim = joined(weekly, "Vera", SECOND), joined(weekly, "Wim", FIRST)
    call(post=weekly, day=SECOND, off=True, by=anna)
    for _run in range(2):
        telling.look_after()
    assert told("signup-called-off") == ["vera@example.net"]
    assert "Deze keer gaat het niet door" in words(mails("signup-called-off").get())
    assert "di 8 dec" in words(mails("signup-called-off").get())
    assert "Deze keer gaat niet door." in client.get(vera.own_url).text
    assert "di 8 dec" not in client.get(url_of(weekly)).text
    call(post=weekly, day=SECOND, off=False, by=anna)
    telling.look_after()
    assert told("signup-changed") == ["vera@example.net"]
    assert "Die gaat nu toch door." in words(mails("signup-changed").get())


def test_another_hour_tells_everybody_to_come_with_their_own_day(weekly, anna):
    joined(weekly, "Vera", SECOND)
    later = TUESDAY + timedelta(hours=1)
    values = {"starts_at": later, "ends_at": later + timedelta(hours=2), "series_from": later}
    posts.edit(post=weekly, by=anna, values=values)
    telling.look_after()
    assert "di 8 dec, 20.00 tot 22.00 uur" in words(mails("signup-changed").get())
    assert SignUp.objects.get().activity_ends_at == later + WEEK + timedelta(hours=2)


def test_another_weekday_or_a_skipped_day_tells_that_it_is_off_that_day(weekly, anna):
    joined(weekly, "Vera", SECOND)
    joined(weekly, "Wim", FIRST)
    posts.edit(post=weekly, by=anna, values={"series_skips": "20261208"})
    telling.look_after()
    assert told("signup-called-off") == ["vera@example.net"]
    assert "di 8 dec" in words(mails("signup-called-off").get())


def test_the_whole_series_off_tells_each_for_each_day(weekly, anna):
    joined(weekly, "Vera", FIRST)
    joined(weekly, "Wim", SECOND)
    posts.withdraw(post=weekly, by=anna)
    telling.look_after()
    assert told("signup-called-off") == ["vera@example.net", "wim@example.net"]
    assert "staat niet meer op de site" in words(mails("signup-called-off").first())


def test_reminders_go_the_day_before_ones_own_time_and_lists_end_with_it(weekly):
    vera, wim = joined(weekly, "Vera", FIRST), joined(weekly, "Wim", SECOND)
    with clock.frozen(TUESDAY - timedelta(hours=20)):
        telling.look_after()
        telling.look_after()
    assert told("signup-reminder") == ["vera@example.net"]
    with clock.frozen(TUESDAY + WEEK - timedelta(hours=20)):
        roll_on()
        telling.look_after()
    assert told("signup-reminder") == ["vera@example.net", "wim@example.net"]
    for one, starts_at in ((vera, TUESDAY), (wim, TUESDAY + WEEK)):
        one.refresh_from_db()
        assert one.activity_ends_at == starts_at + timedelta(hours=2)
    assert not OutgoingMail.objects.filter(kind="signup-changed").exists()


def test_the_last_moment_lies_as_long_before_each_time(client, anna, klarendal):
    post = series(anna, klarendal, signup_on=True, signup_until=TUESDAY - timedelta(days=2))
    with clock.frozen(TUESDAY - timedelta(days=1)):
        page = client.get(url_of(post)).text
        assert "di 1 dec" not in page and "di 8 dec" in page
        assert "di 8 dec: " in client.get(post.get_absolute_url()).text


def test_the_organiser_has_a_list_for_each_time(as_, anna, weekly):
    joined(weekly, "Vera", FIRST)
    joined(weekly, "Wim", SECOND)
    browser, address = as_(anna), f"/mijn/berichten/{weekly.pk}/aanmeldingen/"
    first, second = browser.get(address).text, browser.get(f"{address}?dag=2026-12-08").text
    assert ("Vera" in first, "Wim" in first, "Vera" in second, "Wim" in second) == (True, False, False, True)
    assert "Vera" in browser.get(f"{address}?dag=kerst").text
    about_wim = mails("signup-new").get(about__endswith=f":{SignUp.objects.get(day=SECOND).pk}")
    assert f"{address}?dag=2026-12-08" in words(about_wim)
    assert "di 1 dec: Er doet 1 persoon mee." in browser.get(f"/mijn/berichten/{weekly.pk}/").text


def test_what_came_once_and_comes_back_takes_its_list_along_and_back_again(anna, klarendal):
    post = factories.activity(
        anna, klarendal, starts_in=TUESDAY - NOW, expires_at=TUESDAY, signup_on=True, signup_places=2
    )
    one = joined(post, "Vera", None, people=2)
    rule = rule_of(Repeat.WEEKLY, FIRST, [], date(2027, 1, 5))
    posts.edit(post=post, by=anna, values={"series_rule": rule, "series_from": TUESDAY})
    telling.look_after()
    one.refresh_from_db()
    assert one.day == FIRST and joined(post, "Wim", FIRST).state == "waiting"
    posts.edit(post=post, by=anna, values={"series_rule": "", "series_from": None})
    telling.look_after()
    assert set(SignUp.objects.values_list("day", flat=True)) == {None}
    assert not OutgoingMail.objects.filter(kind__in=["signup-changed", "signup-called-off"]).exists()


@pytest.mark.parametrize("number", [2, 20])
def test_the_form_and_the_list_cost_the_same_whatever_the_number(client, weekly, number, django_assert_max_num_queries):
    Post.objects.update(signup_places=None)
    for count in range(number):
        joined(weekly, f"Naam{count}", FIRST + WEEK * (count % 5))
    with django_assert_max_num_queries(6):
        client.get(url_of(weekly))
    with django_assert_max_num_queries(40):
        telling.look_after()
