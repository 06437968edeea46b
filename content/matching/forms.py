"""How often a member wants to hear that something fits."""

from django import forms
from django.utils.translation import gettext_lazy as _

from content.matching.models import MatchMail


class MailForm(forms.ModelForm):
    """One choice, nothing typed."""

    class Meta:
        model = MatchMail
        fields = ["how"]
        labels = {"how": _("Hoe vaak wil je dat horen?")}
        help_texts = {"how": _("Alleen jij ziet wat je hier kiest.")}
        widgets = {"how": forms.RadioSelect}
