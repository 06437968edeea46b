"""The bytes of photos, for everybody, their author and the desk; and the author's page to add and change them."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.photos import actions
from content.photos.box import Locked
from content.photos.forms import PhotoForm, WordsForm
from content.photos.models import MOST_PHOTOS, Photo
from content.photos.showing import shown
from content.photos.uploads import in_memory
from content.posts.actions import StaleError
from content.posts.models import Post
from neighbourhoods.managers.desk import at_desk
from neighbourhoods.places.models import Neighbourhood
from wijk.access import member, public, scope
from wijk.headers import PUBLIC_SECONDS
from wijk.limits import take
from wijk.views import too_many

TYPES = {"avif": "image/avif", "webp": "image/webp"}
UPLOADS_AN_HOUR = 60
either = require_http_methods(["GET", "HEAD", "POST"])


# Bytes ---------------------------------------------------------------------------------------------------------------


@public
@require_safe
def file(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """One rendition of a photo that everybody may see now."""
    response = _bytes(request, Photo.objects.visible(), token, name)
    response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    return response


@member
@require_safe
def own_file(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """One rendition of an own photo, also while its post waits."""
    return _bytes(request, scope(request.user).own(Photo), token, name)


@at_desk
@require_safe
def desk_file(request: HttpRequest, neighbourhood: Neighbourhood, token: str, name: str) -> HttpResponse:
    """One rendition for who judges the post."""
    here = scope(request.user).managed(Photo).filter(post__neighbourhood=neighbourhood)
    return _bytes(request, here, token, name)


def _bytes(request: HttpRequest, photos: QuerySet[Photo], token: str, name: str) -> HttpResponse:
    """Asked of the database each time; only then is an answer made, or said to be the same as before."""
    photo = photos.select_related("key").filter(token=token).first()
    part = photo.part(name) if photo else None
    if photo is None or part is None:
        raise Http404
    etag = f'"{token}-{part.name}"'
    known = get_conditional_response(request, etag=etag)
    if known is not None:
        return known
    try:
        content = photo.opened(part)
    except Locked:
        raise Http404 from None
    headers = {"ETag": etag, "X-Content-Type-Options": "nosniff", "Content-Disposition": "inline"}
    return HttpResponse(content, content_type=TYPES[part.name.rpartition(".")[2]], headers=headers)


# The author's page ---------------------------------------------------------------------------------------------------


def _own_post(request: HttpRequest, pk: int) -> Post:
    own = scope(request.user).own(Post).select_related("organisation", "neighbourhood")
    return get_object_or_404(own.defer("neighbourhood__outline"), pk=pk)


def _own_photo(post: Post, number: int) -> Photo:
    return get_object_or_404(post.photos.select_related("post__neighbourhood", "key"), pk=number)


@member
@either
@in_memory
def mine(request: HttpRequest, pk: int) -> HttpResponse:
    """The photos of one of my posts, and the form for the next."""
    post = _own_post(request, pk)
    if request.method != "POST":
        return _page(request, post, PhotoForm(post=post))
    if not post.editable:
        return _too_late(request, post)
    if not take("photo-upload", str(request.user.pk), limit=UPLOADS_AN_HOUR, per=timedelta(hours=1)):
        return too_many(request)
    if post.photos.count() >= MOST_PHOTOS:
        messages.warning(request, _("Er staan al zes foto's bij. Haal er eerst een weg."))
        return redirect("photos:mine", post.pk)
    form = PhotoForm(request.POST, request.FILES, post=post)
    is_valid = form.is_valid()
    if not form.developed:
        return _page(request, post, form)
    return _kept(request, post, form, is_valid=is_valid)


def _kept(request: HttpRequest, post: Post, form: PhotoForm, *, is_valid: bool) -> HttpResponse:
    """The photo is kept; with something missing it waits for its author, who goes on where they were."""
    words = {name: form.cleaned_data[name] for name in ("alt", "people")} if is_valid else {}
    was_live = post.is_live
    try:
        photo = actions.add(post=post, renditions=form.developed or [], by=request.user, **words)
    except StaleError:
        return _too_late(request, post)
    if is_valid:
        return _changed(request, post, was_live, _("De foto staat erbij."))
    later = WordsForm(request.POST, post=post)
    later.is_valid()
    return _words_page(request, post, photo, later)


@member
@either
def describe(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The words of a photo, and the answer about people."""
    post = _own_post(request, pk)
    photo = _own_photo(post, number)
    initial = {"alt": photo.alt, "people": photo.people}
    form = WordsForm(request.POST if request.method == "POST" else None, post=post, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _words_page(request, post, photo, form)
    was_live = post.is_live
    try:
        actions.describe(photo=photo, by=request.user, **form.cleaned_data)
    except StaleError:
        return _too_late(request, post)
    return _changed(request, post, was_live, _("Bewaard."))


@member
@require_POST
def first(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Puts a photo in front."""
    post = _own_post(request, pk)
    try:
        actions.put_first(photo=_own_photo(post, number), by=request.user)
    except StaleError:
        return _too_late(request, post)
    return redirect("photos:mine", post.pk)


@member
@require_POST
def remove(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Takes a photo away for good."""
    post = _own_post(request, pk)
    try:
        actions.remove(photo=_own_photo(post, number), by=request.user)
    except StaleError:
        return _too_late(request, post)
    messages.success(request, _("De foto is gewist."))
    return redirect("photos:mine", post.pk)


def _page(request: HttpRequest, post: Post, form: PhotoForm) -> HttpResponse:
    photos = list(post.photos.order_by("position", "pk"))
    context: dict[str, Any] = {
        "nav": "berichten",
        "post": post,
        "photos": [shown(photo, "photos:own_file") for photo in photos],
        "form": form if post.editable and len(photos) < MOST_PHOTOS else None,
        "room": MOST_PHOTOS - len(photos),
    }
    return render(request, "photos/mine.html", context)


def _words_page(request: HttpRequest, post: Post, photo: Photo, form: WordsForm) -> HttpResponse:
    context = {"nav": "berichten", "post": post, "photo": shown(photo, "photos:own_file"), "form": form}
    return render(request, "photos/describe.html", context)


def _changed(request: HttpRequest, post: Post, was_live: bool, words: str) -> HttpResponse:
    post.refresh_from_db(fields=["status"])
    if was_live and not post.is_live:
        words = _("Een wijkbeheerder kijkt er eerst even naar, daarna staat je bericht weer op de site.")
    messages.success(request, words)
    return redirect("photos:mine", post.pk)


def _too_late(request: HttpRequest, post: Post) -> HttpResponse:
    messages.warning(request, _("Dit bericht kun je nu niet aanpassen."))
    return redirect("photos:mine", post.pk)
