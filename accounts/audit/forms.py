"""What the trail is searched by: numbers and codes, never names."""

import re
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.audit.models import AuditEvent
from wijk import clock
from wijk.text import LineField

_CODE = re.compile(r"[a-z_.]{1,60}")
_NETWORK = re.compile(r"[0-9a-f.:]{1,40}(/\d{1,3})?", re.IGNORECASE)
HIGHEST = 2**63 - 1
FIRST = date(2000, 1, 1)


class LogForm(forms.Form):
    """Each field narrows; an empty one does not."""

    wie = forms.IntegerField(
        label=_("Nummer van een persoon"),
        help_text=_("Wat deze persoon deed, en wat met dit account gebeurde."),
        min_value=1,
        max_value=HIGHEST,
        required=False,
        error_messages={
            "invalid": _("Dit is geen nummer."),
            "min_value": _("Dit is geen nummer van een account."),
            "max_value": _("Dit is geen nummer van een account."),
        },
    )
    netwerk = LineField(label=_("Netwerk"), help_text=_("Bijvoorbeeld 198.51.100."), max_length=50, required=False)
    actie = LineField(label=_("Actie begint met"), help_text=_("Bijvoorbeeld account."), max_length=60, required=False)
    uitkomst = forms.ChoiceField(
        label=_("Uitkomst"), choices=[("", _("alles")), *AuditEvent.Outcome.choices], required=False
    )
    dag = forms.DateField(
        label=_("Dag"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Dit is geen dag. Schrijf bijvoorbeeld 2026-11-24.")},
    )

    def clean_dag(self) -> date | None:
        day: date | None = self.cleaned_data["dag"]
        if day and not FIRST <= day <= clock.today():
            raise forms.ValidationError(_("Kies een dag die al geweest is."), code="invalid")
        return day

    def clean_actie(self) -> str:
        return self._checked("actie", _CODE, _("Een actie is een code, zoals account.login."))

    def clean_netwerk(self) -> str:
        return self._checked("netwerk", _NETWORK, _("Dit is geen internetadres."))

    def _checked(self, name: str, pattern: re.Pattern[str], wrong: object) -> str:
        value: str = self.cleaned_data[name]
        if value and not pattern.fullmatch(value):
            raise forms.ValidationError(str(wrong), code="invalid")
        return value
