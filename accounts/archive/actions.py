"""Sealing a copy, opening it once for its owner, and destroying it."""

import hashlib
import os
import secrets
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import connections, transaction
from django.urls import reverse

from accounts.archive import ledger
from accounts.archive.contents import FORMAT, Contents, bundled, gather, unbundled
from accounts.archive.models import KeyWrap, SealedCopy, address_lookups, span
from accounts.audit.models import record
from accounts.users.models import User
from wijk import clock
from wijk.databases import KEYRING
from wijk.faults import fault
from wijk.sealing import (
    Code,
    KeyPair,
    Mistyped,
    Refused,
    fresh_code,
    fresh_identity,
    key_id,
    lock,
    recipient,
    unlock,
    wrap,
)

Holder = KeyWrap.Holder
SALT = "accounts.archive.refusal"


class NotSealed(Exception):
    """No copy could be made and proven; without proof nothing may be erased in its place."""


def available() -> bool:
    """Whether copies are offered and somebody could open them: by code in a demo, and in production offline as well."""
    return settings.SEALED_COPIES == "ask" and (bool(settings.SEALED_RECIPIENT) or not settings.PRODUCTION)


def new_code() -> Code:
    """A code to come back with: `text` is shown once, `public_key` may be stored until the copy is sealed."""
    return fresh_code()


def copy_of_account(ref: int) -> SealedCopy | None:
    """The newest copy of an account that is not destroyed."""
    return SealedCopy.objects.live().filter(account_ref=ref).order_by("-epoch").first()


# Sealing --------------------------------------------------------------------------------------------------------------


def seal(*, account: User, code_key: str = "") -> SealedCopy:
    """Makes the sealed copy of an account under a key of its own, opens it in memory, and forgets the key (W-79).

    Once per closing: asked again it answers the copy there is, if that is whole, and replaces it if not.
    """
    found = SealedCopy.objects.live().filter(account_ref=account.pk, epoch=account.epoch).first()
    if found is not None and not trouble(found):
        return found
    if found is not None:
        destroy(copy=found, why="broken")
    holders = _holders(code_key)
    if settings.SEALED_COPIES != "ask" or not holders:
        raise NotSealed("nobody could open it")
    return _made(account, holders)


def _holders(code_key: str) -> dict[str, str]:
    public = {Holder.CODE.value: code_key}
    try:
        public[Holder.OPERATOR.value] = recipient(settings.SEALED_RECIPIENT).public if settings.SEALED_RECIPIENT else ""
        return {holder: key for holder, key in public.items() if key and key_id(key)}
    except Mistyped:
        raise NotSealed("a public key is not whole") from None


def _made(account: User, holders: dict[str, str]) -> SealedCopy:
    name, identity, contents = secrets.token_hex(16), fresh_identity(), gather(account)
    sealed = lock(bundled(contents, name), identity)
    ids = {holder: key_id(public) for holder, public in holders.items()}
    copy = SealedCopy(
        name=name,
        lookup=address_lookups(account.email)[0],
        account_ref=account.pk,
        epoch=account.epoch,
        created_at=clock.now(),
        expires_at=clock.now() + span(),
        digest=hashlib.sha256(sealed).hexdigest(),
        size=len(sealed),
        format=FORMAT,
        key_id=ids.get(Holder.OPERATOR, ""),
        code_id=ids.get(Holder.CODE, ""),
    )
    try:
        _write(path_of(copy), sealed)
        fault("copy:file:after")
        for holder, public in holders.items():
            put_in_keyring(copy, identity.encode("ascii"), holder, public)
        fault("copy:keys:after")
        if unbundled(unlock(path_of(copy).read_bytes(), identity.encode("ascii")), name) != contents:
            raise NotSealed("it does not hold what it should")
        with transaction.atomic():
            copy.save()
            record("copy.seal", by=None, about=copy, digest=copy.digest, size=copy.size)
    except (OSError, Refused) as problem:
        raise NotSealed(type(problem).__name__) from problem
    finally:
        if copy.pk is None:
            # A disk that refuses this as well leaves it to the sweep.
            with suppress(OSError):
                _throw_away(copy)
    return copy


def put_in_keyring(copy: SealedCopy, identity: bytes, holder: str, public: str) -> str:
    """Locks the key of a copy for one holder; returns the name of the holder's key."""
    key = key_id(public)
    locked = {"wrap": wrap(identity, public, context(copy, holder, key)), "created_at": clock.now()}
    whose = {"copy": copy.name, "holder": holder, "key_id": key}
    KeyWrap.objects.update_or_create(name=f"{copy.name}:{holder}:{key}", defaults={**whose, **locked})
    return key


def context(copy: SealedCopy, holder: str, key: str) -> bytes:
    """What a wrap is bound to: one copy, its very bytes, one holder and one key."""
    return f"wijk sealed copy {copy.format} {copy.name} {copy.digest} {holder} {key}".encode()


def path_of(copy: SealedCopy) -> Path:
    """Where a copy's file is; its name says nothing."""
    return Path(settings.SEALED_STORE) / f"{copy.name}.age"


def _write(path: Path, data: bytes) -> None:
    """All of it on the disk, or nothing: never half a file under its own name."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        # Its age is told by the one clock, as that of its wraps is: the sweep goes by both.
        os.utime(handle, times=(clock.now().timestamp(),) * 2)
        os.fsync(file.fileno())
    draft.rename(path)
    ledger.flush_folder(path.parent)


# Opening --------------------------------------------------------------------------------------------------------------


def opened(*, copy: SealedCopy, pair: KeyPair, holder: str) -> Contents:
    """What a copy holds, for whoever has the code or the offline key; the only way in (W-80)."""
    if not copy.is_live:
        raise Refused("ended")
    sealed = _file_of(copy)
    return unbundled(unlock(sealed, identity_of(copy, pair, holder)), copy.name)


def identity_of(copy: SealedCopy, pair: KeyPair, holder: str) -> bytes:
    """The key of an archive, from the holder's present wrap; an older wrap counts for nothing."""
    present = copy.code_id if holder == Holder.CODE else copy.key_id
    row = KeyWrap.objects.filter(copy=copy.name, holder=holder, key_id=present).first()
    if row is None:
        raise Refused("no wrap")
    return pair.unwrap(bytes(row.wrap), context(copy, holder, present))


def _file_of(copy: SealedCopy) -> bytes:
    try:
        sealed = path_of(copy).read_bytes()
    except OSError:
        raise Refused("no file") from None
    if hashlib.sha256(sealed).hexdigest() != copy.digest:
        raise Refused("file")
    return sealed


def trouble(copy: SealedCopy) -> str:
    """What keeps a live copy from being opened by anybody, as a code; empty when it is whole."""
    try:
        _file_of(copy)
    except Refused as refusal:
        return str(refusal)
    here = {(wrap.holder, wrap.key_id) for wrap in KeyWrap.objects.filter(copy=copy.name)}
    wanted = {(Holder.OPERATOR.value, copy.key_id), (Holder.CODE.value, copy.code_id)}
    return "" if {pair for pair in wanted if pair[1]} <= here else "no wrap"


# Destroying -----------------------------------------------------------------------------------------------------------


def destroy(*, copy: SealedCopy, why: str, by: Any = None) -> None:
    """Ends a copy at once and for good: its wraps, its file, the hash it was found by (W-81, X-2).

    May be cut off anywhere: from the first step nobody opens it, and the clock's work finishes the rest.
    """
    doom(copy=copy, why=why, by=by)
    finish(copy.pk)


@transaction.atomic
def doom(*, copy: SealedCopy, why: str, by: Any = None) -> None:
    """Says that a copy must go: what opens copies refuses it from here on, and after the commit it is destroyed."""
    if SealedCopy.objects.live().filter(pk=copy.pk).update(doomed_at=clock.now(), why=why):
        record("copy.destroy", by=by, about=copy, why=why)
        transaction.on_commit(partial(finish, copy.pk), robust=True)


def finish(pk: int) -> None:
    """Takes what is left of a doomed copy, the keys first."""
    copy = SealedCopy.objects.half_destroyed().filter(pk=pk).first()
    if copy is not None:
        ledger.note_copy(copy.name)
        _throw_away(copy)
        SealedCopy.objects.filter(pk=pk).update(lookup="", destroyed_at=clock.now())
        copy.refresh_from_db()


def _throw_away(copy: SealedCopy) -> None:
    forget_wraps(copy.name)
    shred(path_of(copy))


def forget_wraps(name: str, **only: str) -> None:
    """Deletes the wraps of one copy, or only some, and makes the keyring's files forget them as well."""
    KeyWrap.objects.filter(copy=name, **only).delete()
    keyring = connections[KEYRING]
    if keyring.in_atomic_block:
        return
    with keyring.cursor() as cursor:
        # SQLite overwrites what it deletes; PostgreSQL keeps it until the table is written anew.
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)" if keyring.vendor == "sqlite" else "VACUUM FULL keyring_wrap")


def shred(path: Path) -> None:
    """Out of sight in one act, then off the disk."""
    for rest in (path, path.with_suffix(".draft")):
        with suppress(FileNotFoundError):
            gone = rest.with_suffix(".shred")
            rest.rename(gone)
    with suppress(FileNotFoundError):
        path.with_suffix(".shred").unlink()
    if path.parent.exists():
        ledger.flush_folder(path.parent)


# The owner's own way to destroy it ------------------------------------------------------------------------------------


def refusal_path(copy: SealedCopy) -> str:
    """A page with one button that destroys the copy; works without an account, for whoever got the link (W-81)."""
    return reverse("archive:refuse", args=[signing.dumps(copy.name, salt=SALT)])


def copy_of_token(token: str) -> SealedCopy | None:
    """The live copy of a refusal link."""
    try:
        return SealedCopy.objects.live().filter(name=signing.loads(token, salt=SALT)).first()
    except signing.BadSignature:
        return None
