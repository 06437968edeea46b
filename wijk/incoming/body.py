"""Which parts of a mail are its text, and how many of the others are left behind."""

import re

from wijk.incoming.html_text import text_of_html
from wijk.incoming.letter import Unreadable
from wijk.incoming.quoting import MOST_LINES
from wijk.incoming.structure import Part

# A picture this small shows nothing; it tells a sender that the mail was opened.
SMALLEST_PICTURE = 500

# Belong to the mail as an envelope does.
_SEALS = {
    *("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"),
    *("application/pgp-encrypted", "application/pgp-keys", "message/delivery-status", "text/rfc822-headers"),
    *("message/disposition-notification", "message/feedback-report"),
}
_SEAL_FILE = re.compile(r".*\.(?:p7s|asc|sig)", re.I)


def text_of(part: Part) -> str:
    """The text as its sender sees it; of several forms of one text, the plain one. Raises Unreadable."""
    if part.parts:
        return _text_of_parts(part)
    if _is_attachment(part):
        return ""
    text = part.text()
    if text.count("\n") > MOST_LINES:
        raise Unreadable("size")
    if part.kind == "text/html":
        return text_of_html(text)
    flowed = part.parameters.get("format", "").lower() == "flowed"
    return _unflowed(text, delete=part.parameters.get("delsp", "").lower() == "yes") if flowed else text


def _text_of_parts(part: Part) -> str:
    if part.kind != "multipart/alternative":
        texts = [text_of(inner) for inner in part.parts]
        return "\n\n".join(text for text in texts if text.strip())
    plain_first = sorted(part.parts, key=lambda inner: inner.kind != "text/plain")
    return next((text for inner in plain_first if (text := text_of(inner)).strip()), "")


def _is_attachment(part: Part) -> bool:
    return part.kind not in ("text/plain", "text/html") or part.disposition == "attachment" or bool(part.file_name)


def left_out(mail: Part) -> int:
    """How many attachments and pictures do not go on."""
    return sum(_count(inner) for inner in mail.everything() if not inner.parts)


def _count(part: Part) -> int:
    if not _is_attachment(part) or part.kind.startswith("multipart/") or part.kind in _SEALS:
        return 0
    if _SEAL_FILE.fullmatch(part.file_name) or part.kind in ("text/x-amp-html", "text/enriched", "text/watch-html"):
        return 0
    return int(not part.kind.startswith("image/") or len(part.content()) >= SMALLEST_PICTURE)


def _unflowed(text: str, *, delete: bool) -> str:
    """The paragraphs that format=flowed broke into lines (RFC 3676)."""
    out: list[list[str]] = []
    open_depth = -1  # how deep the last line is quoted, when it goes on
    for whole in text.split("\n"):
        bare = whole.lstrip(">")
        depth, line = len(whole) - len(bare), bare.removeprefix(" ")
        goes_on = line.endswith(" ") and line != "-- "
        if depth != open_depth or line == "-- ":
            out.append(["> " * bool(depth)])
        out[-1].append(line[:-1] if goes_on and delete else line)
        open_depth = depth if goes_on else -1
    return "\n".join("".join(pieces) for pieces in out)
