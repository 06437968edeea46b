"""Activities as iCalendar (RFC 5545), for the calendar on somebody's own phone. No contact details (W-38)."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration, vRecur

from content.posts.feeds import full
from content.posts.models import Post
from content.series.models import Turn, turns_of
from content.series.rules import moments, unlisted
from wijk.published import published

REFRESH = timedelta(hours=6)


def calendar(name: str, activities: Iterable[Post]) -> bytes:
    """A calendar with its name, and the rules of its time zone."""
    made = Calendar()
    made.add("prodid", "-//Wijk//agenda//NL")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", vDuration(REFRESH), {"value": "DURATION"})
    for post in activities:
        for event in _events(published(post)):
            made.add_component(event)
    made.add_missing_timezones()
    return made.to_ical()


def _events(post: Post) -> list[Event]:
    """The activity, with its rule when it comes back, and after it each time that was called off."""
    turns = turns_of(post)
    if not post.series_rule or not turns:
        return [_event(post, turn) for turn in turns]
    whole = _event(post, turns[0])
    whole.add("rrule", vRecur.from_ical(post.series_rule))
    skips = unlisted(post.series_skips)
    skipped = [moment for moment in moments(post.series_rule, turns[0].starts_at) if moment.date() in skips]
    if skipped:
        whole.add("exdate", skipped)
    return [whole, *(_called_off(post, turn) for turn in turns if turn.is_off)]


def _called_off(post: Post, turn: Turn) -> Event:
    event = _event(post, turn, title=_("Gaat niet door: %(title)s") % {"title": post.title})
    event.add("recurrence-id", timezone.localtime(turn.starts_at))
    event.add("status", "CANCELLED")
    return event


def _event(post: Post, turn: Turn, *, title: str = "") -> Event:
    event = Event()
    event.add("uid", f"bericht-{post.pk}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("summary", title or post.title)
    event.add("description", post.summary)
    event.add("url", full(post.get_absolute_url()))
    event.add("dtstamp", post.changed_at.astimezone(UTC))
    event.add("last-modified", post.changed_at.astimezone(UTC))
    event.add("sequence", _sequence(post))
    event.add("categories", [str(post.theme)])
    event.add("dtstart", timezone.localtime(turn.starts_at))
    if turn.ends_at:
        event.add("dtend", timezone.localtime(turn.ends_at))
    if post.venue:
        event.add("location", post.venue)
    return event


def _sequence(post: Post) -> int:
    """A number that only grows, by every change: the seconds from the first publication to the last change."""
    return max(0, int((post.changed_at - (post.published_at or post.changed_at)).total_seconds()))
