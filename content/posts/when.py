"""The times by which activities are looked for: today, this weekend, this week, this month."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from content.posts.models import Post
from content.series.models import Turn
from wijk import clock

TODAY, WEEKEND, WEEK, MONTH = "vandaag", "weekend", "week", "maand"
TIMES = (TODAY, WEEKEND, WEEK, MONTH)

Chip = dict[str, Any]


def span(when: str) -> tuple[datetime, datetime]:
    """From which midnight until which: what is left of this week or month, its whole weekend, or today."""
    today = clock.today()
    monday = today - timedelta(days=today.weekday())
    days = {
        TODAY: (today, today + timedelta(days=1)),
        WEEKEND: (monday + timedelta(days=5), monday + timedelta(days=7)),
        WEEK: (today, monday + timedelta(days=7)),
        MONTH: (today, clock.months_later(today.replace(day=1), 1)),
    }
    first, after = days[when]
    return clock.midnight(first), clock.midnight(after)


def narrowed(rows: Iterable[tuple[Post, Turn]], when: str) -> list[tuple[Post, Turn]]:
    """The times that fall, for a part at least, in what was chosen; all of them when nothing was."""
    if not when:
        return list(rows)
    first, after = span(when)
    return [(post, turn) for post, turn in rows if turn.starts_at < after and (turn.ends_at or turn.starts_at) >= first]


def time_chips(chosen: str, *, count: Callable[[str], int], url: Callable[[str], str]) -> list[Chip]:
    """Each time with how much there is then; the chosen one takes itself off again, and empty ones are left out."""
    labels = {TODAY: _("Vandaag"), WEEKEND: _("Dit weekend"), WEEK: _("Deze week"), MONTH: _("Deze maand")}
    made = [
        {
            "label": label,
            "url": url("" if when == chosen else when),
            "count": count(when),
            "current": when == chosen,
        }
        for when, label in labels.items()
    ]
    return [chip for chip in made if chip["count"] or chip["current"]]
