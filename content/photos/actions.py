"""What an author does with the photos of a post; a change of them is a change of the post."""

import hashlib
from typing import Any

from django.db import transaction

from accounts.audit.models import record
from content.photos import vault
from content.photos.child import Rendition
from content.photos.models import MOST_PHOTOS, Photo
from content.posts.actions import StaleError, edit
from content.posts.models import Post
from wijk.encryption import keyed_hash


@transaction.atomic
def add(*, post: Post, renditions: list[Rendition], by: Any, alt: str = "", people: str = "") -> Photo:
    """Keeps a developed photo. Without an answer about people it is kept for its author alone, to be finished."""
    _lock(post)
    mark = _mark(renditions)
    there = post.photos.filter(mark=mark).first()
    if there is not None:
        if people:
            describe(photo=there, by=by, alt=alt, people=people)
        return there
    if post.photos.count() >= MOST_PHOTOS:
        raise StaleError
    last = post.photos.order_by("position").last()
    photo = Photo(post=post, alt=alt, people=people, mark=mark, position=last.position + 1 if last else 0)
    vault.store(photo, renditions, key=vault.key_of(post.organisation))
    photo.save()
    record("photo.add", by=by, about=photo, neighbourhood=post.neighbourhood, people=people)
    if photo.is_whole:
        edit(post=post, by=by, values={}, judged=True)
    return photo


@transaction.atomic
def describe(*, photo: Photo, by: Any, alt: str, people: str) -> None:
    """Says what is on it, and whether people on it agree: an unfinished photo is part of the post from here on."""
    _lock(photo.post)
    judged = (photo.alt, photo.people) != (alt, people)
    photo.alt, photo.people = alt, people
    photo.save(update_fields=["alt", "people"])
    record("photo.describe", by=by, about=photo, neighbourhood=photo.post.neighbourhood, people=people)
    edit(post=photo.post, by=by, values={}, judged=judged)


@transaction.atomic
def put_first(*, photo: Photo, by: Any) -> None:
    """The photo that the page begins with."""
    _lock(photo.post)
    others = photo.post.photos.exclude(pk=photo.pk).order_by("position", "pk")
    for position, one in enumerate([photo, *others]):
        Photo.objects.filter(pk=one.pk).update(position=position)
    record("photo.first", by=by, about=photo, neighbourhood=photo.post.neighbourhood)
    edit(post=photo.post, by=by, values={})


@transaction.atomic
def remove(*, photo: Photo, by: Any) -> None:
    """Gone, with its file; also from a post that can be changed no more."""
    post = photo.post
    record("photo.remove", by=by, about=photo, neighbourhood=post.neighbourhood)
    photo.delete()
    if photo.is_whole and post.editable:
        edit(post=post, by=by, values={})


def _mark(renditions: list[Rendition]) -> str:
    """The same for the same photo, and for nobody else than us."""
    pixels = hashlib.sha256(b"".join(one.content for one in renditions)).hexdigest()
    return keyed_hash("photo", pixels)[:40]


def _lock(post: Post) -> None:
    """Waits for whoever is changing this post; what can be changed no more stays as it is."""
    current = Post.objects.select_for_update(of=("self",)).filter(pk=post.pk).first()
    if current is None or not current.editable:
        raise StaleError
