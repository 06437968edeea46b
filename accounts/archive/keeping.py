"""The clock's work on sealed copies: ends what is past its time, finishes what was cut off, looks if all is whole."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.archive import ledger
from accounts.archive.actions import destroy, finish, forget_wraps, shred, trouble
from accounts.archive.models import KeyWrap, SealedCopy
from accounts.office.desk import Pressing, watch
from wijk import clock

# A file or a wrap this young may belong to a copy that is being made now.
GRACE = timedelta(hours=1)


def tidy() -> int:
    """Ends expired copies, finishes half-destroyed ones, and throws away what belongs to none; returns how many."""
    expired = list(SealedCopy.objects.expired())
    for copy in expired:
        destroy(copy=copy, why="expired")
    cut_off = list(SealedCopy.objects.half_destroyed().values_list("pk", flat=True))
    for pk in cut_off:
        finish(pk)
    # Right after a restore, what belongs to no row may belong to somebody the backup did not know yet.
    return len(expired) + len(cut_off) + (0 if ledger.holds_mail() else sweep() + drop_old_wraps())


def sweep() -> int:
    """Throws away files and wraps without a live copy: what a killed worker or a restored backup left behind."""
    swept = 0
    for name in sorted({*old_wraps(), *old_files()}):
        # Asked for each just before: a slow worker may have finished its copy since.
        if not SealedCopy.objects.live().filter(name=name).exists():
            forget_wraps(name)
            shred(Path(settings.SEALED_STORE) / f"{name}.age")
            swept += 1
    return swept


def old_wraps() -> set[str]:
    return set(KeyWrap.objects.filter(created_at__lt=clock.now() - GRACE).values_list("copy", flat=True))


def old_files() -> set[str]:
    store, before = Path(settings.SEALED_STORE), (clock.now() - GRACE).timestamp()
    return {path.stem for path in (store.iterdir() if store.exists() else ()) if path.stat().st_mtime < before}


def drop_old_wraps() -> int:
    """Wraps for a key that was replaced, left by a rotation that was cut off; returns how many."""
    present = {
        (name, key)
        for name, *keys in SealedCopy.objects.live().values_list("name", "key_id", "code_id")
        for key in keys
    }
    old = KeyWrap.objects.filter(created_at__lt=clock.now() - GRACE).values_list("copy", "holder", "key_id")
    replaced = [row for row in old if (row[0], row[2]) not in present]
    for name, holder, key in replaced:
        forget_wraps(name, holder=holder, key_id=key)
    return len(replaced)


def check_all(*, progress: Callable[[int], None] = lambda done: None) -> int:
    """Looks whether each live copy is still whole, by its hash and its wraps; returns how many are not (W-79)."""
    wrong = 0
    for done, copy in enumerate(SealedCopy.objects.live().order_by("pk").iterator(chunk_size=100), start=1):
        problem = trouble(copy)
        SealedCopy.objects.filter(pk=copy.pk).update(checked_at=clock.now(), problem=problem)
        wrong += bool(problem)
        progress(done)
    return wrong


@watch
def broken_copies() -> Iterator[Pressing]:
    """Copies that nobody can open any more, though somebody was promised one."""
    if SealedCopy.objects.live().exclude(problem="").exists():
        yield Pressing(_("Er zijn verzegelde kopieën die niet meer heel zijn"), reverse("archive:copies"), urgent=True)
