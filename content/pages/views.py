"""News at the desk, and the files of photos."""

import re
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.pages import actions
from content.pages.forms import NewsForm
from content.pages.models import NeighbourhoodPage, NewsPage
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk.access import public, scope

SHOWN = 100
FOREVER = 365 * 24 * 3600
# What Wagtail names the clean files and their sizes; nothing else under the media folder is anybody's business.
PHOTO = re.compile(r"(?:images|original_images)/[A-Za-z0-9][A-Za-z0-9_.-]*\.(webp|jpg|jpeg|png)")
PHOTO_TYPES = {"webp": "image/webp", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}

either = require_http_methods(["GET", "HEAD", "POST"])


# News at the desk ----------------------------------------------------------------------------------------------------


def news_of(request: HttpRequest, neighbourhood: Neighbourhood) -> Any:
    """The news of this one neighbourhood, as far as the gate opens."""
    pages = NeighbourhoodPage.objects.filter(neighbourhood=neighbourhood)
    return scope(request.user).managed(NewsPage).within(pages).select_related("image")  # type: ignore[attr-defined]


@at_desk
@require_safe
def desk_news(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """All news of the neighbourhood, newest first."""
    items = news_of(request, neighbourhood).order_by("-published_on", "-pk")[:SHOWN]
    return render(request, "pages/desk_news.html", desk_context(request, neighbourhood, nav="nieuws", items=items))


@at_desk
@either
def write_news(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """A new item."""
    return _news_form(request, neighbourhood, None)


@at_desk
@either
def edit_news(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """An item of this neighbourhood, changed."""
    return _news_form(request, neighbourhood, get_object_or_404(news_of(request, neighbourhood), pk=pk))


def _news_form(request: HttpRequest, neighbourhood: Neighbourhood, item: NewsPage | None) -> HttpResponse:
    bound = request.method == "POST"
    form = NewsForm(request.POST if bound else None, request.FILES if bound else None, item=item)
    if bound and form.is_valid():
        text = form.cleaned_data.get("text", "")
        if item or not actions.written_before(neighbourhood=neighbourhood, words=form.words, text=text):
            _save(request, neighbourhood, form)
        messages.success(request, _("Het nieuws staat op de site."))
        return redirect("pages:desk_news", wijk=neighbourhood.slug)
    context = desk_context(request, neighbourhood, nav="nieuws", form=form, item=item)
    return render(request, "pages/news_form.html", context, status=422 if bound else 200)


def _save(request: HttpRequest, neighbourhood: Neighbourhood, form: NewsForm) -> None:
    typed = form.cleaned_data
    item = actions.write_news(
        neighbourhood=neighbourhood, words=form.words, text=typed.get("text"), by=request.user, item=form.item
    )
    if typed["photo"] or typed.get("remove_photo"):
        actions.set_news_photo(item=item, photo=typed["photo"], alt=typed["alt"], by=request.user)
    elif item.image and typed["alt"] and typed["alt"] != item.image.description:
        actions.describe_photo(item=item, alt=typed["alt"], by=request.user)


@at_desk
@require_POST
def withdraw_news(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """Takes an item off the site."""
    item = get_object_or_404(news_of(request, neighbourhood), pk=pk)
    actions.withdraw_news(item=item, neighbourhood=neighbourhood, by=request.user)
    messages.success(request, _("Het nieuws is van de site. Je kunt het later weer plaatsen."))
    return redirect("pages:desk_news", wijk=neighbourhood.slug)


# Files ---------------------------------------------------------------------------------------------------------------


@public
@require_safe
def media(request: HttpRequest, path: str) -> HttpResponse:
    """A photo or one of its sizes; names never change their content, so caches may keep them."""
    known = PHOTO.fullmatch(path)
    if not known or ".." in path or not default_storage.exists(path):
        raise Http404
    headers = {"Cache-Control": f"public, max-age={FOREVER}, immutable"}
    file = default_storage.open(path)
    return FileResponse(file, content_type=PHOTO_TYPES[known.group(1)], headers=headers)  # type: ignore[return-value]


@public
def closed(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's own public log-in and page passwords know no limit; there is one door, and this is not it."""
    raise Http404
