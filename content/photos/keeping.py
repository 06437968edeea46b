"""Keeps rows, files and keys of photos together, by the clock; and gives a controller a new key (C-37)."""

import logging
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.audit.models import record
from content.organisations.models import Organisation
from content.photos import vault
from content.photos.box import Locked
from content.photos.models import FOLDER, ControllerKey, Photo
from wijk import clock

log = logging.getLogger("wijk.photos")
UNFINISHED_FOR = timedelta(days=1)
# A file is there before its row is; longer than any request takes.
GRACE = timedelta(hours=1)
BATCH = 200


def look_after() -> int:
    """Run by the clock: what is unfinished, without a row, or under another key than it should; returns how many."""
    return drop_unfinished() + drop_strays() + move_to_current_keys() + drop_empty_keys()


def drop_unfinished() -> int:
    """Photos whose author never answered about people."""
    before = clock.now() - UNFINISHED_FOR
    with transaction.atomic():
        gone = Photo.objects.filter(people="", made_at__lt=before).delete()[1]
    return gone.get(Photo._meta.label, 0)


def drop_strays() -> int:
    """Files that belong to no row: a crash came between the two, or a backup brought them back."""
    if not default_storage.exists(FOLDER):
        return 0
    known = set(Photo.objects.values_list("file", flat=True))
    names = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    strays = [name for name in names if name not in known and _written(name) < clock.now() - GRACE]
    for name in strays:
        default_storage.delete(name)
    return len(strays)


def _written(name: str) -> datetime:
    return default_storage.get_modified_time(name)


@transaction.atomic
def renew_key(*, organisation: Organisation | None, by: None = None) -> ControllerKey:
    """A new key for a controller; the clock moves what the old one locked, and then throws that one away."""
    key = vault.fresh_key(organisation)
    record("photo.key", by=by, about=key, organisation=organisation.pk if organisation else None)
    return key


@transaction.atomic
def lock_keys_again() -> int:
    """Writes each key anew under the site's newest secret key, after that was changed; returns how many."""
    keys = list(ControllerKey.objects.exclude(secret=""))
    readable = [key for key in keys if key.secret]
    for key in readable:
        key.save(update_fields=["secret"])
    record("photo.keys", by=None, keys=len(readable))
    return len(readable)


def move_to_current_keys() -> int:
    """Photos under an old key, or under that of another organisation than their post now stands for."""
    moved = 0
    for organisation in _controllers():
        current = vault.key_of(organisation)
        behind = Photo.objects.filter(post__organisation=organisation).exclude(key=current)
        for photo in behind.select_related("key").order_by("pk")[:BATCH]:
            moved += _moved(photo, current)
    return moved


def _controllers() -> list[Organisation | None]:
    used = Photo.objects.order_by().values("post__organisation").distinct()
    found: list[Organisation | None] = list(Organisation.objects.filter(pk__in=used))
    return [*found, None] if Photo.objects.filter(post__organisation=None).exists() else found


@transaction.atomic
def _moved(photo: Photo, key: ControllerKey) -> bool:
    try:
        old = vault.move(photo, key=key)
    except (Locked, OSError):
        log.error("photo %s cannot be opened", photo.pk)
        return False
    kept = Photo.objects.filter(pk=photo.pk).update(key=key, parts=photo.parts, file=photo.file.name)
    # A photo that was removed meanwhile leaves the new file behind, which is swept.
    transaction.on_commit(lambda: photo.file.storage.delete(old) if old else None)
    return bool(kept)


def drop_empty_keys() -> int:
    """Keys that were replaced and lock nothing any more."""
    gone = 0
    for key in ControllerKey.objects.filter(photos=None, made_at__lt=clock.now() - GRACE):
        newer = ControllerKey.objects.filter(organisation=key.organisation, pk__gt=key.pk)
        gone += newer.exists() and ControllerKey.objects.filter(pk=key.pk, photos=None).delete()[0]
    return gone
