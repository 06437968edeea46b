"""What a new member fills in besides address and password, and the form to move."""

from typing import Any

from allauth.core import context as request_context
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.signup.passwords import refuse_known
from accounts.users.forms import NameField
from accounts.users.models import User
from neighbourhoods.places.forms import NeighbourhoodField
from neighbourhoods.residents.actions import welcome


class SignupForm(forms.Form):
    """The part of signing up that is ours; the library adds address and password (W-15, W-16, X-11)."""

    first_name = NameField(
        label=_("Voornaam"),
        max_length=60,
        help_text=_(
            "Zo spreken we je aan. De wijkbeheerder ziet je naam. Andere bewoners zien die alleen als jij dat kiest."
        ),
        error_messages={"required": _("Vul je voornaam in.")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = NameField(
        label=_("Achternaam"),
        max_length=80,
        help_text=_("Zo weet de wijkbeheerder wie je bent. Andere bewoners zien die alleen als jij dat kiest."),
        error_messages={"required": _("Vul je achternaam in.")},
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    neighbourhood = NeighbourhoodField(
        label=_("Je wijk"),
        help_text=_(
            "Zo laten we zien wat er bij jou speelt. De wijkbeheerder weet dat je hier woont, andere bewoners niet. "
            'Weet je niet hoe je wijk heet? <a href="/wijken/" target="_blank" rel="noopener">Zoek op je postcode</a> '
            "(opent een nieuw tabblad)."
        ),
    )
    is_16 = forms.BooleanField(
        label=_("Ik ben 16 jaar of ouder"),
        help_text=_("Wijk is voor mensen vanaf 16 jaar. We vragen niet naar je geboortedatum."),
        error_messages={
            "required": _("Je kunt een account maken als je 16 jaar of ouder bent. Zet dan hier een vinkje.")
        },
    )
    terms = forms.BooleanField(
        label=_("Ik ga akkoord met de voorwaarden en heb de privacyverklaring gelezen"),
        help_text=_(
            'Lees de <a href="/voorwaarden/" target="_blank" rel="noopener">voorwaarden</a> en de '
            '<a href="/privacy/" target="_blank" rel="noopener">privacyverklaring</a> (ze openen een nieuw tabblad). '
            "We bewaren dat je akkoord ging en wanneer. Dat zie je terug bij Toestemmingen."
        ),
        error_messages={"required": _("Zet hier een vinkje als je akkoord gaat. Zonder kun je geen account maken.")},
    )
    field_order = ("first_name", "last_name", "email", "password1", "neighbourhood", "is_16", "terms")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = request_context.request
        if request is not None and "wijk" in request.GET:
            self.initial.setdefault("neighbourhood", request.GET["wijk"])

    def clean(self) -> dict[str, Any] | None:
        """The library checks the password before there is an account to compare it with."""
        typed = super().clean()
        names = (self.cleaned_data.get("first_name", ""), self.cleaned_data.get("last_name", ""))
        try:
            refuse_known(self.cleaned_data.get("password1", ""), *names)
        except forms.ValidationError as refusal:
            self.add_error("password1", refusal)
        return typed

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called once the account exists; its names were saved with it."""
        sentence = str(self.fields["terms"].label)
        welcome(user=user, neighbourhood=self.cleaned_data["neighbourhood"], sentence=sentence)


class MoveForm(forms.Form):
    """Another home neighbourhood."""

    neighbourhood = NeighbourhoodField(
        label=_("Je wijk"),
        help_text=_(
            "Zo laten we zien wat er bij jou speelt. De wijkbeheerder weet dat je hier woont, andere bewoners niet."
        ),
    )
