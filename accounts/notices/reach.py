"""How far a reader is affected: the ways to say whose data leaked. A higher app adds its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVERYONE, NUMBERS = "all", "numbers"


@dataclass(frozen=True)
class Reach:
    """One way: its name, what can be chosen, and which accounts a choice means."""

    label: str | Promise
    accounts: Callable[[list[str]], Q]
    choices: Callable[[], Iterable[tuple[str, str]]] | None = None


REACHES = {
    EVERYONE: Reach(_("van iedereen"), lambda chosen: Q()),
    NUMBERS: Reach(_("van bepaalde accounts"), lambda chosen: Q(pk__in=[int(number) for number in chosen])),
}


def reach(
    code: str,
    label: str | Promise,
    *,
    accounts: Callable[[list[str]], Q],
    choices: Callable[[], Iterable[tuple[str, str]]],
) -> None:
    """Registers a way to choose accounts by what a higher app knows of them."""
    REACHES[code] = Reach(label, accounts, choices)


def affected(code: str, chosen: list[str]) -> Q:
    """Which accounts are affected; a way that is gone means everybody, for nobody must be told too little."""
    return REACHES[code].accounts(chosen) if code in REACHES else Q()
