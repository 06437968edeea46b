"""What makes the trail provable: commitments to details, the hash that ties each row to the one before, signed heads.

Nothing here touches the database, so that a second party can check a trail with these functions alone.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from wijk.encryption import derived_key, known_secrets

VERSION = b"wijk-audit-1"
GENESIS = "0" * 64
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# What is tied into the chain, in this order. Whatever else a row says is in it only as a commitment.
CHAINED = ("seq", "id", "at", "actor_ref", "action", "about", "neighbourhood_ref", "outcome", "detail_commit")
# What the commitment covers, and what an erasure empties.
COMMITTED = ("salt", "network", "device", "detail")


def new_salt() -> str:
    """32 hex digits that keep a commitment from being guessed back into its detail."""
    return secrets.token_hex(16)


def commitment(salt: str, network: str, device: str, detail: Any) -> str:
    """Fixes a detail without telling it: once salt and detail are emptied, nobody can find out what it was."""
    words = json.dumps(detail, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(VERSION + _sized((salt, network, device, words))).hexdigest()


def linked(before: str, fields: tuple[Any, ...]) -> str:
    """The hash of a row (its CHAINED fields) after a row whose hash is `before`."""
    return hashlib.sha256(VERSION + bytes.fromhex(before) + _sized(fields)).hexdigest()


def _sized(values: tuple[Any, ...]) -> bytes:
    """Each value with its length before it, so that no two lists of values read the same; None is not an empty text."""
    parts = []
    for value in values:
        if value is None:
            parts.append(b"\xff\xff\xff\xff")
            continue
        # Microseconds are what both databases keep.
        plain = (value - EPOCH) // MICROSECOND if isinstance(value, datetime) else value
        word = str(plain).encode()
        parts.append(len(word).to_bytes(4, "big") + word)
    return b"".join(parts)


# Heads ---------------------------------------------------------------------------------------------------------------


def head_words(day: date, first_seq: int, last_seq: int, count: int, last_hash: str) -> bytes:
    """What is signed of a closed day."""
    return VERSION + b"-head" + _sized((day.isoformat(), first_seq, last_seq, count, last_hash))


def tip_words(at: str, seq: int, last_hash: str) -> bytes:
    """What is signed of the trail as it stands in the course of a day."""
    return VERSION + b"-tip" + _sized((at, seq, last_hash))


def sign(words: bytes) -> tuple[str, str]:
    """The signature under the site's own key, and the name of that key."""
    key = _signing_key(settings.SECRET_KEY)
    return key.sign(words).hex(), key_id(key.public_key())


def signed_well(words: bytes, signature: str, name: str, retired: tuple[str, ...] = ()) -> bool:
    """Whether a key that is ours, an older one or one handed over as hex, made this signature."""
    key = _public_keys(retired).get(name)
    try:
        if key is None:
            return False
        key.verify(bytes.fromhex(signature), words)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key() -> str:
    """The key by which anybody can check the heads, as 64 hex digits."""
    return _signing_key(settings.SECRET_KEY).public_key().public_bytes_raw().hex()


def key_id(key: Ed25519PublicKey) -> str:
    """A short name of a key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


@lru_cache(maxsize=8)
def _signing_key(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived_key(secret, "audit-heads"))


def _public_keys(retired: tuple[str, ...]) -> dict[str, Ed25519PublicKey]:
    known = [_signing_key(secret).public_key() for secret in known_secrets()]
    known += [Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)) for key in retired]
    return {key_id(key): key for key in known}


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file of heads; what is no whole line, as after a full disk, reads as an empty one."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                found = json.loads(line)
            except ValueError:
                found = {}
            yield found if isinstance(found, dict) else {}
