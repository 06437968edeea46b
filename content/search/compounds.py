"""Dutch compounds: `bakfiets` is a fiets and `fietsenmaker` has to do with one, but `automatisch` is no auto.

A word is a compound when what is left of it is a word as well: one of parts.txt, or one that neighbours wrote.
"""

import re
from collections.abc import Container
from functools import lru_cache
from pathlib import Path

from content.search.words import stem

SHORTEST_PART = 3
# What only neighbours wrote must be longer before it counts as a part.
SHORTEST_WRITTEN = 4
# Letters between the parts: stadspark, boekenclub, zonnescherm.
LINKS = ("", "s", "en", "n", "e")
ENDINGS = frozenset({"s", "en", "n", "je", "jes", "tje", "tjes", "pje", "pjes", "etje", "etjes"})

_lines = (Path(__file__).parent / "parts.txt").read_text(encoding="ascii").split()
# Words that only look like compounds stand behind an exclamation mark.
WHOLE = frozenset(word[1:] for word in _lines if word.startswith("!"))
PARTS = frozenset(word for word in _lines if not word.startswith("!"))
PART_STEMS = frozenset(map(stem, PARTS))


_LONG = re.compile(r"([aeou])\1[bcdfgklmnprstvwz]$")
_SHORT = re.compile(r"[bcdfghklmnprstvwxz][aeiou][bdfgklmnprst]$")
_SOFT = {"f": "v", "s": "z"}


def forms(word: str) -> frozenset[str]:
    """How a word looks inside a compound: as it is, its stem, and its plural (`bomenkap`, `kattenoppas`)."""
    found = {word, stem(word)}
    for one in tuple(found):
        last = one[-1:]
        if _LONG.search(one):
            found.add(f"{one[:-2]}{_SOFT.get(last, last)}en")
        elif _SHORT.search(one):
            found.add(f"{one}{last}en")
        elif last in _SOFT:
            found.add(f"{one[:-1]}{_SOFT[last]}en")
    return frozenset(one for one in found if len(one) >= SHORTEST_PART)


def holds(word: str, part: str, written: Container[str]) -> bool:
    """Whether `word` is a form or a compound of `part`; `written` are the words that neighbours use."""
    if len(part) < SHORTEST_PART or word == part or is_whole(word):
        return False
    at = word.find(part)
    while at >= 0:
        before, behind = word[:at], word[at + len(part) :]
        if (before or len(part) > SHORTEST_PART or behind not in ENDINGS) and (
            _leads(before, written) and _follows(behind, written)
        ):
            return True
        at = word.find(part, at + 1)
    return False


def split(word: str, written: Container[str]) -> tuple[str, str] | tuple[()]:
    """The two parts of a compound, the longest last part first; nothing for a word that stands in parts.txt itself."""
    if word in PARTS or is_whole(word):
        return ()
    for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        if is_part(word[at:], written):
            for link in LINKS:
                head = word[: at - len(link)] if word[:at].endswith(link) else ""
                if is_part(head, written):
                    return head, word[at:]
    return ()


def is_whole(word: str) -> bool:
    """Whether a word only looks like a compound, in this form or another."""
    return word in WHOLE or stem(word) in WHOLE


@lru_cache(maxsize=50_000)
def is_common(word: str) -> bool:
    """Whether it stands in parts.txt, in this form or another."""
    return word in PARTS or (len(word) >= SHORTEST_PART and stem(word) in PART_STEMS)


def is_part(word: str, written: Container[str]) -> bool:
    return is_common(word) or (len(word) >= SHORTEST_WRITTEN and word in written)


def _leads(before: str, written: Container[str]) -> bool:
    """Whether this can stand before another part."""
    heads = [before[: len(before) - len(link)] for link in LINKS if before.endswith(link)]
    return not before or any(_is_built(head, written) for head in heads)


def _follows(behind: str, written: Container[str]) -> bool:
    """Whether this can stand behind another part: an ending, or a part itself."""
    if not behind or behind in ENDINGS:
        return True
    return any(behind.startswith(link) and _is_built(behind[len(link) :], written) for link in LINKS)


def _is_built(word: str, written: Container[str]) -> bool:
    return is_part(word, written) or bool(len(word) > SHORTEST_PART * 2 and split(word, written))
