from django.http import Http404, HttpRequest, HttpResponse

from neighbourhoods.managers.desk import at_desk
from neighbourhoods.places.models import Neighbourhood
from wijk.access import public


@at_desk
def desk_news(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    raise Http404


@at_desk
def write_news(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    raise Http404


@at_desk
def edit_news(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    raise Http404


@public
def media(request: HttpRequest, path: str) -> HttpResponse:
    raise Http404
