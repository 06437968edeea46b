"""What is compared of a post: its words, the concepts they call up, its theme and the spelling of its text.

This is all that matching knows (C-62). It holds no author, no history and no click, and a test keeps it so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from zlib import crc32

from content.matching.lexicon import Lexicon, Phrase, shared
from content.matching.spelling import EVERYDAY, key, plain, split

PHRASE_SPAN = 4
BITS = 4096
PIECES = (3, 4, 5)
ENOUGH_WEAK = 2
# Chosen by who could not choose: no sign that two posts are about the same, nor that they are not.
NO_THEME = frozenset({"", "anders", "overig"})
# A change of these files or of this module changes signatures; raise it then.
VERSION = 1


@dataclass(frozen=True)
class Signature:
    """One post as the matcher sees it."""

    theme: str = ""
    # Stem -> how often.
    words: dict[str, int] = field(default_factory=dict)
    # Stem -> as it was written, for the reasons.
    written: dict[str, str] = field(default_factory=dict)
    # What it is surely about: a strong word says so, or two weak ones; and what a single weak word hints at.
    concepts: frozenset[str] = frozenset()
    hints: frozenset[str] = frozenset()
    # The pieces of its words, as bits.
    spelling: int = 0

    @property
    def length(self) -> int:
        return sum(self.words.values())


@dataclass(frozen=True)
class Token:
    """What one word, anywhere, brings along."""

    key: str
    parts: tuple[str, ...]
    hits: tuple[tuple[str, bool], ...]
    spelling: int


class Reader:
    """Reads posts with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._token = lru_cache(maxsize=50_000)(self._read_token)

    def read(self, title: str, text: str, theme: str = "") -> Signature:
        """The signature of a post."""
        written = list(plain(f"{title} {text}"))
        tokens = [self._token(word) for word in written]
        words: Counter[str] = Counter()
        seen: dict[str, str] = {}
        spelling = 0
        for word, token in zip(written, tokens, strict=True):
            if word in EVERYDAY or len(word) < 2 or word.isdigit():
                continue
            spelling |= token.spelling
            for part in (token.key, *token.parts):
                words[part] += 1
                seen.setdefault(part, word)
        concepts, hints = self._concepts(written, tokens)
        return Signature(theme, dict(words), seen, concepts, hints, spelling)

    def _concepts(self, written: list[str], tokens: list[Token]) -> tuple[frozenset[str], frozenset[str]]:
        strong: set[str] = set()
        weak: defaultdict[str, set[str]] = defaultdict(set)
        for token in tokens:
            for concept, is_weak in token.hits:
                if is_weak:
                    weak[concept].add(token.key)
                else:
                    strong.add(concept)
        keys = [token.key for token in tokens]
        for phrase in self._begun(keys, written):
            if _stands(phrase, written, keys):
                if phrase.weak:
                    weak[phrase.concept].add(" ".join(word for word, _ in phrase.words))
                else:
                    strong.add(phrase.concept)
        strong |= {concept for concept, found in weak.items() if len(found) >= ENOUGH_WEAK}
        return frozenset(strong), frozenset(weak.keys() - strong)

    def _begun(self, keys: list[str], written: list[str]) -> Iterable[Phrase]:
        """The phrases whose first word is there."""
        for word in dict.fromkeys(keys):
            yield from self.lexicon.phrases.get(word, ())
        for phrase in self.lexicon.begun_phrases:
            if any(word.startswith(phrase.words[0][0]) for word in written):
                yield phrase

    def _read_token(self, word: str) -> Token:
        parts = tuple(key(part) for part in split(word, self.lexicon.parts))
        own = key(word)
        hits = [hit for known in dict.fromkeys((own, *parts)) for hit in self.lexicon.by_word.get(known, ())]
        hits += [
            (concept, weak)
            for start, concept, weak in self.lexicon.by_start.get(word[:2], ())
            if word.startswith(start)
        ]
        return Token(own, parts, tuple(hits), spelling_of(word))


def _stands(phrase: Phrase, written: list[str], keys: list[str]) -> bool:
    """Whether all words of a phrase stand near each other, in any order, as in `haar knippen` and `knip mijn haar`."""
    places = [
        [at for at, one in enumerate(keys) if (written[at].startswith(word) if begun else one == word)]
        for word, begun in phrase.words
    ]
    return any(
        all(any(0 < abs(at - first) < PHRASE_SPAN for at in later) for later in places[1:]) for first in places[0]
    )


def spelling_of(word: str) -> int:
    """The pieces of a word as bits, so that compounds and slips of the pen still look alike."""
    edged = f"^{word}$"
    bits = 0
    for size in PIECES:
        for at in range(len(edged) - size + 1):
            bits |= 1 << (crc32(edged[at : at + size].encode()) % BITS)
    return bits


@cache
def reader() -> Reader:
    """The reader with the lexicon of the whole site."""
    return Reader(shared())
