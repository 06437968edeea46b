from django.http import Http404, HttpRequest, HttpResponse

from wijk.access import member, public


@public
def board(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


@public
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


@public
def agenda_ics(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


@public
def agenda_print(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


@public
def atom(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


@public
def json_feed(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


@public
def detail_by_number(request: HttpRequest, pk: int) -> HttpResponse:
    raise Http404


@public
def detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    raise Http404


@member
def place(request: HttpRequest) -> HttpResponse:
    raise Http404


@member
def place_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    raise Http404


@member
def mine(request: HttpRequest) -> HttpResponse:
    raise Http404


@member
def mine_detail(request: HttpRequest, pk: int) -> HttpResponse:
    raise Http404


@member
def contact_switches(request: HttpRequest, pk: int) -> HttpResponse:
    raise Http404


@member
def end(request: HttpRequest, pk: int) -> HttpResponse:
    raise Http404


@member
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    raise Http404
