"""The one clock: every time in Wijk comes from now(), which tests and an operator's rehearsal can shift."""

from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

MINUTE = timedelta(minutes=1)
_frozen: datetime | None = None


def now() -> datetime:
    """The present moment in UTC, shifted by WIJK_CLOCK_OFFSET."""
    if _frozen is not None:
        return _frozen
    return timezone.now() + settings.CLOCK_OFFSET


def today() -> date:
    """The calendar day of now() where the site lives."""
    return timezone.localdate(now())


def midnight(day: date) -> datetime:
    """The first moment of a calendar day where the site lives."""
    return timezone.make_aware(datetime.combine(day, time.min))


def months_later[Day: (date, datetime)](day: Day, months: int) -> Day:
    """The same day so many months on, or the last one of a shorter month; of a moment, on the calendar of the site."""
    local = timezone.localtime(day) if isinstance(day, datetime) else day
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last))


@contextmanager
def frozen(moment: datetime | timedelta) -> Iterator[datetime]:
    """Holds the clock at a moment, or at now plus a span, inside the block; for tests and the demo's past."""
    global _frozen
    before = _frozen
    _frozen = moment if isinstance(moment, datetime) else now() + moment
    try:
        yield _frozen
    finally:
        _frozen = before
