"""Other ways to send an issue than by our own mail; features above say here which there are."""

from collections.abc import Callable
from dataclasses import dataclass

from content.newsletters.models import Newsletter
from neighbourhoods.places.models import Neighbourhood


@dataclass(frozen=True)
class Way:
    """A link on the pages of an issue: to send it that way, or to see how far it is there."""

    label: str
    url: str


Finder = Callable[[Newsletter], Way | None]
PageFinder = Callable[[Neighbourhood], Way | None]
_WAYS: list[Finder] = []
_PAGES: list[PageFinder] = []


def another_way(finder: Finder) -> Finder:
    """Registers a function that names a way for an issue, or none."""
    _WAYS.append(finder)
    return finder


def ways_of(newsletter: Newsletter) -> list[Way]:
    """The other ways there are for an issue now."""
    return [way for finder in _WAYS for way in [finder(newsletter)] if way is not None]


def another_page(finder: PageFinder) -> PageFinder:
    """Registers a function that names a page about such a way, for the list of a neighbourhood's issues."""
    _PAGES.append(finder)
    return finder


def pages_of(neighbourhood: Neighbourhood) -> list[Way]:
    """The pages about other ways that a neighbourhood has."""
    return [way for finder in _PAGES for way in [finder(neighbourhood)] if way is not None]
