"""Forms on pages that everybody gets from the same cache: no session, no token, and yet no door for robots."""

from datetime import datetime, timedelta
from typing import Any, Self

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from wijk import clock
from wijk.encryption import keyed_hash
from wijk.text import LineField

SALT = "wijk.form-time"
QUICKEST = timedelta(seconds=3)
LONGEST = timedelta(hours=24)
EARLIEST = 2000


def signed_time(age: timedelta = timedelta()) -> str:
    """The moment a form was shown, so that only forms we showed, not long ago, are taken."""
    return signing.dumps((clock.now() - age).timestamp(), salt=SALT)


class OpenForm(forms.Form):
    """A form for visitors: a trap field people do not see, and the signed moment it was shown.

    `is_trap` says a robot filled it: answer as if all went well. `form_key` is the same for the same form sent twice.
    """

    website = LineField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))
    sent_at = LineField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sent_at"].initial = signed_time
        self.fields["website"].label = _("Laat dit veld leeg")
        self._needs_new_time = False

    @property
    def is_trap(self) -> bool:
        return bool(str(self.data.get(self.add_prefix("website"), "")).strip())

    @property
    def form_key(self) -> str:
        typed = sorted((name, str(value)) for name, value in self.cleaned_data.items() if name != "website")
        return keyed_hash("form", repr(typed))[:40]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # Said about the whole form: nobody can see or mend a hidden field.
        problem = self._time_problem(str(cleaned.get("sent_at", "")))
        if problem:
            self.add_error(None, problem)
        return cleaned

    def _time_problem(self, sent_at: str) -> str:
        try:
            age = clock.now().timestamp() - float(signing.loads(sent_at, salt=SALT))
        except (signing.BadSignature, TypeError, ValueError):
            age = LONGEST.total_seconds() + 1
        if age < QUICKEST.total_seconds():
            return str(_("Dat ging wel heel snel. Verstuur het formulier nog een keer."))
        if age > LONGEST.total_seconds():
            self._needs_new_time = True
            return str(_("Dit formulier stond te lang open. Verstuur het nog een keer, alles staat er nog."))
        return ""

    def refreshed(self) -> Self:
        """The same typed values, ready to be sent again: a moment that was too old is replaced."""
        if self._needs_new_time:
            typed: Any = self.data
            self.data = typed = typed.copy()
            typed[self.add_prefix("sent_at")] = signed_time(age=QUICKEST)
        return self


class DayAndTimeField(forms.DateTimeField):
    """A day and an hour, typed or chosen."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        words = {
            "required": _("Vul een dag en een tijd in."),
            "invalid": _("Dit is geen tijdstip. Kies een dag en een tijd."),
        }
        super().__init__(widget=widget, error_messages=words, **options)

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except OverflowError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class MomentField(DayAndTimeField):
    """A day and an hour that lie behind us."""

    def validate(self, value: datetime | None) -> None:
        super().validate(value)
        if value and value.year < EARLIEST:
            raise forms.ValidationError(_("Dit tijdstip ligt te ver terug. Klopt het jaartal?"))
        if value and value > clock.now():
            raise forms.ValidationError(_("Dit tijdstip ligt in de toekomst."))
