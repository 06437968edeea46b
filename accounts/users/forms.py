"""The forms of a member's own account."""

import re

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wijk.text import LineField

# A name goes into mails: an address or a link in it would make us the carrier of somebody's advertising.
_NO_NAME = re.compile(r"[@<>/\\{}|]|www\.|:", re.IGNORECASE)


class NameField(LineField):
    """A name of a person."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if _NO_NAME.search(value):
            raise forms.ValidationError(_("Vul hier alleen je naam in, zonder adres of link."), code="no_name")


class DetailsForm(forms.Form):
    """Name and language, as typed at sign-up."""

    first_name = NameField(
        label=_("Voornaam"),
        max_length=60,
        help_text=_("Zo spreken we je aan. De wijkbeheerder ziet je naam, andere bewoners niet."),
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": _("Vul je voornaam in.")},
    )
    last_name = NameField(
        label=_("Achternaam"),
        max_length=80,
        help_text=_("Zo weet de wijkbeheerder wie je bent. Andere bewoners zien dit niet."),
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": _("Vul je achternaam in.")},
    )
    language = forms.ChoiceField(
        label=_("Taal van de site en de mail"),
        choices=settings.LANGUAGES,
        help_text=_("Zo kies je in welke taal we je schrijven. Alleen jij ziet dit."),
    )
