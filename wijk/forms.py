"""Forms on pages that everybody gets from the same cache: no session, no token, and yet no door for robots."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from wijk import clock
from wijk.encryption import keyed_hash

SALT = "wijk.form-time"
QUICKEST = timedelta(seconds=3)
LONGEST = timedelta(hours=24)


def signed_time() -> str:
    """The moment a form was shown, so that only forms we showed, not long ago, are taken."""
    return signing.dumps(clock.now().timestamp(), salt=SALT)


class OpenForm(forms.Form):
    """A form for visitors: a trap field people do not see, and the signed moment it was shown.

    `is_trap` says a robot filled it: answer as if all went well. `form_key` is the same for the same form sent twice.
    """

    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))
    sent_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sent_at"].initial = signed_time

    @property
    def is_trap(self) -> bool:
        return bool(str(self.data.get(self.add_prefix("website"), "")).strip())

    @property
    def form_key(self) -> str:
        typed = sorted((name, str(value)) for name, value in self.cleaned_data.items() if name != "website")
        return keyed_hash("form", repr(typed))[:40]

    def clean_sent_at(self) -> str:
        sent_at = str(self.cleaned_data["sent_at"])
        try:
            age = clock.now().timestamp() - float(signing.loads(sent_at, salt=SALT))
        except (signing.BadSignature, TypeError, ValueError):
            age = LONGEST.total_seconds() + 1
        if age < QUICKEST.total_seconds():
            raise forms.ValidationError(_("Dat ging wel heel snel. Verstuur het formulier nog een keer."))
        if age > LONGEST.total_seconds():
            raise forms.ValidationError(_("Dit formulier stond te lang open. Verstuur het nog een keer, alles staat er nog."))
        return sent_at

    def refreshed(self) -> "OpenForm":
        """The same typed values with a new moment, so that sending it again can work."""
        data = self.data.copy()
        data[self.add_prefix("sent_at")] = signed_time()
        again = type(self)(data)
        again._errors = self.errors
        return again
