"""What people type: cleaned to plain, normalised text, and shown as paragraphs with safe links."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

# Controls except tab and newline, bidirectional overrides, zero-width and private characters, lone surrogates: a reader
# does not see them; they only deceive or break things.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff]"
)
_BLANK_LINES = re.compile(r"\n{3,}")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


def clean_line(text: str) -> str:
    """One line: NFC, no invisible characters, single spaces."""
    return " ".join(clean_text(text).split())


def clean_text(text: str) -> str:
    """Several lines: NFC, no invisible characters, at most one blank line between paragraphs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    lines = (line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def excerpt(text: str, length: int = 160) -> str:
    """The beginning of a text on one line, cut at a word."""
    line = clean_line(text)
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(",;:.-") + "…"


def paragraphs(text: str) -> SafeString:
    """Plain text as HTML paragraphs; web addresses become links that pass no credit and no referrer (K-56)."""
    blocks = (f"<p>{_links(block)}</p>" for block in clean_text(text).split("\n\n") if block)
    return mark_safe("\n".join(blocks))  # noqa: S308  every piece went through escape() in _links


def _links(block: str) -> str:
    out, end = [], 0
    for found in _LINK.finditer(block):
        out.append(escape(block[end : found.start()]))
        out.append(format_html('<a href="{0}" rel="nofollow ugc noopener">{0}</a>', found.group()))
        end = found.end()
    out.append(escape(block[end:]))
    return "".join(out).replace("\n", "<br>")


class LineField(forms.CharField):
    """One line of typed text, cleaned before its length is judged."""

    def to_python(self, value: object) -> str:
        return clean_line(str(value)) if value else ""


class TextField(forms.CharField):
    """Several lines of typed text, cleaned before their length is judged."""

    widget = forms.Textarea

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        """What somebody types in Arabic runs from the right while they type."""
        return {**super().widget_attrs(widget), "dir": "auto"}

    def to_python(self, value: object) -> str:
        return clean_text(str(value)) if value else ""


def canonical_email(address: str) -> str:
    """The form in which two spellings of one mailbox are equal: NFKC, trimmed, case-folded, IDNA domain."""
    address = unicodedata.normalize("NFKC", address).strip()
    local, _at, domain = address.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        pass
    return f"{local}@{domain}".casefold()


def spellings(address: str) -> list[str]:
    """The ways in which one mailbox may be stored: as it is typed, canonical, and with the accents in its domain."""
    canonical = canonical_email(address)
    local, _at, domain = canonical.rpartition("@")
    try:
        readable = domain.encode("ascii").decode("idna")
    except UnicodeError:
        readable = domain
    return [clean_line(address).lower(), canonical, f"{local}@{readable}"]


# Joiners too: a name or an emoji may need them, an address never does.
_HIDDEN_IN_ADDRESS = re.compile(f"{_INVISIBLE.pattern}|[\u200c\u200d]")
_ATOM = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")


class EmailField(forms.EmailField):
    """A mailbox that mail can really reach: no quoted local part, no address literal, ASCII before the @."""

    default_error_messages = {
        "invalid": _("Dit is geen geldig e-mailadres. Een voorbeeld: naam@voorbeeld.nl."),
        "required": _("Vul je e-mailadres in."),
        "invisible": _("In dit adres zit een teken dat je niet ziet. Typ het adres over in plaats van te plakken."),
    }
    default_validators = [EmailValidator(_("Dit is geen geldig e-mailadres. Een voorbeeld: naam@voorbeeld.nl."))]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 254, **kwargs})

    def to_python(self, value: object) -> str:
        return clean_line(str(value)) if value else ""

    def clean(self, value: object) -> str:
        # Two addresses that look the same must not be two mailboxes: what hides in one is refused, not taken out.
        if value and _HIDDEN_IN_ADDRESS.search(str(value)):
            raise ValidationError(self.error_messages["invisible"], code="invisible")
        address = str(super().clean(value))
        local, _at, domain = address.rpartition("@")
        if address and (not _ATOM.fullmatch(local) or domain.startswith("[")):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return f"{local}@{domain.lower()}" if address else ""
