"""The places where an organisation can be found, for everybody to read; optional (W-33)."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.organisations.models import Location, Organisation
from content.organisations.numbers import refuse_bsn
from wijk.text import LineField

MOST = 6
# Dutch ("6822 BN") and Belgian ("2000") codes.
_POSTAL_CODE = re.compile(r"([1-9]\d{3})\s*([A-Za-z]{2})?")


class LocationForm(forms.Form):
    """One place; one that is left or made empty is none."""

    name = LineField(
        label=_("Naam van de plek"),
        required=False,
        max_length=80,
        validators=[refuse_bsn],
        help_text=_("Bijvoorbeeld: het buurthuis. Mag leeg blijven."),
    )
    street = LineField(
        label=_("Straat en huisnummer"),
        required=False,
        max_length=120,
        validators=[refuse_bsn],
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    postal_code = LineField(
        label=_("Postcode"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    town = LineField(label=_("Plaats"), required=False, max_length=60, validators=[refuse_bsn])

    def clean_postal_code(self) -> str:
        typed = str(self.cleaned_data["postal_code"])
        found = _POSTAL_CODE.fullmatch(typed)
        if typed and not found:
            raise forms.ValidationError(_("Dit is geen postcode. Een voorbeeld: 6822 BN."))
        return f"{found[1]} {(found[2] or '').upper()}".strip() if found else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if any(cleaned.values()) and not cleaned.get("street") and "street" not in self.errors:
            self.add_error("street", _("Vul de straat en het huisnummer in, of maak deze plek leeg."))
        return cleaned


Locations = forms.formset_factory(LocationForm, extra=1, max_num=MOST, validate_max=True, absolute_max=MOST + 1)


def locations_form(data: Any, organisation: Organisation | None) -> Any:
    """The forms of all places of a page, and one more; a request that says nothing of places leaves them alone."""
    rows = organisation.locations.values("name", "street", "postal_code", "town") if organisation else []
    return Locations(data if data and "plek-TOTAL_FORMS" in data else None, initial=list(rows), prefix="plek")


def fit(formset: Any) -> bool:
    """Whether there is nothing wrong with what was filled in."""
    return bool(not formset.is_bound or formset.is_valid())


def typed_locations(formset: Any) -> dict[str, Any]:
    """What was filled in, in order, as values of the page."""
    if not formset.is_bound:
        return {}
    rows = [form.cleaned_data for form in formset if form.cleaned_data.get("street")]
    return {"locations": [{name: row[name] for name in ("name", "street", "postal_code", "town")} for row in rows]}


def set_locations(organisation: Organisation, rows: list[dict[str, str]]) -> None:
    """Replaces all places of a page."""
    organisation.locations.all().delete()
    Location.objects.bulk_create(
        [Location(organisation=organisation, order=order, **row) for order, row in enumerate(rows)]
    )
