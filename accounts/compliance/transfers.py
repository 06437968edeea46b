"""What goes to a party outside the EEA: nothing, unless a feature says so here (K-48, X-5).

The register of parties refuses such a party, and stays so. What an operator switches on all the same, under an
agreement and on a ground of the law (GDPR art. 44-49), is told to everybody from here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Transfer:
    """Who gets what, where, why, and what makes it lawful."""

    who: str
    where: str
    what: str
    why: str
    basis: str
    since: date
    until: date | None = None


Source = Callable[[], Iterable[Transfer]]
_SOURCES: list[Source] = []


def outside_the_eea(source: Source) -> Source:
    """Registers a function that names the transfers of a feature, none where it is off."""
    _SOURCES.append(source)
    return source


def transfers() -> list[Transfer]:
    """Every transfer there is now."""
    return [found for source in _SOURCES for found in source()]
