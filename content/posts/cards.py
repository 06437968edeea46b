"""Posts as plain values, for cards and for the public page: the allow-list of what a visitor may read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from content.posts.models import Post
from content.posts.placements import stands_also_in
from content.series.models import Turn, series_words, turn_now, turns_to_come
from content.series.rules import words_of
from wijk import clock
from wijk.published import published
from wijk.text import paragraphs

DAYS_IN_WORDS = 7
HOUR = 3600
# So many coming times of a series stand on its page.
DATES = 6


def date_words(moment: datetime) -> str:
    """`do 26 nov`, with the year when it is not this one."""
    day = timezone.localdate(moment)
    this_year = day.year == clock.today().year
    return date_format(day, pgettext("date format", "D j b") if this_year else pgettext("date format", "j b Y"))


def clock_words(moment: datetime) -> str:
    """`18.00 uur`."""
    return _("%(time)s uur") % {"time": date_format(timezone.localtime(moment), "H.i")}


def day_words(moment: datetime) -> str:
    """How long ago in words people use: vandaag, gisteren, 2 dagen geleden, do 26 nov."""
    days = (clock.today() - timezone.localdate(moment)).days
    if days == 0:
        return _("vandaag")
    if days == 1:
        return _("gisteren")
    if 1 < days < DAYS_IN_WORDS:
        return ngettext("%(days)s dag geleden", "%(days)s dagen geleden", days) % {"days": days}
    return date_words(moment)


def span_words(post: Post) -> str:
    """When an activity is (next): `do 26 nov, 18.00 tot 20.00 uur`."""
    turn = turn_now(post)
    return turn_words(turn) if turn else ""


def turn_words(turn: Turn) -> str:
    """When something is, one time: `do 26 nov, 18.00 tot 20.00 uur`."""
    start = f"{date_words(turn.starts_at)}, {clock_words(turn.starts_at)}"
    if turn.ends_at is None:
        return start
    if timezone.localdate(turn.ends_at) != turn.day:
        return _("%(start)s tot %(end)s") % {
            "start": start,
            "end": f"{date_words(turn.ends_at)}, {clock_words(turn.ends_at)}",
        }
    begin = date_format(timezone.localtime(turn.starts_at), "H.i")
    return f"{date_words(turn.starts_at)}, " + _("%(begin)s tot %(end)s") % {
        "begin": begin,
        "end": clock_words(turn.ends_at),
    }


def _when(post: Post) -> tuple[str, datetime | None]:
    turn = turn_now(post) if post.kind == Post.Kind.ACTIVITY else None
    if turn:
        return f"{date_words(turn.starts_at)}, {clock_words(turn.starts_at)}", turn.starts_at
    return (day_words(post.published_at), post.published_at) if post.published_at else ("", None)


def confirmed_words(post: Post) -> str:
    """When its author said that it still holds, if that was on a later day than it was placed."""
    at, placed = post.confirmed_at, post.published_at
    if not at or not placed or timezone.localdate(at) <= timezone.localdate(placed):
        return ""
    return _("bevestigd %(when)s") % {"when": day_words(at)}


def card(post: Post, *, with_place: bool = False) -> dict[str, str]:
    """What posts/card.html shows of a post (load it with for_cards()); `with_place` adds its neighbourhood."""
    post = published(post)
    when, moment = _when(post)
    return {
        "kind": post.kind,
        "title": post.title,
        "url": post.get_absolute_url(),
        "excerpt": post.summary,
        "theme": str(post.theme),
        "who": post.byline,
        "when": when,
        "when_iso": timezone.localtime(moment).isoformat() if moment else "",
        "confirmed": "" if post.kind == Post.Kind.ACTIVITY else confirmed_words(post),
        "standing": _("doorlopend") if post.is_standing else "",
        "place": post.neighbourhood.name if with_place else "",
    }


def cards(posts: Iterable[Post], *, with_place: bool = False) -> list[dict[str, str]]:
    """The cards of these posts, in their order."""
    return [card(post, with_place=with_place) for post in posts]


# The states of a post as components/status.html draws them.
DRAWN = {
    Post.Status.CHANGES: "change",
    Post.Status.REMOVED: "refused",
    Post.Status.WITHDRAWN: "expired",
    Post.Status.FULFILLED: "done",
}


def own_card(post: Post) -> dict[str, str]:
    """A card in its author's own list: with its state and its clock, leading to the page where it is changed."""
    draft = post.status == Post.Status.DRAFT
    url = (
        reverse("posts:place_step", args=[post.pk, "vertel"]) if draft else reverse("posts:mine_detail", args=[post.pk])
    )
    return {
        **card(post),
        "title": post.title or _("Nog zonder titel"),
        "url": url,
        "status": DRAWN.get(Post.Status(post.status), post.status),
        "status_label": _state_of(post),
        "when": clock_of(post),
        "when_iso": "",
        "confirmed": confirmed_words(post) if post.is_live else "",
        "who": "",
    }


def _state_of(post: Post) -> str:
    """Where it stands; of what its author ended, how it went."""
    told = post.outcome and post.status in {Post.Status.FULFILLED, Post.Status.WITHDRAWN}
    return str(post.get_outcome_display() if told else post.get_status_display())


def clock_of(post: Post) -> str:
    """How long it still has, in words."""
    if post.status == Post.Status.WAITING and post.publish_by:
        hours = max(1, round((post.publish_by - clock.now()).total_seconds() / HOUR))
        return ngettext("binnen %(hours)s uur op de site", "binnen %(hours)s uur op de site", hours) % {"hours": hours}
    if post.status == Post.Status.LIVE and post.expires_at:
        days = (timezone.localdate(post.expires_at) - clock.today()).days
        if days < 1:
            return _("laatste dag")
        return ngettext("nog %(days)s dag op de site", "nog %(days)s dagen op de site", days) % {"days": days}
    return day_words(post.changed_at)


def activity_row(post: Post, turn: Turn | None = None) -> dict[str, Any]:
    """What components/activity_row.html shows of an activity: one time of it, or else the next."""
    post = published(post)
    turn = turn or turn_now(post) or Turn(clock.now(), None)
    start = timezone.localtime(turn.starts_at)
    return {
        "day": date_format(start, "j"),
        "weekday": date_format(start, "D"),
        "month": date_format(start, pgettext("date format", "b")),
        "datetime": start.isoformat(),
        "time": turn_words(turn).partition(", ")[2],
        "title": post.title,
        "url": post.get_absolute_url(),
        "place": post.venue,
        "note": post.byline,
        "repeats": words_of(post.series_rule) if post.series_rule else "",
        "is_off": turn.is_off,
    }


def dates(post: Post) -> list[dict[str, Any]]:
    """The coming times of a series, for a list; empty for what takes place once."""
    turns = turns_to_come(post) if post.series_rule else []
    return [
        {
            "words": turn_words(turn),
            "iso": timezone.localtime(turn.starts_at).isoformat(),
            "day": turn.day,
            "is_off": turn.is_off,
        }
        for turn in turns
    ]


def _theme_url(post: Post) -> str:
    """More about the same; the shop window is one list."""
    if post.kind == Post.Kind.SHOP:
        return reverse("posts:shop", args=[post.neighbourhood.slug])
    return reverse("posts:board", args=[post.neighbourhood.slug]) + f"?thema={post.theme.slug}"


def page(post: Post) -> dict[str, Any]:
    """All a visitor reads of a post, the same in the author's preview and on the public page (W-85)."""
    also = stands_also_in(post)
    post = published(post)
    organisation = post.organisation if post.organisation and post.organisation.is_live else None
    when, moment = _when(post)
    is_activity = post.kind == Post.Kind.ACTIVITY
    return {
        "kind": post.kind,
        "title": post.title,
        "summary": post.summary,
        "body": paragraphs(post.text),
        "theme": str(post.theme),
        "theme_url": _theme_url(post),
        "who": post.byline,
        "who_url": organisation.get_absolute_url() if organisation else "",
        "is_activity": is_activity,
        "span": span_words(post) if is_activity else "",
        "repeats": series_words(post) if is_activity else "",
        "dates": dates(post)[:DATES] if is_activity else [],
        "more_dates": max(0, len(turns_to_come(post)) - DATES) if is_activity else 0,
        "venue": post.venue if is_activity else "",
        "posted": day_words(post.published_at) if post.published_at else _("vandaag"),
        "when": when,
        "when_iso": timezone.localtime(moment).isoformat() if moment else "",
        "neighbourhood": post.neighbourhood.name,
        "neighbourhood_url": post.neighbourhood.get_absolute_url(),
        "also": [{"name": place.name, "url": place.get_absolute_url()} for place in also],
        "contact": post.shown_details(),
        "with_help": post.with_help,
        "standing": post.is_standing,
        "confirmed": "" if is_activity else confirmed_words(post),
    }
