"""What an activity that comes back has more than one that does not."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from content.series.rules import last_day_of, listed, moments, unlisted, words_of
from wijk import clock
from wijk.personal_data import Kind, Personal, Visibility

# How long something without an end is still looked for in the agenda after it began.
LINGERS = timedelta(hours=4)


@dataclass(frozen=True)
class Turn:
    """One time that an activity takes place, or would have when it is off."""

    starts_at: datetime
    ends_at: datetime | None
    is_off: bool = False

    @property
    def day(self) -> date:
        return timezone.localdate(self.starts_at)

    @property
    def over_at(self) -> datetime:
        return self.ends_at or self.starts_at + LINGERS

    @property
    def is_to_come(self) -> bool:
        """Whether it has not ended."""
        return self.over_at > clock.now()

    @property
    def kept_until(self) -> datetime:
        """From when on nothing about it needs to stay."""
        return self.ends_at or self.starts_at + timedelta(days=1)


class Repeating(models.Model):
    """The rule of a series; `starts_at` and `ends_at` of the activity itself are those of its next time.

    The clock moves those two on. Between its runs, what is shown comes from turn_now().
    """

    starts_at: datetime | None
    ends_at: datetime | None
    # The RRULE of RFC 5545, empty for what takes place once, and the first time that it counts from.
    series_rule = models.CharField(max_length=120, blank=True)
    series_from = models.DateTimeField(null=True, blank=True)
    # Days (EXDATE) without it: left out from the beginning, and called off later.
    series_skips = models.CharField(max_length=400, blank=True)
    series_off = models.CharField(max_length=400, blank=True)

    class Meta:
        abstract = True

    def turns(self) -> list[Turn]:
        """Every time of it in order."""
        return turns_of(self)

    def turns_to_come(self) -> list[Turn]:
        """Those that have not ended, soonest first."""
        return turns_to_come(self)

    def turn_now(self) -> Turn | None:
        """The time it takes place next, or the last one when all is over; None without a date."""
        return turn_now(self)

    def turn_on(self, day: date | None) -> Turn | None:
        """The time on a day, also when it is off; without a day, of what takes place once."""
        turns = self.turns()
        if day is None:
            return turns[0] if turns else None
        return next((turn for turn in turns if turn.day == day), None)

    def series_end(self) -> datetime | None:
        """When the last time of it is over; None for what takes place once."""
        going = [turn for turn in self.turns() if not turn.is_off] if self.series_rule else []
        return going[-1].kept_until if going else None

    def set_off(self, day: date, *, off: bool) -> None:
        """Calls one time off, or on again; what is over is forgotten."""
        days = {each for each in unlisted(self.series_off) if each >= clock.today()}
        self.series_off = listed(days | {day} if off else days - {day})


# Functions, so that a page can ask them of a row as everybody may see it (wijk.published).


def turns_of(row: Repeating) -> list[Turn]:
    """Every time of it in order, those that were called off among them; what comes once has one."""
    if row.starts_at is None:
        return []
    if not row.series_rule or row.series_from is None:
        return [Turn(row.starts_at, row.ends_at)]
    lasts = timezone.localtime(row.ends_at) - timezone.localtime(row.starts_at) if row.ends_at else None
    skips, off = unlisted(row.series_skips), unlisted(row.series_off)
    return [
        Turn(moment, moment + lasts if lasts else None, moment.date() in off)
        for moment in moments(row.series_rule, row.series_from)
        if moment.date() not in skips
    ]


def turns_to_come(row: Repeating) -> list[Turn]:
    """Those that have not ended, soonest first."""
    return [turn for turn in turns_of(row) if turn.is_to_come]


def turn_now(row: Repeating) -> Turn | None:
    """The time it takes place next, or the last one when all is over; None without a date."""
    turns = [turn for turn in turns_of(row) if not turn.is_off]
    return next((turn for turn in turns if turn.is_to_come), turns[-1] if turns else None)


def series_words(row: Repeating) -> str:
    """`elke dinsdag, tot en met 1 maart`; empty for what takes place once."""
    if not row.series_rule:
        return ""
    last = last_day_of(row.series_rule)
    end = date_format(last, "j F" if last.year == clock.today().year else pgettext("date format", "j F Y"))
    return _("%(rule)s, tot en met %(end)s") % {"rule": words_of(row.series_rule), "end": end}


SERIES_FIELDS = ("series_rule", "series_from", "series_skips", "series_off")


def series_fields() -> dict[str, Personal]:
    """The declarations of what comes back; a rule is written by us, never by hand."""
    public = Visibility.PUBLIC
    return {
        "series_rule": Personal(gettext_lazy("Komt terug"), Kind.TECHNICAL, public, archive=True),
        "series_from": Personal(gettext_lazy("De eerste keer"), Kind.TECHNICAL, public, archive=True),
        "series_skips": Personal(gettext_lazy("Dagen waarop het niet is"), Kind.TECHNICAL, public, archive=True),
        "series_off": Personal(gettext_lazy("Dagen waarop het niet doorgaat"), Kind.TECHNICAL, public, archive=True),
    }
