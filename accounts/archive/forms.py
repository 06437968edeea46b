"""Asking for the way back, and walking it."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.archive.actions import opened
from accounts.archive.comeback import profile
from accounts.archive.contents import Contents
from accounts.archive.models import KeyWrap, SealedCopy
from accounts.users.models import User
from wijk.forms import OpenForm
from wijk.sealing import Mistyped, Refused, read_code
from wijk.text import EmailField, LineField


class AskForm(OpenForm):
    """The address of the account that was closed."""

    email = EmailField(
        label=_("Je e-mailadres van toen"),
        help_text=_("Alleen om te kijken of er een kopie is."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class ReturnForm(OpenForm):
    """The code from paper, a new password, and a yes to the terms as they are now."""

    code = LineField(
        label=_("Je terugkomcode"),
        max_length=80,
        help_text=_("Die heb je opgeschreven toen je opzegde: negen groepjes van vier letters en cijfers."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Vul je terugkomcode in.")},
    )
    password = forms.CharField(
        label=_("Kies een nieuw wachtwoord"),
        help_text=_("Minstens 10 tekens. Een korte zin is makkelijk te onthouden en moeilijk te raden."),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Kies een wachtwoord.")},
    )
    terms = forms.BooleanField(
        label=_("Ik ga akkoord met de voorwaarden en heb de privacyverklaring gelezen"),
        help_text=_(
            'Lees de <a href="/voorwaarden/" target="_blank" rel="noopener">voorwaarden</a> en de '
            '<a href="/privacy/" target="_blank" rel="noopener">privacyverklaring</a> (ze openen een nieuw tabblad).'
        ),
        error_messages={"required": _("Zet hier een vinkje als je akkoord gaat. Zonder kun je niet terugkomen.")},
    )
    contents: Contents

    def __init__(self, *args: Any, copy: SealedCopy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.copy = copy

    def clean_code(self) -> str:
        """Opens the copy with the code, in memory."""
        try:
            pair = read_code(self.cleaned_data["code"]).pair
            self.contents = opened(copy=self.copy, pair=pair, holder=KeyWrap.Holder.CODE)
        except Mistyped:
            raise forms.ValidationError(
                _("Er zit een tikfout in de code. Kijk elk groepje nog een keer na."), code="mistyped"
            ) from None
        except Refused:
            raise forms.ValidationError(
                _("Deze code hoort niet bij deze kopie. Gebruik de code van de laatste keer dat je opzegde."),
                code="refused",
            ) from None
        return str(self.cleaned_data["code"])

    def clean_password(self) -> str:
        """By the rules of every new password; the copy says whose name must not be in it."""
        kept = profile(self.contents) if hasattr(self, "contents") else {}
        names = {name: kept[name] for name in ("email", "first_name", "last_name") if name in kept}
        return str(get_adapter().clean_password(self.cleaned_data["password"], user=User(**names)))
