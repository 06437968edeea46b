"""Every version of a legal text, and what changed between two."""

from itertools import zip_longest
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from content.legal.comparing import compare
from content.legal.models import LegalVersion, reading
from wijk.access import public


@public
@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version that was ever published, newest first, each with its day and what it changed (W-1, W-89)."""
    rows = list(LegalVersion.objects.of(slug).defer("body", "body_en"))
    present = LegalVersion.objects.in_force(slug)
    if present is None:
        raise Http404
    pairs = [{"text": one, "before": before} for one, before in zip_longest(rows, rows[1:])]
    return render(request, "legal/versions.html", {"rows": pairs, "present": present, "address": f"/{slug}/"})


@public
@require_safe
def version(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """One version as it was published."""
    text = get_object_or_404(LegalVersion.objects.of(slug), version=version)
    present = LegalVersion.objects.in_force(slug)
    context: dict[str, Any] = reading(text)
    if text != present:
        context["standing"] = "coming" if text.is_coming else "old"
        context["before"] = before(text)
    return render(request, "content/legal_page.html", {**context, "single": True})


def before(text: LegalVersion) -> LegalVersion | None:
    """The version that one follows."""
    rows = list(LegalVersion.objects.of(text.slug).only("slug", "version"))
    place = rows.index(text)
    return rows[place + 1] if place + 1 < len(rows) else None


@public
@require_safe
def difference(request: HttpRequest, slug: str, old: str, version: str) -> HttpResponse:
    """What went and what came between two versions (W-89)."""
    rows = LegalVersion.objects.of(slug)
    one, other = get_object_or_404(rows, version=old), get_object_or_404(rows, version=version)
    context = {"old": one, "new": other, "parts": compare(one.body, other.body), "address": f"/{slug}/"}
    return render(request, "legal/difference.html", context)
