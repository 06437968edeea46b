"""What an installed site shows without a connection: one page, and the worker that brings it.

Nothing is kept for who only visits: static/js/offline.js starts the worker in an installed app alone.
"""

from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from wijk.access import public
from wijk.personal_data import Store, Visibility, declare_store
from wijk.stylesheet import site_css

WORKER = "static/js/service-worker.js"

declare_store(
    "offline_page",
    Store(
        _("De app"),
        _("Eén pagina voor als je geen internet hebt, met haar vormgeving. Er staat niets over jou in."),
        _("Gaat weg als je uitlogt, als je de app weghaalt, of met de knop op de pagina over cookies."),
        ("browser offline-page",),
        retention="app",
        visibility=Visibility.OWNER,
        personal=False,
    ),
)


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page for who has no connection; the same for everybody."""
    return render(request, "offline.html")


@public
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker, from the top of the site because it may only serve what lies below it.

    Its last line changes with what it keeps, so that a browser fetches that anew.
    """
    words = (settings.BASE_DIR / WORKER).read_text(encoding="utf-8")
    kept = sha256((site_css() + render_to_string("offline.html")).encode()).hexdigest()[:16]
    answer = HttpResponse(f"{words}// {kept}\n", content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer
