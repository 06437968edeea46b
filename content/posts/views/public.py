"""What everybody reads: the board, a post, the agenda and the open feeds of one neighbourhood."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.requests.standstill import not_objecting
from content.organisations.models import Organisation
from content.posts import calendars, cards, dates, feeds
from content.posts.interests import FEEDS
from content.posts.models import KIND_WORDS, Post
from content.posts.placements import Placement
from content.posts.querysets import PostQuerySet
from content.posts.tombstones import Tombstone
from content.posts.when import MONTH, TIMES, Chip, narrowed, span, time_chips
from content.series.models import Turn
from content.themes.models import Theme
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.access import public
from wijk.text import clean_line
from wijk.views import gone

PAGE = 24
AGENDA_LENGTH = 200
SIMILAR = 3
THEMES = 4  # as chips; the others fold out
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,40}")
CURSOR = re.compile(r"([0-9]{1,16})-([0-9]{1,18})")


def open_neighbourhood(slug: str) -> Neighbourhood:
    """One that takes part, or 404."""
    taking_part = Neighbourhood.objects.on().select_related("municipality").defer("outline")
    return get_object_or_404(taking_part, slug=slug)


@public
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """All requests, offers and activities of a neighbourhood, newest first, by kind and theme."""
    neighbourhood = open_neighbourhood(slug)
    if KIND_WORDS.get(request.GET.get("soort", "")) == Post.Kind.SHOP:
        return redirect("posts:shop", neighbourhood.slug)
    words = clean_line(request.GET.get("q", "")[:100])
    kind, theme = _filters(request)
    if words:
        return redirect(f"{reverse('search:results')}{_query(kind, theme, q=words, wijk=slug)}")
    visible = Post.objects.visible().neighbourly().in_neighbourhood(neighbourhood)
    chosen = {name: value for name, value in (("kind", kind), ("theme__slug", theme)) if value}
    posts = after(visible.filter(**chosen), request.GET.get("na", "")).newest().for_cards()
    shown = list(posts[: PAGE + 1])
    context = {
        "neighbourhood": neighbourhood,
        "cards": cards.cards(shown[:PAGE]),
        "more": _query(kind, theme, na=cursor_of(shown[PAGE - 1])) if len(shown) > PAGE else "",
        "later": bool(request.GET.get("na")),
        **_chips(_counts(visible), kind, theme),
    }
    return render(request, "posts/board.html", context)


def _filters(request: HttpRequest) -> tuple[str, str]:
    """The chosen kind and theme; one that does not exist is 404, so that no cache fills with inventions."""
    word, theme = request.GET.get("soort", ""), request.GET.get("thema", "")
    if word and word not in KIND_WORDS:
        raise Http404
    if theme and not (SLUG.fullmatch(theme) and Theme.objects.filter(slug=theme).exists()):
        raise Http404
    return KIND_WORDS.get(word, ""), theme


def cursor_of(post: Post) -> str:
    published_at = post.published_at or datetime.fromtimestamp(0, UTC)
    return f"{int(published_at.timestamp() * 1_000_000)}-{post.pk}"


def after(posts: PostQuerySet, cursor: str) -> PostQuerySet:
    """What comes after the post of the cursor; a broken cursor begins at the top."""
    found = CURSOR.fullmatch(cursor)
    if not found:
        return posts
    micros, pk = int(found[1]), int(found[2])
    try:
        moment = datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)
    except (ValueError, OverflowError, OSError):
        return posts
    return posts.older_than(moment, pk)


def _query(kind: str, theme: str, **more: str) -> str:
    words = {value: word for word, value in KIND_WORDS.items()}
    values = {"soort": words.get(kind, ""), "thema": theme, **more}
    return "?" + urlencode({name: value for name, value in values.items() if value})


def _counts(visible: PostQuerySet) -> list[dict[str, Any]]:
    """How many there are of each kind in each theme, in one query."""
    names = ("kind", "theme__slug", "theme__name", "theme__name_en", "theme__order")
    return list(visible.order_by().values(*names).annotate(number=Count("pk")))


def _chips(counts: list[dict[str, Any]], kind: str, theme: str) -> dict[str, Any]:
    """Each chip counts what it would show together with the other filter."""

    def total(**wanted: str) -> int:
        return sum(
            row["number"] for row in counts if all(row[name] == value for name, value in wanted.items() if value)
        )

    english = get_language() == "en"
    themes = {row["theme__slug"]: row for row in counts}
    ordered = sorted(themes.values(), key=lambda row: (row["theme__slug"] != theme, row["theme__order"]))
    offers = pgettext("filter", "Aanbod")
    labels = (("", _("Alles")), ("request", _("Vragen")), ("offer", offers), ("activity", _("Activiteiten")))
    by_kind = [
        {
            "label": label,
            "url": _query(name, theme),
            "count": total(kind=name, theme__slug=theme),
            "current": name == kind,
        }
        for name, label in labels
    ]
    by_theme = [
        {
            "label": row["theme__name_en"] if english and row["theme__name_en"] else row["theme__name"],
            "url": _query(kind, "" if row["theme__slug"] == theme else row["theme__slug"]),
            "count": total(kind=kind, theme__slug=row["theme__slug"]),
            "current": row["theme__slug"] == theme,
        }
        for row in ordered
    ]
    by_theme = [chip for chip in by_theme if chip["count"] or chip["current"]]
    return {
        "kinds": by_kind,
        "themes": by_theme[:THEMES],
        "more_themes": by_theme[THEMES:],
        "filtered": bool(kind or theme),
    }


@public
def detail_by_number(request: HttpRequest, pk: int) -> HttpResponse:
    """A post by its number alone, as it is said over the phone or printed."""
    return detail(request, pk, "")


@public
def detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One post; 410 when it was public and is not any more (L-9)."""
    post = visible_post(pk)
    if post is None:
        return gone_post(request, pk)
    if slug != post.slug:
        return redirect(post, permanent=True)
    request.counted_at = post.neighbourhood.slug  # type: ignore[attr-defined]
    return render(request, "posts/detail.html", {"post": post, "page": cards.page(post)})


def visible_post(pk: int) -> Post | None:
    """One post with all that its page shows, if everybody may see it now; `in_feeds` as its author wants it."""
    whole = Post.objects.visible().select_related("theme", "organisation", "neighbourhood__municipality")
    also = Exists(Placement.objects.approved().filter(post=OuterRef("pk")))
    whole = whole.annotate(in_feeds=not_objecting(FEEDS.code, "author"), stands_elsewhere=also)
    return whole.defer("neighbourhood__outline").filter(pk=pk).first()


def gone_post(request: HttpRequest, pk: int) -> HttpResponse:
    """What was public once is gone, with something like it; of anything else we never heard."""
    was = Post.objects.filter(pk=pk, published_at__isnull=False).first()
    if was is None and not Tombstone.objects.filter(post_ref=pk).exists():
        raise Http404
    similar: Iterable[Post] = ()
    if was:
        alike = Post.objects.visible().in_neighbourhood(was.neighbourhood_id).filter(kind=was.kind, theme=was.theme_id)
        similar = alike.newest().for_cards()[:SIMILAR]
    return gone(request, similar=cards.cards(similar))


def _activities(neighbourhood: Neighbourhood) -> PostQuerySet:
    return Post.objects.visible().in_neighbourhood(neighbourhood).agenda().for_cards()


def _by_day(rows: Iterable[tuple[Post, Turn]]) -> list[dict[str, Any]]:
    days = groupby(rows, key=lambda row: row[1].day)
    return [{"day": day, "rows": [cards.activity_row(*row) for row in of_day]} for day, of_day in days]


@public
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """What there is to do, by day: all of it, or what is on today, this weekend, this week or this month."""
    neighbourhood, when = open_neighbourhood(slug), request.GET.get("wanneer", "")
    if when and when not in TIMES:
        raise Http404
    # To the end of the month at least, so that what is counted for this month is all there is.
    until = max(clock.now() + dates.SHOWN, span(MONTH)[1])
    rows = dates.listed(_activities(neighbourhood)[:AGENDA_LENGTH], until=until)
    context = {
        "neighbourhood": neighbourhood,
        "days": _by_day(narrowed(rows, when)),
        "times": _time_chips(rows, when, request.path) if rows else [],
    }
    return render(request, "posts/agenda.html", context)


def _time_chips(rows: list[tuple[Post, Turn]], when: str, path: str) -> list[Chip]:
    """All, and each time with what there is then, counted in the rows that are read already."""

    def url(value: str) -> str:
        return f"?wanneer={value}" if value else path

    whole = {"label": _("Alles"), "url": path, "count": len(rows), "current": not when}
    return [whole, *time_chips(when, count=lambda value: len(narrowed(rows, value)), url=url)]


@public
def agenda_print(request: HttpRequest, slug: str) -> HttpResponse:
    """The agenda on a sheet of paper, for the notice board in the hall: of a series the next time, and its rule."""
    neighbourhood = open_neighbourhood(slug)
    days = _by_day(dates.listed(_activities(neighbourhood)[:AGENDA_LENGTH], until=clock.now()))
    site = settings.BASE_URL.partition("://")[2]
    return render(request, "posts/agenda_print.html", {"neighbourhood": neighbourhood, "days": days, "site": site})


@public
def agenda_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """The agenda for the calendar on one's own phone."""
    neighbourhood = open_neighbourhood(slug)
    activities = _activities(neighbourhood).in_feeds()
    return calendar_file(neighbourhood.name, activities, neighbourhood.slug)


@public
def organisation_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """What one organisation has in the agenda."""
    organisation = get_object_or_404(Organisation.objects.visible(), slug=slug)
    activities = Post.objects.visible().in_feeds().filter(organisation=organisation).agenda().for_cards()
    return calendar_file(organisation.name, activities, organisation.slug)


@public
def post_ics(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One activity, with every time that it comes back."""
    post = visible_post(pk)
    if post is None:
        return gone_post(request, pk)
    if post.kind != Post.Kind.ACTIVITY or not post.in_feeds:  # type: ignore[attr-defined]
        raise Http404
    if slug != post.slug:
        return redirect("posts:post_ics", post.pk, post.slug, permanent=True)
    return calendar_file(post.title, [post], post.slug, name=post.title)


def calendar_file(whose: str, activities: Any, slug: str, *, name: str = "") -> HttpResponse:
    """Activities as a file that a calendar reads."""
    made = calendars.calendar(name or _("Agenda van %(name)s") % {"name": whose}, activities[:AGENDA_LENGTH])
    response = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="agenda-{slug}.ics"'
    return response


@public
def atom(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest posts as Atom."""
    return feeds.AtomFeed()(request, neighbourhood=open_neighbourhood(slug))


@public
def json_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest posts as JSON Feed 1.1."""
    content = feeds.json_feed(open_neighbourhood(slug), get_language() or "nl")
    return JsonResponse(content, content_type="application/feed+json", json_dumps_params={"ensure_ascii": False})
