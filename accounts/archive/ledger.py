"""The erasure ledger: who was erased, in a file outside the database, so that a restored backup brings nobody back.

One line per erased account or destroyed copy: the moment, the kind, a keyed hash of the number, and a hash that chains
it to the line before. The database notes how many lines it has seen; one that has seen fewer is a restored older one,
and whoever it brought back is erased again before the site may serve (L-8).
"""

import fcntl
import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.archive.models import KeyWrap, LedgerMark, SealedCopy
from accounts.users.models import User
from wijk import clock
from wijk.encryption import derived_key, known_secrets
from wijk.faults import fault

ACCOUNT, COPY = "account", "copy"
START = "0" * 64


@dataclass(frozen=True)
class Line:
    """One line as it stands in the file."""

    moment: str
    kind: str
    subject: str
    chain: str

    @property
    def words(self) -> str:
        return f"{self.moment} {self.kind} {self.subject}"

    def follows(self, before: str) -> bool:
        return self.chain == chained(before, self.words)


def chained(before: str, words: str) -> str:
    return hashlib.sha256(f"{before} {words}".encode()).hexdigest()


def subjects(kind: str, name: int | str) -> set[str]:
    """What a line may call this account or copy: under the present key, or under one of the older ones."""
    return {_subject(secret, kind, name) for secret in known_secrets()}


def _subject(secret: str, kind: str, name: int | str) -> str:
    key = derived_key(secret, "erasure-ledger")
    return hmac.new(key, f"{kind}:{name}".encode(), hashlib.sha256).hexdigest()


# Writing --------------------------------------------------------------------------------------------------------------


def note(account_ref: int) -> None:
    """Writes that an account is erased; on the disk when this returns, and once however often it is called."""
    _append(ACCOUNT, account_ref)


def note_copy(name: str) -> None:
    """Writes that a sealed copy is destroyed."""
    _append(COPY, name)


def _append(kind: str, name: int | str) -> None:
    with _held() as file:
        known = lines()
        mine = subjects(kind, name)
        if not mine & {line.subject for line in known}:
            words = f"{clock.now().isoformat()} {kind} {_subject(settings.SECRET_KEY, kind, name)}"
            row = f"{words} {chained(known[-1].chain if known else START, words)}"
            os.write(file, f"{row}\n".encode())
            os.fsync(file)
            known.append(Line(*row.split(" ")))
            fault("ledger:line:after")
    # Only a database that knew all lines before may say that it knows this one.
    if known[-1].subject in mine:
        LedgerMark.objects.filter(pk=mark().pk, lines=len(known) - 1).update(lines=len(known), head=known[-1].chain)


@contextmanager
def _held() -> Iterator[int]:
    """The file, open for one writer; what a killed one left of half a line is cut off."""
    path: Path = settings.ERASURE_LEDGER
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.truncate(file, path.read_bytes().rfind(b"\n") + 1)
        if is_new:
            flush_folder(path.parent)
        yield file
    finally:
        os.close(file)


def flush_folder(folder: Path) -> None:
    """Makes the disk keep which files are in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# Reading --------------------------------------------------------------------------------------------------------------


def lines() -> list[Line]:
    """Every whole line of the file."""
    path: Path = settings.ERASURE_LEDGER
    text = path.read_text(encoding="ascii") if path.exists() else ""
    whole = [row.rstrip("\n") for row in text.splitlines(keepends=True) if row.endswith("\n")]
    return [Line(*row.split(" ")) for row in whole if row.count(" ") == 3]


def mark() -> LedgerMark:
    """This database's own note of the ledger."""
    return LedgerMark.objects.get_or_create(pk=1)[0]


def unknown() -> list[Line]:
    """The lines this database has not seen."""
    return lines()[mark().lines :]


def is_broken() -> bool:
    """Whether the file is not the one the database knows: cut off, edited, or another site's."""
    known, here = lines(), mark()
    before = [START, *(line.chain for line in known)]
    whole = all(line.follows(chain) for line, chain in zip(known, before, strict=False))
    return not whole or here.lines > len(known) or (here.lines > 0 and known[here.lines - 1].chain != here.head)


def reappeared(*, rows: Iterable[Line] | None = None) -> list[int]:
    """The numbers of accounts that are on the ledger and yet in this database."""
    listed = {line.subject for line in (lines() if rows is None else rows) if line.kind == ACCOUNT}
    if not listed:
        return []
    everybody = User.objects.order_by("pk").values_list("pk", flat=True).iterator()
    return [number for number in everybody if subjects(ACCOUNT, number) & listed]


def reappeared_copies() -> list[SealedCopy]:
    """The copies that are on the ledger as destroyed and yet open to somebody."""
    listed = {line.subject for line in lines() if line.kind == COPY}
    live = SealedCopy.objects.filter(destroyed_at=None).order_by("pk") if listed else []
    return [copy for copy in live if subjects(COPY, copy.name) & listed]


def reappeared_wraps() -> list[str]:
    """The copies that are on the ledger as destroyed and yet have a key in the keyring."""
    listed = {line.subject for line in lines() if line.kind == COPY}
    names = sorted(set(KeyWrap.objects.values_list("copy", flat=True))) if listed else []
    return [name for name in names if subjects(COPY, name) & listed]


def is_behind() -> bool:
    """Whether this database is older than the ledger and holds somebody who was erased since.

    A worker that was killed between the line and the database leaves a line too many as well; nobody came back then,
    and the note is brought up to date.
    """
    if not unknown():
        return False
    if User.objects.filter(pk__in=reappeared(rows=unknown()), is_active=True).exists() or reappeared_copies():
        return True
    catch_up()
    return False


def catch_up() -> None:
    """Notes that this database knows all lines; only after nobody is left whom they name."""
    known = lines()
    if known:
        here = mark()
        LedgerMark.objects.filter(pk=here.pk).update(lines=len(known), head=known[-1].chain)


def readiness() -> str:
    """What is wrong with the ledger, for /readyz."""
    if is_behind():
        return _("Deze database is ouder dan het wisregister. Draai: manage.py restore --replay.")
    if is_broken():
        return _("Het wisregister is niet het bestand dat de database kent.")
    return ""


def must_not_serve() -> str:
    """Why the site may not serve and no worker may run; empty when they may."""
    return readiness() if is_behind() else ""


def holds_mail() -> bool:
    """Whether mail waits because a backup was put back and nobody has accepted it yet."""
    return LedgerMark.objects.filter(mail_held_at__isnull=False).exists()
