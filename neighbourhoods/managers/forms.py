"""Forms of managers, of those who ask them something, and of operators who appoint them."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.forms import OpenForm
from wijk.text import EmailField, LineField, TextField

LONGEST_TERM = timedelta(days=366)


class QuestionForm(OpenForm):
    """A visitor's question to a manager."""

    text = TextField(
        label=_("Je vraag"),
        max_length=2000,
        help_text=_("Alleen de wijkbeheerder leest dit, in de mail."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Schrijf je vraag op.")},
    )
    name = LineField(
        label=_("Je naam"),
        max_length=60,
        required=False,
        help_text=_("Zo weet de wijkbeheerder met wie hij praat. Andere bezoekers zien dit niet."),
    )
    email = EmailField(
        label=_("Je e-mailadres"),
        help_text=_("De wijkbeheerder ziet dit adres en kan je daarop antwoorden. Andere bezoekers zien het niet."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class ConfidentialityForm(forms.Form):
    """The promise of secrecy."""

    agreed = forms.BooleanField(
        label=_("Ik beloof dat ik me hieraan houd"),
        error_messages={"required": _("Zet een vinkje als je dit belooft. Zonder belofte kun je geen beheerder zijn.")},
    )


class AppointForm(forms.Form):
    """Who becomes manager of which neighbourhood, and for how long."""

    email = EmailField(
        label=_("E-mailadres van het account"), help_text=_("De beheerder moet eerst zelf een account hebben.")
    )
    neighbourhood = forms.ModelChoiceField(
        label=_("Wijk"),
        help_text=_("Iedereen ziet wie een wijk beheert."),
        queryset=Neighbourhood.objects.none(),
        error_messages={"required": _("Kies een wijk."), "invalid_choice": _("Kies een wijk uit de lijst.")},
    )
    public_name = LineField(
        label=_("Naam op de site"),
        max_length=60,
        help_text=_("Iedereen ziet deze naam bij de wijk. Een voornaam is genoeg."),
    )
    on_behalf_of = LineField(
        label=_("Namens"), max_length=120, required=False, help_text=_("De organisatie die deze beheerder aanwijst.")
    )
    starts_on = forms.DateField(label=_("Vanaf"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    ends_on = forms.DateField(
        label=_("Tot en met"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Ten hoogste een jaar. Daarna kun je opnieuw aanwijzen."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.on().defer("outline")  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = clock.today
        self.fields["ends_on"].initial = lambda: clock.today() + timedelta(days=365)

    def clean_email(self) -> Any:
        """The account itself; the view asks for `user`."""
        email = self.cleaned_data["email"]
        self.user = get_user_model().objects.present().filter(email__iexact=email).first()  # type: ignore[attr-defined]
        if self.user is None:
            raise forms.ValidationError(_("Er is geen account met dit adres. Vraag deze persoon er een te maken."))
        return email

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end:
            if end < start:
                self.add_error("ends_on", _("De laatste dag ligt voor de eerste."))
            elif end - start > LONGEST_TERM:
                self.add_error("ends_on", _("Dit is langer dan een jaar. Kies een eerdere dag."))
            elif end < clock.today():
                self.add_error("ends_on", _("Deze dag is al voorbij."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the action needs."""
        return {**{name: value for name, value in self.cleaned_data.items() if name != "email"}, "user": self.user}


class TrainingForm(forms.Form):
    """The day a manager followed the training."""

    training_on = forms.DateField(
        label=_("Training gevolgd op"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("Vul de dag van de training in.")},
    )

    def clean_training_on(self) -> date:
        day: date = self.cleaned_data["training_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Deze dag moet nog komen. Vul hem in na de training."))
        return day
