"""Which right applies where: the rights, what each ground gives (K-62), the quicker way, and what one can object to.

A feature that processes something because of a legitimate interest names it here with `interest()`, beside the selector
that asks `not_objecting()` (models.py).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.users.purposes import PURPOSES, Purpose
from wijk.personal_data import REGISTER, Ground


class Right(TextChoices):
    """What somebody may ask (K-31), in the words of whoever asks."""

    ACCESS = "access", _("Weten wat jullie van mij hebben")
    COPY = "copy", _("Een kopie van mijn gegevens")
    RECTIFICATION = "rectification", _("Iets laten verbeteren")
    PORTABILITY = "portability", _("Mijn gegevens meenemen")
    ERASURE = "erasure", _("Iets laten wissen")
    RESTRICTION = "restriction", _("Mijn gegevens laten bevriezen")
    OBJECTION = "objection", _("Bezwaar maken")
    WITHDRAWAL = "withdrawal", _("Mijn toestemming intrekken")
    COMPLAINT = "complaint", _("Een klacht indienen")


# What somebody without a log-in asks who wants everything erased, not one thing.
WHOLE_ACCOUNT = "whole-account"

# GDPR art. 15 to 21; somebody may always complain, so that is in no row.
ALWAYS = frozenset({Right.ACCESS, Right.COPY, Right.RECTIFICATION, Right.RESTRICTION})
BY_GROUND: dict[Ground, frozenset[Right]] = {
    Ground.CONTRACT: ALWAYS | {Right.ERASURE, Right.PORTABILITY},
    Ground.CONSENT: ALWAYS | {Right.ERASURE, Right.PORTABILITY, Right.WITHDRAWAL},
    Ground.LEGITIMATE: ALWAYS | {Right.ERASURE, Right.OBJECTION},
    Ground.LAW: ALWAYS,
}


# The matrix ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One purpose, and for each right of COLUMNS whether it applies there."""

    purpose: Purpose
    applies: list[tuple[str | Promise, bool]]


COLUMNS: tuple[tuple[Right, str | Promise], ...] = (
    (Right.ACCESS, _("zien en kopie")),
    (Right.RECTIFICATION, _("verbeteren")),
    (Right.ERASURE, _("wissen")),
    (Right.RESTRICTION, _("bevriezen")),
    (Right.PORTABILITY, _("meenemen")),
    (Right.OBJECTION, _("bezwaar")),
    (Right.WITHDRAWAL, _("intrekken")),
)


def grounds() -> dict[str, set[Ground]]:
    """The grounds on which something about a person is held, by purpose: from the register."""
    found: dict[str, set[Ground]] = {}
    for declaration in REGISTER.values():
        for entry in declaration.fields.values():
            if entry.label and entry.ground:
                found.setdefault(entry.purpose, set()).add(entry.ground)
    return found


def rights_for(of: Iterable[Ground]) -> set[Right]:
    """Every right that any of these grounds gives."""
    return {right for ground in of for right in BY_GROUND[ground]}


def applying(code: str, held: dict[str, set[Ground]] | None = None) -> set[Right]:
    """Every right that holds for a purpose: by its grounds, and objecting to what serves it by legitimate interest.

    `held` are the grounds of every purpose, for who asks about many.
    """
    objecting = {Right.OBJECTION} if any(found.purpose == code for found in INTERESTS.values()) else set()
    return rights_for((held or grounds())[code]) | objecting


def matrix() -> list[Line]:
    """Purpose by right, in the order of the purposes."""
    held = grounds()
    return [
        Line(purpose, [(label, right in rights) for right, label in COLUMNS])
        for code, purpose in PURPOSES.items()
        if code in held
        for rights in [applying(code, held)]
    ]


# The quicker way -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """Where the site itself answers at once."""

    right: Right
    text: str | Promise
    label: str | Promise
    url_name: str
    anchor: str = ""


WAYS = (
    Way(Right.ACCESS, _("Alles wat we van je bewaren, met waarom en hoe lang."), _("Mijn gegevens"), "users:data"),
    Way(Right.COPY, _("Download alles in één bestand."), _("Downloaden"), "users:data", "#meenemen"),
    Way(Right.RECTIFICATION, _("Verander je naam, adres of berichten zelf."), _("Aanpassen"), "users:data"),
    Way(Right.PORTABILITY, _("JSON of XML, voor een andere site."), _("Meenemen"), "users:data", "#meenemen"),
    Way(Right.ERASURE, _("Je hele account, binnen 48 uur."), _("Account opzeggen"), "closure:close"),
    Way(
        Right.RESTRICTION,
        _("Alles verborgen en geen mail, tot jij het opheft."),
        _("Bevriezen"),
        "requests:freeze",
    ),
    Way(Right.OBJECTION, _("Het stopt meteen."), _("Bezwaar maken"), "requests:objections"),
    Way(Right.WITHDRAWAL, _("Eén klik per toestemming."), _("Toestemmingen"), "consent:mine"),
)


# What one can object to ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Interest:
    """One thing we do because of a legitimate interest, as somebody may object to it (K-43, W-14).

    `stops` says what stops at once. What cannot stop for one person without harm to others has `goes_on` instead: the
    weighing that was done beforehand. Direct marketing needs no reason and is never weighed (K-44). `at_once` does what
    no selector does by itself.
    """

    code: str
    purpose: str
    label: str | Promise
    why: str | Promise
    stops: str | Promise = ""
    goes_on: str | Promise = ""
    marketing: bool = False
    at_once: Callable[[Any, Any], object] | None = None


INTERESTS: dict[str, Interest] = {}


def interest(code: str, **words: Any) -> Interest:
    """Registers something one can object to."""
    INTERESTS[code] = Interest(code, **words)
    return INTERESTS[code]


interest(
    "audit",
    purpose="audit",
    label=_("Het logboek van de site"),
    why=_("Zo zien we misbruik en kunnen we laten zien wie wat deed. Er staan nummers in, geen namen."),
    goes_on=_("Een logboek met gaten beschermt niemand. Daarom gaat dit door terwijl we je bezwaar bekijken."),
)
interest(
    "security",
    purpose="security",
    label=_("Op welke apparaten je bent ingelogd"),
    why=_("Zo houden we anderen uit je account, en zie jij het als er iets vreemds gebeurt."),
    goes_on=_("Zonder dit kan iemand anders in je account komen. Daarom gaat dit door terwijl we je bezwaar bekijken."),
)
