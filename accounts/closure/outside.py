"""What goes beyond an account's own rows: services elsewhere, and things that would be left with nobody.

Features above register here what closing means for them; this module knows none of them by name.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils.functional import Promise

from accounts.closure.models import AccountClosure, ExternalErasure
from accounts.retention.actions import awaits
from wijk import clock
from wijk.faults import fault

log = logging.getLogger("wijk.closure")
LONGEST_WAIT = timedelta(hours=6)


class AlreadyGone(Exception):
    """The other service does not know the address: as good as erased."""


@dataclass(frozen=True)
class Store:
    """A service that holds something of members; `erase` gets their addresses, and raises when it could not."""

    name: str
    label: str | Promise
    erase: Callable[[tuple[str, ...]], None]


STORES: dict[str, Store] = {}


def external_store(name: str, label: str | Promise, erase: Callable[[tuple[str, ...]], None]) -> Store:
    """Registers a service from which every leaver must be erased."""
    STORES[name] = Store(name, label, erase)
    return STORES[name]


def erase_elsewhere(row: ExternalErasure) -> bool:
    """Asks one service to erase one leaver; a service that is down is asked again later and later."""
    rows = ExternalErasure.objects.waiting().filter(pk=row.pk)
    fault(f"closure:{row.store}:before")
    try:
        with suppress(AlreadyGone):
            STORES[row.store].erase(tuple(row.hint.splitlines()))
    except Exception as problem:
        log.warning("store %s did not erase closing %s: %s", row.store, row.closure_id, type(problem).__name__)
        wait = min(timedelta(minutes=5) * 2 ** min(row.attempts, 10), LONGEST_WAIT)
        rows.update(attempts=F("attempts") + 1, error=type(problem).__name__[:80], next_try_at=clock.now() + wait)
        return False
    fault(f"closure:{row.store}:after")
    return bool(rows.update(attempts=F("attempts") + 1, error="", hint="", done_at=clock.now()))


@awaits(AccountClosure)
def unanswered() -> QuerySet[Any]:
    """A closing is not forgotten while another service still holds the leaver."""
    return ExternalErasure.objects.waiting().values("closure")


def erase_elsewhere_again() -> int:
    """What other services did not erase at once; runs by the clock (W-77)."""
    return sum(erase_elsewhere(row) for row in ExternalErasure.objects.due().select_related("closure"))


# Left alone ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Thing:
    """Something that others use and that would be left with nobody: what it is called, and its number."""

    pk: int
    title: str


@dataclass(frozen=True)
class LeftAlone:
    """One sort of such things (W-78, X-21).

    `things` names those of a member; `hand_over` gives one to who has an address, and is silent when nobody has.
    Of a leaver's number, `doomed` finds the rows that would be left with nobody, `named` those that stay with others
    and still say who the leaver was, and `unname` takes that out.
    """

    name: str
    things: Callable[[Any], list[Thing]]
    hand_over: Callable[[Any, int, str], None]
    doomed: Callable[[int], QuerySet[Any]]
    named: Callable[[int], list[Any]]
    unname: Callable[[int], None]


LEFT_ALONE: dict[str, LeftAlone] = {}


def left_alone(sort: LeftAlone) -> LeftAlone:
    """Registers a sort of things that may be left with nobody."""
    LEFT_ALONE[sort.name] = sort
    return sort


def things_of(user: Any) -> Iterator[tuple[str, Thing]]:
    """What would be left with nobody when this member goes: a key for a form, and the thing."""
    for sort in LEFT_ALONE.values():
        for thing in sort.things(user):
            yield f"{sort.name}-{thing.pk}", thing


def hand_over(user: Any, to: dict[str, str]) -> None:
    """Gives each named thing to the account of an address, by the keys of things_of()."""
    for key, _thing in list(things_of(user)):
        if to.get(key):
            name, _dash, pk = key.rpartition("-")
            LEFT_ALONE[name].hand_over(user, int(pk), to[key])


# Kept with others ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Continued:
    """One sort of a member's things that others keep as well, and can go on with when the member agrees (W-78).

    `things` names them; `give` makes one of them somebody else's, with no trace of who leaves.
    """

    things: Callable[[Any], list[Thing]]
    give: Callable[[Any, int], None]


CONTINUED: list[Continued] = []


def continued(sort: Continued) -> Continued:
    """Registers a sort of things that others can go on with."""
    CONTINUED.append(sort)
    return sort


def shared_things(user: Any) -> list[Thing]:
    """What others can go on with when this member goes."""
    return [thing for sort in CONTINUED for thing in sort.things(user)]


def pass_on(user: Any) -> None:
    """Makes what others keep as well theirs."""
    for sort in CONTINUED:
        for thing in sort.things(user):
            sort.give(user, thing.pk)
