"""The part of an activity's form about coming back: how often, until when, and on which days not."""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from content.series.rules import (
    FURTHEST,
    Repeat,
    is_last_of_month,
    last_day_of,
    listed,
    moments,
    nth_of_month,
    repeat_of,
    rule_of,
    unlisted,
    weekdays_of,
)
from wijk import clock
from wijk.text import LineField

MOST_TIMES = 60
MOST_SKIPS = 40
FIFTH = 5
A_NUMBER = _("Vul een getal in van 2 tot en met 60, of laat het leeg.")
# 25-12-2026, 25/12, 25 december 2026, 2026-12-25
A_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})(?:[-/.]|\s+)(\d{1,2}|[a-z]+)(?:(?:[-/.]|\s+)(\d{4}))?")
FIELDS = ("repeat", "weekdays", "until", "times", "skips")


class SeriesFields(forms.ModelForm):
    """Once or more often; the first time is the day of the activity itself."""

    repeat = forms.ChoiceField(
        label=_("Hoe vaak?"),
        required=False,
        choices=[("", _("Eén keer")), *Repeat.choices],
        error_messages={"invalid_choice": _("Kies hoe vaak uit de lijst.")},
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Is het in zo'n week nog op een andere dag?"),
        required=False,
        choices=[(str(number), name) for number, name in WEEKDAYS_ABBR.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Kies dagen uit de lijst.")},
    )
    until = forms.DateField(
        label=_("Tot en met welke dag?"),
        required=False,
        input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Dit is geen datum. Een voorbeeld: 26-11-2026.")},
    )
    times = forms.IntegerField(
        label=_("Of: hoeveel keer?"),
        required=False,
        min_value=2,
        max_value=MOST_TIMES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": A_NUMBER, "min_value": A_NUMBER, "max_value": A_NUMBER},
    )
    skips = LineField(
        label=_("Op welke dagen niet?"),
        required=False,
        max_length=600,
        help_text=_("Met komma's ertussen. Bijvoorbeeld: 25 december, 1 januari."),
    )

    def fill_series(self) -> None:
        """What the form shows of a series that is there."""
        rule, first = self.instance.series_rule, self.instance.starts_at
        if not rule or first is None:
            return
        days = weekdays_of(rule)
        today = clock.today()
        skips = [day for day in sorted(unlisted(self.instance.series_skips)) if day >= today]
        self.initial.update(
            {
                "repeat": repeat_of(rule),
                # One day follows the day of the activity, when that is moved.
                "weekdays": [str(day) for day in days] if len(days) > 1 else [],
                "until": last_day_of(rule),
                "skips": ", ".join(f"{day.day}-{day.month}-{day.year}" for day in skips),
            }
        )

    def series_values(self, starts_at: datetime) -> dict[str, Any]:
        """The rule and its days, for something that begins then; what does not fit is said beside its field."""
        typed: Any = self.cleaned_data
        once = {"series_rule": "", "series_from": None, "series_skips": "", "series_off": ""}
        if self.errors.keys() & set(FIELDS) or not typed.get("repeat"):
            return once
        rule = self._rule(timezone.localdate(starts_at), typed["repeat"])
        if not rule:
            return once
        skips = self._skips(typed.get("skips", ""), moments(rule, starts_at))
        if "skips" in self.errors:
            return once
        series_from, past = self._beginning(rule, starts_at)
        return {"series_rule": rule, "series_from": series_from, "series_skips": listed(skips | past)}

    def _beginning(self, rule: str, starts_at: datetime) -> tuple[datetime, set[date]]:
        """A series that goes on as it was keeps its past, and with it what it was in people's calendars."""
        post = self.instance
        if rule != post.series_rule or starts_at != post.starts_at or not post.series_from:
            return starts_at, set()
        return post.series_from, {day for day in unlisted(post.series_skips) if day < clock.today()}

    def _rule(self, first: date, repeat: str) -> str:
        typed: Any = self.cleaned_data
        weekdays = {int(number) for number in typed.get("weekdays") or []}
        problem = _day_problem(repeat, first, weekdays)
        if problem:
            self.add_error(*problem)
            return ""
        last = self._last_day(first, repeat, weekdays)
        return rule_of(repeat, first, weekdays, last) if last else ""

    def _last_day(self, first: date, repeat: str, weekdays: set[int]) -> date | None:
        typed: Any = self.cleaned_data
        until, times, furthest = typed.get("until"), typed.get("times"), clock.today() + FURTHEST
        if bool(until) == bool(times):
            both = _("Kies een laatste dag, of een aantal keren. Niet allebei.")
            neither = forms.ValidationError(_("Kies tot wanneer het terugkomt, of hoeveel keer."), code="required")
            self.add_error("until", both if until else neither)
            return None
        begin = timezone.make_aware(datetime.combine(first, datetime.min.time()))
        days = [moment.date() for moment in moments(rule_of(repeat, first, weekdays, until or furthest), begin)]
        if times and len(days) < times:
            self.add_error("times", _("Zo vaak past het niet in een jaar. Kies een lager getal."))
        elif until and until > furthest:
            self.add_error("until", _("Dit is meer dan een jaar vooruit. Kies een dag die dichterbij is."))
        elif len(days) < 2:  # noqa: PLR2004  once is no series
            self.add_error("until", _("Dan is het maar één keer. Kies een latere dag, of kies bij Hoe vaak: Eén keer."))
        else:
            return days[times - 1] if times else until
        return None

    def _skips(self, text: str, found: tuple[datetime, ...]) -> set[date]:
        """The typed days, which must be days it would be on; the first and at least one more must stay."""
        days = [moment.date() for moment in found]
        skips, odd = read_days(text, days[0], set(days))
        stays = [day for day in days if day not in skips]
        if odd:
            words = _("Dit is geen dag waarop het zou zijn: %(what)s. Een voorbeeld: 25 december.")
            self.add_error("skips", words % {"what": ", ".join(odd)})
        elif days[0] in skips:
            self.add_error("skips", _("De eerste keer staat hier ook bij. Kies een andere eerste dag."))
        elif len(stays) < 2 or len(skips) > MOST_SKIPS:  # noqa: PLR2004  once is no series
            self.add_error("skips", _("Dan blijft er te weinig over. Kies bij Hoe vaak: Eén keer."))
        return skips


def _day_problem(repeat: str, first: date, weekdays: set[int]) -> tuple[str, Any] | None:
    """Which field does not fit the first day, and why."""
    monthly = repeat in {Repeat.MONTHLY, Repeat.MONTHLY_LAST}
    if monthly and weekdays - {first.weekday()}:
        return "weekdays", _("Elke maand kan maar op één dag. Zet de andere dagen uit, of kies elke week.")
    if repeat == Repeat.MONTHLY_LAST and not is_last_of_month(first):
        return "repeat", _("De eerste dag die je koos is niet de laatste in die maand. Kies een andere dag.")
    if repeat == Repeat.MONTHLY and nth_of_month(first) == FIFTH:
        return "repeat", _("Zo'n vijfde keer is er niet elke maand. Kies de laatste keer dat het die dag is.")
    return None


def read_days(text: str, first: date, possible: set[date]) -> tuple[set[date], list[str]]:
    """The days that somebody typed, and the pieces that are no day it could be; a day without a year is the next."""
    days: set[date] = set()
    odd: list[str] = []
    for piece in re.split(r"[,;\n]|\ben\b", text):
        word = piece.strip().lower()
        if not word:
            continue
        found = A_DAY.fullmatch(word)
        day = _day(found, first) if found else None
        if day in possible and day is not None:
            days.add(day)
        else:
            odd.append(piece.strip()[:30])
    return days, odd


def _day(found: re.Match[str], first: date) -> date | None:
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    number = int(month) if month.isdecimal() else _month(month)
    try:
        if year:
            return date(int(year), number, int(day))
        this_year = date(first.year, number, int(day))
        return this_year if this_year >= first else date(first.year + 1, number, int(day))
    except ValueError:
        return None


def _month(word: str) -> int:
    """The number of a month by its name or the beginning of it, in the language of the page; 0 for none."""
    names = {number: str(name).lower() for number, name in MONTHS.items()}
    return next((number for number, name in names.items() if len(word) > 2 and name.startswith(word)), 0)  # noqa: PLR2004  mrt is no beginning
