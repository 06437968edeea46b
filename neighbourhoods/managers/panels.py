"""What the desk's first page shows below what waits: each feature says its part, or nothing when there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from neighbourhoods.managers.people import people_of
from neighbourhoods.places.models import Neighbourhood
from wijk import clock

MOST_LINES = 5
NEW_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Line:
    """One thing of a panel, with a word about it."""

    title: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Panel:
    """A heading, a sentence that says what to do, a few things, and the way to all of them."""

    key: str
    title: str
    text: str
    lines: tuple[Line, ...] = ()
    url: str = ""
    action: str = ""


Maker = Callable[[Any, Neighbourhood], Panel | None]
MAKERS: list[tuple[int, Maker]] = []


def desk_panel(order: int) -> Callable[[Maker], Maker]:
    """Registers a panel; features above this one say what is theirs."""

    def register(maker: Maker) -> Maker:
        MAKERS.append((order, maker))
        return maker

    return register


def panels(user: Any, neighbourhood: Neighbourhood) -> list[Panel]:
    """The panels that have something to say, in order."""
    made = (maker(user, neighbourhood) for _order, maker in sorted(MAKERS, key=lambda pair: pair[0]))
    return [panel for panel in made if panel is not None]


@desk_panel(30)
def newcomers(user: Any, neighbourhood: Neighbourhood) -> Panel | None:
    """Who came to live here lately: a first name to say hello to, nothing more than the list of people shows (W-52)."""
    since = clock.now() - NEW_FOR
    new = people_of(neighbourhood).filter(residence__neighbourhood=neighbourhood, residence__since__gte=since)
    people = list(new.order_by("-residence__since", "pk")[:MOST_LINES])
    if not people:
        return None
    return Panel(
        key="nieuw",
        title=_("Nieuwe buren"),
        text=_("Zij kwamen er de laatste twee weken bij."),
        lines=tuple(Line(f"{person['first_name']} {person['last_name']}") for person in people),
        url=reverse("managers:people", args=[neighbourhood.slug]),
        action=_("Alle mensen"),
    )
