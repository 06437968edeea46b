"""Who says to have written a mail: one address, spelled so that no two readers can take it for different ones."""

import re
import unicodedata

from wijk.incoming.decoding import words_of_header
from wijk.incoming.structure import Part

LONGEST = 1_000
LONGEST_ADDRESS = 254

_ADDRESS = r"[^\s<>()\[\]\\,;:\"@\ufffd]{1,64}@[^\s<>()\[\]\\,;:\"@\ufffd]{1,253}"
_FROM = re.compile(rf"(?:(?P<name>[^<>]*)<\s*(?P<inside>{_ADDRESS})\s*>|(?P<bare>{_ADDRESS}))")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def author_of(mail: Part) -> str:
    """The address in From; empty when there is any doubt which one it is."""
    headers = mail.all("from")
    found = _FROM.fullmatch(headers[0].strip()) if len(headers) == 1 and len(headers[0]) <= LONGEST else None
    if not found:
        return ""
    address, name = found.group("inside") or found.group("bare"), (found.group("name") or "").strip()
    if len(address) > LONGEST_ADDRESS or "=?" in address or _ats(address) != 1 or not _is_plain(name):
        return ""
    return address if _hides_none(name, address) else ""


def _is_plain(name: str) -> bool:
    """No signs outside quotes that make a list or a group of it."""
    return not set('",;:\\@') & set(_QUOTED.sub("", name))


def _hides_none(name: str, address: str) -> bool:
    """No address in the name, but for the very same one, which some programs repeat."""
    shown = words_of_header(name).strip("\"' ")
    return not _ats(shown) or shown.lower() == address.lower()


def _ats(text: str) -> int:
    return unicodedata.normalize("NFKC", text).count("@")
