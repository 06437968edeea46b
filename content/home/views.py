from django.http import Http404, HttpRequest, HttpResponse

from wijk.access import member, public


@public
def front(request: HttpRequest) -> HttpResponse:
    raise Http404


@public
def neighbourhood(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


@public
def manifest(request: HttpRequest) -> HttpResponse:
    raise Http404


@public
def robots(request: HttpRequest) -> HttpResponse:
    raise Http404


@member
def overview(request: HttpRequest) -> HttpResponse:
    raise Http404
