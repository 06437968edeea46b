"""Choosing a neighbourhood, and what people type to find one."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from neighbourhoods.places.models import Neighbourhood, folded
from wijk.text import clean_line

LONGEST_QUESTION = 100
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,120}")
_POSTCODE = re.compile(r"([1-9]\d{3})([A-Z]{2})?", re.ASCII)
# Names that people use and the official list does not.
ALSO_CALLED = {"den haag": "s gravenhage", "den bosch": "s hertogenbosch"}


class ByMunicipality(ModelChoiceIterator):
    """The choices under the name of their municipality; without that name when there is only one."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        groups = [
            (municipality.name, [self.choice(place) for place in places])
            for municipality, places in groupby(self.queryset, key=lambda place: place.municipality)
        ]
        if len(groups) == 1:
            yield from groups[0][1]
        else:
            yield from groups


class NeighbourhoodField(forms.ModelChoiceField):
    """One of the neighbourhoods that take part, by its address name."""

    iterator = ByMunicipality
    default_error_messages = {
        "required": _("Kies je wijk."),
        "invalid_choice": _("Deze wijk doet niet mee. Kies een wijk uit de lijst."),
    }

    def __init__(self, **kwargs: Any) -> None:
        defaults = {"label": _("Wijk"), "empty_label": _("Kies een wijk"), "to_field_name": "slug"}
        super().__init__(Neighbourhood.objects.listed(), **{**defaults, **kwargs})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value and not _SLUG.fullmatch(value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


def asked_place(query: str) -> str:
    """What somebody typed to find a place, made fit to look for and to show again."""
    return clean_line(query[: 4 * LONGEST_QUESTION])[:LONGEST_QUESTION]


def as_postcode(question: str) -> str:
    """The postcode in a question, written 6822 or 6822AB; empty when it is none."""
    code = re.sub(r"[\s.-]", "", question).upper()
    return code if _POSTCODE.fullmatch(code) else ""


def as_name(question: str) -> str:
    """The name in a question: folded, and the official one."""
    name = folded(question)
    return ALSO_CALLED.get(name, name)
