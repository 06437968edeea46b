from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.home import gathering, sitemaps
from content.newsletters.archive import has_letters
from neighbourhoods.places.models import Neighbourhood
from wijk.access import member, public

PAPER = "#fbf6ee"
NOT_FOR_ROBOTS = (
    *("/mijn/", "/mijn-vraag/", "/vraag-stellen/", "/beheer/", "/cms/"),
    *("/account/", "/plaatsen/", "/nieuwsbrief/", "/zoeken/", "/demo/"),
)


@public
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The way in: find your neighbourhood, see what lives."""
    return render(request, "home/front.html", gathering.front_context())


@public
@require_safe
def neighbourhood(request: HttpRequest, slug: str) -> HttpResponse:
    """One neighbourhood: who asks, who offers, what is on, who looks after it."""
    places = Neighbourhood.objects.select_related("municipality", "page").annotate(has_letters=has_letters())
    found = get_object_or_404(places, slug=slug)
    if not found.is_on:
        others = found.successors.on() | found.neighbours.on()  # type: ignore[attr-defined]
        context = {
            "neighbourhood": found,
            "others": others.distinct()[:6],
            "operator": settings.OPERATOR,
            "nav": "wijken",
        }
        return render(request, "home/not_yet.html", context, status=404)
    return render(request, "home/neighbourhood.html", {**gathering.neighbourhood_context(found), "nav": "wijken"})


@member
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What waits for a member, and the ways to everything else of theirs."""
    return render(request, "home/overview.html", {**gathering.overview_context(request.user), "nav": "overzicht"})


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to keep the site as an app: its name, looks, and what it offers at once."""
    app = {
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "name": settings.WAGTAIL_SITE_NAME,
        "short_name": settings.WAGTAIL_SITE_NAME,
        "description": _("Vraag hulp, bied iets aan en lees wat er in jouw wijk te doen is."),
        "lang": get_language(),
        # With the browser's own way back where it can.
        "display": "standalone",
        "display_override": ["minimal-ui", "standalone"],
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            app_icon("icon-192.png", "192x192"),
            app_icon("icon-512.png", "512x512"),
            app_icon("icon-512.png", "512x512", purpose="maskable"),
        ],
        "shortcuts": [
            {"name": _("Ik heb een vraag"), "url": f"{reverse('posts:place')}?soort=vraag"},
            {"name": _("Zoeken"), "url": "/zoeken/"},
            {"name": _("Gesprekken"), "url": "/mijn/gesprekken/"},
        ],
    }
    return JsonResponse(app, content_type="application/manifest+json")


def app_icon(name: str, sizes: str, purpose: str = "any") -> dict[str, str]:
    """A picture of static/img, drawn by scripts/make_icons.py; `sizes` as "192x192"."""
    return {"src": static(f"img/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read what is public; the rest is none of their business."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    lines.append(f"Sitemap: {settings.BASE_URL}{reverse('home:sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
@require_safe
def sitemap(request: HttpRequest, section: str = "") -> HttpResponse:
    """Every public address, for search engines."""
    return sitemaps.answer(request, section)


@public
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it at this path whatever the page says."""
    return redirect(static("img/favicon.svg"), permanent=True)
