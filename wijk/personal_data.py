"""The register of personal data: one declaration per model field, from which export, erasure and retention follow.

Each app declares its models beside them with `declare()`. A field that is not declared, or a declared field that is
gone, fails the tests by name (W-6), so that no column can appear without somebody deciding what may happen to it.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """What sort of fact about a person a field holds."""

    NONE = "none"
    IDENTIFIER = "identifier"
    CONTACT = "contact"
    CONTENT = "content"
    FREE_TEXT = "free_text"
    TECHNICAL = "technical"
    SECRET = "secret"  # noqa: S105  the name of a kind


class Ground(StrEnum):
    """Why the law lets us hold it (W-8, C-27)."""

    CONTRACT = "contract"
    CONSENT = "consent"
    LEGITIMATE = "legitimate"
    LAW = "law"


class Visibility(StrEnum):
    """The widest circle that may ever see the value."""

    PUBLIC = "public"  # everybody, as soon as the thing it belongs to is public
    CHOICE = "choice"  # everybody, only when the owner switches it on
    MANAGER = "manager"
    OWNER = "owner"
    SIDES = "sides"  # the two who write to each other
    STAFF = "staff"
    NOBODY = "nobody"


class Erase(StrEnum):
    """What happens to the value when its person leaves."""

    DELETE_ROW = "delete_row"
    NULL = "null"
    REPLACE = "replace"
    KEEP = "keep"


class Source(StrEnum):
    """Who gave it to us: never somebody we bought it from (C-28)."""

    PERSON = "person"
    SITE = "site"  # made by the site while it works
    OTHERS = "others"  # written by somebody else who uses the site
    OPEN_DATA = "open_data"  # of the state, about places only


@dataclass(frozen=True)
class Term:
    """How long something is kept: in words, and as a span after its event where a clock decides."""

    label: str | Promise
    span: timedelta | None = None


TERMS = {
    "account": Term(_("zolang je account bestaat")),
    "post": Term(_("zolang het bericht bestaat")),
    "conversation": Term(_("30 dagen na bezorging"), timedelta(days=30)),
    "conversation_shell": Term(_("60 dagen na het laatste bericht"), timedelta(days=60)),
    "unconfirmed": Term(_("24 uur, als je niet bevestigt"), timedelta(hours=24)),
    "subscription": Term(_("zolang je aangemeld bent")),
    "year": Term(_("1 jaar"), timedelta(days=365)),
    "invitation": Term(_("14 dagen"), timedelta(days=14)),
    "report": Term(_("1 jaar na de beslissing"), timedelta(days=365)),
    "five_years": Term(_("5 jaar"), timedelta(days=5 * 365)),
    "copy": Term(_("hooguit 5 jaar, of tot je hem laat wissen")),
    "site": Term(_("zolang de site bestaat")),
}


@dataclass(frozen=True)
class Personal:
    """One field's declaration; empty values are filled from its model's declaration."""

    label: str | Promise = ""
    kind: Kind = Kind.CONTENT
    visibility: Visibility = Visibility.OWNER
    purpose: str = ""
    ground: Ground | None = None
    retention: str = ""
    erase: Erase | None = None
    not_exported: str = ""
    archive: bool = False
    # Who reads it besides its owner before it is shown to everybody.
    recipients: tuple[Visibility, ...] = ()
    replacement: Any = ""
    source: Source | None = None


@dataclass(frozen=True)
class Subject:
    """Whose rows they are: the look-up path to the account, and what a row must be for that path to count."""

    path: str
    only: dict[str, Any] = field(default_factory=dict)

    def of(self, account_ref: int) -> dict[str, Any]:
        """What the rows about one account are filtered by."""
        lookup = "pk" if self.path == "self" else f"{self.path}__pk"
        return {**self.only, lookup: account_ref}


@dataclass(frozen=True)
class Declaration:
    """All of one model: whose rows they are, and each field."""

    model: type[Model]
    subjects: tuple[Subject, ...]
    purpose: str
    ground: Ground
    retention: str
    erase: Erase
    clock: str
    fields: dict[str, Personal] = field(default_factory=dict)

    @property
    def term(self) -> Term:
        return TERMS[self.retention]


REGISTER: dict[type[Model], Declaration] = {}


def declare(
    model: type[Model],
    *,
    purpose: str,
    subject: str | None = None,
    subjects: tuple[Subject, ...] = (),
    ground: Ground = Ground.CONTRACT,
    retention: str = "account",
    erase: Erase = Erase.DELETE_ROW,
    clock: str = "",
    technical: str = "",
    fields: dict[str, Personal] | None = None,
    source: Source = Source.PERSON,
) -> None:
    """Registers what each field of a model is.

    `subject` is the look-up path from a row to the account it is about ("self" for the account, None for nobody); where
    a table holds the rows of several sides, `subjects` says which rows are whose. `technical` names the fields that say
    nothing about a person; `clock` the date field after which the rows go when the retention term's span has passed.
    """
    plain = Personal(kind=Kind.TECHNICAL, visibility=Visibility.NOBODY, not_exported="technical")
    entries = dict.fromkeys(technical.split(), plain)
    for name, entry in (fields or {}).items():
        entries[name] = Personal(
            **{
                **entry.__dict__,
                "purpose": entry.purpose or purpose,
                "ground": entry.ground or ground,
                "retention": entry.retention or retention,
                "erase": entry.erase or erase,
                "source": entry.source or source,
            }
        )
    whose = (Subject(subject),) if subject else subjects
    REGISTER[model] = Declaration(model, whose, purpose, ground, retention, erase, clock, entries)


def concrete_fields(model: type[Model]) -> set[str]:
    """The names of a model's own columns and many-to-many relations."""
    options = model._meta
    return {column.name for column in options.local_fields} | {relation.name for relation in options.local_many_to_many}
