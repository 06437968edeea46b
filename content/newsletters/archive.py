"""Sent issues on the site, for everybody: without a greeting or a link of anybody's own."""

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from content.newsletters.letter import sections
from content.newsletters.models import Newsletter
from neighbourhoods.places.models import Neighbourhood
from wijk.access import public

ISSUES_SHOWN = 20


def has_letters() -> Exists:
    """Whether a neighbourhood has an issue on the site; to annotate a query of neighbourhoods with."""
    return Exists(Newsletter.objects.in_archive().filter(neighbourhood=OuterRef("pk")))


@public
@require_safe
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """What was sent, newest first."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.on().select_related("municipality"), slug=slug)
    found = Newsletter.objects.in_archive().filter(neighbourhood=neighbourhood).defer("blocks")
    page = Paginator(found, ISSUES_SHOWN).get_page(request.GET.get("pagina"))
    older = f"?pagina={page.next_page_number()}" if page.has_next() else ""
    context = {"neighbourhood": neighbourhood, "issues": page.object_list, "older": older, "nav": "wijken"}
    return render(request, "newsletters/archive.html", context)


@public
@require_safe
def issue(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One issue, as far as what is in it may still be seen: what was withdrawn or whose author left is not there."""
    found = Newsletter.objects.in_archive().select_related("neighbourhood__municipality")
    newsletter = get_object_or_404(found, neighbourhood__slug=slug, pk=pk)
    neighbourhood = newsletter.neighbourhood
    context = {
        "neighbourhood": neighbourhood,
        "newsletter": newsletter,
        "sections": sections(newsletter),
        "nav": "wijken",
    }
    return render(request, "newsletters/issue.html", context)
