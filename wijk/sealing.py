"""What only an offline key or a code on paper opens: key pairs, codes and wraps.

A wrap is HPKE with the hybrid of ML-KEM-768 and X25519, so that what is copied today cannot be opened by a machine of
tomorrow. Its context names what it belongs to; a wrap in another place opens nothing. Archives and backups are age.
"""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
SEED_BYTES, MLKEM_SEED, MLKEM_PUBLIC = 96, 64, 1184
CODE_BYTES, CHECK_DIGITS, GROUP = 20, 4, 4
# Crockford's: no letters that look like a digit, and nothing to spell by accident.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("OIL", "011")


class Refused(Exception):
    """This key, wrap or archive is not what it says; the reason is a code for logs and tests."""


class Mistyped(Exception):
    """A code or a key whose own check does not fit: somebody made a typing error."""


# Key pairs -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeyPair:
    """The two halves that follow from one seed of 96 bytes."""

    seed: bytes

    @classmethod
    def fresh(cls) -> "KeyPair":
        return cls(secrets.token_bytes(SEED_BYTES))

    @property
    def _halves(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        mlkem = MLKEM768PrivateKey.from_seed_bytes(self.seed[:MLKEM_SEED])
        return mlkem, X25519PrivateKey.from_private_bytes(self.seed[MLKEM_SEED:])

    @property
    def public(self) -> str:
        """The public half as text; may be stored and shown."""
        mlkem, x25519 = self._halves
        raw = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")

    def unwrap(self, wrap: bytes, context: bytes) -> bytes:
        """What wrap() put in, for this key and this context only."""
        try:
            return SUITE.decrypt(wrap, hpke.MLKEM768X25519PrivateKey(*self._halves), context)
        except (InvalidTag, ValueError):
            raise Refused("wrap") from None


def wrap(secret: bytes, public: str, context: bytes) -> bytes:
    """The secret, for whoever has the private half of this public key."""
    raw = _public_bytes(public)
    mlkem = MLKEM768PublicKey.from_public_bytes(raw[:MLKEM_PUBLIC])
    x25519 = X25519PublicKey.from_public_bytes(raw[MLKEM_PUBLIC:])
    return SUITE.encrypt(secret, hpke.MLKEM768X25519PublicKey(mlkem, x25519), context)


def _public_bytes(public: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(public + "=" * (-len(public) % 4))
    except (binascii.Error, ValueError):
        raise Mistyped("public key") from None
    if len(raw) != MLKEM_PUBLIC + 32:
        raise Mistyped("public key")
    return raw


def key_id(public: str) -> str:
    """A short name of a public key, by which wraps say whose they are."""
    return hashlib.sha256(_public_bytes(public)).hexdigest()[:16] if public else ""


# The operator's offline key ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recipient:
    """The operator's public key: one half for wraps, one for backups; both follow from one offline file."""

    age: str
    public: str

    @property
    def id(self) -> str:
        return key_id(self.public)

    def __str__(self) -> str:
        return f"{self.age}:{self.public}"


def recipient(text: str) -> Recipient:
    """Reads SEALED_RECIPIENT, or says that it is not whole."""
    age, _colon, public = text.strip().partition(":")
    try:
        pyrage.x25519.Recipient.from_str(age)
    except pyrage.RecipientError:
        raise Mistyped("public key") from None
    _public_bytes(public)
    return Recipient(age, public)


@dataclass(frozen=True)
class OfflineKey:
    """The private file that stays off the server."""

    age: str
    pair: KeyPair

    @classmethod
    def fresh(cls) -> "OfflineKey":
        return cls(str(pyrage.x25519.Identity.generate()), KeyPair.fresh())

    @property
    def recipient(self) -> Recipient:
        return Recipient(str(pyrage.x25519.Identity.from_str(self.age).to_public()), self.pair.public)

    @property
    def id(self) -> str:
        return key_id(self.pair.public)

    def text(self, passphrase: str = "") -> bytes:
        """The file's bytes, locked with a passphrase if there is one."""
        seed = base64.urlsafe_b64encode(self.pair.seed).decode("ascii")
        lines = f"# Wijk offline key. Keep it off the server.\n# public: {self.recipient}\n{self.age}\n{seed}\n"
        return pyrage.passphrase.encrypt(lines.encode(), passphrase) if passphrase else lines.encode()


def offline_key(text: bytes, passphrase: str = "") -> OfflineKey:
    """Reads the private file again."""
    try:
        plain = pyrage.passphrase.decrypt(text, passphrase) if passphrase else text
        age, seed = [line for line in plain.decode("ascii").splitlines() if line and not line.startswith("#")]
        pyrage.x25519.Identity.from_str(age)
        key = OfflineKey(age, KeyPair(base64.urlsafe_b64decode(seed)))
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError):
        raise Mistyped("key file") from None
    if len(key.pair.seed) != SEED_BYTES:
        raise Mistyped("key file")
    return key


# The code on paper ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Code:
    """A code of 160 bits that is shown once; only the public half of its key pair is ever stored (W-80)."""

    secret: bytes

    @property
    def text(self) -> str:
        """In groups of four, the last of which tells a typing error from a wrong code."""
        digits = _digits(self.secret, CODE_BYTES * 8) + _check(self.secret)
        return "-".join(digits[start : start + GROUP] for start in range(0, len(digits), GROUP))

    @property
    def pair(self) -> KeyPair:
        derive = HKDF(algorithm=SHA256(), length=SEED_BYTES, salt=None, info=b"wijk:reactivation-code:1")
        return KeyPair(derive.derive(self.secret))

    @property
    def public_key(self) -> str:
        return self.pair.public


def fresh_code() -> Code:
    return Code(secrets.token_bytes(CODE_BYTES))


def read_code(text: str) -> Code:
    """A code as somebody typed it: any case, spaces or dashes, and letters that look like digits."""
    digits = "".join(char for char in text.upper().translate(LOOKALIKES) if char.isalnum())
    length = CODE_BYTES * 8 // 5
    if len(digits) != length + CHECK_DIGITS or set(digits) - set(ALPHABET):
        raise Mistyped("code")
    number = 0
    for digit in digits[:length]:
        number = number * 32 + ALPHABET.index(digit)
    secret = number.to_bytes(CODE_BYTES)
    if _check(secret) != digits[length:]:
        raise Mistyped("code")
    return Code(secret)


def _check(secret: bytes) -> str:
    return _digits(hashlib.sha256(b"wijk:code-check:" + secret).digest()[:3], 24)[-CHECK_DIGITS:]


def _digits(raw: bytes, bits: int) -> str:
    number = int.from_bytes(raw)
    return "".join(ALPHABET[number >> shift & 31] for shift in range((bits - 1) // 5 * 5, -1, -5))


# Archives ------------------------------------------------------------------------------------------------------------


def fresh_identity() -> str:
    """A key for one archive, whose public half is stored nowhere."""
    return str(pyrage.x25519.Identity.generate())


def lock(plain: bytes, identity: str) -> bytes:
    return pyrage.encrypt(plain, [pyrage.x25519.Identity.from_str(identity).to_public()])


def unlock(sealed: bytes, identity: bytes) -> bytes:
    try:
        return pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity.decode("ascii"))])
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError):
        raise Refused("archive") from None
