from django.http import Http404, HttpRequest, HttpResponse

from wijk.access import member, public


@public
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


@public
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


@member
def mine(request: HttpRequest) -> HttpResponse:
    raise Http404


@member
def create(request: HttpRequest) -> HttpResponse:
    raise Http404


@member
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404
