"""The dates of a series: moved on by the clock, and one of them called off or on again by its author."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.audit.models import record
from content.posts.actions import StaleError
from content.posts.models import Post
from content.posts.placements import touch
from content.series.models import LINGERS, Turn, turns_of, turns_to_come
from wijk import clock
from wijk.published import published

# So far ahead the agenda lists each time of a series; beyond it only the next one.
SHOWN = timedelta(weeks=4)
LASTING = {Post.Status.WAITING, Post.Status.CHANGES, Post.Status.HELD, Post.Status.LIVE}


class LastTimeError(Exception):
    """The only time that is left cannot be called off: then the whole series ends."""


def roll_on() -> int:
    """Run by the clock: brings each series to its next time; returns how many it moved."""
    now = clock.now()
    over = Q(ends_at__lte=now) | Q(ends_at=None, starts_at__lte=now - LINGERS)
    past = Post.objects.filter(over, series_rule__gt="", status__in=LASTING)
    return sum(map(_roll, list(past.values_list("pk", flat=True))))


@transaction.atomic
def _roll(pk: int) -> bool:
    """What follows from the rule alone is nobody's act: it is not audited, and does not count as a change."""
    post = Post.objects.select_for_update(of=("self",)).filter(pk=pk, series_rule__gt="").first()
    return bool(post and _bring_up(post))


def _bring_up(post: Post) -> bool:
    turn = post.turn_now()
    if turn is None or post.starts_at is None or turn.starts_at == post.starts_at:
        return False
    if post.signup_until:
        # So long before it begins, each time.
        post.signup_until += turn.starts_at - post.starts_at
    post.starts_at, post.ends_at = turn.starts_at, turn.ends_at
    Post.objects.filter(pk=post.pk).update(
        starts_at=post.starts_at, ends_at=post.ends_at, signup_until=post.signup_until
    )
    touch(post)
    return True


@transaction.atomic
def call(*, post: Post, day: date, off: bool, by: Any) -> None:
    """Says that one time does not take place, or does after all. Who signed up for it is told within a minute."""
    try:
        post.refresh_from_db(from_queryset=Post.objects.select_for_update(of=("self",)))
    except Post.DoesNotExist:
        raise StaleError from None
    turn = post.turn_on(day) if post.series_rule and post.status in LASTING else None
    if turn is None or not turn.is_to_come:
        raise StaleError
    if turn.is_off == off:
        return
    post.set_off(day, off=off)
    if not any(not each.is_off for each in post.turns_to_come()):
        raise LastTimeError
    post.changed_at = clock.now()
    if post.expires_at:
        post.expires_at = post.natural_end(clock.now())
    post.save(update_fields=["series_off", "changed_at", "expires_at"])
    _bring_up(post)
    record(
        "post.call_off" if off else "post.call_on", by=by, about=post, neighbourhood=post.neighbourhood, day=str(day)
    )
    touch(post)


def listed(posts: Iterable[Post], *, until: datetime | None = None) -> list[tuple[Post, Turn]]:
    """What the agenda lists, soonest first: of a series each time within the coming weeks, or else its next one."""
    edge = until or clock.now() + SHOWN
    rows = [(post, turn) for post in posts for turn in _shown(published(post), edge)]
    return sorted(rows, key=lambda row: (row[1].starts_at, row[0].pk))


def _shown(post: Post, edge: datetime) -> list[Turn]:
    if not post.series_rule:
        return turns_of(post)
    coming = turns_to_come(post)
    near = [turn for turn in coming if turn.starts_at < edge]
    return near if any(not turn.is_off for turn in near) else near + [turn for turn in coming if not turn.is_off][:1]
