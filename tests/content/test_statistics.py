"""Figures: counted per day, neighbourhood and page kind, read by everybody, nothing below five, nobody in them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from content.contact.models import Conversation
from content.posts.actions import fulfil, withdraw
from content.posts.models import Post
from content.posts.terms import expire_due
from content.statistics import counting
from content.statistics.days import count_days
from content.statistics.figures import first_day, gather
from content.statistics.models import DayCount
from tests import factories
from wijk import clock

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOON = datetime(2026, 11, 18, 12, tzinfo=AMSTERDAM)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    counting.tally.take()
    yield
    counting.tally.take()


def numbers(**of):
    rows = DayCount.objects.filter(**of).exclude(name="counted")
    return dict(rows.values_list("name", "number"))


def read(client, path, **headers):
    return client.get(path, headers={"user-agent": FIREFOX, "accept-language": "nl-NL,nl;q=0.9", **headers})


def answered(post, after):
    return Conversation.objects.create(
        post=post,
        visitor_email="v@example.org",
        visitor_hash=str(after),
        state=Conversation.State.OPEN,
        confirmed_at=post.published_at + after,
    )


# Pages ---------------------------------------------------------------------------------------------------------------


def test_a_page_is_counted_by_day_neighbourhood_and_kind(client, anna, klarendal):
    post = factories.post(anna, klarendal)
    read(client, "/wijk/klarendal/")
    read(client, post.get_absolute_url())
    read(client, "/wijk/klarendal/vraag-en-aanbod/")
    read(client, "/")
    counting.write()
    assert numbers(what="page", place=klarendal.code) == {"neighbourhood": 1, "post": 1, "board": 1}
    assert numbers(what="page", place="") == {"front": 1}
    assert numbers(what="browser") == {"Firefox": 4}
    assert numbers(what="language") == {"nl": 4}
    assert set(DayCount.objects.values_list("day", flat=True)) == {clock.today()}


def test_reading_a_page_writes_nothing_and_two_workers_add_up(client, klarendal):
    read(client, "/wijk/klarendal/")
    assert not DayCount.objects.exists()
    counting.write()
    read(client, "/wijk/klarendal/")
    counting.write()
    counting.write()
    assert numbers(what="page") == {"neighbourhood": 2}


def test_what_was_counted_is_written_after_half_a_minute(client, klarendal, monkeypatch):
    monkeypatch.setattr(counting, "EVERY", timedelta(seconds=30))
    with clock.frozen(NOON):
        read(client, "/wijk/klarendal/")
        assert not DayCount.objects.exists()
    with clock.frozen(NOON + timedelta(seconds=31)):
        read(client, "/wijk/klarendal/")
    assert numbers(what="page") == {"neighbourhood": 2}


@pytest.mark.parametrize("agent", ["", "Googlebot/2.1", "curl/8.5", "python-requests/2.32", "UptimeMonitor"])
def test_machines_are_not_counted(client, klarendal, agent):
    client.get("/wijk/klarendal/", headers={"user-agent": agent})
    counting.write()
    assert not DayCount.objects.exists()


def test_what_is_not_there_and_what_is_not_public_is_not_counted(client, as_, anna, klarendal):
    read(client, "/wijk/nergens/")
    read(client, "/wijk/klarendal/vraag-en-aanbod/?soort=zomaar")
    read(as_(anna), "/mijn/")
    client.head("/wijk/klarendal/", headers={"user-agent": FIREFOX})
    counting.write()
    assert not DayCount.objects.exists()


def test_of_who_reads_nothing_is_kept_but_a_family_name_a_language_and_another_site(client, klarendal):
    read(
        client,
        "/wijk/klarendal/",
        referer="https://www.buurtkrant.example/lezer/anna-jansen?mail=anna@example.org",
    )
    counting.write()
    stored = " ".join(str(value) for row in DayCount.objects.values_list() for value in row)
    assert numbers(what="referrer") == {"buurtkrant.example": 1}
    for word in ("anna", "Linux", "140", "127.0.0.1", "lezer"):
        assert word not in stored
    columns = {field.name for field in DayCount._meta.get_fields()}
    assert columns == {"id", "day", "place", "what", "name", "number"}


@pytest.mark.parametrize(
    "address",
    [
        "http://testserver/wijk/klarendal/",
        "javascript:alert(1)",
        "https://[::1",
        "https://10.0.0.1/",
        "https://" + "a" * 300 + ".nl/",
        "https://<script>.nl/",
        "nonsense",
    ],
)
def test_only_the_name_of_another_site_counts_as_where_somebody_came_from(settings, address):
    settings.BASE_URL = "http://testserver"
    assert counting.referrer(address) == ""


def test_invented_sites_cannot_fill_the_table(client, klarendal, monkeypatch):
    monkeypatch.setattr(counting, "MOST_REFERRERS", 3)
    for number in range(6):
        read(client, "/wijk/klarendal/", referer=f"https://site{number}.example/")
    counting.write()
    found = numbers(what="referrer")
    assert len(found) == 4
    assert found["other"] == 3


def test_one_process_keeps_only_so_many_counts_at_once(monkeypatch):
    monkeypatch.setattr(counting, "MOST_KEYS", 2)
    keys = [counting.Key(date(2026, 11, 18), "", "referrer", f"site{number}.example") for number in range(4)]
    for key in keys:
        counting.tally.note([key])
    counting.tally.note([keys[0]])
    assert counting.tally.take() == {keys[0]: 2, keys[1]: 1}


# Days ----------------------------------------------------------------------------------------------------------------


def test_a_day_is_counted_once_it_is_over_and_only_once(anna, klarendal):
    with clock.frozen(NOON):
        factories.post(anna, klarendal)
        factories.post(anna, klarendal, kind=Post.Kind.OFFER)
        count_days()
        assert not numbers(day=NOON.date())
    with clock.frozen(NOON + timedelta(days=1)):
        assert count_days() == 1
        assert numbers(day=NOON.date()) == {"request.placed": 1, "offer.placed": 1}
        factories.post(anna, klarendal, published_at=NOON)
        assert count_days() == 0
    assert numbers(day=NOON.date()) == {"request.placed": 1, "offer.placed": 1}


def test_who_leaves_takes_the_posts_along_and_the_number_stays(anna, klarendal):
    with clock.frozen(NOON):
        factories.post(anna, klarendal)
    with clock.frozen(NOON + timedelta(days=1)):
        count_days()
    anna.posts.all().delete()
    with clock.frozen(NOON + timedelta(days=2)):
        count_days()
    assert numbers(day=NOON.date(), place=klarendal.code) == {"request.placed": 1}


def test_midnight_is_where_the_site_lives(anna, klarendal):
    with clock.frozen(datetime(2026, 11, 18, 0, 30, tzinfo=AMSTERDAM)):
        factories.post(anna, klarendal)
    with clock.frozen(NOON + timedelta(days=1)):
        count_days()
    assert numbers(day=date(2026, 11, 18)) == {"request.placed": 1}
    assert numbers(day=date(2026, 11, 17)) == {}


@pytest.mark.parametrize(
    ("wait", "name"),
    [
        (timedelta(hours=2), "day"),
        (timedelta(hours=25), "three_days"),
        (timedelta(days=4), "week"),
        (timedelta(days=12), "later"),
    ],
)
def test_the_first_answer_counts_by_how_long_it_took(anna, klarendal, wait, name):
    with clock.frozen(NOON):
        post = factories.post(anna, klarendal)
        answered(post, wait)
        answered(post, wait + timedelta(hours=1))
    with clock.frozen(NOON + wait + timedelta(days=1)):
        count_days()
    found = {key: number for key, number in numbers().items() if "answered" in key}
    assert found == {f"request.answered.{name}": 1}


def test_a_request_without_an_answer_counts_after_a_week(anna, bram, klarendal):
    with clock.frozen(NOON):
        factories.post(anna, klarendal)
        answered(factories.post(bram, klarendal), timedelta(hours=3))
    with clock.frozen(NOON + timedelta(days=8)):
        count_days()
    assert numbers(day=(NOON + WEEK).date()) == {"request.silent": 1}


def test_how_it_ended_counts_on_the_day_it_ended(anna, klarendal):
    with clock.frozen(NOON - timedelta(days=3)):
        done, taken = factories.post(anna, klarendal), factories.post(anna, klarendal)
    with clock.frozen(NOON):
        fulfil(post=done, by=anna)
        withdraw(post=taken, by=anna)
    with clock.frozen(NOON + timedelta(days=1)):
        count_days()
    assert numbers(day=NOON.date()) == {"request.fulfilled": 1, "request.withdrawn": 1}


def test_how_it_worked_out_counts_apart_and_nothing_below_five_shows(anna, klarendal, client):
    told = {"via_wijk": 6, "elsewhere": 4, "": 5}
    with clock.frozen(NOON - timedelta(days=3)):
        posts = [(factories.post(anna, klarendal), how) for how, number in told.items() for _number in range(number)]
        ran_out = factories.post(anna, klarendal, outcome="partly", expires_at=NOON)
    with clock.frozen(NOON):
        for post, how in posts:
            fulfil(post=post, by=anna, outcome=how)
        expire_due()
    assert Post.objects.get(pk=ran_out.pk).status == "expired"
    with clock.frozen(NOON + timedelta(days=1)):
        count_days()
        shown = {row.label: row.number for row in gather(klarendal)["outcomes"]}
    assert numbers(day=NOON.date()) == {
        "request.fulfilled.via_wijk": 6, "request.fulfilled.elsewhere": 4, "request.fulfilled": 5, "request.expired": 1,
    }  # fmt: skip
    assert {label: number for label, number in shown.items() if number} == {
        "Gelukt, via Wijk": 6, "Gelukt, hoe is niet gezegd": 5,
    }  # fmt: skip


# The pages of figures ------------------------------------------------------------------------------------------------


def count(place, name, number, *, what="event", day=None):
    DayCount.objects.create(day=day or clock.today(), place=place, what=what, name=name, number=number)


@pytest.mark.parametrize("page", ["/statistieken/", "/wijk/klarendal/cijfers/"])
def test_everybody_reads_the_figures_and_nothing_below_five(client, klarendal, page):
    count(klarendal.code, "request.placed", 37)
    count(klarendal.code, "offer.placed", 4)
    count(klarendal.code, "request.answered.day", 23)
    count(klarendal.code, "request.silent", 3)
    count(klarendal.code, "board", 41, what="page")
    count(klarendal.code, "agenda", 4, what="page")
    html = client.get(page).content.decode()
    assert ">37<" in html
    assert ">23<" in html
    assert "Vraag en aanbod" in html
    assert "minder dan 5" in html
    for small in (">4<", ">3<"):
        assert small not in html


def test_what_is_too_small_is_drawn_too_small(klarendal):
    count(klarendal.code, "request.placed", 4)
    week = gather(klarendal)["weeks"][-1]
    assert week.requests is None
    assert week.request_bar.height == 0


def test_a_total_that_gives_one_small_week_away_is_not_told(klarendal):
    for back in range(12):
        count(klarendal.code, "request.placed", 3 if back == 4 else 20, day=first_day() + back * WEEK)
    assert [row.label for row in gather(klarendal)["totals"]] == []
    count(klarendal.code, "offer.placed", 6, day=first_day())
    assert [(row.label, row.number) for row in gather(klarendal)["totals"]] == [("keer iets aangeboden", 6)]


def test_a_quiet_neighbourhood_gets_words_and_no_empty_chart(client, klarendal):
    html = client.get("/wijk/klarendal/cijfers/").content.decode()
    assert "Nog te weinig om te laten zien" in html
    assert "<figure" not in html
    assert "Wanneer kwam er antwoord" not in html


def test_a_week_runs_from_monday_and_twelve_are_shown(klarendal):
    with clock.frozen(NOON):
        assert first_day().weekday() == 0
        count(klarendal.code, "request.placed", 9, day=first_day())
        count(klarendal.code, "request.placed", 9, day=first_day() - timedelta(days=1))
        weeks = gather(klarendal)["weeks"]
    assert [week.requests for week in weeks] == [9] + [None] * 11


def test_how_people_come_is_told_of_the_whole_site_only(client, klarendal):
    count("", "buurtkrant.example", 12, what="referrer")
    count("", "klein.example", 2, what="referrer")
    count("", "nl", 30, what="language")
    site = client.get("/statistieken/").content.decode()
    assert "buurtkrant.example" in site
    assert "Nederlands" in site
    assert "klein.example" not in site
    assert "buurtkrant.example" not in client.get("/wijk/klarendal/cijfers/").content.decode()


def test_figures_of_another_neighbourhood_are_not_mixed_in(client, klarendal, presikhaaf):
    count(presikhaaf.code, "request.placed", 77)
    assert ">77<" not in client.get("/wijk/klarendal/cijfers/").content.decode()


def test_the_list_of_what_was_renewed_shows_what_everybody_may_see(client, anna, klarendal):
    factories.post(anna, klarendal, title="Pas bevestigd", confirmed_at=clock.now())
    factories.post(anna, klarendal, title="Vastgehouden", confirmed_at=clock.now(), status=Post.Status.HELD)
    html = client.get("/statistieken/").content.decode()
    assert "Pas bevestigd" in html
    assert "Vastgehouden" not in html


@pytest.mark.parametrize("number", [3, 40])
def test_the_page_asks_as_much_with_many_days(client, anna, klarendal, number, django_assert_max_num_queries):
    for back in range(number):
        count(klarendal.code, "request.placed", 5, day=clock.today() - timedelta(days=back))
        factories.post(anna, klarendal, confirmed_at=clock.now())
    with django_assert_max_num_queries(5):
        assert client.get("/wijk/klarendal/cijfers/").status_code == 200


def test_a_manager_reads_the_same_figures_at_the_desk(as_, mo, klarendal, presikhaaf):
    count(klarendal.code, "request.placed", 3)
    count(klarendal.code, "offer.placed", 12)
    html = as_(mo).get("/beheer/klarendal/cijfers/").content.decode()
    assert "minder dan 5" in html
    assert ">12<" in html
    assert ">3<" not in html
    assert as_(mo).get("/beheer/presikhaaf-west/cijfers/").status_code == 404


def test_a_neighbourhood_that_does_not_take_part_has_no_figures(client, klarendal):
    factories.neighbourhood("Nergens", code="WK020299", on=False)
    assert client.get("/wijk/nergens/cijfers/").status_code == 404
