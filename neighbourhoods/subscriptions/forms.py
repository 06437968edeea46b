"""The sign-up form, the same for everybody, on cached pages and on its own."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from neighbourhoods.subscriptions.lists import Digest
from wijk.forms import OpenForm
from wijk.text import EmailField, LineField

NAME_MARKS = " -'’."


def is_first_name(name: str) -> bool:
    """Letters and what stands between them: no address, link or mark-up that would speak in our name in a greeting."""
    return len(name) <= 60 and all(unicodedata.category(sign)[0] in "LM" or sign in NAME_MARKS for sign in name)


class LeaveForm(OpenForm):
    """The address of somebody who wants to stop and has no newsletter at hand."""

    email = EmailField(
        label=_("Je e-mailadres"),
        help_text=_("Alleen om je aanmelding te vinden."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "nieuwsbrief_%s", **kwargs})


class SubscribeForm(LeaveForm):
    """An address and, if somebody likes, a first name (P-10, W-19)."""

    email = EmailField(
        label=_("Je e-mailadres"),
        help_text=_("Hier sturen we de nieuwsbrief heen. De wijkbeheerder ziet dit adres, anderen niet."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    first_name = LineField(
        label=_("Je voornaam"),
        help_text=_("Zo begint je nieuwsbrief. De wijkbeheerder ziet je naam, anderen niet."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )

    def clean_first_name(self) -> str:
        name = str(self.cleaned_data["first_name"])
        if not is_first_name(name):
            raise forms.ValidationError(_("Vul alleen je voornaam in, met letters. Of laat dit leeg."))
        return name


class DigestForm(forms.Form):
    """How often somebody is mailed."""

    digest = forms.ChoiceField(label=_("Hoe vaak wil je mail?"), choices=Digest.choices, widget=forms.RadioSelect)
