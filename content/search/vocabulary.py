"""The words that neighbours use now, in memory: to look inside compounds, to finish what is begun, to read past typos.

They are written nowhere: a word is known while something that everybody may find holds it, and is read anew after a
change. Words that only look alike are offered by what is found with them, never by this list alone.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

from django.db.models import Max, Q, Subquery, Sum

from content.organisations.models import Organisation
from content.pages.models import NewsPage
from content.posts.models import Post
from content.search.compounds import forms, holds, is_common, split
from content.search.models import GuideEntry, SearchEntry
from content.search.spelling import nearest
from content.search.words import stem
from neighbourhoods.places.models import Neighbourhood

# The newest texts are read; what only older ones hold is found by its own word.
MOST_TEXTS = 20_000
MOST_FORMS = 40
SHORTEST_BEGINNING = 3
# After reading many texts their words are good for a while: so many seconds each, so that reading takes little time.
FEW_TEXTS, REST = 1_000, 0.001


@dataclass(frozen=True)
class Term:
    """One word of a question, and what it is taken for."""

    word: str
    # The word and its stem, or what it was surely meant to be.
    same: frozenset[str]
    # Compounds that it is in, or words that it begins.
    within: frozenset[str] = frozenset()
    # The parts of a compound; together they count as the compound.
    parts: tuple["Term", ...] = ()
    # Known words that look or sound like it, when nothing has the word itself.
    meant: tuple[str, ...] = ()


def term(word: str, within: frozenset[str] = frozenset()) -> Term:
    return Term(word, frozenset({word, stem(word)}), within)


@dataclass
class Vocabulary:
    """All known words with how many texts have them, and their stems."""

    texts: Counter[str] = field(default_factory=Counter)
    stems: set[str] = field(default_factory=set)
    read_texts: int = 0
    # Whether all texts were read, not only the newest.
    is_whole: bool = True

    def __post_init__(self) -> None:
        self.read = lru_cache(maxsize=2_000)(self._read)

    def add(self, words: str) -> None:
        title, title_stems, text, text_stems = sections(words)
        self.read_texts += 1
        self.texts.update(title | text)
        self.stems |= title_stems | text_stems

    def has(self, word: str) -> bool:
        return word in self.texts or word in self.stems or stem(word) in self.texts or stem(word) in self.stems

    def _read(self, word: str) -> Term:
        """What a word may be found by."""
        parts = tuple(term(part, self._compounds(part)) for part in split(word, self.texts))
        known = Term(word, term(word).same, self._compounds(word), parts)
        if known.within or self.has(word) or (parts and all(part.within or self.has(part.word) for part in parts)):
            return known
        begun = self._begun(word)
        if begun or is_common(word):
            return Term(word, known.same, begun, parts)
        meant = nearest(word, self.texts)
        compounds = frozenset(one for near in meant for one in self._compounds(near))
        same = known.same.union(meant, map(stem, meant))
        return Term(word, same, compounds, parts, meant)

    def _compounds(self, word: str) -> frozenset[str]:
        ways = forms(word)
        longer = (known for known in self.texts if len(known) > len(word) and any(way in known for way in ways))
        return self._most([one for one in longer if any(holds(one, way, self.texts) for way in ways)])

    def _begun(self, word: str) -> frozenset[str]:
        """What a word begins; a word that is whole begins nothing, so that an auto is no autorisatie."""
        if len(word) < SHORTEST_BEGINNING or is_common(word):
            return frozenset()
        return self._most([known for known in self.texts if known.startswith(word)])

    def _most(self, words: list[str]) -> frozenset[str]:
        return frozenset(sorted(words, key=lambda one: (-self.texts[one], one))[:MOST_FORMS])


def sections(words: str) -> tuple[set[str], set[str], set[str], set[str]]:
    """The words of the title, their stems, those of the text, and theirs, from what an entry holds."""
    title, title_stems, text, text_stems = (*words.split("|"), "", "", "", "")[:4]
    return set(title.split()), set(title_stems.split()), set(text.split()), set(text_stems.split())


# Read anew when something changed -------------------------------------------------------------------------------------

_lock = Lock()
_kept: dict[str, Any] = {"stamp": None, "until": 0.0, "vocabulary": None}


def vocabulary() -> Vocabulary:
    """The known words as of the last change; on a large site some seconds older."""
    stamp = _stamp()
    if _is_old(stamp):
        with _lock:
            if _is_old(stamp):
                made = _load()
                rest = REST * made.read_texts if made.read_texts > FEW_TEXTS else 0
                _kept.update(stamp=stamp, until=time.monotonic() + rest, vocabulary=made)
    known: Vocabulary = _kept["vocabulary"]
    return known


def _is_old(stamp: tuple[Any, ...]) -> bool:
    return _kept["vocabulary"] is None or (stamp != _kept["stamp"] and time.monotonic() >= _kept["until"])


def forget() -> None:
    """Reads everything anew at the next question."""
    _kept.update(stamp=None, until=0.0, vocabulary=None)


def _stamp() -> tuple[Any, ...]:
    """Changes with whatever is placed, changed or taken away."""
    newest = [entries.objects.order_by("-pk").values("pk")[:1] for entries in (SearchEntry, GuideEntry)]
    changes = Neighbourhood.objects.on().aggregate(
        all=Sum("version"), post=Max(Subquery(newest[0])), guide=Max(Subquery(newest[1]))
    )
    return tuple(changes.values())


def _load() -> Vocabulary:
    findable = SearchEntry.objects.filter(post__in=Post.objects.visible().in_search()).order_by("-post_id")
    shown = Q(organisation__in=Organisation.objects.visible()) | Q(news__in=NewsPage.objects.public().order_by())
    guide = GuideEntry.objects.filter(shown).order_by("-pk")
    made = Vocabulary()
    for entries in (findable, guide):
        before = made.read_texts
        for words in entries.values_list("words", flat=True)[:MOST_TEXTS].iterator(2_000):
            made.add(words)
        made.is_whole = made.is_whole and made.read_texts - before < MOST_TEXTS
    return made
