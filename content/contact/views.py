from django.http import Http404, HttpRequest, HttpResponse

from wijk.access import member, visitor


@visitor
def send(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    raise Http404


@visitor
def sent(request: HttpRequest) -> HttpResponse:
    raise Http404


@visitor
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    raise Http404


@visitor
def visitor_thread(request: HttpRequest, token: str) -> HttpResponse:
    raise Http404


@member
def mine(request: HttpRequest) -> HttpResponse:
    raise Http404


@member
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    raise Http404
