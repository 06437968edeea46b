"""The contact form of a post, and the answer form of a conversation."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wijk.forms import OpenForm
from wijk.text import EmailField, LineField, TextField

LONGEST_MESSAGE = 3000


class ContactForm(OpenForm):
    """What a visitor tells a poster: a message and an address are needed, a name and a number are not (K-10)."""

    message = TextField(
        label=pgettext_lazy("conversation", "Je bericht"),
        max_length=LONGEST_MESSAGE,
        help_text=_("Alleen de ander leest dit. Na 30 dagen wissen we de tekst."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Schrijf eerst een bericht.")},
    )
    email = EmailField(
        label=_("Je e-mailadres"),
        help_text=_("De ander ziet dit niet. Ben je ingelogd? Dan mag je dit leeg laten."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = LineField(
        label=_("Je naam"),
        required=False,
        max_length=60,
        help_text=_("Vul je dit in? Dan ziet de ander je naam."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = LineField(
        label=_("Je telefoonnummer"),
        required=False,
        max_length=30,
        help_text=_("Vul je dit in? Dan kan de ander je bellen."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )

    def __init__(self, data: Any = None, *, member: Any = None) -> None:
        super().__init__(data, auto_id="contact_%s")
        # A member who writes from a page everybody shares need not type the address we know already.
        self.fields["email"].required = member is None


class AnswerForm(forms.Form):
    """One message in a conversation that runs."""

    body = TextField(
        label=_("Je antwoord"),
        max_length=LONGEST_MESSAGE,
        help_text=_("Alleen de ander leest dit. Na 30 dagen wissen we de tekst."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Schrijf eerst een antwoord.")},
    )
    form_key = LineField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = secrets.token_urlsafe(24)
