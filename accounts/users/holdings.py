"""Everything we hold about a member, read from the register: for the page and for the download (W-72, W-73)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import ForeignKey, Model, QuerySet
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.users.actions import switch
from accounts.users.models import User
from accounts.users.purposes import PURPOSES, Purpose, purpose_of
from wijk import clock
from wijk.personal_data import REGISTER, TERMS, Declaration, Personal, Subject, Visibility
from wijk.text import excerpt

SHOWN = 25

CIRCLES: dict[Visibility, str | Promise] = {
    Visibility.PUBLIC: gettext_lazy("iedereen, zolang het op de site staat"),
    Visibility.CHOICE: gettext_lazy("alleen jij, tot je het zelf laat zien"),
    Visibility.MANAGER: gettext_lazy("jij en de wijkbeheerder"),
    Visibility.OWNER: gettext_lazy("alleen jij"),
    Visibility.SIDES: gettext_lazy("jij en de ander in het gesprek"),
    Visibility.STAFF: gettext_lazy("jij en wie de site beheert"),
    Visibility.NOBODY: gettext_lazy("alleen jij"),
}
AT_THE_DESK = gettext_lazy("jij en de wijkbeheerder, tot je het zelf laat zien")


@dataclass(frozen=True)
class Fact:
    """One stored field: what it is, what it says, who may see it."""

    name: str
    label: str | Promise
    value: str
    circle: str | Promise
    public: bool


@dataclass(frozen=True)
class Thing:
    """One stored row, and whether anybody can see anything of it now."""

    title: str
    facts: list[Fact]
    public: bool


@dataclass
class Holding:
    """All we hold for one purpose, with how long."""

    code: str
    purpose: Purpose
    terms: list[str | Promise] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    more: int = 0


def holdings(user: User) -> list[Holding]:
    """What is stored about a member, per purpose, in the order of the purposes."""
    found: dict[str, Holding] = {}
    for declaration, subject, exported in declared():
        rows = own_rows(declaration, subject, user)
        # One more than is shown, so that most pages need no count.
        shown = list(_related(rows, exported).order_by("-pk")[: SHOWN + 1])
        if shown:
            holding = found.setdefault(
                declaration.purpose, Holding(declaration.purpose, purpose_of(declaration.purpose))
            )
            holding.things.extend(_things(shown[:SHOWN], rows, exported))
            holding.more += rows.count() - SHOWN if len(shown) > SHOWN else 0
            if declaration.term.label not in holding.terms:
                holding.terms.append(declaration.term.label)
    return sorted(found.values(), key=lambda holding: _place(holding.code))


def _place(code: str) -> int:
    return list(PURPOSES).index(code) if code in PURPOSES else len(PURPOSES)


def declared() -> Iterator[tuple[Declaration, Subject, dict[str, Personal]]]:
    """Each declaration about somebody, by way of each subject, with its fields that go into an export."""
    for declaration in REGISTER.values():
        exported = {name: entry for name, entry in declaration.fields.items() if not entry.not_exported}
        for subject in declaration.subjects if exported else ():
            yield declaration, subject, exported


def own_rows(declaration: Declaration, subject: Subject, user: User) -> QuerySet[Any]:
    """The rows of one model that are about this member by way of one subject, and nobody else's."""
    return declaration.model._default_manager.filter(**subject.of(user.pk))


def _related(rows: QuerySet[Any], exported: dict[str, Personal]) -> QuerySet[Any]:
    links = [name for name in exported if isinstance(rows.model._meta.get_field(name), ForeignKey)]
    return rows.select_related(*links) if links else rows


def _things(shown: list[Any], rows: QuerySet[Any], exported: dict[str, Personal]) -> Iterator[Thing]:
    # What a model calls visible() is on the site now; a draft of the same model is not.
    visible = rows.visible() if hasattr(rows, "visible") else rows
    on_site = set(visible.filter(pk__in=[row.pk for row in shown]).values_list("pk", flat=True))
    for row in shown:
        facts = [_fact(row, name, entry) for name, entry in exported.items()]
        title = next((fact.value for fact in facts if fact.value and fact.name in TITLES), facts[0].value)
        public = row.pk in on_site and any(fact.public for fact in facts)
        yield Thing(excerpt(title, 70) or str(facts[0].label), facts, public)


# What a row is best recognised by, where it has one of these.
TITLES = ("title", "public_name", "organisation", "body", "email", "key", "act", "started_at")


def _fact(row: Model, name: str, entry: Personal) -> Fact:
    public = entry.visibility == Visibility.PUBLIC
    circle = AT_THE_DESK if Visibility.MANAGER in entry.recipients else CIRCLES[entry.visibility]
    if entry.visibility == Visibility.CHOICE and getattr(row, switch(name), False):
        public, circle = True, CIRCLES[Visibility.PUBLIC]
    return Fact(name, entry.label, shown_value(row, name), circle, public)


def shown_value(row: Model, name: str) -> str:
    """A stored value in words."""
    column = row._meta.get_field(name)
    if column.many_to_many:
        return ", ".join(str(thing) for thing in getattr(row, name).all())
    # A model may put a code into words where the choices are not its own.
    in_words = getattr(row, f"get_{name}_display", None)
    value = in_words() if in_words else getattr(row, name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return formats.date_format(value, "j F Y")
    return str(value)


# The download ---------------------------------------------------------------------------------------------------------


def export(user: User) -> dict[str, Any]:
    """Everything declared exportable about a member, as plain values; only own rows."""
    data: dict[str, Any] = {}
    for declaration, subject, exported in declared():
        rows = _related(own_rows(declaration, subject, user), exported).order_by("pk")
        plain = [_exported(row, exported) for row in rows]
        if plain:
            words = {
                "purpose": str(purpose_of(declaration.purpose).label),
                "kept": str(TERMS[declaration.retention].label),
                "rows": [],
            }
            data.setdefault(declaration.model._meta.label_lower, words)["rows"].extend(plain)
    return {"format": "wijk-export-1", "made_at": clock.now(), "data": data, "sign_in": _sign_in(user)}


def _exported(row: Model, exported: dict[str, Personal]) -> dict[str, Any]:
    return {name: {"label": str(entry.label), "value": _plain(row, name)} for name, entry in exported.items()}


def _plain(row: Model, name: str) -> Any:
    column = row._meta.get_field(name)
    if column.many_to_many:
        return [str(thing) for thing in getattr(row, name).all()]
    value = getattr(row, name)
    return str(value) if isinstance(value, Model) else value


def _sign_in(user: User) -> dict[str, Any]:
    """What the log-in library holds: addresses, devices and second factors, without their secrets."""
    addresses = EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
    devices = UserSession.objects.filter(user=user).values("ip", "user_agent", "created_at", "last_seen_at")
    factors = Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")
    return {"addresses": list(addresses), "devices": list(devices), "second_factors": list(factors)}
