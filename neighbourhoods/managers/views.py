from django.http import Http404, HttpRequest, HttpResponse

from neighbourhoods.managers.desk import at_desk
from neighbourhoods.places.models import Neighbourhood
from wijk.access import desk, visitor


@desk
def choose(request: HttpRequest) -> HttpResponse:
    raise Http404


@at_desk
def people(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    raise Http404


@at_desk
def confidentiality(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    raise Http404


@visitor
def ask(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    raise Http404
