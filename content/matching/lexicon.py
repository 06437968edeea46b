"""The lexicon: what neighbours do for each other, each with the words of who asks and of who gives.

One concept a line: `theme :: concept = triggers`. A trigger is a word, which also counts inside a compound; `word*` is
the beginning of one; `two words` stand within four words of each other; `word?` is weak and counts only beside another.
A `!` after the name of a concept keeps it out of what is printed (illness, debt, religion): it may match, in silence.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from content.matching.spelling import SHORTEST_PART, key, plain

FILE = Path(__file__).parent / "lexicon.txt"
COMPOUND_FILE = Path(__file__).parent / "compounds.txt"

_LINE = re.compile(r"(?P<theme>[\w-]+) :: (?P<name>[^=!]+?)(?P<discreet> !)? = (?P<triggers>.+)")


@dataclass(frozen=True)
class Concept:
    """Something one neighbour does for another."""

    name: str
    theme: str
    discreet: bool


@dataclass(frozen=True)
class Phrase:
    """A trigger of several words; each a key, or the beginning of a word."""

    concept: str
    words: tuple[tuple[str, bool], ...]
    weak: bool


@dataclass
class Lexicon:
    """All concepts, found by the words that call them up."""

    concepts: dict[str, Concept] = field(default_factory=dict)
    # Key of a word -> (concept, weak).
    by_word: dict[str, list[tuple[str, bool]]] = field(default_factory=lambda: defaultdict(list))
    # First two letters -> (beginning of a word, concept, weak).
    by_start: dict[str, list[tuple[str, str, bool]]] = field(default_factory=lambda: defaultdict(list))
    # Key of the first word -> phrases; and those that begin with the beginning of a word.
    phrases: dict[str, list[Phrase]] = field(default_factory=lambda: defaultdict(list))
    begun_phrases: list[Phrase] = field(default_factory=list)
    words: set[str] = field(default_factory=set)

    @cached_property
    def parts(self) -> frozenset[str]:
        """Words that a compound may be made of."""
        general = plain(COMPOUND_FILE.read_text(encoding="utf-8"))
        return frozenset(word for word in {*self.words, *general} if len(word) >= SHORTEST_PART)

    def add(self, line: str) -> None:
        """Takes in one line; raises ValueError with what is wrong."""
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise ValueError(f"no concept: {line[:60]}")
        name = found["name"].strip()
        self.concepts[name] = Concept(name, found["theme"], bool(found["discreet"]))
        for trigger in found["triggers"].split(","):
            self._add_trigger(name, trigger.strip())

    def _add_trigger(self, concept: str, trigger: str) -> None:
        weak = trigger.endswith("?")
        words = [(word, raw.endswith("*")) for raw in trigger.removesuffix("?").split() for word in plain(raw)]
        if not words:
            raise ValueError(f"an empty trigger in {concept}")
        self.words.update(word for word, begun in words if not begun)
        if len(words) > 1:
            self._add_phrase(Phrase(concept, tuple((one if begun else key(one), begun) for one, begun in words), weak))
            return
        word, begun = words[0]
        if begun:
            self.by_start[word[:2]].append((word, concept, weak))
            return
        known = self.by_word[key(word)]
        # Once weak is weak: `boek?` beside `boeken` must not make it strong.
        weak = weak or (concept, True) in known
        known[:] = [*(one for one in known if one[0] != concept), (concept, weak)]

    def _add_phrase(self, phrase: Phrase) -> None:
        word, begun = phrase.words[0]
        (self.begun_phrases if begun else self.phrases[word]).append(phrase)


def read(lines: Iterable[str]) -> Lexicon:
    """A lexicon of these lines; empty ones and those that begin with # are remarks."""
    lexicon = Lexicon()
    for line in lines:
        if line.strip() and not line.startswith("#"):
            lexicon.add(line)
    return lexicon


@cache
def shared() -> Lexicon:
    """The lexicon of the whole site, read once."""
    return read(FILE.read_text(encoding="utf-8").splitlines())
