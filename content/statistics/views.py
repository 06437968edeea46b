from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_safe

from content.statistics.figures import gather
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk.access import public


@public
@require_safe
def site(request: HttpRequest) -> HttpResponse:
    """How the whole site is used, for everybody (W-59)."""
    return render(request, "statistics/figures.html", {**gather(), "places": Neighbourhood.objects.listed()})


@public
@require_safe
def neighbourhood(request: HttpRequest, slug: str) -> HttpResponse:
    """How one neighbourhood does, for everybody."""
    taking_part = Neighbourhood.objects.on().select_related("municipality").defer("outline")
    found = get_object_or_404(taking_part, slug=slug)
    return render(request, "statistics/figures.html", {**gather(found), "neighbourhood": found, "nav": "wijken"})


@at_desk
@require_GET
def desk(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """The same figures at the manager's desk; a manager reads no smaller numbers than everybody (W-97)."""
    return render(
        request, "statistics/desk.html", desk_context(request, neighbourhood, "cijfers", **gather(neighbourhood))
    )
