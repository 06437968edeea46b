"""When an organisation is open: typed per day as people write it, kept as times, told in as few lines as it takes.

A page says no "open now": it may be read from a cache.
"""

import re
from itertools import groupby
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.organisations.numbers import refuse_bsn
from wijk.text import LineField

DAYS = range(7)
MOST_SPANS = 3
MIDNIGHT = "24:00"
_TIME = r"(\d{1,2})(?:[.:u](\d{2}))?\s*(?:uur)?"
_SPAN = re.compile(rf"{_TIME}\s*(?:-|–|—|tot)\s*{_TIME}")
_BETWEEN = re.compile(r"[\s,;&+]|en|van|and|from")
CLOSED = {"dicht", "gesloten", "closed", "-"}

Span = list[str]  # ["09:00", "17:30"]


class HoursField(LineField):
    """The times of one day, as somebody writes them: "9-12 en 13.00-17.30"; empty or "dicht" when it is closed."""

    default_error_messages = {
        "hours": gettext_lazy("Dit begrijpen we niet. Een voorbeeld: 9.00-12.30 en 13.00-17.00."),
        "order": gettext_lazy("Deze tijden lopen niet na elkaar. Een voorbeeld: 9.00-12.30 en 13.00-17.00."),
    }

    def prepare_value(self, value: Any) -> Any:
        return _join(value, "-") if isinstance(value, list) else value

    def to_python(self, value: object) -> Any:
        typed = super().to_python(value).casefold()
        if not typed or typed in CLOSED:
            return []
        found = list(_SPAN.finditer(typed))
        if not found or len(found) > MOST_SPANS or _BETWEEN.sub("", _SPAN.sub("", typed)):
            raise forms.ValidationError(self.error_messages["hours"], code="hours")
        spans = [[self._time(*one.group(1, 2)), self._time(*one.group(3, 4))] for one in found]
        moments = [moment for span in spans for moment in span]
        if any(later <= earlier for earlier, later in zip(moments, moments[1:], strict=False)):
            raise forms.ValidationError(self.error_messages["order"], code="order")
        return spans

    def _time(self, hour: str, minutes: str | None) -> str:
        moment = f"{int(hour):02}:{minutes or '00'}"
        if moment > MIDNIGHT or int(minutes or 0) > 59:
            raise forms.ValidationError(self.error_messages["hours"], code="hours")
        return moment

    def run_validators(self, value: Any) -> None:
        """Times that were read are in order; there is nothing left to judge."""


def _join(spans: list[Span], between: str) -> str:
    times = [
        between.join(
            moment.lstrip("0").replace(":", ".") if moment[:2] != "00" else moment[1:].replace(":", ".")
            for moment in span
        )
        for span in spans
    ]
    return _(" en ").join(times)


class HoursFields(forms.ModelForm):
    """A field for each day, and a line for what differs."""

    hours_note = LineField(
        label=gettext_lazy("Wat mensen nog moeten weten"),
        required=False,
        max_length=160,
        validators=[refuse_bsn],
        help_text=gettext_lazy("Bijvoorbeeld: in de zomervakantie alleen op dinsdag."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.instance.hours or [[] for _day in DAYS]
        for day in DAYS:
            name = f"hours_{day}"
            self.fields[name] = HoursField(label=WEEKDAYS[day].capitalize(), required=False, max_length=80)
            self.initial[name] = known[day]

    def day_fields(self) -> list[forms.BoundField]:
        return [self[f"hours_{day}"] for day in DAYS]

    @property
    def hours_open(self) -> bool:
        """Whether this part of the form is unfolded: there is something in it, or something wrong with it."""
        return any(field.value() or field.errors for field in [*self.day_fields(), self["hours_note"]])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        week = [cleaned.get(f"hours_{day}") or [] for day in DAYS]
        cleaned["hours"] = week if any(week) else []
        return cleaned


def in_words(week: list[list[Span]]) -> list[dict[str, str]]:
    """The week in lines: `days` ("maandag tot en met vrijdag") and `hours` ("9.00 tot 17.00 uur")."""
    if not any(week):
        return []
    runs = [list(days) for spans, days in groupby(DAYS, key=lambda day: week[day]) if spans]
    lines = [{"days": _days(days), "hours": _hours(week[days[0]])} for days in runs]
    return lines if all(week) else [*lines, {"days": _("andere dagen"), "hours": _("gesloten")}]


def _days(days: list[int]) -> str:
    first, last = str(WEEKDAYS[days[0]]), str(WEEKDAYS[days[-1]])
    if len(days) == 1:
        return first
    if len(days) == 2:
        return _("%(first)s en %(last)s") % {"first": first, "last": last}
    return _("%(first)s tot en met %(last)s") % {"first": first, "last": last}


def _hours(spans: list[Span]) -> str:
    return _("%(time)s uur") % {"time": _join(spans, _(" tot "))}
