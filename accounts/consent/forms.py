"""The forms of the privacy desk: whose consents, and what they let us know."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.consent.actions import Said
from accounts.consent.models import ConsentEvent
from accounts.consent.texts import Row
from wijk import clock
from wijk.text import EmailField

LONG_AGO = timedelta(days=366)
Channel = ConsentEvent.Channel


class FindForm(forms.Form):
    """Whose consents."""

    email = EmailField(
        label=_("E-mailadres van het account"),
        help_text=_("Om het account te vinden."),
    )


class RecordForm(forms.Form):
    """What somebody let us know by mail or letter."""

    key = forms.ChoiceField(label=_("Waarover"), error_messages={"required": _("Kies waar het over gaat.")})
    on = forms.ChoiceField(
        label=_("Wat zegt de persoon?"),
        choices=[("0", _("Nee, stop ermee")), ("1", _("Ja, dat mag"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies ja of nee.")},
    )
    channel = forms.ChoiceField(
        label=_("Hoe kwam het binnen?"),
        choices=[(Channel.MAIL, _("Per mail")), (Channel.LETTER, _("Per brief"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe het binnenkwam.")},
    )
    said_on = forms.DateField(
        label=_("Datum van de mail of brief"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y"],
        error_messages={"invalid": _("Schrijf de datum als 24-11-2026."), "required": _("Kies een datum.")},
    )

    def __init__(self, *args: Any, rows: list[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Kies")), *((row.key, row.label) for row in rows)]
        self.fields["key"].choices = choices  # type: ignore[attr-defined]

    def clean_said_on(self) -> date:
        day: date = self.cleaned_data["said_on"]
        if not timedelta() <= clock.today() - day <= LONG_AGO:
            raise forms.ValidationError(_("Kies een datum van vandaag of eerder, hooguit een jaar geleden."))
        return day

    @property
    def is_yes(self) -> bool:
        return bool(self.cleaned_data["on"] == "1")

    def said(self) -> Said:
        """A letter tells its day and no hour: a no counts from the end of it, a yes only from its beginning."""
        day = self.cleaned_data["said_on"]
        moment = timezone.make_aware(datetime.combine(day, time.min if self.is_yes else time(23, 59, 59)))
        return Said(at=min(moment, clock.now()), channel=self.cleaned_data["channel"])
