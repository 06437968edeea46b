"""Forms of managers, of those who ask them something, and of operators who appoint them."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from neighbourhoods.managers.deputies import who_can
from neighbourhoods.managers.leaks import ADVICE
from neighbourhoods.managers.models import LONGEST_TERM, Appointment
from neighbourhoods.places.models import Neighbourhood
from wijk import clock
from wijk.forms import OpenForm
from wijk.leaks.guard import LeakGuard
from wijk.leaks.kinds import Kind
from wijk.leaks.reading import findings
from wijk.text import EmailField, LineField, TextField

LONGEST_SCREENING = timedelta(days=5 * 366)
USUAL_SCREENING = timedelta(days=3 * 365)
LONGEST_STAND_IN = timedelta(days=92)


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A calendar day, in the browser's own way of choosing one."""
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


def a_year_on() -> date:
    """The usual end of a term that begins today."""
    return clock.today() + timedelta(days=365)


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


class TermForm(forms.Form):
    """Until when somebody manages."""

    ends_on = day_field(_("Tot en met"), help_text=_("Ten hoogste een jaar. Daarna kun je verlengen."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].initial = a_year_on

    def clean_ends_on(self) -> date:
        day: date = self.cleaned_data["ends_on"]
        if day < clock.today():
            raise forms.ValidationError(_("Deze dag is al voorbij."))
        if day - clock.today() > LONGEST_TERM:
            raise forms.ValidationError(_("Dit is langer dan een jaar. Kies een eerdere dag."))
        return day


class PersonForm(forms.Form):
    """Which account somebody gets rights with, and what visitors read of them."""

    email = EmailField(
        label=_("E-mailadres van het account"), help_text=_("De beheerder moet eerst zelf een account hebben.")
    )
    public_name = LineField(
        label=_("Naam op de site"),
        max_length=60,
        help_text=_("Iedereen ziet deze naam bij de wijk. Een voornaam is genoeg."),
    )
    on_behalf_of = LineField(
        label=_("Namens"), max_length=120, required=False, help_text=_("De organisatie die deze beheerder aanwijst.")
    )

    def clean_email(self) -> Any:
        """The account itself; the view asks for `user`."""
        email = self.cleaned_data["email"]
        self.user = get_user_model().objects.present().filter(email__iexact=email).first()  # type: ignore[attr-defined]
        if self.user is None:
            raise forms.ValidationError(_("Er is geen account met dit adres. Vraag deze persoon er een te maken."))
        return email

    def values(self) -> dict[str, Any]:
        """What the action needs, beside the account."""
        return {name: value for name, value in self.cleaned_data.items() if name != "email"}


class AppointForm(PersonForm):
    """Who becomes manager of which neighbourhood, and for how long."""

    neighbourhood = forms.ModelChoiceField(
        label=_("Wijk"),
        help_text=_("Iedereen ziet wie een wijk beheert."),
        queryset=Neighbourhood.objects.none(),
        error_messages={"required": _("Kies een wijk."), "invalid_choice": _("Kies een wijk uit de lijst.")},
    )
    role = forms.ChoiceField(
        label=_("Rol"),
        help_text=_("Een reserve bereidt zich voor en mag pas iets als een wijkbeheerder om vervanging vraagt."),
        choices=[choice for choice in Appointment.Role.choices if choice[0] != Appointment.Role.DEPUTY],
        required=False,
    )
    starts_on = day_field(_("Vanaf"))
    ends_on = day_field(_("Tot en met"), help_text=_("Ten hoogste een jaar. Daarna kun je verlengen."))
    field_order = ("email", "neighbourhood", "role", "public_name", "on_behalf_of", "starts_on", "ends_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.on().defer("outline")  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = clock.today
        self.fields["ends_on"].initial = a_year_on

    def clean_role(self) -> str:
        return self.cleaned_data["role"] or Appointment.Role.MANAGER

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


class HandOverForm(TermForm, PersonForm):
    """Who takes over a neighbourhood, and until when."""

    field_order = ("email", "public_name", "on_behalf_of", "ends_on")

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appointment = appointment
        self.fields["on_behalf_of"].initial = appointment.on_behalf_of

    def clean_email(self) -> Any:
        email = super().clean_email()
        if self.user.pk == self.appointment.user_id:
            raise forms.ValidationError(_("Dit is de beheerder die er nu is. Kies iemand anders."))
        return email


class TrainingForm(forms.Form):
    """The day a manager followed the training."""

    training_on = day_field(_("Training gevolgd op"), error_messages={"required": _("Vul de dag van de training in.")})

    def clean_training_on(self) -> date:
        day: date = self.cleaned_data["training_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Deze dag moet nog komen. Vul hem in na de training."))
        return day


class ScreeningForm(forms.Form):
    """When somebody was screened, and until when that counts."""

    screened_on = day_field(
        _("Gescreend op"),
        help_text=_("Alleen de dag. Bewaar hier nooit wat erin stond."),
        error_messages={"required": _("Vul de dag van de screening in.")},
    )
    screened_until = day_field(_("Geldt tot en met"), help_text=_("Ten hoogste vijf jaar later."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["screened_on"].initial = clock.today
        self.fields["screened_until"].initial = lambda: clock.today() + USUAL_SCREENING

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        on, until = cleaned.get("screened_on"), cleaned.get("screened_until")
        if on and on > clock.today():
            self.add_error("screened_on", _("Deze dag moet nog komen. Vul hem in na de screening."))
        elif on and until and not on < until <= on + LONGEST_SCREENING:
            self.add_error("screened_until", _("Kies een dag na de screening, ten hoogste vijf jaar later."))
        return cleaned


class DeputyForm(forms.Form):
    """Who stands in for a manager, from when until when."""

    email = EmailField(
        label=_("E-mailadres van je vervanger"),
        help_text=_("Iemand die al wijkbeheerder is, ook van een andere wijk. Of iemand die als reserve klaarstaat."),
    )
    starts_on = day_field(_("Vanaf"))
    ends_on = day_field(_("Tot en met"), help_text=_("Ten hoogste drie maanden. Eerder stoppen kan altijd."))

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appointment = appointment
        self.fields["starts_on"].initial = clock.today
        self.ready: Appointment | None = None

    def clean_email(self) -> str:
        """One answer for everybody who cannot stand in, so that it tells nothing about accounts."""
        email: str = self.cleaned_data["email"]
        self.ready = who_can(email, instead_of=self.appointment)
        if self.ready is None:
            raise forms.ValidationError(
                _("Dit is niet het adres van iemand die klaarstaat. Vraag de beheerder van de site om hulp.")
            )
        return email

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and start < clock.today():
            self.add_error("starts_on", _("Deze dag is al voorbij."))
        elif start and end:
            if end < start:
                self.add_error("ends_on", _("De laatste dag ligt voor de eerste."))
            elif end - start > LONGEST_STAND_IN:
                self.add_error("ends_on", _("Dit is langer dan drie maanden. Kies een eerdere dag."))
            elif end > self.appointment.ends_on:
                self.add_error("ends_on", _("Dan ben je zelf geen wijkbeheerder meer. Kies een eerdere dag."))
        return cleaned


class ProfileForm(LeakGuard, forms.Form):
    """What visitors read of a manager (C-20)."""

    guarded = ("public_name", "function", "introduction")
    advice = ADVICE

    public_name = LineField(
        label=_("Naam op de site"),
        max_length=60,
        help_text=_("Iedereen ziet deze naam bij de wijk. Een voornaam is genoeg."),
    )
    function = LineField(
        label=_("Functie"),
        max_length=60,
        required=False,
        help_text=_("Bijvoorbeeld opbouwwerker of vrijwilliger. Iedereen ziet dit."),
    )
    introduction = TextField(
        label=_("Over jou"),
        max_length=300,
        required=False,
        help_text=_("Een paar zinnen. Iedereen ziet dit. Mensen bereiken je met het formulier."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.guarded:
            if any(finding.kind == Kind.BSN for finding in findings(cleaned.get(name, ""))):
                self.add_error(
                    name, _("Er staat een nummer in dat op een burgerservicenummer (BSN) lijkt. Haal dat weg.")
                )
        return cleaned
