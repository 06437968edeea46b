from django.http import Http404, HttpRequest, HttpResponse

from wijk.access import member, public, visitor


@member
def data(request: HttpRequest) -> HttpResponse:
    raise Http404


@member
def download(request: HttpRequest) -> HttpResponse:
    raise Http404


@member
def security(request: HttpRequest) -> HttpResponse:
    raise Http404


@public
def help_page(request: HttpRequest) -> HttpResponse:
    raise Http404


@visitor
def language(request: HttpRequest) -> HttpResponse:
    raise Http404
