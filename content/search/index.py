"""The words of what can be found, kept beside it, and the lookup in the index of either database (K-2).

Both databases hold the same words; SQLite looks them up in FTS5 and PostgreSQL in a GIN index.
"""

import re
from collections.abc import Iterable
from html import unescape

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from content.organisations.models import Organisation
from content.pages.models import NewsPage
from content.posts.models import Post
from content.search.models import GuideEntry, SearchEntry
from content.search.vocabulary import Term
from content.search.words import plain_words, stem

# A change of any of these changes the words.
INDEXED_FIELDS = frozenset({"title", "text", "theme", "organisation", "venue"})
INDEXED_OF_ORGANISATIONS = frozenset({"name", "summary", "text"})
BATCH = 500

_TAG = re.compile(r"<[^>]*>")
# Where each database looks: the full-text table of SQLite, and the table and number of the rows themselves.
_INDEXES: dict[type[Model], tuple[str, str, str]] = {
    SearchEntry: ("content_search_index", "content_searchentry", "post_id"),
    GuideEntry: ("content_search_index_guide", "content_guideentry", "id"),
}


# Keeping ----------------------------------------------------------------------------------------------------------


def entry_words(title: str, *texts: str) -> str:
    """What an entry holds: the words of the title, their stems, the other words, and theirs."""
    named, told = list(plain_words(title)), list(plain_words(" ".join(texts)))
    parts = (named, map(stem, named), told, map(stem, told))
    return " | ".join(" ".join(dict.fromkeys(part)) for part in parts)


def post_words(post: Post) -> str:
    """Everything a post may be found by: its public words and no contact data."""
    organisation = post.organisation.name if post.organisation_id and post.organisation else ""
    return entry_words(post.title, post.text, post.theme.name, post.theme.name_en, organisation, post.venue)


def index_post(post: Post) -> None:
    """Brings the words of a post up to date."""
    SearchEntry.objects.update_or_create(post=post, defaults={"words": post_words(post)})


def index_organisation(organisation: Organisation) -> None:
    """Brings the words of an organisation's page up to date."""
    words = entry_words(organisation.name, organisation.summary, organisation.text)
    GuideEntry.objects.update_or_create(organisation=organisation, defaults={"words": words})


def index_news(news: NewsPage) -> None:
    """Brings the words of a news item up to date."""
    words = entry_words(news.title, news.summary, unescape(_TAG.sub(" ", news.body)))
    GuideEntry.objects.update_or_create(news=news, defaults={"words": words})


def index_missing() -> int:
    """Run by the clock: indexes what came in past the signals, as by bulk or by an older version; returns how many."""
    # A bar stands in all that this version writes.
    bare = Q(search_entry=None) | ~Q(search_entry__words__contains="|")
    posts = Post.objects.filter(bare).select_related("theme", "organisation").order_by("pk")[:BATCH]
    fresh = [SearchEntry(post=post, words=post_words(post)) for post in posts]
    SearchEntry.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["post"], update_fields=["words"], batch_size=BATCH
    )
    organisations = Organisation.objects.filter(search_entry=None).order_by("pk")[:BATCH]
    news = NewsPage.objects.filter(search_entry=None).order_by("pk")[:BATCH]
    for organisation in organisations:
        index_organisation(organisation)
    for item in news:
        index_news(item)
    return len(fresh) + len(organisations) + len(news)


# Looking up -------------------------------------------------------------------------------------------------------


def holding(entries: type[Model], terms: Iterable[Term], *, every: bool) -> RawSQL:
    """The numbers of the entries with all or any of these terms, as a subquery.

    Words are letters and digits, never an operator.
    """
    index, table, number = _INDEXES[entries]
    if connection.vendor == "postgresql":
        query = (" & " if every else " | ").join(_written(term, " | ", " & ", "'") for term in terms)
        found = f"SELECT {number} FROM {table} WHERE to_tsvector('simple', words) @@ to_tsquery('simple', %s)"  # noqa: S608
    else:
        query = (" AND " if every else " OR ").join(_written(term, " OR ", " AND ", '"') for term in terms)
        found = f"SELECT rowid FROM {index} WHERE {index} MATCH %s"  # noqa: S608  our own names
    return RawSQL(found, [query])  # noqa: S611  parametrised


def _written(term: Term, either: str, both: str, quote: str) -> str:
    """A term as the database reads it: any of its words, or all of its parts."""
    words = sorted(term.same | term.within)
    ways = [f"{quote}{word}{quote}" for word in words]
    if term.parts:
        ways.append(f"({both.join(_written(part, either, both, quote) for part in term.parts)})")
    return f"({either.join(ways)})"


def is_written(word: str) -> bool:
    """Whether anything findable holds this very word or its stem."""
    found: QuerySet[Post] = Post.objects.visible().in_search()
    return found.filter(pk__in=holding(SearchEntry, [Term(word, frozenset({word, stem(word)}))], every=True)).exists()
