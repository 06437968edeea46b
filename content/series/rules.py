"""Rules of RFC 5545 and the moments they give: by the clock on the wall, whatever summer time does to the hours."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice

from dateutil.rrule import rrulestr
from django.db import models
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

FURTHEST = timedelta(days=366)
# Every day for a year: no rule of ours gives more.
MOST = 367
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = -1
DAYS_IN_A_WEEK = 7


class Repeat(models.TextChoices):
    """How often something comes back, as people say it."""

    WEEKLY = "weekly", gettext_lazy("Elke week")
    FORTNIGHTLY = "fortnightly", gettext_lazy("Elke twee weken")
    MONTHLY = "monthly", gettext_lazy("Elke maand, op dezelfde dag van de week")
    MONTHLY_LAST = "monthly_last", gettext_lazy("Elke maand, de laatste keer dat het die dag is")


def nth_of_month(day: date) -> int:
    """The how-manyth of its weekday a day is in its month: 1 to 5."""
    return (day.day - 1) // DAYS_IN_A_WEEK + 1


def is_last_of_month(day: date) -> bool:
    """Whether its weekday does not come again in its month."""
    return (day + timedelta(days=DAYS_IN_A_WEEK)).month != day.month


def rule_of(repeat: str, first: date, weekdays: Iterable[int], last: date) -> str:
    """The RRULE of something that begins on `first`, comes on these weekdays (0 is Monday) too, and ends on `last`."""
    parts = {"FREQ": "MONTHLY" if repeat in {Repeat.MONTHLY, Repeat.MONTHLY_LAST} else "WEEKLY"}
    if repeat == Repeat.FORTNIGHTLY:
        parts["INTERVAL"] = "2"
    if parts["FREQ"] == "MONTHLY":
        nth = LAST if repeat == Repeat.MONTHLY_LAST else nth_of_month(first)
        parts["BYDAY"] = f"{nth}{CODES[first.weekday()]}"
    else:
        parts["BYDAY"] = ",".join(CODES[number] for number in sorted({first.weekday(), *weekdays}))
    end = timezone.make_aware(datetime.combine(last, time(23, 59, 59)))
    parts["UNTIL"] = end.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return ";".join(f"{name}={value}" for name, value in parts.items())


def parts_of(rule: str) -> dict[str, str]:
    """The parts of a rule by name."""
    return dict(part.split("=", 1) for part in rule.split(";"))


@lru_cache(maxsize=1024)
def moments(rule: str, first: datetime) -> tuple[datetime, ...]:
    """When a rule takes place, from `first` (which keeps its hour on the wall) on."""
    return tuple(islice(rrulestr(rule, dtstart=timezone.localtime(first)), MOST))


def repeat_of(rule: str) -> Repeat:
    """The choice that a rule was made from."""
    parts = parts_of(rule)
    if parts["FREQ"] == "MONTHLY":
        return Repeat.MONTHLY_LAST if parts["BYDAY"].startswith(str(LAST)) else Repeat.MONTHLY
    return Repeat.FORTNIGHTLY if parts.get("INTERVAL") == "2" else Repeat.WEEKLY


def weekdays_of(rule: str) -> list[int]:
    """The weekdays of a rule, 0 is Monday."""
    return [CODES.index(code[-2:]) for code in parts_of(rule)["BYDAY"].split(",")]


def last_day_of(rule: str) -> date:
    """Up to and including which day a rule runs."""
    until = datetime.strptime(parts_of(rule)["UNTIL"], "%Y%m%dT%H%M%S%z")
    return timezone.localdate(until)


def words_of(rule: str) -> str:
    """A rule as people say it: `elke tweede dinsdag van de maand`."""
    repeat = repeat_of(rule)
    days = get_text_list([str(WEEKDAYS[number]) for number in weekdays_of(rule)], pgettext("between days", "en"))
    if repeat == Repeat.WEEKLY:
        return _("elke %(days)s") % {"days": days}
    if repeat == Repeat.FORTNIGHTLY:
        return _("elke twee weken op %(days)s") % {"days": days}
    nth = int(parts_of(rule)["BYDAY"][:-2])
    ordinals = {1: _("eerste"), 2: _("tweede"), 3: _("derde"), 4: _("vierde"), 5: _("vijfde"), LAST: _("laatste")}
    return _("elke %(nth)s %(day)s van de maand") % {"nth": ordinals[nth], "day": days}


def listed(days: Iterable[date]) -> str:
    """Days as the text we keep, in the dates of RFC 5545."""
    return ",".join(f"{day:%Y%m%d}" for day in sorted(set(days)))


def unlisted(text: str) -> set[date]:
    """The days of such a text."""
    return {datetime.strptime(part, "%Y%m%d").date() for part in text.split(",") if part}  # noqa: DTZ007  a day has no zone
