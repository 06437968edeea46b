from django.http import Http404, HttpRequest, HttpResponse

from wijk.access import public


@public
def results(request: HttpRequest) -> HttpResponse:
    raise Http404
