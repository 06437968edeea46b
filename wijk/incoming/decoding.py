"""Bytes to text, whatever a mail says of them: what cannot be read becomes a replacement character."""

import binascii
import codecs
import quopri
import re
import string
from contextlib import suppress

LONGEST_SUBJECT = 2_000

# A name that a codec may have; anything else is not even looked up.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,39}", re.ASCII)
# These turn plain letters into other signs, which no filter of a mail server saw, or take quadratic time.
_NEVER = {"utf-7", "unicode_escape", "raw_unicode_escape", "unicode-escape", "raw-unicode-escape", "idna", "punycode"}
# Who says these often means the larger set that Windows made of them.
_SMALL = {"ascii", "iso8859-1"}
_NO_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + string.digits.encode() + b"+/"))
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LONE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{1,20})?\?([bBqQ])\?([^?\s]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?)")


def decoded(body: bytes, encoding: str) -> bytes:
    """Without its transfer encoding (RFC 2045); damaged places are left out."""
    if encoding == "base64":
        return _from_base64(body)
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    return b"" if "uu" in encoding else body


def _from_base64(body: bytes) -> bytes:
    signs = body.translate(None, _NO_BASE64)
    signs = signs[: len(signs) - 1] if len(signs) % 4 == 1 else signs
    return binascii.a2b_base64(signs + b"=" * (-len(signs) % 4))


def as_text(content: bytes, charset: str) -> str:
    """As text with plain line breaks and without signs that cannot be seen."""
    return visible(_BREAKS.sub("\n", _read_as(content, charset)))


def visible(text: str) -> str:
    """Without signs that cannot be seen."""
    return _LONE.sub("\ufffd", _UNSEEN.sub("", text)).replace("\xa0", " ")


def _read_as(content: bytes, charset: str) -> str:
    codec = _codec(charset)
    if codec == "utf-7":
        return content.decode("ascii", "replace")
    if codec and codec not in _SMALL:
        with suppress(LookupError, ValueError):
            return content.decode(codec, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("windows-1252", "replace")


def _codec(charset: str) -> str:
    """The codec with this name; empty when there is none that we use."""
    charset = charset.strip().strip("'")
    if not _NAME.fullmatch(charset):
        return ""
    try:
        found = codecs.lookup(charset)
    except (LookupError, ValueError):
        return ""
    if found.name == "utf-7":
        return "utf-7"
    return "" if found.name in _NEVER else found.name


def words_of_header(value: str) -> str:
    """A header with its encoded words read (RFC 2047), on one line."""
    value = _BETWEEN.sub(r"\1", value[:LONGEST_SUBJECT])
    out, end, held, charset = [], 0, b"", ""
    for word in _WORD.finditer(value):
        # A sign of several bytes may stand in two words, one after the other.
        if word.start() > end or word.group(1).lower() != charset:
            out += [as_text(held, charset), value[end : word.start()]]
            held, charset = b"", word.group(1).lower()
        held += _bytes_of_word(word.group(2), word.group(3))
        end = word.end()
    return " ".join("".join([*out, as_text(held, charset), value[end:]]).split())


def _bytes_of_word(encoding: str, content: str) -> bytes:
    raw = content.encode()
    if encoding in "bB":
        return _from_base64(raw)
    return quopri.decodestring(raw.replace(b"_", b" "))
