from django.http import Http404, HttpRequest, HttpResponse

from wijk.access import public


@public
def index(request: HttpRequest) -> HttpResponse:
    raise Http404


@public
def find(request: HttpRequest) -> HttpResponse:
    raise Http404


@public
def municipality(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404
