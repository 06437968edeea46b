"""The small forms of the desk: planning, stopping for somebody, and how the managers work."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.newsletters.models import LetterSettings
from wijk import clock
from wijk.forms import DayAndTimeField
from wijk.text import EmailField

FARTHEST = timedelta(days=60)


class StopForm(forms.Form):
    """For who asked a manager to be taken off the list (W-76)."""

    email = EmailField(label=_("E-mailadres"), help_text=_("Het adres waarop diegene de nieuwsbrief krijgt."))


class PlanForm(forms.Form):
    """When an issue goes by itself."""

    at = DayAndTimeField(label=_("Dag en tijd"), help_text=_("Wie zich voor die tijd aanmeldt of stopt, telt nog mee."))

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at <= clock.now():
            raise forms.ValidationError(_("Kies een tijdstip dat nog komt."))
        if at > clock.now() + FARTHEST:
            raise forms.ValidationError(_("Dat is te ver weg. Kies een dag in de komende twee maanden."))
        return at


class SettingsForm(forms.ModelForm):
    """How the managers of a neighbourhood work on newsletters."""

    class Meta:
        model = LetterSettings
        fields = ["second_look", "mails_drafts"]

    def __init__(self, *args: Any, may_end: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.second_look and not may_end:
            # A lock that its own key opens locks nothing.
            self.fields["second_look"].disabled = True
            self.fields["second_look"].help_text = _("Dit staat aan. Alleen de beheerder van de site zet het uit.")
