"""The address on the envelope of our mail, to which mail servers report that it did not arrive (VERP).

It names the mail and the day, and nobody else can make one: who reports something must have been given that very mail.
"""

import base64
import hmac
import re

from django.conf import settings
from django.utils.http import base36_to_int, int_to_base36

from wijk import clock
from wijk.encryption import keyed_hash, known_secrets

LASTS_DAYS = 30
DAY_SECONDS = 24 * 3600
MAC_BYTES = 16
_SHAPE = re.compile(r"(?P<what>b\.(?P<mail>[0-9a-z]{1,13})\.(?P<day>[0-9a-z]{1,6}))\.(?P<mac>[a-z2-7]{26})")


def return_path(mail: int) -> str:
    """The address for what happens to this mail, as it goes out today."""
    what = f"b.{int_to_base36(mail)}.{int_to_base36(_today())}"
    return f"{what}.{_mac(what)}@{settings.RELAY_DOMAIN}"


def mail_of(local: str) -> int | None:
    """The number of the mail with this local part as return path; None for one that is not ours, or too old."""
    found = _SHAPE.fullmatch(local.lower())
    if found is None or not _is_ours(found["what"], found["mac"]):
        return None
    age = _today() - base36_to_int(found["day"])
    # A day ahead is a clock that was set right in the meantime.
    return base36_to_int(found["mail"]) if -1 <= age < LASTS_DAYS else None


def _today() -> int:
    return int(clock.now().timestamp() // DAY_SECONDS)


def _is_ours(what: str, mac: str) -> bool:
    """A return path from before the secret key was changed goes on working while the old key is kept."""
    return any(hmac.compare_digest(_mac(what, secret), mac) for secret in known_secrets())


def _mac(what: str, secret: str = "") -> str:
    digest = bytes.fromhex(keyed_hash("return-path", what, secret=secret))[:MAC_BYTES]
    return base64.b32encode(digest).decode("ascii").lower().rstrip("=")
