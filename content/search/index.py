"""The words by which posts are found: Dutch stems and the words themselves, without accents (K-2).

Both databases get the same list of words; SQLite looks them up in FTS5 and PostgreSQL in a GIN index.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import snowballstemmer
from django.db import connection
from django.db.models.expressions import RawSQL

from content.posts.models import Post
from content.posts.querysets import PostQuerySet
from content.search.models import SearchEntry
from neighbourhoods.places.models import Neighbourhood
from wijk.text import clean_line

LONGEST_QUERY = 100
MOST_WORDS = 8
LONGEST_WORD = 40
SHORTEST_PREFIX = 3
# A change of any of these changes the words of a post.
INDEXED_FIELDS = frozenset({"title", "text", "theme", "organisation", "venue"})
STOP_WORDS = frozenset((Path(__file__).parent / "stop_words.txt").read_text(encoding="ascii").split())

_WORD = re.compile(r"[^\W_]+")
_MATCH_SQLITE = "SELECT rowid FROM content_search_index WHERE content_search_index MATCH %s"
_MATCH_POSTGRESQL = (
    "SELECT post_id FROM content_searchentry WHERE to_tsvector('simple', words) @@ to_tsquery('simple', %s)"
)


def plain_words(text: str) -> Iterator[str]:
    """The words of a text in lower case without accents; little words that are in every text are left out."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    for found in _WORD.finditer(bare):
        word = found.group()[:LONGEST_WORD]
        if word not in STOP_WORDS:
            yield word


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """`lampen` and `lamp` have one stem. A stemmer is made per word: it keeps state that threads must not share."""
    return str(snowballstemmer.stemmer("dutch").stemWord(word))


def indexed_words(post: Post) -> str:
    """Everything a post may be found by: its public words, each as written and as its stem; no contact data."""
    organisation = post.organisation.name if post.organisation_id and post.organisation else ""
    texts = (post.title, post.text, post.theme.name, post.theme.name_en, organisation, post.venue)
    words = list(plain_words(" ".join(texts)))
    return " ".join(dict.fromkeys([*words, *map(stem, words)]))


def index_post(post: Post) -> None:
    """Brings the words of a post up to date."""
    SearchEntry.objects.update_or_create(post=post, defaults={"words": indexed_words(post)})


def find(
    query: str, neighbourhoods: Iterable[Neighbourhood] | None = None, kind: str = "", theme: str = ""
) -> PostQuerySet:
    """Visible posts that hold every word, or else those that hold any; the last word may be only begun."""
    posts: Any = Post.objects.visible().in_search()
    if neighbourhoods is not None:
        posts = posts.filter(neighbourhood__in=neighbourhoods)
    if kind:
        posts = posts.filter(kind=kind)
    if theme:
        posts = posts.filter(theme__slug=theme)
    words = query_words(query)
    if not words:
        return posts.none()
    every = posts.filter(pk__in=matching(words, every=True))
    return every if len(words) == 1 or every.exists() else posts.filter(pk__in=matching(words, every=False))


def query_words(query: str) -> list[str]:
    """The words of a question that count, however it was typed."""
    return list(dict.fromkeys(plain_words(clean_line(query[:LONGEST_QUERY]))))[:MOST_WORDS]


def matching(words: list[str], *, every: bool) -> RawSQL:
    """The numbers of the posts with these words, as a subquery. Words are letters and digits, never an operator."""
    if connection.vendor == "postgresql":
        terms = [_postgresql_term(word, last=word == words[-1]) for word in words]
        return RawSQL(_MATCH_POSTGRESQL, [(" & " if every else " | ").join(terms)])  # noqa: S611  parametrised
    terms = [_sqlite_term(word, last=word == words[-1]) for word in words]
    return RawSQL(_MATCH_SQLITE, [(" AND " if every else " OR ").join(terms)])  # noqa: S611  parametrised


def _sqlite_term(word: str, *, last: bool) -> str:
    begun = "*" if last and len(word) >= SHORTEST_PREFIX else ""
    return f'("{word}"{begun} OR "{stem(word)}")'


def _postgresql_term(word: str, *, last: bool) -> str:
    begun = ":*" if last and len(word) >= SHORTEST_PREFIX else ""
    return f"('{word}'{begun} | '{stem(word)}')"
