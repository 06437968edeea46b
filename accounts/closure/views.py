from django.http import Http404, HttpRequest, HttpResponse

from wijk.access import member, visitor


@member
def close(request: HttpRequest) -> HttpResponse:
    raise Http404


@visitor
def undo(request: HttpRequest, token: str) -> HttpResponse:
    raise Http404


@visitor
def closed(request: HttpRequest) -> HttpResponse:
    raise Http404
