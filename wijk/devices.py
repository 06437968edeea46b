"""Which browser on which system, in two words: enough to know one's own device by, too little to follow anybody."""

import re

from django.http import HttpRequest

# The first that fits: every browser also calls itself what it wants to be taken for.
_BROWSERS = (
    ("Edge", r"\bEdg(?:e|A|iOS)?/"),
    ("Opera", r"\bOPR/|\bOpera\b"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|CriOS|Chromium)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone|iPod"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Linux", r"Linux|X11"),
)


def device_of(user_agent: str) -> str:
    """The family of browser and system, as "Firefox, Android"; empty when neither is known (C-10)."""
    return ", ".join(name for name in (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)) if name)


def client_device(request: HttpRequest) -> str:
    """The device of a request's sender."""
    return device_of(request.META.get("HTTP_USER_AGENT", "")[:400])


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in table if re.search(pattern, text)), "")
