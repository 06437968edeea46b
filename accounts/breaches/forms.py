"""The forms of the register of leaks, and the public one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.breaches.models import Breach
from accounts.compliance.models import DataCategory, Processor
from wijk.forms import MomentField, OpenForm
from wijk.text import EmailField, LineField, TextField

LONG = 6000
MOST_PEOPLE = 100_000_000
PICK_ONE = {"required": _("Kies er een.")}


def words(label: Any, hint: Any = "", *, rows: int = 3, **options: Any) -> TextField:
    """A field for some sentences."""
    options.setdefault("required", False)
    return TextField(
        label=label, help_text=hint, max_length=LONG, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def several(label: Any, choices: Any) -> forms.MultipleChoiceField:
    """A list of boxes to tick."""
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


def one_of(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    """One of a list, or nothing yet."""
    return forms.ChoiceField(label=label, choices=[("", _("Weet ik nog niet")), *choices], required=False, **options)


def amount(label: Any, hint: Any = "") -> forms.IntegerField:
    """A number of people."""
    return forms.IntegerField(
        label=label,
        help_text=hint,
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        error_messages={"invalid": _("Vul een getal in.")},
    )


GROUPS = (
    (_("Wat en wanneer"), "summary discovered_at found_how what seen_where incident aspects is_drill"),
    (_("Hoe lang"), "happened_from happened_until still_going"),
    (_("Welke gegevens, en van wie"), "categories categories_note people people_least people_most"),
    (_("Gevolgen en maatregelen"), "risk consequences protection measures measures_next"),
    (_("Wie er nog bij hoort"), "processors cross_border cross_border_where authority"),
)


class BreachForm(forms.Form):
    """All that the authority asks about the leak itself; only the moment and one sentence are needed to begin."""

    summary = LineField(
        label=_("In één zin: wat is er aan de hand?"),
        max_length=200,
        help_text=_("Schrijf nergens namen of adressen van bewoners op. Nummers mogen wel."),
        error_messages={"required": _("Vul in één zin in wat er aan de hand is.")},
    )
    discovered_at = MomentField(label=_("Wanneer ontdekten we het?"), help_text=_("Vanaf dit moment tellen de 72 uur."))
    found_how = words(_("Hoe is het ontdekt?"), rows=2)
    what = words(_("Wat is er gebeurd?"), rows=5)
    seen_where = words(_("Waar? Welke pagina, welk systeem?"), rows=2)
    incident = one_of(_("Soort incident"), Breach.Incident.choices)
    aspects = several(_("Wat is er met de gegevens?"), Breach.Aspect.choices)
    is_drill = forms.BooleanField(label=_("Dit is een oefening"), required=False)
    happened_from = MomentField(label=_("Wanneer begon het?"), required=False)
    happened_until = MomentField(label=_("Wanneer hield het op?"), required=False)
    still_going = forms.BooleanField(label=_("Het duurt nog voort"), required=False)
    categories = several(_("Welke gegevens?"), DataCategory.choices)
    categories_note = words(_("Toelichting op de gegevens"), rows=2)
    people = several(_("Van wie?"), Breach.People.choices)
    people_least = amount(_("Minstens hoeveel mensen?"))
    people_most = amount(_("Hoogstens hoeveel mensen?"))
    risk = one_of(_("Hoe groot is het risico voor deze mensen?"), Breach.Risk.choices)
    consequences = words(_("Wat kunnen de gevolgen zijn?"))
    protection = words(
        _("Hoe waren de gegevens al beschermd?"), _("Bijvoorbeeld: versleuteld met een sleutel die niet lekte."), rows=2
    )
    measures = words(_("Wat is er al gedaan?"))
    measures_next = words(_("Wat komt er nog?"), rows=2)
    processors = forms.ModelMultipleChoiceField(
        Processor.objects.none(),
        label=_("Welke verwerkers horen erbij?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    cross_border = forms.BooleanField(label=_("Het gaat ook om mensen in andere landen"), required=False)
    cross_border_where = words(_("Welke landen, en welke toezichthouders weten het al?"), rows=2)
    authority = forms.ChoiceField(label=_("Welke toezichthouder?"), choices=Breach.Authority.choices)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["processors"].queryset = Processor.objects.all()  # type: ignore[attr-defined]

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        """The fields under their headings, in the order of the authority's form."""
        return [(legend, [self[name] for name in names.split()]) for legend, names in GROUPS]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        begin, end = cleaned.get("happened_from"), cleaned.get("happened_until")
        if begin and end and end < begin:
            self.add_error("happened_until", _("Dit ligt voor het begin."))
        if cleaned.get("still_going") and end:
            self.add_error("happened_until", _("Het duurt nog voort, dus er is nog geen einde."))
        least, most = cleaned.get("people_least"), cleaned.get("people_most")
        if least is not None and most is not None and most < least:
            self.add_error("people_most", _("Dit is minder dan het kleinste aantal."))
        return cleaned

    @staticmethod
    def kept(breach: Breach) -> dict[str, Any]:
        """What the form begins with for a leak that is there already."""
        return {
            name: getattr(breach, name) if name != "processors" else breach.processors.all()
            for name in BreachForm.base_fields
        }


class DecisionForm(forms.Form):
    """Whether the authority must hear of it."""

    decision = forms.ChoiceField(
        label=_("Wat is je besluit?"),
        choices=Breach.Decision.choices,
        widget=forms.RadioSelect,
        error_messages=PICK_ONE,
    )
    reason = words(
        _("Waarom?"),
        _("Ook als je niet meldt, moet de toezichthouder dit later kunnen lezen."),
        required=True,
        error_messages={"required": _("Schrijf op waarom je dit besluit.")},
    )


class ReportedForm(forms.Form):
    """That the authority has it."""

    authority_reported_at = MomentField(label=_("Wanneer is het gemeld?"))
    authority_reference = LineField(
        label=_("Nummer dat de toezichthouder gaf"),
        max_length=60,
        error_messages={"required": _("Vul het nummer van de melding in.")},
    )
    late_reason = words(_("Waarom is het later dan 72 uur gemeld?"), rows=2)

    def __init__(self, *args: Any, breach: Breach, **options: Any) -> None:
        super().__init__(*args, **options)
        self.breach = breach

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        at = cleaned.get("authority_reported_at")
        if at and at < self.breach.discovered_at:
            self.add_error("authority_reported_at", _("Dit ligt voor de ontdekking van het lek."))
        if at and at > self.breach.due_at and not cleaned.get("late_reason"):
            self.add_error("late_reason", _("Dit is later dan 72 uur. Schrijf op waarom."))
        return cleaned


class InformedForm(forms.Form):
    """That the people it is about know, in another way than our own mail."""

    informed_at = MomentField(label=_("Wanneer zijn de mensen ingelicht?"))
    informed_how = words(
        _("Hoe, hoeveel mensen, en wat stond erin?"),
        required=True,
        error_messages={"required": _("Schrijf op hoe de mensen zijn ingelicht.")},
    )


class ClosingForm(forms.Form):
    """The end of a file."""

    lessons = words(
        _("Wat leren we ervan?"), required=True, error_messages={"required": _("Schrijf op wat we ervan leren.")}
    )
    answer = words(_("Antwoord aan wie het meldde"), _("Dit gaat als mail naar de melder. Daarna is het adres weg."))

    def __init__(self, *args: Any, breach: Breach, **options: Any) -> None:
        super().__init__(*args, **options)
        if not breach.reporter_address:
            del self.fields["answer"]


class LeakForm(OpenForm):
    """What anybody may tell us, without an account and without a name (C-57)."""

    what = TextField(
        label=_("Wat zag je?"),
        max_length=LONG,
        help_text=_("Stuur geen gegevens van anderen mee. Beschrijven is genoeg."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Vertel wat je zag.")},
    )
    where = LineField(
        label=_("Waar zag je het?"),
        required=False,
        max_length=500,
        help_text=_("Bijvoorbeeld het adres van de pagina, en hoe laat het was."),
    )
    address = EmailField(
        label=_("Je e-mailadres"),
        required=False,
        help_text=_("Alleen als je antwoord wilt. We wissen het zodra het lek is afgehandeld."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
