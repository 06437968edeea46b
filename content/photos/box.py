"""Locks bytes with a key, bound to what they belong to: in another place they open nothing."""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BITS = 256
NONCE_BYTES = 12


class Locked(Exception):  # noqa: N818  says what it is
    """This cannot be opened: it is gone or damaged, or the key is not the one that locked it."""


def fresh_secret() -> str:
    """A new key, as text."""
    return base64.b64encode(AESGCM.generate_key(KEY_BITS)).decode("ascii")


def lock(secret: str, plain: bytes, bound: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(base64.b64decode(secret)).encrypt(nonce, plain, bound.encode())


def unlock(secret: str, locked: bytes, bound: str) -> bytes:
    """What lock() was given; raises Locked, also for a key that the site's own secret opens no more."""
    try:
        return AESGCM(base64.b64decode(secret)).decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], bound.encode())
    except (ValueError, InvalidTag):
        raise Locked from None
