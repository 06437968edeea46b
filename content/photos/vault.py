"""Stores the renditions of a photo in one locked file, under the key of its controller (C-37)."""

from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from content.organisations.models import Organisation
from content.photos.box import fresh_secret, lock
from content.photos.child import Rendition
from content.photos.models import FOLDER, ControllerKey, Part, Photo, fresh_word


def key_of(organisation: Organisation | None) -> ControllerKey:
    """The key in use for what this controller stores now, made when there is none yet."""
    newest = ControllerKey.objects.filter(organisation=organisation).order_by("-pk").first()
    return newest or fresh_key(organisation)


def fresh_key(organisation: Organisation | None) -> ControllerKey:
    """A new key: from now on the one in use for this controller."""
    return ControllerKey.objects.create(organisation=organisation, secret=fresh_secret())


def store(photo: Photo, renditions: Iterable[Rendition], *, key: ControllerKey) -> None:
    """Writes the locked file and says in the row, which the caller saves, where each rendition stands in it."""
    parts: list[Part] = []
    body = b""
    for one in renditions:
        locked = lock(key.secret, one.content, photo.bound(one.name))
        parts.append(Part(one.name, one.width, one.height, len(body), len(locked)))
        body += locked
    photo.key, photo.parts = key, [list(part) for part in parts]
    photo.file.name = default_storage.save(f"{FOLDER}/{fresh_word()}", ContentFile(body))


def move(photo: Photo, *, key: ControllerKey) -> str:
    """Locks a photo anew with another key, in a new file; answers the name of the old one, which the caller deletes."""
    old = str(photo.file.name)
    renditions = [Rendition(part.name, part.width, part.height, photo.opened(part)) for part in photo.all_parts()]
    store(photo, renditions, key=key)
    return old
