"""The forms of the calendar, the register of parties and the log of what was handed over."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.compliance.countries import COUNTRIES, ELSEWHERE
from accounts.compliance.models import DataCategory, Disclosure, Processor
from accounts.users.purposes import PURPOSES
from wijk import clock
from wijk.text import LineField, TextField

NO_DAY = _("Dit is geen datum. Kies een dag.")
EARLIEST = date(2000, 1, 1)
LATEST_YEARS = 20


class DayField(forms.DateField):
    """A day, typed or picked; `past` ones cannot lie ahead."""

    def __init__(self, *, past: bool = False, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(
            widget=widget, error_messages={"required": _("Vul een datum in."), "invalid": NO_DAY}, **options
        )
        self.past = past

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and self.past and value > clock.today():
            raise forms.ValidationError(_("Deze dag ligt in de toekomst."))
        if value and not EARLIEST.year <= value.year <= clock.today().year + LATEST_YEARS:
            raise forms.ValidationError(_("Deze dag ligt te ver weg. Klopt het jaartal?"))


class CheckForm(forms.Form):
    """That a check was done, and what shows it."""

    done_on = DayField(label=_("Gedaan op"), past=True)
    evidence = TextField(
        label=_("Wat kwam eruit, en waar ligt het bewijs?"),
        max_length=3000,
        help_text=_("Bijvoorbeeld: alles teruggezet in 12 minuten, verslag in map 2026/11. Schrijf geen namen op."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Schrijf op wat eruit kwam. Zonder bewijs telt het niet.")},
    )


class ItemForm(forms.Form):
    """A check of the operator's own."""

    title = LineField(
        label=_("Wat moet er gebeuren?"), max_length=120, error_messages={"required": _("Vul in wat er moet gebeuren.")}
    )
    why = LineField(label=_("Waarom?"), max_length=300, required=False)
    months = forms.IntegerField(
        label=_("Om de hoeveel maanden?"),
        min_value=1,
        max_value=120,
        initial=12,
        error_messages={"required": _("Vul een aantal maanden in."), "invalid": _("Vul een getal in.")},
    )
    next_due_on = DayField(label=_("De eerste keer uiterlijk op"))


def eea_country(value: str) -> None:
    if value == ELSEWHERE:
        raise forms.ValidationError(
            _("Dit land ligt buiten de Europese Economische Ruimte. Daar mogen geen gegevens van bewoners heen.")
        )


class CountryField(forms.ChoiceField):
    """A country where data may be (K-48)."""

    def __init__(self, **options: Any) -> None:
        missing = _("Kies een land uit de lijst.")
        super().__init__(
            choices=[("", _("Kies een land")), *COUNTRIES],
            validators=[eea_country],
            error_messages={"required": missing, "invalid_choice": missing},
            **options,
        )


class ProcessorForm(forms.Form):
    """An organisation that handles data for us or beside us (W-4)."""

    name = LineField(
        label=_("Naam van de organisatie"),
        max_length=120,
        help_text=_("Iedereen kan deze naam lezen."),
        error_messages={"required": _("Vul de naam in.")},
    )
    role = forms.ChoiceField(
        label=_("Hoe werkt deze organisatie met de gegevens?"),
        choices=Processor.Role.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies er een.")},
    )
    is_host = forms.BooleanField(label=_("De site of de back-up staat bij deze organisatie"), required=False)
    task = LineField(
        label=_("Wat doet deze organisatie voor ons?"),
        max_length=300,
        help_text=_("In gewone woorden. Iedereen kan dit lezen."),
        error_messages={"required": _("Vul in wat deze organisatie doet.")},
    )
    purposes = forms.MultipleChoiceField(
        label=_("Waarvoor?"),
        choices=[(code, purpose.label) for code, purpose in PURPOSES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies minstens één doel.")},
    )
    categories = forms.MultipleChoiceField(
        label=_("Wat voor gegevens?"),
        choices=DataCategory.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Kies minstens één soort gegevens.")},
    )
    fields_given = LineField(
        label=_("Welke gegevens precies?"),
        max_length=500,
        help_text=_("Niet meer dan nodig is. Bijvoorbeeld: naam, factuuradres en bedrag."),
        error_messages={"required": _("Schrijf op welke gegevens deze organisatie krijgt.")},
    )
    country = CountryField(label=_("In welk land is de organisatie gevestigd?"))
    data_country = CountryField(label=_("In welk land staan de gegevens?"))
    agreement_on = DayField(
        label=_("Datum van de overeenkomst"),
        past=True,
        help_text=_("Zonder overeenkomst mag deze organisatie geen gegevens krijgen."),
    )
    agreement_until = DayField(label=_("Loopt tot"), required=False)
    security_checked_on = DayField(
        label=_("Beveiliging bekeken op"),
        past=True,
        help_text=_("Staat in de overeenkomst hoe zij de gegevens beveiligen, en is dat genoeg?"),
    )
    ended_on = DayField(label=_("Gestopt op"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        begin, end = cleaned.get("agreement_on"), cleaned.get("agreement_until")
        if begin and end and end < begin:
            self.add_error("agreement_until", _("Deze dag ligt voor het begin van de overeenkomst."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What is kept, by the names of the model."""
        typed = dict(self.cleaned_data)
        return {"fields": typed.pop("fields_given"), **typed}

    @staticmethod
    def kept(processor: Processor) -> dict[str, Any]:
        """What the form begins with for one that is there already."""
        names = [name for name in ProcessorForm.base_fields if name != "fields_given"]
        return {"fields_given": processor.fields, **{name: getattr(processor, name) for name in names}}


class DisclosureForm(forms.Form):
    """That data were handed over, and on which of the four grounds."""

    recipient = LineField(
        label=_("Aan wie?"),
        max_length=200,
        help_text=_("De organisatie of dienst, bijvoorbeeld: politie Oost-Nederland."),
        error_messages={"required": _("Vul in wie de gegevens kreeg.")},
    )
    what = TextField(
        label=_("Welke gegevens?"),
        max_length=2000,
        help_text=_("Noem het nummer van het account, geen naam."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Schrijf op welke gegevens het zijn.")},
    )
    ground = forms.ChoiceField(
        label=_("Waarom mag het?"),
        choices=Disclosure.Ground.choices,
        widget=forms.RadioSelect,
        help_text=_("Past geen van deze vier? Dan mag het niet."),
        error_messages={"required": _("Kies waarom het mag. Past er geen? Dan mag het niet.")},
    )
    basis = LineField(
        label=_("Waar blijkt dat uit?"),
        max_length=300,
        help_text=_("Het wetsartikel, het nummer van het bevel of de datum van de toestemming."),
        error_messages={"required": _("Vul in waar dat uit blijkt.")},
    )
    disclosed_on = DayField(label=_("Wanneer?"), past=True)
