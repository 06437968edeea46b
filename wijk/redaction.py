"""Takes what is personal out of log lines before anything writes them down: a filter on every handler of LOGGING.

What it knows people by comes from the register: the values of fields that are declared to name, reach or quote
somebody, wherever they stand as `name=value`, and whatever looks like an address or a telephone number.
"""

import logging
import re
from functools import lru_cache
from typing import Any

from django.apps import apps

from wijk.personal_data import REGISTER, Kind

TELLING = {Kind.IDENTIFIER, Kind.CONTACT, Kind.FREE_TEXT, Kind.SECRET}
TAKEN_OUT = "[…]"
EMAIL = re.compile(r"[^\s<>\"'(),:;=]+@[^\s<>\"'(),:;=]+\.[^\s<>\"'(),:;=]*\w")
# International, or ten digits from a nought, with what people put between them.
PHONE = re.compile(
    r"(?<![\w.-])(?:\+|00)\d(?:[\s().-]{0,2}\d){8,13}(?![\w.-]*\d)|(?<![\w.-])0[1-9](?:[\s-]?\d){8}(?![\w-])"
)
ADDRESS = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
# Random names in paths open somebody's conversation or newsletter.
LINK = re.compile(r"(?<=/)(?=[\w:-]*\d)[\w:-]{20,}(?=[/?\s]|$)")
# What every record has; `name` is the logger's own.
OF_RECORDS = set(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime"}


def personal_names() -> frozenset[str]:
    """The names of fields whose values say who somebody is, how to reach them, or what they wrote."""
    return _names(apps.ready)


@lru_cache(maxsize=2)
def _names(complete: bool) -> frozenset[str]:
    """Of what is declared by now; asked anew once all apps are loaded."""
    entries = [pair for found in REGISTER.values() for pair in found.fields.items()]
    return frozenset(name for name, entry in entries if entry.kind in TELLING)


@lru_cache(maxsize=2)
def _named_value(known: frozenset[str]) -> re.Pattern[str]:
    """`email=x`, `"email": "x"` and the `(email)=(x)` of PostgreSQL."""
    names = "|".join(sorted(known, key=len, reverse=True)) or r"(?!)"
    quoted = r"\"[^\"]*\"|'[^']*'|\([^)]*\)|[^\s,;&)}\]]+"
    return re.compile(rf"(?<![\w-])((?:{names})[\"')]?\s*[=:]\s*)({quoted})")


def redact(text: str) -> str:
    """A text without what is personal in it."""
    text = _named_value(personal_names()).sub(rf"\1{TAKEN_OUT}", text)
    for pattern in (EMAIL, PHONE, ADDRESS, LINK):
        text = pattern.sub(TAKEN_OUT, text)
    return text


class PersonalDataFilter(logging.Filter):
    """Redacts the message, the traceback and the extras of every record that passes."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(_message(record)), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        for name in set(vars(record)) - OF_RECORDS:
            setattr(record, name, _extra(name, getattr(record, name)))
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        # A log line that does not fit its values must not stop the work it tells about.
        return str(record.msg)


def _extra(name: str, value: Any) -> Any:
    if name in personal_names():
        return TAKEN_OUT
    if isinstance(value, dict):
        return {key: _extra(str(key), one) for key, one in value.items()}
    return redact(value) if isinstance(value, str) else value
