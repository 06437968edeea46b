"""Everything we hold about a member, read from the register: for the page and for the download (W-72, W-73)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, JSONField, Model, Prefetch, QuerySet, When
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.users.models import User
from accounts.users.purposes import PURPOSES, Purpose, purpose_of
from accounts.users.switches import Switchable, is_shown, switchables
from wijk.personal_data import REGISTER, Declaration, Ground, Personal, Subject, Visibility
from wijk.text import excerpt

SHOWN = 5
A_PAGE = 25
CARDS = 10

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
GROUNDS: dict[Ground, str | Promise] = {
    Ground.CONTRACT: gettext_lazy("nodig voor wat je met ons afspreekt"),
    Ground.CONSENT: gettext_lazy("je toestemming"),
    Ground.LEGITIMATE: gettext_lazy("een goed belang"),
    Ground.LAW: gettext_lazy("de wet"),
}


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
    """One stored row: what it says, until when, on which ground, and whether anybody can see anything of it now."""

    title: str
    facts: list[Fact]
    public: bool
    term: str | Promise
    ground: str | Promise
    url: str
    when: str
    # The table and the number, by which a record is named.
    key: str = ""


@dataclass
class Holding:
    """All we hold for one purpose."""

    code: str
    purpose: Purpose
    things: list[Thing] = field(default_factory=list)
    more: int = 0


def holdings(user: User) -> list[Holding]:
    """What is stored about a member, per purpose, in the order of the purposes; the newest few of each kind."""
    found: dict[str, Holding] = {}
    for declaration, subject, exported in declared():
        rows = own_rows(declaration, subject, user)
        # One more than is shown, so that most pages need no count.
        shown = list(loaded(rows, exported).order_by("-pk")[: SHOWN + 1])
        if shown:
            code = declaration.purpose
            holding = found.setdefault(code, Holding(code, purpose_of(code)))
            holding.things.extend(things_among(shown[:SHOWN], rows, declaration, exported))
            holding.more += rows.count() - SHOWN if len(shown) > SHOWN else 0
    return sorted(found.values(), key=lambda holding: place_of(holding.code))


def place_of(code: str) -> int:
    """Where a purpose comes among the others."""
    return list(PURPOSES).index(code) if code in PURPOSES else len(PURPOSES)


def everything_for(user: User, code: str, page: Any) -> tuple[Holding, Page] | None:
    """One page of all that is stored for one purpose, newest first; None when there is nothing."""
    parts = [
        (declaration, exported, own_rows(declaration, subject, user))
        for declaration, subject, exported in declared()
        if declaration.purpose == code
    ]
    keys = [(number, pk) for number, (_d, _e, rows) in enumerate(parts) for pk in _keys(rows)]
    if not keys:
        return None
    here = Paginator(keys, A_PAGE).get_page(page)
    holding = Holding(code, purpose_of(code))
    for number, (declaration, exported, rows) in enumerate(parts):
        wanted = [pk for part, pk in here.object_list if part == number]
        if wanted:
            shown = loaded(rows, exported).filter(pk__in=wanted).order_by("-pk")
            holding.things.extend(things_among(list(shown), rows, declaration, exported))
    return holding, here


def _keys(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("-pk").values_list("pk", flat=True)


def declared() -> Iterator[tuple[Declaration, Subject, dict[str, Personal]]]:
    """Each declaration about somebody, by way of each subject, with its fields that go into an export."""
    for declaration in REGISTER.values():
        exported = {name: entry for name, entry in declaration.fields.items() if not entry.not_exported}
        for subject in declaration.subjects if exported else ():
            yield declaration, subject, exported


def own_rows(declaration: Declaration, subject: Subject, user: User) -> QuerySet[Any]:
    """The rows of one model that are about this member by way of one subject, and nobody else's."""
    return declaration.model._default_manager.filter(**subject.of(user.pk))


def loaded(rows: QuerySet[Any], exported: dict[str, Personal]) -> QuerySet[Any]:
    """With what the fields point at: one question for each column, however many rows there are."""
    columns = [rows.model._meta.get_field(name) for name in exported]
    return rows.prefetch_related(*[_named(column) for column in columns if column.many_to_one or column.many_to_many])


def _named(column: Any) -> Prefetch:
    """What a link points at, without what its name does not need: the outline of a neighbourhood is long."""
    target = column.related_model
    long = [one.name for one in target._meta.concrete_fields if isinstance(one, JSONField)]
    return Prefetch(column.name, target._base_manager.defer(*long))


def things_among(
    shown: list[Any], rows: QuerySet[Any], declaration: Declaration, exported: dict[str, Personal]
) -> Iterator[Thing]:
    """Rows of one model in words."""
    on_site = visible_among(shown, rows)
    for row in shown:
        facts = [_fact(row, name, entry) for name, entry in exported.items()]
        title = next((fact.value for fact in facts if fact.value and fact.name in TITLES), facts[0].value)
        yield Thing(
            title=excerpt(title, 70) or str(facts[0].label),
            facts=facts,
            public=row.pk in on_site and any(fact.public for fact in facts),
            term=declaration.term.label,
            ground=GROUNDS[declaration.ground],
            url=getattr(row, "edit_url", ""),
            when=_day(row, exported),
            key=f"{row._meta.label_lower}:{row.pk}",
        )


def visible_among(shown: list[Any], rows: QuerySet[Any]) -> set[Any]:
    """What a model calls visible() is on the site now; a draft of the same model is not."""
    keys = [row.pk for row in shown]
    if not keys or not hasattr(rows, "visible"):
        return set(keys)
    return set(rows.visible().filter(pk__in=keys).values_list("pk", flat=True))


def _day(row: Model, exported: dict[str, Personal]) -> str:
    """The day of a row, where it has one, to tell it from others of the same name."""
    moment = next((getattr(row, name) for name in MOMENTS if name in exported), None)
    return formats.date_format(timezone.localtime(moment), "j F Y") if isinstance(moment, datetime) else ""


# What a row is best recognised by, where it has one of these.
MOMENTS = ("decided_at", "written_at", "created_at", "made_at", "queued_at", "requested_at", "at", "since")
TITLES = ("title", "public_name", "organisation", "body", "email", "key", "act", "user_agent", "started_at")


def _fact(row: Model, name: str, entry: Personal) -> Fact:
    circle, public = circle_of(row, name, entry)
    return Fact(name, entry.label, shown_value(row, name), circle, public)


def circle_of(row: Model | None, name: str, entry: Personal) -> tuple[str | Promise, bool]:
    """Who may see a field of a row, and whether that is everybody; without a row, as long as nothing is switched on."""
    if entry.visibility == Visibility.PUBLIC or (row is not None and is_shown(row, name, entry)):
        return CIRCLES[Visibility.PUBLIC], True
    return AT_THE_DESK if Visibility.MANAGER in entry.recipients else CIRCLES[entry.visibility], False


def shown_value(row: Model, name: str) -> str:
    """A stored value in words."""
    # A model may put a code into words where the choices are not its own.
    in_words = getattr(row, f"get_{name}_display", None)
    if in_words is None and row._meta.get_field(name).many_to_many:
        return ", ".join(str(thing) for thing in getattr(row, name).all())
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


# What everybody sees of somebody's contact details -------------------------------------------------------------------


@dataclass(frozen=True)
class Detail:
    """One contact detail with its switch."""

    name: str
    label: str | Promise
    value: str
    shown: bool


@dataclass(frozen=True)
class Card:
    """The contact details of one post or organisation."""

    model: str
    row: Any
    title: str
    on_site: bool
    details: list[Detail]

    @property
    def shows(self) -> bool:
        return any(detail.shown for detail in self.details)

    @property
    def public(self) -> bool:
        return self.on_site and self.shows

    @property
    def shown_labels(self) -> str:
        return ", ".join(str(detail.label) for detail in self.details if detail.shown)


@dataclass(frozen=True)
class Overview:
    """All cards of a member with something in them, those that show something first; and how many show something."""

    cards: list[Card]
    page: Page
    showing: int


def overview(user: User, page: Any) -> Overview:
    """What of a member's contact details is stored where, and which of them everybody sees (W-88)."""
    kinds = list(switchables())
    found = [(kind, pk, shown) for kind in kinds for pk, shown in _filled(kind, user)]
    found.sort(key=lambda one: not one[2])
    here = Paginator([(kind, pk) for kind, pk, _shown in found], CARDS).get_page(page)
    made: dict[tuple[str, Any], Card] = {}
    for kind in kinds:
        wanted = [pk for one, pk in here.object_list if one is kind]
        rows = kind.own(user).filter(pk__in=wanted)
        if wanted:
            made |= {(kind.label, card.row.pk): card for card in _cards(kind, rows)}
    cards = [made[kind.label, pk] for kind, pk in here.object_list]
    return Overview(cards, here, sum(shown for _kind, _pk, shown in found))


def _filled(kind: Switchable, user: User) -> QuerySet[Any]:
    """The number of each row with something in it, newest first, and whether it shows anything."""
    shows = Case(When(kind.shown(), then=True), default=False)
    return kind.own(user).filter(kind.filled()).annotate(shows=shows).order_by("-pk").values_list("pk", "shows")


def _cards(kind: Switchable, rows: QuerySet[Any]) -> Iterator[Card]:
    own = list(rows)
    on_site = visible_among(own, rows)
    for row in own:
        entries = kind.declaration.fields
        details = [
            Detail(name, capfirst(row._meta.get_field(name).verbose_name), value, is_shown(row, name, entries[name]))
            for name in kind.names
            if (value := shown_value(row, name))
        ]
        yield Card(kind.label, row, excerpt(str(row), 70), row.pk in on_site, details)
