"""What there is to find in each neighbourhood, in numbers, for the map and the lists; features above this one count."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from neighbourhoods.places.models import Neighbourhood


@dataclass(frozen=True)
class Tally:
    """What a neighbourhood has: how many things that everybody may see, and that in words."""

    total: int = 0
    words: str = ""

    @property
    def level(self) -> int:
        """0 to 3: how dark it stands on the map."""
        return sum(self.total >= least for least in (1, 5, 15))


Teller = Callable[[list[int]], dict[int, Tally]]
TELLERS: list[Teller] = []


def tells(teller: Teller) -> Teller:
    """Registers who counts; it gets the keys of neighbourhoods and asks once for all of them."""
    TELLERS.append(teller)
    return teller


def tallied(places: Iterable[Neighbourhood]) -> None:
    """Gives each neighbourhood its `tally`."""
    found = list(places)
    told: dict[int, Tally] = {}
    for teller in TELLERS:
        told |= teller([place.pk for place in found])
    for place in found:
        place.tally = told.get(place.pk, Tally())  # type: ignore[attr-defined]
