"""The front page of the privacy desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.office.desk import pressing
from wijk import clock
from wijk.access import office


@office
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits, and by when (C-60)."""
    return render(request, "office/home.html", {"pressing": pressing(), "now": clock.now(), "nav": "overzicht"})
