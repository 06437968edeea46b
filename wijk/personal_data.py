"""The register of personal data: one declaration per model field and per store, from which all the rest follows.

Each app declares its models beside them with `declare()`; those of libraries are in wijk/libraries, and what is no
table at all in wijk/stores.py. A field or store that is not declared, or a declared one that is gone, fails the tests
by name (W-6), so that nothing can appear, not even with an upgrade, without somebody deciding what may happen to it.
The table between two models of a plain many-to-many field is declared by that field.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, Required, TypedDict, Unpack

from django.apps import apps
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


class Recipient(StrEnum):
    """Who outside the operator handles it in our service; the register of parties has their names (W-4)."""

    HOST = "host"  # where the site stands
    MAIL = "mail"  # who delivers mail


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
    "post": Term(_("tot een jaar nadat het bericht van de site af is"), timedelta(days=365)),
    "conversation": Term(_("30 dagen na bezorging"), timedelta(days=30)),
    "conversation_shell": Term(_("60 dagen na het laatste bericht"), timedelta(days=60)),
    "signup": Term(_("30 dagen na de activiteit"), timedelta(days=30)),
    "incoming": Term(_("tot wij het doorsturen, hooguit een dag"), timedelta(days=1)),
    "unconfirmed": Term(_("24 uur, als je niet bevestigt"), timedelta(hours=24)),
    "subscription": Term(_("zolang je aangemeld bent")),
    "unconfirmed_request": Term(_("48 uur, als je niet bevestigt"), timedelta(hours=48)),
    "year": Term(_("1 jaar"), timedelta(days=365)),
    "invitation": Term(_("14 dagen"), timedelta(days=14)),
    "report": Term(_("1 jaar na de beslissing"), timedelta(days=365)),
    "assignment": Term(_("tot 1 jaar na het einde"), timedelta(days=365)),
    "five_years": Term(_("5 jaar"), timedelta(days=5 * 365)),
    "copy": Term(_("hooguit 5 jaar, of tot je hem laat wissen")),
    "hold": Term(_("zolang de zaak loopt. We kijken minstens elk jaar, en wissen als niemand keek")),
    "site": Term(_("zolang de site bestaat")),
    "organisation": Term(_("zolang de organisatie op de site staat")),
    "elsewhere": Term(_("tot een andere dienst bevestigt dat het daar gewist is")),
    "thing": Term(_("zolang dat waar het bij hoort op de site staat")),
    "session": Term(_("tot je uitlogt, hooguit twee weken nadat je er was"), timedelta(0)),
    "browser": Term(_("tot je je browser sluit")),
    "app": Term(_("tot je de app weghaalt")),
    "cookie": Term(_("hooguit een jaar")),
    "cache": Term(_("hooguit een dag"), timedelta(days=1)),
    "log": Term(_("hooguit 14 dagen")),
    "backup": Term(_("35 dagen")),
    "backup_keys": Term(_("14 dagen")),
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
    # Why it stays when its person leaves; the end of it is the retention term.
    keep_reason: str | Promise = ""
    # Of words that say nothing about anybody: why they cannot, or which of their keys do.
    holds: str = ""
    handed_to: tuple[Recipient, ...] = ()


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
    keep_reason: str | Promise = ""
    # The step of the erasure that finds rows which no path to an account leads to.
    erased_by: str = ""

    @property
    def term(self) -> Term:
        return TERMS[self.retention]


@dataclass(frozen=True)
class Store:
    """Something that is no table and holds data, or could: what is in it, who can see it, how it is emptied.

    `places` names it as the settings and the database know it: "path MEDIA_ROOT", "cache default", "table wijk_cache",
    "cookie SESSION_COOKIE_NAME"; "browser offline-page" is what a script of ours keeps in a browser.
    """

    label: str | Promise
    what: str | Promise
    erased: str | Promise
    places: tuple[str, ...]
    purpose: str = "operation"
    ground: Ground = Ground.CONTRACT
    retention: str = "account"
    visibility: Visibility = Visibility.NOBODY
    handed_to: tuple[Recipient, ...] = (Recipient.HOST,)
    # Whether it can hold anything about anybody.
    personal: bool = True

    @property
    def term(self) -> Term:
        return TERMS[self.retention]


REGISTER: dict[type[Model], Declaration] = {}
STORES: dict[str, Store] = {}

TECHNICAL = Personal(kind=Kind.TECHNICAL, visibility=Visibility.NOBODY, not_exported="technical")
USUAL: dict[str, Any] = {
    "ground": Ground.CONTRACT,
    "retention": "account",
    "erase": Erase.DELETE_ROW,
    "source": Source.PERSON,
    "keep_reason": "",
    "holds": "",
    "handed_to": (Recipient.HOST,),
}
ABOUT_NOBODY = Personal(kind=Kind.NONE, visibility=Visibility.PUBLIC, not_exported="about nobody")


class Usual(TypedDict, total=False):
    """What a model's declaration says of each of its fields that does not say it itself."""

    purpose: Required[str]
    ground: Ground
    retention: str
    erase: Erase
    source: Source
    keep_reason: str | Promise
    holds: str
    handed_to: tuple[Recipient, ...]


def declare(
    model: type[Model] | str,
    *,
    subject: str | None = None,
    subjects: tuple[Subject, ...] = (),
    clock: str = "",
    technical: str = "",
    public: str = "",
    fields: dict[str, Personal] | None = None,
    erased_by: str = "",
    **said: Unpack[Usual],
) -> None:
    """Registers what each field of a model is; a library's model by its label.

    `subject` is the look-up path from a row to the account it is about ("self" for the account, None for nobody); where
    a table holds the rows of several sides, `subjects` says which rows are whose. `technical` names the fields that say
    nothing about a person, `public` those that neither do and that everybody may read; `holds` says why their words
    cannot. `clock` is the date field after which the rows go when the retention term's span has passed.
    """
    found = apps.get_model(model) if isinstance(model, str) else model
    usual = {**USUAL, **said}
    entries = dict.fromkeys(technical.split(), TECHNICAL) | dict.fromkeys(public.split(), ABOUT_NOBODY)
    filled = {
        name: replace(entry, **{key: getattr(entry, key) or value for key, value in usual.items()})
        for name, entry in (entries | (fields or {})).items()
    }
    whose = (Subject(subject),) if subject else subjects
    said_of_rows = {key: usual[key] for key in ("purpose", "ground", "retention", "erase", "keep_reason")}
    REGISTER[found] = Declaration(found, whose, clock=clock, fields=filled, erased_by=erased_by, **said_of_rows)


def declare_store(name: str, store: Store) -> None:
    """Registers something that is no table."""
    STORES[name] = store


def concrete_fields(model: type[Model]) -> set[str]:
    """The names of a model's own columns and many-to-many relations."""
    options = model._meta
    return {column.name for column in options.local_fields} | {relation.name for relation in options.local_many_to_many}


def may_leave(row: Model, name: str) -> bool:
    """Whether a field of a row may be told to everybody: it is public, or its owner switched it on (W-64)."""
    # A page's title is a column of the table of all pages.
    entry = REGISTER[row._meta.get_field(name).model].fields[name]
    if entry.visibility == Visibility.CHOICE:
        return bool(getattr(row, switch(name)))
    return entry.visibility == Visibility.PUBLIC


def switch(name: str) -> str:
    """The name of the field that says whether a contact detail is shown."""
    return "show_" + name.removeprefix("contact_")
