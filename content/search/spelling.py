"""The nearest known words to one that nobody wrote: slips of the finger, and what sounds the same in Dutch."""

import re
from collections.abc import Mapping

SHORTEST = 4
# From this length on two slips are still the same word.
LONG = 8
MOST = 3
# Two spellings of one sound, the first of which stands for both.
SOUNDS = (
    ("sch", "sg"),
    ("ei", "ij"),
    ("ei", "y"),
    ("ou", "au"),
    ("k", "ck"),
    ("ks", "x"),
    ("kw", "q"),
    ("f", "ph"),
    ("f", "v"),
    ("s", "z"),
    ("s", "c(?=[eiy])"),
    ("k", "c(?!h)"),
    ("t", "d(?=t)|d$"),
    ("g", "ch"),
    ("t", "th"),
    ("i", "ie"),
)
_SOUNDS = tuple((re.compile(written), sound) for sound, written in SOUNDS)
_TWICE = re.compile(r"(.)\1+")


def sound(word: str) -> str:
    """How a word sounds: `fijts` as `feits`, `vout` as `fout`."""
    for written, sounded in _SOUNDS:
        word = written.sub(sounded, word)
    return _TWICE.sub(r"\1", word)


def nearest(word: str, known: Mapping[str, int]) -> tuple[str, ...]:
    """The known words nearest to this one: none for a short word or a number, else the best few that are as near."""
    if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
        return ()
    slips = 1 if len(word) < LONG else 2
    heard, letters = sound(word), _letters(word)
    found: list[tuple[float, int, str]] = []
    for other, texts in known.items():
        if abs(len(other) - len(word)) > slips or len(other) < SHORTEST - 1:
            continue
        # A slip changes at most two letters of the set; a sound may change a few more.
        if (_letters(other) ^ letters).bit_count() > slips * 2 + 2:
            continue
        away: float = distance(word, other, slips)
        if away > 0.5 and sound(other) == heard:
            away = 0.5
        if away <= slips:
            found.append((away, -texts, other))
    found.sort()
    return tuple(other for away, _texts, other in found if away == found[0][0])[:MOST]


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) % 61)
    return bits


def distance(one: str, other: str, most: int) -> int:
    """How many slips make one word the other, `most` + 1 for more: a letter too many, missing, wrong, two swapped."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [at]
        for to, wanted in enumerate(other, start=1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, earlier[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
