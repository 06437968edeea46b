"""A question in words: what each word is taken for, and which of two answers fits better.

The order is a number of our own, made of the question and the found words alone, so that it is the same on every
database and does not change when something new comes in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from content.search.index import is_written
from content.search.vocabulary import Term, sections, term, vocabulary
from content.search.words import WORD, folded, query_words, stem

# What a word is worth: in the title before in the text, as it was asked before in another form or in a compound.
IN_TITLE, IN_TEXT = (8, 7, 5), (4, 3, 2)
# All words before some words: one word more is worth more than all places together.
A_WORD = 100
PAGE = 24


@dataclass(frozen=True)
class Asked:
    """The words of a question that count."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    def score(self, words: str) -> int:
        """How well an entry answers: more is better, nothing is no answer."""
        title, title_stems, text, text_stems = sections(words)
        total = 0
        for one in self.terms:
            worth = _worth(one, title, title_stems, IN_TITLE) or _worth(one, text, text_stems, IN_TEXT)
            worth = worth or _together(one, title | text, title_stems | text_stems)
            total += A_WORD + worth if worth else 0
        return total

    def read_as(self, found: Iterable["Found"]) -> list[tuple[str, list[str]]]:
        """Each word that nobody wrote, with the words it was taken for that these answers really hold."""
        if not any(one.meant for one in self.terms):
            return []
        written = {word for one in found for word in one.words.split()}
        taken = [(one.word, [word for word in one.meant if word in written]) for one in self.terms if one.meant]
        return [(word, meant) for word, meant in taken if meant]

    @cached_property
    def _hits(self) -> tuple[frozenset[str], frozenset[str]]:
        """The words that are marked in an answer, and the stems that are."""
        terms = [*self.terms, *(part for term in self.terms for part in term.parts)]
        words = frozenset(word for term in terms for word in (*term.same, *term.within))
        return words, frozenset(stem(term.word) for term in terms)

    def hits(self, text: str) -> list[int]:
        """Where in a text the words stand that were asked."""
        words, stems = self._hits
        found = ((each.start(), folded(each.group())) for each in WORD.finditer(text))
        return [at for at, word in found if word in words or stem(word) in stems]

    def marked(self, text: str) -> SafeString:
        """A text as HTML with the words marked that were asked."""
        places = set(self.hits(text))
        pieces, end = [], 0
        for found in WORD.finditer(text):
            if found.start() in places:
                pieces += [escape(text[end : found.start()]), format_html("<mark>{}</mark>", found.group())]
                end = found.end()
        return format_html_join("", "{}", ((piece,) for piece in (*pieces, escape(text[end:]))))


def _worth(term: Term, words: set[str], stems: set[str], worths: tuple[int, int, int]) -> int:
    as_asked, other_form, compound = worths
    if term.word in words:
        return as_asked
    if not (term.same.isdisjoint(words) and term.same.isdisjoint(stems)):
        return other_form
    return 0 if words.isdisjoint(term.within) else compound


def _together(term: Term, words: set[str], stems: set[str]) -> int:
    """What the parts of a compound are worth that stand apart."""
    return IN_TEXT[2] if term.parts and all(_worth(part, words, stems, IN_TEXT) for part in term.parts) else 0


def asked(query: str) -> Asked:
    """What a question asks, however it was typed."""
    words = query_words(query)
    known = vocabulary() if words else None
    if known is None:
        return Asked()
    terms = [known.read(word) for word in words]
    if not known.is_whole:
        # Older texts than the vocabulary was read from may hold the word itself.
        terms = [term(one.word) if one.meant and is_written(one.word) else one for one in terms]
    return Asked(tuple(terms))


# Pages ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Place:
    """Where an answer stands: the larger the earlier. The next page begins after one, whatever came in before it."""

    score: int
    micros: int
    number: int

    def __str__(self) -> str:
        return f"{self.score}-{self.micros}-{self.number}"


@dataclass(frozen=True)
class Found:
    """One answer: its number, where it stands, and the words it holds."""

    number: int
    place: Place
    words: str


def page_of(found: list[Found], cursor: str) -> tuple[list[int], str]:
    """The numbers of one page of answers, and the place after which the next begins; nothing when this is the last."""
    after = read_place(cursor)
    left = [one for one in found if after is None or one.place < after]
    return [one.number for one in left[:PAGE]], str(left[PAGE - 1].place) if len(left) > PAGE else ""


def place(score: int, moment: datetime | None, number: int) -> Place:
    since = moment or datetime.fromtimestamp(0, UTC)
    return Place(score, int(since.timestamp()) * 1_000_000 + since.microsecond, number)


def read_place(cursor: str) -> Place | None:
    """The place of ?na=; nothing when it is no place."""
    parts = cursor.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
        return None
    return Place(*map(int, parts))
