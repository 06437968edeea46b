"""Encrypted fields and keyed hashes: what leaks with a copy of the database is unreadable without the secret key."""

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models


@lru_cache(maxsize=64)
def derived_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose, so that a key that leaks for one thing opens nothing else."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"wijk:" + purpose.encode()).derive(secret.encode())


def known_secrets() -> list[str]:
    """The secret key, and the older ones under which something may still be found, the newest first."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _fernet() -> MultiFernet:
    keys = (derived_key(secret, "fields") for secret in known_secrets())
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def encrypt(text: str) -> str:
    """The text as a Fernet token under the newest key."""
    return _fernet().encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """The text of a token made by encrypt(); raises InvalidToken when no known key fits."""
    return _fernet().decrypt(token.encode("ascii")).decode()


def keyed_hash(purpose: str, value: str, *, secret: str = "") -> str:
    """64 hex digits by which a value can be found again but not read (HMAC-SHA-256)."""
    key = derived_key(secret or settings.SECRET_KEY, "hash:" + purpose)
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database; cannot be filtered on, only read with its row."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(str(value)) if value else value

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        if not value:
            return value
        try:
            return decrypt(value)
        except InvalidToken:
            # A lost key must not take the page down: the field reads as empty and the check framework reports the key.
            return ""
