"""The forms of the privacy desk about what is set aside."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.holds.models import LONGEST, LegalHold
from accounts.users.frozen import LAWFUL_GROUNDS
from accounts.users.holdings import Thing
from wijk import clock
from wijk.text import LineField, TextField

PICK = {"required": _("Kies er een."), "invalid_choice": _("Kies er een uit de lijst.")}


class FindForm(forms.Form):
    """Whose record it is."""

    account = LineField(
        label=_("E-mailadres of accountnummer"),
        help_text=_("Van de persoon om wie het gaat. Wat je opzoekt, komt in het logboek."),
        max_length=254,
        error_messages={"required": _("Vul een e-mailadres of een nummer in.")},
    )


class ReviewForm(forms.Form):
    """When somebody looks again whether the case still runs: a year ahead at most."""

    review_on = forms.DateField(
        label=_("Wanneer kijk je er weer naar?"),
        help_text=_("Hooguit een jaar vooruit. Kijkt er 30 dagen na die dag niemand, dan wordt het gewist."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Kies een dag."),
            "invalid": _("Dit is geen dag. Schrijf bijvoorbeeld 2027-03-01."),
        },
    )

    def clean_review_on(self) -> Any:
        day = self.cleaned_data["review_on"]
        if not clock.today() < day <= clock.today() + LONGEST:
            raise forms.ValidationError(_("Kies een dag na vandaag, hooguit een jaar vooruit."))
        return day


class PlaceForm(ReviewForm):
    """Which record, why, and until when."""

    record = forms.ChoiceField(
        label=_("Welk stuk?"),
        help_text=_("Kies er een. Heb je er meer nodig, doe het dan voor elk stuk apart."),
        error_messages=PICK,
    )
    reason = forms.ChoiceField(
        label=_("Waarom mag dit blijven?"),
        choices=LegalHold.Reason.choices,
        widget=forms.RadioSelect,
        error_messages=PICK,
    )
    basis = TextField(
        label=_("Leg uit waarop dit rust"),
        help_text=_("Welke zaak, van wie, met welk kenmerk? Alleen het privacybureau leest dit."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Leg uit waarop dit rust.")},
    )
    field_order = ["record", "reason", "basis", "review_on"]

    def __init__(self, *args: Any, records: dict[str, list[Thing]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [(label, [(thing.key, _in_a_line(thing)) for thing in things]) for label, things in records.items()]
        self.fields["record"].choices = [("", _("Kies een stuk")), *groups]  # type: ignore[attr-defined]


def _in_a_line(thing: Thing) -> str:
    return f"{thing.title} ({thing.when})" if thing.when and thing.when not in thing.title else thing.title


class LookForm(forms.Form):
    """On which ground of the law somebody reads what was set aside."""

    ground = forms.ChoiceField(
        label=_("Waarom mag je dit zien?"),
        help_text=_("Je keuze en je naam komen in het logboek."),
        choices=LAWFUL_GROUNDS,
        widget=forms.RadioSelect,
        error_messages=PICK,
    )
