"""Every mail the site can send, with marks where its facts will stand: for who writes, translates or judges them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.template import Context

from wijk import clock
from wijk.mail.compose import Composed, compose_in

MOMENTS = ("_at", "_on", "until", "moment", "day", "date")
NUMBERS = (
    "number",
    "count",
    "days",
    "hours",
    "minutes",
    "years",
    "left",
    "left_out",
    "waiting",
    "size",
    "places",
    "people",
)
PLACES = ("url", "link", "path")


class Sample:
    """Stands for one fact, and for all that hangs on it: `post.title` shows as ‹post.title›."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return f"‹{self.name}›"

    def __getitem__(self, name: object) -> Any:
        return sample_of(f"{self.name}.{name}")

    def __getattr__(self, name: str) -> Any:
        """Can do what text can, for the filters."""
        return getattr(str(self), name)

    def __iter__(self) -> Iterator[Any]:
        return iter([self, self])

    def __radd__(self, text: str) -> str:
        return text + str(self)

    def __len__(self) -> int:
        return 2


class Samples(dict[str, Any]):
    """A context in which every name is known."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Any:
        return sample_of(name)


def sample_of(name: str) -> Any:
    """Something of the sort that a fact with this name is."""
    last = name.rpartition(".")[2]
    if last.endswith(PLACES):
        return "/voorbeeld/"
    if last.endswith(MOMENTS):
        return clock.now()
    return 2 if last.endswith(NUMBERS) else Sample(name)


def mail_templates() -> list[str]:
    """The names of all templates that are mails, in order."""
    ours = [
        Path(app.path) / "templates" for app in apps.get_app_configs() if settings.BASE_DIR in Path(app.path).parents
    ]
    return sorted(str(path.relative_to(room)) for room in ours for path in room.glob("*/emails/*.txt"))


def sample_mail(template: str, language: str) -> Composed:
    """One mail in a language, as its reader would see it."""
    return compose_in(template, Context(Samples(base_url=settings.BASE_URL), autoescape=False), language)
