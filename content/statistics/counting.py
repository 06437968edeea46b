"""Counts which kind of page was asked for, where, and by what kind of browser; never by whom (W-57, W-58).

A count is kept in memory for half a minute and then written, so that reading a page writes nothing. What a killed
worker had not written yet is lost: these are figures, not books. Pages that a cache answers are not counted.
"""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signals import request_finished
from django.db import DatabaseError, transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from content.statistics.models import DayCount
from neighbourhoods.places.models import Neighbourhood
from wijk import clock

What = DayCount.What
EVERY = timedelta(seconds=30)
MOST_KEYS = 2000
# Anybody can send any name of a site along: of one day no more than so many different ones are kept.
MOST_REFERRERS = 300
OTHER = "other"
PAGES = {
    "home:front": "front",
    "home:neighbourhood": "neighbourhood",
    "places:index": "places",
    "places:municipality": "places",
    "posts:board": "board",
    "posts:shop": "shop",
    "posts:agenda": "agenda",
    "posts:detail": "post",
    "organisations:guide": "organisations",
    "organisations:detail": "organisation",
    "search:results": "search",
    "wagtail_serve": "page",
}
MACHINE = re.compile(r"bot|crawl|spider|slurp|monitor|preview|curl|wget|python|http[-/ ]?client|scan|headless", re.I)
# The first that fits: the names of the older ones stand in the newer ones' as well.
BROWSERS = (
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
LANGUAGE = re.compile(r"\s*([a-z]{2,3})\b", re.I)
HOST = re.compile(r"(?=.{4,80}$)([a-z0-9-]{1,63}\.)+[a-z]{2,24}")


class Key(NamedTuple):
    """What one count is of."""

    day: date
    slug: str
    what: str
    name: str


class Tally:
    """The counts of this process that are not written yet."""

    def __init__(self) -> None:
        self.counts: Counter[Key] = Counter()
        self.since: datetime | None = None
        self.lock = Lock()

    def note(self, keys: list[Key]) -> None:
        """One more of each; over the limit of different ones nothing new is begun."""
        with self.lock:
            self.since = self.since or clock.now()
            known = [key for key in keys if key in self.counts or len(self.counts) < MOST_KEYS]
            self.counts.update(known)

    def due(self) -> bool:
        return self.since is not None and clock.now() - self.since >= EVERY

    def take(self) -> Counter[Key]:
        """All counts, which are now the caller's to write."""
        with self.lock:
            taken, self.counts, self.since = self.counts, Counter(), None
            return taken

    def give_back(self, counts: Counter[Key]) -> None:
        """Counts that could not be written, for another time."""
        with self.lock:
            self.since = self.since or clock.now()
            self.counts.update(counts)


tally = Tally()


class CountingMiddleware:
    """Notes each page that a person read; looks at the address and two headers, and keeps none of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kind = PAGES.get(getattr(request.resolver_match, "view_name", ""))
        agent = request.headers.get("User-Agent", "")
        if kind and response.status_code == 200 and request.method == "GET" and agent and not MACHINE.search(agent):
            tally.note(keys(request, kind, agent))
        return response


def keys(request: HttpRequest, kind: str, agent: str) -> list[Key]:
    """The counts that one page raises."""
    today = clock.today()
    slug = getattr(request, "counted_at", "") or _slug(request)
    browser = next((name for sign, name in BROWSERS if sign in agent), OTHER)
    language = LANGUAGE.match(request.headers.get("Accept-Language", ""))
    found = [
        Key(today, slug, What.PAGE, kind),
        Key(today, "", What.BROWSER, browser),
        Key(today, "", What.LANGUAGE, language[1].lower() if language else OTHER),
    ]
    source = referrer(request.headers.get("Referer", ""))
    return [*found, Key(today, "", What.REFERRER, source)] if source else found


def _slug(request: HttpRequest) -> str:
    match: Any = request.resolver_match
    of_neighbourhood = match.route.startswith("wijk/")
    return str(match.kwargs.get("slug", ""))[:120] if of_neighbourhood else ""


def referrer(address: str) -> str:
    """The name of another site that sent somebody here; empty for our own pages and for what is no name."""
    try:
        host = (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    own = urlsplit(settings.BASE_URL).hostname or ""
    return host if host != own.removeprefix("www.") and HOST.fullmatch(host) else ""


@receiver(request_finished)
def write_when_due(**_: Any) -> None:
    """After the answer has gone, so that nobody waits for it."""
    if tally.due():
        write()


def write() -> None:
    """Adds what this process counted to the table; tries again later when the database is busy."""
    taken = tally.take()
    if not taken:
        return
    try:
        with transaction.atomic():
            _write(taken)
    except DatabaseError:
        tally.give_back(taken)


def _write(taken: Counter[Key]) -> None:
    slugs = {key.slug for key in taken if key.slug}
    codes = dict(Neighbourhood.objects.filter(slug__in=slugs).values_list("slug", "code"))
    named = {key.day: _referrers(key.day) for key in taken}
    # In one order, so that two workers never wait for each other.
    for key, number in sorted(taken.items()):
        name = key.name
        if key.what == What.REFERRER and name not in named[key.day]:
            if len(named[key.day]) < MOST_REFERRERS:
                named[key.day].add(name)
            else:
                name = OTHER
        DayCount.objects.add(number, day=key.day, place=codes.get(key.slug, ""), what=key.what, name=name)


def _referrers(day: date) -> set[str]:
    found = DayCount.objects.filter(day=day, place="", what=What.REFERRER)
    return set(found.values_list("name", flat=True)[: MOST_REFERRERS + 1])
