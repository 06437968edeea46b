"""What of somebody's contact details everybody sees: one switch per detail of each post or organisation (W-64, W-88).

A model with such details declares them `Visibility.CHOICE` and has a column `show_…` for each. It may offer `edit_url`
and `preview_url`, and say with `asks_twice(name)` that showing a detail needs a second yes. What must happen after a
switch, such as refreshing cached pages, it registers with `after_switch`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q, QuerySet

from wijk.access import scope
from wijk.personal_data import REGISTER, Declaration, Personal, Visibility, switch

AfterSwitch = Callable[[QuerySet[Any]], object]
_AFTER: dict[type[Model], AfterSwitch] = {}


def after_switch(model: type[Model]) -> Callable[[AfterSwitch], AfterSwitch]:
    """Registers what happens to the pages that show rows of a model, once some of them were switched."""

    def register(act: AfterSwitch) -> AfterSwitch:
        _AFTER[model] = act
        return act

    return register


def refresh(rows: QuerySet[Any]) -> None:
    """Does what was registered for the model of these rows."""
    if rows.model in _AFTER:
        _AFTER[rows.model](rows)


def is_shown(row: Model, name: str, entry: Personal) -> bool:
    """Whether the owner switched this detail on."""
    return entry.visibility == Visibility.CHOICE and bool(getattr(row, switch(name), False))


@dataclass(frozen=True)
class Switchable:
    """One model with switches, and the names of its details."""

    declaration: Declaration
    names: tuple[str, ...]

    @property
    def label(self) -> str:
        return str(self.declaration.model._meta.label_lower)

    def own(self, user: Any) -> QuerySet[Any]:
        """The rows whose switches are this person's to set, and nobody else's (W-87)."""
        return scope(user).own(self.declaration.model)

    def filled(self) -> Q:
        """Whether there is anything to show."""
        return _any(~Q(**{name: ""}) for name in self.names)

    def on(self) -> Q:
        """Whether any switch is on, over something or over nothing."""
        return _any(Q(**{switch(name): True}) for name in self.names)

    def shown(self) -> Q:
        """Whether anything that is filled in is shown."""
        return _any(Q(**{switch(name): True}) & ~Q(**{name: ""}) for name in self.names)


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def switchables() -> Iterator[Switchable]:
    """Every model with details that its owner may show."""
    for declaration in REGISTER.values():
        names = tuple(name for name, entry in declaration.fields.items() if entry.visibility == Visibility.CHOICE)
        if names:
            yield Switchable(declaration, names)


def switchable(label: str, name: str) -> Switchable | None:
    """The model of this label, if it has a detail of this name."""
    return next((found for found in switchables() if found.label == label and name in found.names), None)
