"""The public figures of oversight: added up each night, none below five, and nothing about anybody (L-4)."""

from datetime import UTC, datetime, timedelta

import pytest

from content.moderation.actions import decide, report
from content.moderation.appeals import answer, appeal
from content.moderation.models import Decision, Reason
from content.moderation.notices import report_page
from content.moderation.oversight import OversightCount, OversightYear, count_nights, half_within, shown
from content.posts.models import Post
from tests import factories
from tests.content.test_moderation import waiting
from wijk import clock

Act = Decision.Act
PAGE = "/wijk/klarendal/toezicht/"
HOUR = timedelta(hours=1)


@pytest.fixture
def summer():
    """A day in the middle of a year, so that yesterday and tomorrow are in it."""
    with clock.frozen(datetime(2026, 7, 1, 10, tzinfo=UTC) - clock.now()):
        yield


def days(number):
    return clock.frozen(timedelta(days=number))


def numbers(**wanted):
    return {(row.topic, row.code): row.number for row in OversightCount.objects.filter(**wanted)}


def year_of(place, author, manager, *, posts=6):
    """Reports, decisions and appeals, some more often than others."""
    for number in range(posts):
        post = waiting(author, place, title=f"Bericht {number}", submitted_at=clock.now() - 3 * HOUR)
        decide(post=post, act=Act.APPROVE, by=manager)
        report(post=post, why="spam", text="Reclame", email="melder@example.org", form_key=f"{place.pk}-{number}")
        decide(post=post, act=Act.REMOVE, by=manager, reason=Reason.COMMERCIAL, note="Winkel")
    return appeal(decision=Decision.objects.filter(act=Act.REMOVE).first(), text="Nee", by=author)


def test_from_decisions_to_the_public_page(summer, anna, klarendal, mo, otto, client):
    made = year_of(klarendal, anna, mo)
    answer(appeal=made, by=otto, undone=False, text="Blijft.")
    assert "Er is nog niets geteld" in client.get(PAGE).content.decode()
    with days(1):
        assert count_nights() > 0
    assert numbers(neighbourhood=klarendal, year=2026) == {
        ("report", "spam"): 6,
        ("act", "approve"): 6,
        ("act", "remove"): 6,
        ("reason", "commercial"): 6,
        ("appeal", "made"): 1,
        ("appeal", "upheld"): 1,
        ("wait", "4"): 6,
    }
    page = client.get(PAGE)
    text = page.content.decode()
    assert "public" in page["Cache-Control"] and not page.cookies
    assert "Geteld tot en met 1 juli 2026" in text and "binnen 4 uur" in text
    assert text.count("<dd>6</dd>") == 4
    assert "minder dan 5" in text and "<dd>1</dd>" not in text
    assert f'href="{PAGE}"' in client.get("/wijk/klarendal/").content.decode()


def test_today_is_counted_tomorrow_and_nothing_twice(summer, anna, klarendal, mo):
    year_of(klarendal, anna, mo)
    assert count_nights() == 0
    with days(1):
        first = count_nights()
        before = numbers()
        assert first and count_nights() == 0
        assert numbers() == before
        decide(post=waiting(anna, klarendal), act=Act.APPROVE, by=mo)
    with days(2):
        count_nights()
    assert numbers()["act", "approve"] == 7


def test_what_is_erased_later_stays_counted(summer, anna, klarendal, mo):
    year_of(klarendal, anna, mo)
    with days(1):
        count_nights()
    before = numbers()
    Post.objects.all().delete()
    assert not Decision.objects.exists()
    with days(2):
        count_nights()
    assert numbers() == before


def test_a_year_that_is_over_is_finished_once_and_then_closed(anna, klarendal, mo):
    with clock.frozen(datetime(2026, 12, 30, 10, tzinfo=UTC) - clock.now()):
        year_of(klarendal, anna, mo)
        with days(1):
            count_nights()
            decide(post=waiting(anna, klarendal), act=Act.APPROVE, by=mo)
        with days(3):
            count_nights()
            decide(post=waiting(anna, klarendal), act=Act.APPROVE, by=mo)
        assert numbers(year=2026)["act", "approve"] == 7
        with days(4):
            count_nights()
        closed = numbers(year=2026)
        assert numbers(year=2027)["act", "approve"] == 1
        Post.objects.all().delete()
        with days(400):
            count_nights()
        assert numbers(year=2026) == closed
        assert list(OversightYear.objects.order_by("year").values_list("year", flat=True)) == [2026, 2027, 2028]


def test_each_neighbourhood_has_its_own_figures(summer, anna, bram, klarendal, presikhaaf, mo, els, client):
    year_of(klarendal, anna, mo)
    club = factories.organisation("Club", presikhaaf)
    for number in range(5):
        report_page(page=club, why="unsafe", text="", email="", form_key=f"club{number}")
    with days(1):
        count_nights()
    assert numbers(neighbourhood=presikhaaf) == {("report", "unsafe"): 5}
    assert ("report", "unsafe") not in numbers(neighbourhood=klarendal)


def test_what_somebody_decides_about_their_own_is_not_counted(summer, klarendal, mo):
    decide(post=waiting(mo, klarendal), act=Act.APPROVE, by=mo)
    with days(1):
        count_nights()
    assert not OversightCount.objects.exists()


@pytest.mark.parametrize("number", range(5))
def test_nothing_below_five_is_shown_and_nought_looks_the_same(number):
    assert shown(number) == "minder dan 5"
    assert shown(5) == "5"


@pytest.mark.parametrize(
    ("waits", "words"),
    [
        ({"4": 2, "12": 2, "longer": 0}, ""),
        ({"4": 5, "12": 4, "longer": 0}, "4 uur"),
        ({"4": 1, "48": 9, "longer": 0}, "48 uur"),
        ({"4": 1, "96": 9, "longer": 0}, "4 dagen"),
        ({"4": 1, "longer": 9}, "meer dan twee weken"),
    ],
)
def test_how_long_half_of_it_took(waits, words):
    assert half_within(waits) == words


def test_the_page_names_nobody_and_tells_no_word(summer, anna, klarendal, mo, client):
    year_of(klarendal, anna, mo)
    with days(1):
        count_nights()
    page = client.get(PAGE).content.decode()
    for words in ("Anna", "Jansen", "Yilmaz", "Bericht 0", "Winkel", "melder@"):
        assert words not in page


def test_a_neighbourhood_that_does_not_take_part_has_no_page(client, klarendal):
    klarendal.is_on = False
    klarendal.save()
    assert client.get(PAGE).status_code == 404


def test_the_page_takes_few_queries_however_many_years(client, klarendal, django_assert_max_num_queries):
    for year in range(2015, 2030):
        OversightYear.objects.create(year=year, counted_until=clock.now())
        OversightCount.objects.create(neighbourhood=klarendal, year=year, topic="act", code="approve", number=9)
    with django_assert_max_num_queries(4):
        page = client.get(PAGE).content.decode()
    assert page.count("<h2") == 6
