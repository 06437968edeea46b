"""The public pages of places."""

from itertools import groupby
from operator import attrgetter

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from neighbourhoods.places.forms import as_name, as_postcode, asked_place
from neighbourhoods.places.models import Municipality, Neighbourhood, folded
from neighbourhoods.places.tallies import tallied
from wijk.access import public

MOST = 60
# Up to so many neighbourhoods each shows its street; up to so many its name; above that only their number.
STREETS, NAMES = 36, 400


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All neighbourhoods that take part, by municipality."""
    places = list(Neighbourhood.objects.listed())
    groups = [(municipality, list(group)) for municipality, group in groupby(places, key=attrgetter("municipality"))]
    look = "streets" if len(places) <= STREETS else "names" if len(places) <= NAMES else "counts"
    if look == "streets":
        tallied(places)
    return render(request, "places/index.html", {"groups": groups, "total": len(places), "look": look, "nav": "wijken"})


@public
@require_safe
def municipality(request: HttpRequest, slug: str) -> HttpResponse:
    """One municipality: its map, and the same as a list."""
    found = get_object_or_404(Municipality, slug=slug)
    places = list(found.neighbourhoods.current().order_by("name", "pk"))  # type: ignore[attr-defined]
    tallied(places)
    context = {
        "municipality": found,
        "places": places,
        "taking_part": [place for place in places if place.is_on],
        "not_yet": [place for place in places if not place.is_on],
        "nav": "wijken",
    }
    return render(request, "places/municipality.html", context)


@public
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """From a postcode or a name to the neighbourhood; one that takes part opens at once."""
    question = asked_place(request.GET.get("q", ""))
    hits = looked_up(question)
    if len(hits) == 1 and hits[0].is_on:
        return redirect(hits[0])
    places = hits[:MOST]
    context = {
        "q": question,
        "postcode": as_postcode(question),
        "taking_part": [place for place in places if place.is_on],
        "not_yet": [place for place in places if not place.is_on],
        "more": len(hits) > MOST,
        "municipality": next((place.municipality for place in hits if is_named(place.municipality, question)), None),
        "nearby": Neighbourhood.objects.listed().filter(neighbours__in=[place.pk for place in places]).distinct()[:6],
        "nav": "wijken",
    }
    return render(request, "places/find.html", context)


def looked_up(question: str) -> list[Neighbourhood]:
    """What a question leads to, best first; one more than a page shows, to tell that there are more."""
    places = Neighbourhood.objects.current().select_related("municipality").defer("outline")
    postcode, name = as_postcode(question), as_name(question)
    if postcode:
        exact = list(places.at_postcode(postcode)[: MOST + 1])
        # A postcode we do not know still tells the part of town.
        hits = exact or list(places.at_postcode(postcode[:4])[: MOST + 1])
    elif name:
        hits = list(places.named(name).order_by("-is_on", "name", "pk")[: MOST + 1])
    else:
        hits = []
    return sorted(hits, key=lambda place: (not place.is_on, closeness(place, name), place.name))


def closeness(place: Neighbourhood, name: str) -> int:
    """How well a name fits: the same, its beginning, the beginning of a word, or somewhere."""
    own = folded(place.name)
    fits = (own == name, own.startswith(name), f" {name}" in f" {own}")
    return next((rank for rank, fit in enumerate(fits) if fit), len(fits))


def is_named(municipality: Municipality, question: str) -> bool:
    return folded(municipality.name) == as_name(question)


@public
@require_safe
def centres(request: HttpRequest) -> JsonResponse:
    """Where the neighbourhoods lie, so that a browser can find the nearest one itself: nobody's place is sent to us."""
    rows = Neighbourhood.objects.listed().exclude(latitude=None)
    places = [
        [place.name, place.municipality.name, place.get_absolute_url(), place.latitude, place.longitude]
        for place in rows
    ]
    return JsonResponse({"places": places})
