"""Once a day is over: how much was asked, offered, answered and ended in it, per neighbourhood (W-59, W-97).

Each day is counted once. Who leaves later takes the own posts along, and the number of that day stays a number.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Q

from content.contact.models import Conversation
from content.posts.models import Post
from content.posts.querysets import PostQuerySet
from content.statistics.models import DayCount
from wijk import clock

EVENT = DayCount.What.EVENT
COUNTED = "counted"
CATCH_UP = 14
# An answer is called the first only while older ones cannot have been forgotten: conversations go after 30 days.
ANSWERED_WITHIN = timedelta(days=28)
SILENT_AFTER = timedelta(days=7)
WAITS = (("day", timedelta(days=1)), ("three_days", timedelta(days=3)), ("week", timedelta(days=7)))
LATER = "later"
ENDS = (Post.Status.FULFILLED, Post.Status.WITHDRAWN, Post.Status.EXPIRED)
KINDS = (Post.Kind.REQUEST, Post.Kind.OFFER)
Found = Iterator[tuple[str, str, int]]


def count_days() -> int:
    """Counts the days that are over and were not counted yet, at most two weeks back; returns how many it counted."""
    yesterday = clock.today() - timedelta(days=1)
    days = [yesterday - timedelta(days=back) for back in range(CATCH_UP)]
    known = set(DayCount.objects.filter(what=EVENT, name=COUNTED, day__in=days).values_list("day", flat=True))
    return sum(_count(day) for day in sorted(set(days) - known))


@transaction.atomic
def _count(day: date) -> bool:
    mark, is_new = DayCount.objects.get_or_create(day=day, place="", what=EVENT, name=COUNTED, defaults={"number": 1})
    if not is_new:
        return False
    start, end = clock.midnight(day), clock.midnight(day + timedelta(days=1))
    numbers: Counter[tuple[str, str]] = Counter()
    for code, name, number in (*_placed(start, end), *_ended(start, end), *_answered(start, end), *_silent(start, end)):
        numbers[code, name] += number
    DayCount.objects.bulk_create(
        DayCount(day=day, place=code, what=EVENT, name=name, number=number) for (code, name), number in numbers.items()
    )
    return bool(mark)


def _placed(start: datetime, end: datetime) -> Found:
    placed = Post.objects.neighbourly().filter(published_at__gte=start, published_at__lt=end)
    for code, kind, number in placed.order_by().values_list("neighbourhood__code", "kind").annotate(n=Count("pk")):
        yield code, f"{kind}.placed", number


def _ended(start: datetime, end: datetime) -> Found:
    ended = Post.objects.filter(published_at__isnull=False, status__in=ENDS)
    ended = ended.filter(expires_at__gte=start, expires_at__lt=end, kind__in=KINDS)
    columns = ("neighbourhood__code", "kind", "status", "outcome")
    for code, kind, status, outcome, number in ended.order_by().values_list(*columns).annotate(n=Count("pk")):
        # What was said of a post that then ran out by itself is not how it ended.
        told = f".{outcome}" if outcome and status != Post.Status.EXPIRED else ""
        yield code, f"{kind}.{status}{told}", number


def _answered(start: datetime, end: datetime) -> Found:
    """Posts whose first answer came on this day, by how long they had waited."""
    lately = _asked_and_offered().filter(published_at__gte=start - ANSWERED_WITHIN, published_at__lt=end)
    first = Min("conversations__confirmed_at", filter=Q(conversations__confirmed_at__isnull=False))
    found = lately.annotate(first=first).filter(first__gte=start, first__lt=end)
    rows = found.order_by().values_list("neighbourhood__code", "kind", "published_at", "first")
    for code, kind, published_at, answered_at in rows.iterator():
        yield code, f"{kind}.answered.{wait_name(answered_at - published_at)}", 1


def wait_name(waited: timedelta) -> str:
    """In which of the spans of the figures an answer falls."""
    return next((name for name, span in WAITS if waited <= span), LATER)


def _silent(start: datetime, end: datetime) -> Found:
    """Posts that reached a week on this day without anybody answering."""
    week_old = _asked_and_offered().filter(
        published_at__gte=start - SILENT_AFTER, published_at__lt=end - SILENT_AFTER, status=Post.Status.LIVE
    )
    answers = Conversation.objects.filter(post=OuterRef("pk"), confirmed_at__lt=end)
    silent = week_old.filter(~Exists(answers)).order_by()
    for code, kind, number in silent.values_list("neighbourhood__code", "kind").annotate(n=Count("pk")):
        yield code, f"{kind}.silent", number


def _asked_and_offered() -> PostQuerySet:
    return Post.objects.filter(kind__in=KINDS)
