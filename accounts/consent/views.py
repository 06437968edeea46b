from django.http import Http404, HttpRequest, HttpResponse

from wijk.access import member


@member
def mine(request: HttpRequest) -> HttpResponse:
    raise Http404
