"""Figures of search: a question among many posts, beside a bare look-up in the index of the same words."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice, product
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.posts.benchmark import people, somewhere
from content.posts.models import LIFE, Post
from content.search.index import holding, index_missing
from content.search.models import SearchEntry
from content.search.question import Question
from content.search.results import gather
from content.search.vocabulary import forget, term, vocabulary
from content.themes.models import Theme
from wijk import clock

BATCH = 500
TIMES = 5
THINGS = (
    "ladder",
    "boormachine",
    "bakfiets",
    "hond",
    "taart",
    "computer",
    "brief",
    "piano",
    "tuinhulp",
    "koffie",
    "lamp",
)
DOES = ("lenen", "maken", "leren", "ophalen", "verzorgen", "uitleggen", "opknappen", "brengen")
PLACES = ("de kerk", "het park", "de haven", "het station", "de markt", "de school")
# One common word, two words, a part of a compound, a slip.
QUESTIONS = ("ladder", "piano leren", "fiets", "computr")


def searches(size: int) -> dict[str, float]:
    """Asks four questions among `size` live posts."""
    area = somewhere()
    (author,) = people(1, "s", area)
    Post.objects.all().delete()
    Post.objects.bulk_create(posts(size, area.pk, author), batch_size=BATCH)
    indexing = _timed(_index_all)
    forget()
    reading = _timed(vocabulary)
    figures: dict[str, float] = {"live posts": size, "indexing one post, seconds": indexing / size}
    figures["reading the known words, seconds"] = reading
    for query in QUESTIONS:
        question = Question(query)
        with CaptureQueriesContext(connection) as asked:
            found = gather(question)["number"]
        assert found  # noqa: S101  a figure of nothing found would be a lie
        one = _timed(partial(_ask, question)) / TIMES
        figures |= {f"{query}: found": found, f"{query}: queries": len(asked), f"{query}: seconds": one}
    limit = _timed(lambda: [_bare("ladder") for _ in range(TIMES)]) / TIMES
    return {
        **figures,
        "bare look-up of ladder, seconds": limit,
        "times the bare limit": figures["ladder: seconds"] / limit,
    }


def posts(size: int, area: int, author: int) -> Iterator[Post]:
    """Requests of other words."""
    theme, now = Theme.objects.get_or_create(slug="proef", defaults={"name": "Proef"})[0], clock.now()
    for thing, does, where in islice(cycle(product(THINGS, DOES, PLACES)), size):
        yield Post(
            author_id=author,
            neighbourhood_id=area,
            theme=theme,
            kind=Post.Kind.REQUEST,
            title=f"Wie kan mijn {thing} {does}?",
            text=f"Het liefst in het weekend, ik woon bij {where} en zet koffie. Bel gerust even van tevoren.",
            status=Post.Status.LIVE,
            submitted_at=now,
            published_at=now,
            expires_at=now + LIFE,
        )


def _index_all() -> None:
    while index_missing():
        pass


def _ask(question: Question) -> None:
    for _ in range(TIMES):
        gather(question)


def _bare(word: str) -> int:
    """The limit: the numbers of the same posts out of the index, and their words; nothing asked of them."""
    found: Any = SearchEntry.objects.filter(pk__in=holding(SearchEntry, [term(word)], every=True))
    return len(found.values_list("pk", "words")[:1000])


def _timed(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
