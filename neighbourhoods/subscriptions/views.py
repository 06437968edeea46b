from django.http import Http404, HttpRequest, HttpResponse

from wijk.access import member, visitor


@visitor
def subscribe(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


@visitor
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


@visitor
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    raise Http404


@visitor
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    raise Http404


@member
def mine(request: HttpRequest) -> HttpResponse:
    raise Http404
