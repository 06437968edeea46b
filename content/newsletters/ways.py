"""Other ways to send an issue than by our own mail; features above say here which there are."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models.expressions import Combinable

from content.newsletters.models import Newsletter
from neighbourhoods.places.models import Neighbourhood


@dataclass(frozen=True)
class Way:
    """A link on the pages of an issue: to send it that way, or to see how far it is there."""

    label: str
    url: str


Finder = Callable[[Newsletter], Way | None]
PageFinder = Callable[[Neighbourhood], Way | None]
_WAYS: dict[str, tuple[Finder, Callable[[], Combinable]]] = {}
_PAGES: list[PageFinder] = []


def another_way(name: str, where: Callable[[], Combinable]) -> Callable[[Finder], Finder]:
    """Registers a function that names a way for an issue, or none; `where` is asked along in the query of the issue."""

    def register(finder: Finder) -> Finder:
        _WAYS[name] = finder, where
        return finder

    return register


def asked_along() -> dict[str, Combinable]:
    """Annotations for the query of an issue, so that a site without other ways asks nothing more."""
    return {f"way_{name}": where() for name, (_finder, where) in _WAYS.items()}


def ways_of(newsletter: Newsletter) -> list[Way]:
    """The other ways there are for an issue now."""
    may = [finder for name, (finder, _where) in _WAYS.items() if getattr(newsletter, f"way_{name}", True)]
    return [way for finder in may for way in [finder(newsletter)] if way is not None]


def another_page(finder: PageFinder) -> PageFinder:
    """Registers a function that names a page about such a way, for the list of a neighbourhood's issues."""
    _PAGES.append(finder)
    return finder


def pages_of(neighbourhood: Neighbourhood) -> list[Way]:
    """The pages about other ways that a neighbourhood has."""
    return [way for finder in _PAGES for way in [finder(neighbourhood)] if way is not None]
