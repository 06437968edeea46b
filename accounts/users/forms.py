"""The forms of a member's own account."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wijk.text import LineField


class DetailsForm(forms.Form):
    """Name and language, as typed at sign-up."""

    first_name = LineField(
        label=_("Voornaam"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": _("Vul je voornaam in.")},
    )
    last_name = LineField(
        label=_("Achternaam"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": _("Vul je achternaam in.")},
    )
    language = forms.ChoiceField(label=_("Taal van de site en de mail"), choices=settings.LANGUAGES)
