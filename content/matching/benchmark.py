"""Figures of matching: one post against all it may be compared with, beside a bare reading of the same rows."""

import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice, product
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.matching.actions import match
from content.matching.candidates import MOST_CANDIDATES, candidates, signature_of
from content.matching.models import Analysis
from content.posts.benchmark import people, somewhere
from content.posts.models import LIFE, Post
from content.themes.models import Theme
from neighbourhoods.places.models import Neighbourhood
from wijk import clock

A_NEIGHBOURHOOD = 500
TIMES = 20
BATCH = 500
SUBJECTS = ("ladder", "boor", "tuin", "hond", "taart", "fiets", "computer", "brief", "piano", "wandeling", "koffie")
HELP = ("lenen", "maken", "leren", "samen doen", "ophalen", "verzorgen", "uitleggen", "opknappen", "brengen")
DETAIL = "Het liefst op {day} in de {part}, ik woon bij {place} en neem zelf {thing} mee. Bel gerust even van tevoren."
DAYS, PARTS = ("maandag", "woensdag", "zaterdag"), ("ochtend", "middag", "avond")
PLACES, THINGS = ("de kerk", "het park", "de haven", "het station"), ("koekjes", "gereedschap", "een emmer", "papier")


def matches(size: int) -> dict[str, float]:
    """Matches posts among `size` live ones, in neighbourhoods of 500 that each have six around them."""
    areas = neighbourhoods(size)
    asker, giver = people(2, "m", areas[0])
    Post.objects.all().delete()
    Post.objects.bulk_create(posts(size, areas, asker, giver), batch_size=BATCH)
    reading = _timed(_read_all)
    some = list(Post.objects.order_by("pk").values_list("pk", flat=True))[:: max(1, size // TIMES)][:TIMES]
    with CaptureQueriesContext(connection) as asked:
        match(some[0])
    one = _timed(lambda: [match(pk) for pk in some]) / len(some)
    limit = _timed(lambda: [_bare(pk) for pk in some]) / len(some)
    return {
        "live posts": size,
        "candidates of a post": candidates(Post.objects.get(pk=some[0])).count(),
        "reading one post, seconds": reading / size,
        "queries a match": len(asked),
        "one match, seconds": one,
        "bare reading of its candidates, seconds": limit,
        "times the bare limit": one / limit,
    }


def neighbourhoods(size: int) -> list[Neighbourhood]:
    """As many as these posts need, in a ring in which each touches three at either side."""
    first = somewhere()
    made = [
        Neighbourhood(
            municipality=first.municipality,
            code=f"WK9{number:05}",
            name=f"Proefwijk {number}",
            slug=f"proefwijk-{number}",
            outline={"type": "Polygon", "coordinates": []},
            map_year=2014,
            is_on=True,
        )
        for number in range(1, max(1, size // A_NEIGHBOURHOOD))
    ]
    areas = [first, *Neighbourhood.objects.bulk_create(made)]
    for place, area in enumerate(areas):
        area.neighbours.add(*(areas[(place + step) % len(areas)] for step in range(1, 4) if len(areas) > step))
    return areas


def posts(size: int, areas: list[Neighbourhood], asker: int, giver: int) -> Iterator[Post]:
    """Offers and requests of other words, spread over the neighbourhoods."""
    theme, now = Theme.objects.get_or_create(slug="proef", defaults={"name": "Proef"})[0], clock.now()
    words = cycle(product(SUBJECTS, HELP, DAYS, PARTS, PLACES, THINGS))
    for number, (subject, does, day, part, place, thing) in enumerate(islice(words, size)):
        asks = number % 2 == 0
        yield Post(
            author_id=asker if asks else giver,
            neighbourhood=areas[number // 2 % len(areas)],
            theme=theme,
            kind=Post.Kind.REQUEST if asks else Post.Kind.OFFER,
            title=f"{subject} {does}".capitalize(),
            text=DETAIL.format(day=day, part=part, place=place, thing=thing),
            status=Post.Status.LIVE,
            submitted_at=now,
            published_at=now,
            expires_at=now + LIFE,
        )


def _read_all() -> None:
    """What the worker keeps of each post."""
    rows = []
    for post in Post.objects.select_related("theme").iterator(chunk_size=BATCH):
        row = Analysis(post=post)
        row.keep(signature_of(post))
        rows.append(row)
    Analysis.objects.bulk_create(rows, batch_size=BATCH)


def _bare(pk: int) -> int:
    """The limit: the rows of the same candidates by one query, and their spelling compared; nothing else."""
    post = Post.objects.select_related("neighbourhood").get(pk=pk)
    rows = Analysis.objects.filter(post__in=candidates(post)).values_list("read", "spelling")
    own = int.from_bytes(Analysis.objects.get(post=pk).spelling, "big")
    return sum((own & int.from_bytes(spelling, "big")).bit_count() for _read, spelling in rows[:MOST_CANDIDATES])


def _timed(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
