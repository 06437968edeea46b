"""Figures of erasing: closings of people with posts, beside a bare DELETE of as many rows (`manage.py benchmark`)."""

import time
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models import Model

from accounts.closure import actions
from accounts.users.models import User
from content.posts.models import LIFE, Post
from content.themes.models import Theme
from neighbourhoods.places.models import Municipality, Neighbourhood
from neighbourhoods.residents.models import Residence
from wijk import clock

POSTS = 20
BATCH = 500
# What each account has; the lower tables last.
OWNED: tuple[tuple[type[Model], str], ...] = (
    (Post, "author_id"),
    (Residence, "user_id"),
    (EmailAddress, "user_id"),
    (User, "id"),
)


def closures(size: int) -> dict[str, float]:
    """Erases `size` accounts as a worker does, one more alone, and as many once more by bare SQL."""
    area = somewhere()
    erased, alone, bare = (list(people(count, name, area)) for count, name in ((size, "e"), (1, "a"), (size, "b")))
    rows = _rows(erased)
    seconds = _timed(lambda: _close_and_erase(erased))
    assert _rows(erased) == 0  # noqa: S101  a figure of what was not done would be a lie
    one = _timed(lambda: _close_and_erase(alone))
    limit = _timed(lambda: _delete_bare(bare))
    return {
        "accounts": size,
        "rows": rows,
        "erasing, seconds": seconds,
        "accounts erased per second": size / seconds,
        "rows erased per second": rows / seconds,
        "one closing alone, seconds": one,
        "bare DELETE of the same rows, seconds": limit,
        "bare rows per second": rows / limit,
        "times the bare limit": seconds / limit,
    }


def _timed(act: Any) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def somewhere() -> Neighbourhood:
    municipality = Municipality.objects.create(code="GM0000", name="Proefstad", slug="proefstad")
    place = {"outline": {"type": "Polygon", "coordinates": []}, "longitude": 5.9, "latitude": 52.0, "map_year": 2014}
    return Neighbourhood.objects.create(
        municipality=municipality, code="WK000000", name="Proefwijk", slug="proefwijk", is_on=True, **place
    )


def people(count: int, name: str, area: Neighbourhood) -> Iterator[int]:
    """Accounts with an address, a home and live posts that can be found; their numbers."""
    users = User.objects.bulk_create(
        (User(email=f"{name}{number}@example.org", first_name="Proef", last_name="Persoon") for number in range(count)),
        batch_size=BATCH,
    )
    addresses = (EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users)
    EmailAddress.objects.bulk_create(addresses, batch_size=BATCH)
    Residence.objects.bulk_create((Residence(user=user, neighbourhood=area) for user in users), batch_size=BATCH)
    theme = Theme.objects.get_or_create(slug="proef", defaults={"name": "Proef"})[0]
    posts = (_post(user, number, area, theme) for user in users for number in range(POSTS))
    Post.objects.bulk_create(posts, batch_size=BATCH)
    return (user.pk for user in users)


def _post(user: User, number: int, area: Neighbourhood, theme: Theme) -> Post:
    now = clock.now()
    return Post(
        author=user,
        neighbourhood=area,
        theme=theme,
        kind=Post.Kind.OFFER,
        title=f"Ladder te leen {number}",
        text="Een ladder van vier meter. Je kunt hem in het weekend komen halen, bel even van tevoren.",
        contact_email=user.email,
        status=Post.Status.LIVE,
        submitted_at=now,
        published_at=now,
        expires_at=now + LIFE,
    )


def _rows(people: list[int]) -> int:
    return sum(model._base_manager.filter(**{f"{column}__in": people}).count() for model, column in OWNED)


def _close_and_erase(people: list[int]) -> None:
    for user in User.objects.filter(pk__in=people):
        actions.close(user=user, by=None, at_once=True)
    actions.advance_all()


def _delete_bare(people: list[int]) -> None:
    """The limit: the same rows by their numbers, in one transaction, and nothing else."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model, column in OWNED:
            numbers = list(model._base_manager.filter(**{f"{column}__in": people}).values_list("pk", flat=True))
            table = connection.ops.quote_name(model._meta.db_table)
            key = connection.ops.quote_name(str(model._meta.pk.column))
            for start in range(0, len(numbers), BATCH):
                batch = numbers[start : start + BATCH]
                marks = ", ".join(["%s"] * len(batch))
                cursor.execute(f"DELETE FROM {table} WHERE {key} IN ({marks})", batch)  # noqa: S608  our own names
