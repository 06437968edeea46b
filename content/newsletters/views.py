from django.http import Http404, HttpRequest, HttpResponse

from neighbourhoods.managers.desk import at_desk
from neighbourhoods.places.models import Neighbourhood


@at_desk
def issues(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    raise Http404


@at_desk
def create(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    raise Http404


@at_desk
def edit(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    raise Http404


@at_desk
def preview(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    raise Http404


@at_desk
def test_send(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    raise Http404


@at_desk
def send(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    raise Http404
