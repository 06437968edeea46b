"""The figures as a person reads them: twelve weeks, small charts with their table, and nothing below five (W-59)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from content.posts.cards import cards
from content.posts.models import Post
from content.statistics.days import LATER
from content.statistics.models import DayCount
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.published import FEWEST

What = DayCount.What
WEEKS = 12
WEEK = timedelta(days=7)
RENEWED = 6
MOST_ROWS = 8
CHART_HEIGHT, BAR, GAP = 260, 14, 16

ANSWERS = (
    ("day", gettext_lazy("Binnen een dag")),
    ("three_days", gettext_lazy("Binnen drie dagen")),
    ("week", gettext_lazy("Binnen een week")),
    (LATER, gettext_lazy("Later dan een week")),
    ("silent", gettext_lazy("Na een week nog geen antwoord")),
)
# Each end is in one of these and no sum of them is shown, so that none below five can be worked out.
OUTCOMES = (
    ("fulfilled.via_wijk", gettext_lazy("Gelukt, via Wijk")),
    ("fulfilled.elsewhere", gettext_lazy("Gelukt, maar niet via Wijk")),
    ("fulfilled.partly", gettext_lazy("Deels gelukt")),
    ("fulfilled", gettext_lazy("Gelukt, hoe is niet gezegd")),
    ("withdrawn.fell_through", gettext_lazy("Ging niet door")),
    ("withdrawn", gettext_lazy("Ingetrokken")),
    ("expired", gettext_lazy("Verlopen")),
)
PLACED = (
    (Post.Kind.REQUEST, gettext_lazy("vragen")),
    (Post.Kind.OFFER, gettext_lazy("keer iets aangeboden")),
    (Post.Kind.ACTIVITY, gettext_lazy("activiteiten")),
)
PAGES = {
    "front": gettext_lazy("Voorpagina"),
    "places": gettext_lazy("Wijk zoeken"),
    "neighbourhood": gettext_lazy("Wijkpagina"),
    "board": gettext_lazy("Vraag en aanbod"),
    "shop": gettext_lazy("Etalage"),
    "post": gettext_lazy("Bericht"),
    "agenda": gettext_lazy("Agenda"),
    "organisations": gettext_lazy("Gids van organisaties"),
    "organisation": gettext_lazy("Organisatie"),
    "search": gettext_lazy("Zoeken"),
    "page": gettext_lazy("Nieuws en andere pagina's"),
}
LANGUAGES = {
    "nl": gettext_lazy("Nederlands"),
    "en": gettext_lazy("Engels"),
    "de": gettext_lazy("Duits"),
    "fr": gettext_lazy("Frans"),
    "tr": gettext_lazy("Turks"),
    "ar": gettext_lazy("Arabisch"),
    "pl": gettext_lazy("Pools"),
    "uk": gettext_lazy("Oekraïens"),
}
OTHER = pgettext_lazy("statistics", "Anders")


@dataclass(frozen=True)
class Row:
    """One line of a table with its bar; `number` is None where it is below five."""

    label: str
    number: int | None
    share: int = 0  # of the longest bar, in percent


@dataclass(frozen=True)
class Bar:
    """One bar of a chart, in the units of its drawing."""

    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Week:
    """One week of the chart and its line in the table."""

    label: str
    requests: int | None
    offers: int | None
    request_bar: Bar
    offer_bar: Bar
    middle: int


def shown(number: int) -> int | None:
    """A number anybody may read; None when it is so small that it may be about one person."""
    return number if number >= FEWEST else None


def rows(pairs: Iterable[tuple[str, int]], *, ordered: bool = False) -> list[Row]:
    """Lines with bars; `ordered` puts the largest first and leaves out what is too small, however many that are."""
    found = list(pairs)
    if ordered:
        found = sorted((pair for pair in found if pair[1] >= FEWEST), key=lambda pair: (-pair[1], pair[0]))[:MOST_ROWS]
    longest = max((number for _label, number in found), default=0)
    return [
        Row(label, shown(number), round(100 * number / longest) if number >= FEWEST else 0) for label, number in found
    ]


def _told(lines: list[Row]) -> list[Row]:
    """A table of which at least one line says something."""
    return lines if any(row.number is not None for row in lines) else []


def first_day() -> date:
    """The Monday on which the figures begin."""
    today = clock.today()
    return today - timedelta(days=today.weekday()) - (WEEKS - 1) * WEEK


def gather(neighbourhood: Neighbourhood | None = None) -> dict[str, Any]:
    """All that the page of one neighbourhood, or of the whole site, shows; in two queries and one for the cards."""
    place = neighbourhood.code if neighbourhood else ""
    counts = DayCount.objects.of(place).between(first_day(), clock.today())
    by_day = counts.filter(what=What.EVENT, name__endswith=".placed").summed("day", "name")
    totals = counts.summed("what", "name")
    found = weeks({(day, name): number for (day, name), number in by_day.items()})  # type: ignore[misc]
    return {
        "weeks": found,
        "has_weeks": any(week.requests or week.offers for week in found),
        "totals": _totals(found, totals),
        "answers": _told(rows(_answers(totals))),
        "outcomes": _told(
            rows((str(label), totals.get((What.EVENT, f"request.{name}"), 0)) for name, label in OUTCOMES)
        ),
        "pages": rows(_named(totals, What.PAGE, PAGES), ordered=True),
        **({} if neighbourhood else _visits(totals)),
        "renewed": cards(renewed(neighbourhood)),
        "since": first_day(),
        "floor": FEWEST,
    }


def _totals(weeks: list[Week], totals: dict[tuple[object, ...], int]) -> list[Row]:
    """All that was placed in these weeks; not where one hidden week could be worked out from it."""
    hidden = {"request": [week.requests for week in weeks], "offer": [week.offers for week in weeks]}
    pairs = [
        (str(label), totals.get((What.EVENT, f"{kind}.placed"), 0))
        for kind, label in PLACED
        if hidden.get(kind, []).count(None) != 1
    ]
    return [row for row in rows(pairs) if row.number is not None]


def _visits(totals: dict[tuple[object, ...], int]) -> dict[str, list[Row]]:
    """By what and from where the whole site is read; of one neighbourhood that would say too much."""
    return {
        "browsers": rows(_named(totals, What.BROWSER, {}), ordered=True),
        "languages": rows(_named(totals, What.LANGUAGE, LANGUAGES), ordered=True),
        "referrers": rows(_named(totals, What.REFERRER, {}), ordered=True),
    }


def _named(totals: dict[tuple[object, ...], int], what: str, labels: dict[str, Any]) -> list[tuple[str, int]]:
    """The totals of one sort, under the names people know; what has none together."""
    found: Counter[str] = Counter()
    for (kind, name), number in totals.items():
        if kind == what:
            label = OTHER if name == "other" else labels.get(str(name), OTHER if labels else name)
            found[str(label)] += number
    return list(found.items())


def _answers(totals: dict[tuple[object, ...], int]) -> Iterable[tuple[str, int]]:
    for name, label in ANSWERS:
        key = "request.silent" if name == "silent" else f"request.answered.{name}"
        yield str(label), totals.get((What.EVENT, key), 0)


def weeks(by_day: dict[tuple[date, str], int]) -> list[Week]:
    """Requests and offers placed per week, with the two bars of each."""
    begin = first_day()
    placed: Counter[tuple[int, str]] = Counter()
    for (day, name), number in by_day.items():
        placed[(day - begin).days // 7, name] += number
    highest = max([FEWEST, *(number for (_week, name), number in placed.items() if not name.startswith("activity"))])
    return [_week(index, begin + index * WEEK, placed, highest) for index in range(WEEKS)]


def _week(index: int, monday: date, placed: Counter[tuple[int, str]], highest: int) -> Week:
    requests, offers = (shown(placed[index, f"{kind}.placed"]) for kind in ("request", "offer"))
    x = index * (2 * BAR + GAP)
    label = date_format(monday, pgettext("date format", "j b"))
    return Week(label, requests, offers, _bar(x, requests, highest), _bar(x + BAR, offers, highest), x + BAR)


def _bar(x: int, number: int | None, highest: int) -> Bar:
    height = round(CHART_HEIGHT * (number or 0) / highest)
    return Bar(x, CHART_HEIGHT - height, height)


def renewed(neighbourhood: Neighbourhood | None) -> Iterable[Post]:
    """What its author confirmed last (W-59)."""
    posts = Post.objects.visible().neighbourly().in_feeds().filter(confirmed_at__isnull=False)
    posts = posts.in_neighbourhood(neighbourhood) if neighbourhood else posts
    return posts.for_cards().order_by("-confirmed_at", "-pk")[:RENEWED]
