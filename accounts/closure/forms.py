"""The forms of closing: a member's own, and the one for a letter or mail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.closure.outside import shared_things, things_of
from accounts.users.models import User
from wijk.forms import MomentField
from wijk.text import EmailField

KEEP, ERASE = "keep", "erase"


class OwnPasswordForm(forms.Form):
    """The password if there is one; without one the view asks to log in again first.

    Either way nobody does something that cannot wait on somebody else's open screen.
    """

    password = forms.CharField(
        label=_("Je wachtwoord"),
        help_text=_("Zo weten we dat jij het bent."),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Vul je wachtwoord in."), "max_length": _("Dit wachtwoord klopt niet.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise forms.ValidationError(_("Dit wachtwoord klopt niet."), code="incorrect_password")
        return password


class ClosingForm(OwnPasswordForm):
    """The choice, who gets what would be left with nobody, and the password."""

    copy = forms.ChoiceField(
        label=_("Wat wil je?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies wat je wilt."), "invalid_choice": _("Kies wat je wilt.")},
    )
    at_once = forms.BooleanField(
        label=_("Wis meteen. Ik wil geen 24 uur om me te bedenken."),
        help_text=_("Dan kun je dit niet meer terugdraaien."),
        required=False,
    )

    def __init__(self, *args: Any, user: User, can_copy: bool, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        keep = [(KEEP, _("Opzeggen, met een verzegelde kopie om terug te kunnen komen (hooguit 5 jaar)"))]
        self.fields["copy"].choices = [*(keep if can_copy else []), (ERASE, _("Wissen, bewaar niets"))]  # type: ignore[attr-defined]
        self.things = dict(things_of(user))
        for key, thing in self.things.items():
            self.fields[f"to-{key}"] = EmailField(
                label=_("Wie neemt %s over?") % thing.title,
                help_text=_("Het e-mailadres van iemand met een account. Laat je dit leeg, dan halen we het weg."),
                required=False,
            )

        self.shared = shared_things(user)
        if self.shared:
            self.fields["continues"] = forms.BooleanField(
                label=_("Laat de anderen ermee verdergaan"),
                help_text=_("Jouw naam, je gegevens en wat je schreef in gesprekken gaan er wel af."),
                required=False,
            )

    def hand_overs(self) -> list[forms.BoundField]:
        return [self[f"to-{key}"] for key in self.things]

    @property
    def wants_copy(self) -> bool:
        return bool(self.cleaned_data["copy"] == KEEP)

    @property
    def to(self) -> dict[str, str]:
        """Who gets what, by the keys of things_of()."""
        return {key: self.cleaned_data[f"to-{key}"] for key in self.things if self.cleaned_data[f"to-{key}"]}


class FilingForm(forms.Form):
    """A closing that came by letter or mail, with its own moment of receipt (W-75)."""

    email = EmailField(label=_("E-mailadres"), help_text=_("Het adres waarmee deze persoon een account heeft."))
    received_at = MomentField(label=_("Binnengekomen op"), help_text=_("Vanaf dit moment tellen de 48 uur."))
    kind = forms.ChoiceField(
        label=_("Wat vraagt deze persoon?"),
        widget=forms.RadioSelect,
        choices=[
            ("terms", _("Opzeggen, zonder keuze over een kopie")),
            ("erase", _("Wissen, bewaar niets")),
            ("minor", _("Wissen, want jonger dan 16")),
        ],
        error_messages={"required": _("Kies wat deze persoon vraagt."), "invalid_choice": _("Kies er een.")},
    )
