"""Takes a mail apart into headers and parts, within limits.

The parser of Python calls itself for each level of nesting and takes a lone carriage return for the end of a header
line, which no mail server does; what it would find after one is not what our server judged. So we look ourselves.
"""

import re
from dataclasses import dataclass, field
from itertools import islice

from wijk.incoming.decoding import as_text, decoded
from wijk.incoming.letter import Unreadable

LARGEST = 2_000_000
LONGEST_HEAD = 200_000
LONGEST_VALUE = 2_000
MOST_PARTS = 50
DEEPEST = 8

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_KIND = re.compile(r"\s*([\w.+-]+/[\w.+-]+)\s*(?:;|$)")
_PARAMETER = re.compile(r""";\s*([\w-]+)(?:\*\d*\*?)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]*))""")


@dataclass
class Part:
    """The whole mail, or one of the parts that it is made of."""

    fields: list[tuple[str, str]]
    raw: bytes
    start: int
    end: int
    kind: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    # With a file name it is an attachment, whatever else it says.
    file_name: str = ""
    parts: list["Part"] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.fields if known == name]

    def first(self, name: str) -> str:
        return next((value for known, value in self.fields if known == name), "")

    def everything(self) -> list["Part"]:
        """This part and all within it, in the order of the mail."""
        return [self, *(inner for part in self.parts for inner in part.everything())]

    def content(self) -> bytes:
        encoding = self.first("content-transfer-encoding").strip().lower()
        return decoded(self.raw[self.start : self.end], encoding)

    def text(self) -> str:
        return as_text(self.content(), self.parameters.get("charset", ""))


def take_apart(raw: bytes) -> Part:
    """The mail with all its parts; raises Unreadable when it is larger than we read."""
    if len(raw) > LARGEST:
        raise Unreadable("size")
    mail = _part(raw, 0, len(raw), "text/plain")
    number, waiting = 1, [(mail, 1)]
    while waiting:
        part, depth = waiting.pop()
        spans = _spans(part)
        number += len(spans)
        if number > MOST_PARTS:
            raise Unreadable("parts")
        if spans and depth > DEEPEST:
            raise Unreadable("depth")
        kind = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        part.parts = [_part(raw, start, end, kind) for start, end in spans]
        waiting += [(inner, depth + 1) for inner in part.parts]
    return mail


def _spans(part: Part) -> list[tuple[int, int]]:
    """Where the parts of this part begin and end; none when it is not made of parts."""
    boundary = part.parameters.get("boundary", "").rstrip()
    if not part.kind.startswith("multipart/") or not boundary:
        return []
    line = re.compile(rb"^--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*(?:\r?\n|\Z)", re.M)
    spans, start = [], -1
    for found in islice(line.finditer(part.raw, part.start, part.end), MOST_PARTS + 1):
        if start >= 0:
            spans.append((start, _before_break(part.raw, start, found.start())))
        start = -1 if found.group(1) else found.end()
        if start < 0:
            break
    return spans if start < 0 else [*spans, (start, part.end)]


def _before_break(raw: bytes, start: int, end: int) -> int:
    """The line break before a boundary belongs to the boundary."""
    for line_break in (b"\r\n", b"\n"):
        if raw.endswith(line_break, start, end):
            return end - len(line_break)
    return end


def _part(raw: bytes, start: int, end: int, kind: str) -> Part:
    fields, body = _head(raw, start, end)
    part = Part(fields, raw, body, end, kind)
    value = part.first("content-type")[:LONGEST_VALUE]
    found = _KIND.match(value)
    if found:
        part.kind, part.parameters = found.group(1).lower(), _parameters(value)
    placing = part.first("content-disposition")[:LONGEST_VALUE]
    part.disposition = placing.partition(";")[0].strip().lower()
    part.file_name = _parameters(placing).get("filename") or part.parameters.get("name", "")
    return part


def _head(raw: bytes, start: int, end: int) -> tuple[list[tuple[str, str]], int]:
    """The headers, each on one line, and where the body begins.

    As for the mail servers before us, the headers end at the first line that is none: what comes after it was not
    judged as a header there, so it is none here.
    """
    lines: list[list[bytes]] = []
    at, body = start, end
    while at < end:
        stop = raw.find(b"\n", at, end) + 1 or end
        if stop - start > LONGEST_HEAD:
            raise Unreadable("size")
        line = raw[at:stop].rstrip(b"\r\n")
        if lines and line[:1] in (b" ", b"\t"):
            lines[-1].append(line)
        elif _FIELD.match(line):
            lines.append([line])
        elif at > 0 or not line.startswith(b"From "):
            body = at if line else stop
            break
        at = stop
    return [_name_and_value(b"".join(field)) for field in lines], body


def _name_and_value(field: bytes) -> tuple[str, str]:
    name, _colon, value = field.partition(b":")
    return name.strip().decode("ascii").lower(), " ".join(value.decode("utf-8", "replace").split())


def _parameters(value: str) -> dict[str, str]:
    """The parameters of a header; of two with one name the first counts."""
    found: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(value):
        found.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) or bare)
    return found
