"""Activities that come back: the rule and its days, the form, the agenda, and one time that does not take place."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from accounts.audit.models import AuditEvent
from content.posts import dates, terms
from content.posts.models import Post
from content.series.rules import Repeat, listed, moments, repeat_of, rule_of, weekdays_of, words_of
from tests import factories
from wijk import clock

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 28, 12, tzinfo=AMSTERDAM)
TUESDAY = datetime(2026, 12, 1, 19, tzinfo=AMSTERDAM)
TYPED = {
    "title": "Breicafé",
    "text": "We breien samen, en er is koffie.",
    "day": "2026-12-01",
    "begins": "19:00",
    "ends": "21:00",
    "venue": "Wijkcentrum",
}


@pytest.fixture(autouse=True)
def one_moment():
    with clock.frozen(NOW):
        yield


def series(author, place, *, repeat=Repeat.WEEKLY, last=date(2027, 2, 23), first=TUESDAY, days=(), **fields):
    """A series on the site, as the form would leave it."""
    values = {
        "title": "Breicafé",
        "kind": Post.Kind.ACTIVITY,
        "starts_at": first,
        "ends_at": first + timedelta(hours=2),
        "series_from": first,
        "series_rule": rule_of(repeat, first.date(), days, last),
        **fields,
    }
    post = factories.post(author, place, **values)
    post.expires_at = post.natural_end(clock.now())
    post.save()
    return post


def typed(**fields):
    return {**TYPED, "theme": factories.theme().pk, **fields}


def sent(browser, **fields):
    return browser.post("/plaatsen/?soort=activiteit", typed(**fields))


# The rule ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("repeat", "days", "first", "found", "words"),
    [
        (Repeat.WEEKLY, [], date(2026, 12, 1), ["2026-12-01", "2026-12-08", "2026-12-15"], "elke dinsdag"),
        (
            Repeat.WEEKLY,
            [3],
            date(2026, 12, 1),
            ["2026-12-01", "2026-12-03", "2026-12-08"],
            "elke dinsdag en donderdag",
        ),
        (
            Repeat.FORTNIGHTLY,
            [],
            date(2026, 12, 1),
            ["2026-12-01", "2026-12-15", "2026-12-29"],
            "elke twee weken op dinsdag",
        ),
        (
            Repeat.MONTHLY,
            [],
            date(2026, 12, 8),
            ["2026-12-08", "2027-01-12", "2027-02-09"],
            "elke tweede dinsdag van de maand",
        ),
        (
            Repeat.MONTHLY_LAST,
            [],
            date(2026, 12, 25),
            ["2026-12-25", "2027-01-29", "2027-02-26"],
            "elke laatste vrijdag van de maand",
        ),
    ],
)
def test_a_rule_gives_its_days_and_says_itself(repeat, days, first, found, words):
    rule = rule_of(repeat, first, days, date(2027, 3, 1))
    begin = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    assert [str(moment.date()) for moment in moments(rule, begin)][:3] == found
    with translation.override("nl"):
        assert words_of(rule) == words
    assert repeat_of(rule) == repeat and first.weekday() in weekdays_of(rule)


def test_the_hour_on_the_wall_stays_when_the_clock_goes_forward_and_back():
    first = datetime(2026, 10, 20, 19, tzinfo=AMSTERDAM)
    found = moments(rule_of(Repeat.WEEKLY, first.date(), [], date(2027, 4, 6)), first)
    assert {moment.hour for moment in found} == {19}
    assert {moment.utcoffset() for moment in found} == {timedelta(hours=1), timedelta(hours=2)}
    assert found[-1].date() == date(2027, 4, 6)


def test_the_last_day_counts_until_midnight():
    first = datetime(2026, 12, 1, 23, 30, tzinfo=AMSTERDAM)
    assert moments(rule_of(Repeat.WEEKLY, first.date(), [], date(2026, 12, 8)), first)[-1].date() == date(2026, 12, 8)


# The form ------------------------------------------------------------------------------------------------------------


def test_a_series_is_placed_in_the_form_and_its_dates_stand_on_the_look_page(as_, anna, klarendal):
    browser = as_(anna)
    assert sent(browser, repeat="weekly", times="6", skips="22 december, 29-12-2026").status_code == 302
    post = Post.objects.get()
    assert post.series_from == post.starts_at == TUESDAY
    assert [turn.day.day for turn in post.turns()] == [1, 8, 15, 5]
    page = browser.get(f"/plaatsen/{post.pk}/bekijken/").text
    assert "elke dinsdag, tot en met 5 januari 2027" in page
    assert "di 8 dec, 19.00 tot 21.00 uur" in page and "di 22 dec" not in page
    browser.post(f"/plaatsen/{post.pk}/bekijken/")
    post.refresh_from_db()
    assert post.natural_end(clock.now()) == datetime(2027, 1, 5, 21, tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"repeat": "weekly"}, "Kies tot wanneer"),
        ({"repeat": "weekly", "until": "2027-01-05", "times": "3"}, "Niet allebei"),
        ({"repeat": "weekly", "until": "2028-01-05"}, "meer dan een jaar"),
        ({"repeat": "weekly", "until": "9999-12-31"}, "meer dan een jaar"),
        ({"repeat": "weekly", "until": "2026-12-03"}, "maar één keer"),
        ({"repeat": "weekly", "until": "2026-11-01"}, "maar één keer"),
        ({"repeat": "weekly", "until": "ooit"}, "Dit is geen datum"),
        ({"repeat": "weekly", "times": "61"}, "2 tot en met 60"),
        ({"repeat": "monthly", "times": "20"}, "past het niet in een jaar"),
        ({"repeat": "monthly", "times": "3", "weekdays": ["3"]}, "maar op één dag"),
        ({"repeat": "monthly_last", "times": "3"}, "niet de laatste in die maand"),
        ({"repeat": "monthly", "times": "3", "day": "2026-12-29"}, "vijfde keer"),
        ({"repeat": "weekly", "times": "3", "weekdays": ["9"]}, "Kies dagen uit de lijst"),
        ({"repeat": "hourly", "times": "3"}, "Kies hoe vaak uit de lijst"),
        ({"repeat": "weekly", "times": "6", "skips": "kerst, 22 december"}, "geen dag waarop het zou zijn: kerst."),
        ({"repeat": "weekly", "times": "6", "skips": "31-2-2027"}, "geen dag waarop het zou zijn"),
        ({"repeat": "weekly", "times": "6", "skips": "1-12-2026"}, "De eerste keer staat hier ook bij"),
        ({"repeat": "weekly", "times": "2", "skips": "8-12"}, "te weinig over"),
    ],
)
def test_a_series_that_cannot_be_is_said_and_nothing_typed_is_lost(as_, anna, klarendal, fields, says):
    response = sent(as_(anna), **fields)
    assert response.status_code == 200
    page = response.text
    assert says in page and TYPED["title"] in page
    assert not Post.objects.exists()
    for value in (fields.get("skips"), fields.get("until")):
        assert value is None or value in page


def test_going_back_keeps_a_half_typed_series_as_once(as_, anna, klarendal):
    assert sent(as_(anna), repeat="weekly", terug="1").status_code == 302
    assert Post.objects.get().series_rule == ""


def test_what_is_no_activity_keeps_no_rule(as_, anna, klarendal):
    browser = as_(anna)
    sent(browser, repeat="weekly", times="4")
    post = Post.objects.get()
    browser.post(f"/plaatsen/{post.pk}/soort/", {"soort": "aanbod"})
    browser.post(f"/plaatsen/{post.pk}/bekijken/")
    post.refresh_from_db()
    assert (post.kind, post.series_rule, post.series_from) == ("offer", "", None)


def edited(browser, post, **fields):
    form = browser.get(f"/mijn/berichten/{post.pk}/aanpassen/").context["form"]
    shown = {name: form[name].value() for name in form.fields}
    shown = {name: value for name, value in shown.items() if value not in (None, "", False, [])}
    response = browser.post(f"/mijn/berichten/{post.pk}/aanpassen/", {**shown, **fields})
    assert response.status_code == 302, response.context["form"].errors
    post.refresh_from_db()


def test_saving_without_a_change_leaves_the_series_as_it_was(as_, anna, klarendal):
    post = series(anna, klarendal, days=[3], series_skips="20261222", series_off="20261210")
    with clock.frozen(datetime(2026, 12, 9, 12, tzinfo=AMSTERDAM)):
        dates.roll_on()
        post.refresh_from_db()
        before = (post.series_rule, post.series_from, post.series_skips, post.series_off, post.starts_at)
        edited(as_(anna), post, text="We breien samen, en er is taart.")
    assert (post.series_rule, post.series_from, post.series_skips, post.series_off, post.starts_at) == before


def test_a_series_moves_to_another_day_and_ends_when_its_author_says_once(as_, anna, klarendal):
    post = series(anna, klarendal)
    edited(as_(anna), post, day="2026-12-02", begins="20:00", ends="22:00")
    assert words_of(post.series_rule) == "elke woensdag"
    assert post.series_from == post.starts_at == datetime(2026, 12, 2, 20, tzinfo=AMSTERDAM)
    edited(as_(anna), post, repeat="", until="", skips="")
    assert (post.series_rule, post.expires_at) == ("", datetime(2026, 12, 2, 22, tzinfo=AMSTERDAM))


# The clock -----------------------------------------------------------------------------------------------------------


def test_the_clock_moves_a_series_on_until_its_end_and_nothing_wrong_shows_between_its_runs(client, anna, klarendal):
    post = series(anna, klarendal, last=date(2026, 12, 8), signup_on=True, signup_until=TUESDAY - timedelta(hours=3))
    with clock.frozen(TUESDAY + timedelta(hours=3)):
        assert "di 8 dec, 19.00 tot 21.00 uur" in client.get(post.get_absolute_url()).text
        assert [group["day"].day for group in client.get("/wijk/klarendal/agenda/").context["days"]] == [8]
        assert (dates.roll_on(), dates.roll_on()) == (1, 0)
    post.refresh_from_db()
    assert (post.starts_at, post.ends_at) == (TUESDAY + timedelta(days=7), TUESDAY + timedelta(days=7, hours=2))
    assert post.signup_until == TUESDAY + timedelta(days=7, hours=-3)
    with clock.frozen(TUESDAY + timedelta(days=7, hours=3)):
        assert not Post.objects.visible().agenda().exists()
        assert dates.roll_on() == 0
        terms.expire_due()
    post.refresh_from_db()
    assert post.status == Post.Status.EXPIRED


def test_the_next_time_keeps_its_hour_when_the_clock_changes(anna, klarendal):
    with clock.frozen(datetime(2027, 3, 20, 12, tzinfo=AMSTERDAM)):
        first = datetime(2027, 3, 23, 19, tzinfo=AMSTERDAM)
        post = series(anna, klarendal, first=first, last=date(2027, 5, 1))
    with clock.frozen(datetime(2027, 3, 24, 12, tzinfo=AMSTERDAM)):
        dates.roll_on()
    post.refresh_from_db()
    assert timezone.localtime(post.starts_at) == datetime(2027, 3, 30, 19, tzinfo=AMSTERDAM)
    assert timezone.localtime(post.ends_at).hour == 21


# The agenda ----------------------------------------------------------------------------------------------------------


def test_the_agenda_lists_each_time_of_the_coming_weeks_and_paper_only_the_next(client, anna, klarendal):
    series(anna, klarendal, series_skips="20261208")
    series(anna, klarendal, title="Repair Café", first=datetime(2027, 2, 1, 10, tzinfo=AMSTERDAM))
    agenda = client.get("/wijk/klarendal/agenda/")
    rows = [(group["day"].isoformat(), row["title"]) for group in agenda.context["days"] for row in group["rows"]]
    assert rows == [
        ("2026-12-01", "Breicafé"),
        ("2026-12-15", "Breicafé"),
        ("2026-12-22", "Breicafé"),
        ("2027-02-01", "Repair Café"),
    ]
    assert ", elke dinsdag</span>" in agenda.text
    for address in ("/wijk/klarendal/agenda/print/", "/wijk/klarendal/", "/wijk/klarendal/prikbord/"):
        assert client.get(address).text.count(">Breicafé<") == 1, address
    assert client.get("/wijk/klarendal/feed.atom").text.count("Breicafé</title>") == 1


@pytest.mark.parametrize("number", [3, 40])
def test_series_cost_no_query_each(client, anna, klarendal, number, django_assert_max_num_queries):
    for _count in range(number):
        series(anna, klarendal)
    with django_assert_max_num_queries(6):
        client.get("/wijk/klarendal/agenda/")


# One time that does not take place -----------------------------------------------------------------------------------


def test_one_time_is_called_off_and_on_again(as_, client, anna, klarendal):
    post, browser = series(anna, klarendal), as_(anna)
    address = f"/mijn/berichten/{post.pk}/data/"
    assert "Een keer niet" in browser.get(f"/mijn/berichten/{post.pk}/").text
    assert browser.get(address).text.count('value="niet"') == 13
    assert browser.post(address, {"dag": "2026-12-01", "gaat": "niet"}).url == address
    post.refresh_from_db()
    assert (post.series_off, post.starts_at) == ("20261201", TUESDAY + timedelta(days=7))
    assert AuditEvent.objects.filter(action="post.call_off").count() == 1
    agenda = client.get("/wijk/klarendal/agenda/").context["days"]
    assert [(group["day"].day, group["rows"][0]["is_off"]) for group in agenda][:2] == [(1, True), (8, False)]
    assert "Gaat niet door" in client.get(post.get_absolute_url()).text

    browser.post(address, {"dag": "2026-12-01", "gaat": "toch"})
    post.refresh_from_db()
    assert (post.series_off, post.starts_at) == ("", TUESDAY)


@pytest.mark.parametrize(("day", "status"), [("2026-12-02", 302), ("2026-11-24", 302), ("morgen", 404), ("", 404)])
def test_a_day_without_it_cannot_be_called_off(as_, anna, klarendal, day, status):
    post = series(anna, klarendal)
    assert as_(anna).post(f"/mijn/berichten/{post.pk}/data/", {"dag": day, "gaat": "niet"}).status_code == status
    post.refresh_from_db()
    assert post.series_off == ""


def test_the_only_time_that_is_left_is_not_called_off(as_, anna, klarendal):
    post = series(anna, klarendal, last=date(2026, 12, 8), series_off=listed([date(2026, 12, 8)]))
    response = as_(anna).post(f"/mijn/berichten/{post.pk}/data/", {"dag": "2026-12-01", "gaat": "niet"}, follow=True)
    assert "de enige keer die er nog is" in response.text
    post.refresh_from_db()
    assert post.series_off == "20261208"


def test_somebody_elses_dates_and_what_takes_place_once_have_no_page(as_, anna, bram, klarendal):
    post, once = series(anna, klarendal), factories.activity(anna, klarendal)
    assert as_(bram).get(f"/mijn/berichten/{post.pk}/data/").status_code == 404
    assert as_(anna).get(f"/mijn/berichten/{once.pk}/data/").status_code == 404
