"""What presses at the privacy desk: each feature above says so itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from wijk import clock

Watch = Callable[[], Iterable["Pressing"]]
WATCHES: list[Watch] = []


@dataclass(frozen=True)
class Pressing:
    """One thing that waits: what, where to act, and by when."""

    title: str | Promise
    url: str
    due_at: datetime | None = None
    urgent: bool = False


def watch(source: Watch) -> Watch:
    """Registers a function that names what waits at the desk."""
    WATCHES.append(source)
    return source


def pressing() -> list[Pressing]:
    """Everything that waits, what is urgent and what is due first on top; what has no date comes last."""
    found = [item for source in WATCHES for item in source()]
    return sorted(found, key=lambda item: (not item.urgent, item.due_at is None, item.due_at or clock.now()))
