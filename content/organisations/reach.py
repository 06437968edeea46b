"""In which neighbourhoods somebody may place things: their own first, then those around it."""

from typing import Any

from django.db.models import QuerySet

from neighbourhoods.places.models import Neighbourhood


def home_of(by: Any) -> Neighbourhood | None:
    """Where something new of this member belongs unless they say otherwise."""
    taking_part = Neighbourhood.objects.on()
    organisations = by.organisation_editorships.values("organisation")
    return (
        taking_part.filter(residences__user=by).first()
        or taking_part.filter(organisations__in=organisations).first()
        or taking_part.first()
    )


def places_near(home: Neighbourhood) -> QuerySet[Neighbourhood]:
    """The neighbourhoods that take part in the same municipality, or touch this one across its border."""
    taking_part = Neighbourhood.objects.on().defer("outline")
    near = taking_part.filter(municipality=home.municipality_id) | taking_part.filter(pk__in=home.within_reach())
    return near.order_by("name")
