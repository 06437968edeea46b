"""What is different between two versions, paragraph by paragraph and word by word."""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from html import unescape
from itertools import zip_longest

from django.utils.html import strip_tags

Block = dict[str, str]
PARAGRAPH_END = re.compile(r"</(?:p|li|h3)>|<br\s*/?>")
WORD = re.compile(r"\S+\s*")
# Below this, two paragraphs are not one that was changed but one gone and one new.
ALIKE = 0.5


@dataclass(frozen=True)
class Piece:
    """Some words that stayed, went or came."""

    kind: str
    words: str


@dataclass(frozen=True)
class Part:
    """One paragraph that is new, gone or changed; or a run of those that stayed."""

    kind: str
    pieces: list[Piece] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)


def plain(blocks: list[Block]) -> str:
    """A text without its marks, one paragraph a line."""
    return "\n".join(paragraphs(blocks))


def paragraphs(blocks: list[Block]) -> list[str]:
    """Headings, paragraphs and points, in their order."""
    found = []
    for block in blocks:
        pieces = [block["value"]] if block["kind"] == "heading" else PARAGRAPH_END.split(block["value"])
        lines = (" ".join(unescape(strip_tags(piece)).split()) for piece in pieces)
        found += [line for line in lines if line]
    return found


def compare(old: list[Block], new: list[Block]) -> list[Part]:
    """The new text with what went and came marked in it (W-89)."""
    return compare_lines(paragraphs(old), paragraphs(new))


def compare_lines(before: list[str], after: list[str]) -> list[Part]:
    """The same for texts without marks, one paragraph a line."""
    parts: list[Part] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(Part("same", paragraphs=after[j1:j2]))
        else:
            parts += _changed(before[i1:i2], after[j1:j2])
    return parts


def _changed(before: list[str], after: list[str]) -> list[Part]:
    """A run of paragraphs that became another run: each next to the one it resembles."""
    parts = []
    for one, other in zip_longest(before, after, fillvalue=""):
        if one and other and SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE:
            parts.append(Part("changed", _words(one, other)))
        else:
            parts += [Part("gone", [Piece("gone", one)])] if one else []
            parts += [Part("new", [Piece("new", other)])] if other else []
    return parts


def _words(one: str, other: str) -> list[Piece]:
    before, after = WORD.findall(one), WORD.findall(other)
    pieces = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(after[j1:j2]).strip()))
        else:
            pieces += [Piece("gone", "".join(before[i1:i2]).strip())] if i1 < i2 else []
            pieces += [Piece("new", "".join(after[j1:j2]).strip())] if j1 < j2 else []
    return pieces
