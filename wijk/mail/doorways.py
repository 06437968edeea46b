"""Mail to somebody without a log-in: what leads to a member's own page leads to a page that opens with the mail."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings

from wijk.mail.compose import Composed

# Answers where the reader of a mail goes instead of to this path of a member; empty when they log in as everybody.
Doorway = Callable[[Any, str], str]
_DOORWAYS: list[Doorway] = []
BEHIND_LOG_IN = ("/mijn/", "/account/", "/plaatsen/")


def doorway(way: Doorway) -> Doorway:
    """Registers the pages of who cannot log in; a feature above this one knows them."""
    _DOORWAYS.append(way)
    return way


def door_of(account: Any, path: str = "/mijn/") -> str:
    """The path by which this reader reaches it; empty for who logs in."""
    return next((found for way in _DOORWAYS if (found := way(account, path))), "")


def led_home(composed: Composed, account: Any) -> Composed:
    """The mail with every way to a page behind the log-in replaced, for a reader who has none."""
    if account is None or not door_of(account):
        return composed
    paths = "|".join(map(re.escape, BEHIND_LOG_IN))
    pattern = re.compile(rf"{re.escape(settings.BASE_URL)}((?:{paths})[^\s\"'<>)]*)")

    def led(found: re.Match[str]) -> str:
        return settings.BASE_URL + door_of(account, found[1])

    return replace(composed, text=pattern.sub(led, composed.text), html=pattern.sub(led, composed.html))
