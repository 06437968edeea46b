"""The word in a mailed link: what it is about and when it was made, signed; it is stored nowhere."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.core import signing

from wijk import clock


class Link(NamedTuple):
    """What a link is about, and how long ago it was made."""

    what: Any
    age: timedelta


def signed(what: Any, *, salt: str) -> str:
    """A word about something, made now; each use has a salt of its own, so that no link opens another door."""
    return signing.dumps([what, clock.now().timestamp()], salt=salt)


def of_link(word: str, *, salt: str) -> Link | None:
    """What a word says; None for one that we did not make, or made for another use."""
    try:
        what, made = signing.loads(word, salt=salt)
    except (signing.BadSignature, ValueError):
        return None
    return Link(what, timedelta(seconds=clock.now().timestamp() - made))
