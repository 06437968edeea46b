from django.http import Http404, HttpRequest, HttpResponse

from neighbourhoods.managers.desk import at_desk
from neighbourhoods.places.models import Neighbourhood
from wijk.access import visitor


@at_desk
def queue(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    raise Http404


@at_desk
def posts(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    raise Http404


@at_desk
def post(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    raise Http404


@at_desk
def reports(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    raise Http404


@at_desk
def report_detail(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    raise Http404


@visitor
def report(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    raise Http404
