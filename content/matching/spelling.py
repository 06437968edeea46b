"""Words as they are compared: without case and accents, by their stem, compounds in their parts."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import snowballstemmer

from content.search.words import LONGEST_WORD, WORD, folded

SHORTEST_PART = 4
SHORTEST_COMPOUND = 8
# Letters between the parts of a compound: stadspark, boekenclub, kindersport.
LINKS = ("", "s", "en", "n", "e", "er", "se")


def plain(text: str) -> Iterator[str]:
    """The words of a text in lower case without accents, in any script."""
    for found in WORD.finditer(folded(text).replace("'", "").replace("’", "")):
        yield found.group()[:LONGEST_WORD]


# Words that say nothing about what a post is for.
EVERYDAY = frozenset(plain((Path(__file__).parent / "everyday.txt").read_text(encoding="utf-8")))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """One stem for `lamp` and `lampen`. The old Dutch stemmer is named, because `dutch` has become another one."""
    return str(snowballstemmer.stemmer("dutch_porter").stemWord(word))


def key(word: str) -> str:
    """By what a word is looked up: its stem, unless that is another word that everybody uses (`bijen` is not `bij`)."""
    stemmed = stem(word)
    return word if stemmed in EVERYDAY else stemmed


def split(word: str, parts: frozenset[str]) -> tuple[str, ...]:
    """The two parts of a compound, if both are known; a word that is known itself stays whole."""
    if len(word) < SHORTEST_COMPOUND or word in parts:
        return ()
    best: tuple[int, tuple[str, ...]] = (0, ())
    for at in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        tail = word[at:]
        if not _known(tail, parts):
            continue
        for link in LINKS:
            head = word[: at - len(link)] if word[:at].endswith(link) else ""
            if len(head) >= SHORTEST_PART and head in parts:
                best = max(best, (len(head) + len(tail), (head, tail)))
    return best[1]


def _known(word: str, parts: frozenset[str]) -> bool:
    return word in parts or any(word.endswith(end) and word[: -len(end)] in parts for end in ("s", "en", "jes"))
