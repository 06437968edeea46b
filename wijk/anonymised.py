"""A copy of the site for developers with no real person in it, by the register of personal data (C-23).

Everything is left out that is not known to be safe: only the purposes below go along, of those only what is declared,
and of that only numbers, moments (all moved by one random span) and choices from a list. Every name, address and text
is made up. People, posts and the like get new numbers in a random order, since the real ones stand in public addresses.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Field, Model

from wijk.made_up import Inventor, words_of
from wijk.personal_data import REGISTER, Kind, Personal

# Places and themes are open data and name nobody: kept as they are, with their numbers.
OPEN = "places"
PURPOSES = {OPEN, "account", "managing", "newsletter", "organisations", "posts", "contact", "moderation", "reports"}
# Made from other rows, or from numbers that no longer say anything.
DERIVED = {
    "content.Analysis",
    "content.GuideEntry",
    "content.Match",
    "content.Misfit",
    "content.SearchEntry",
    "content.Tombstone",
}
# Rows of the framework that every site has, found by their name.
BY_NAME = {"auth.Group", "auth.Permission", "contenttypes.ContentType"}
# Columns that hold a code of ours without a list of choices, and what such a code looks like.
CODES = {"language", "visitor_language", "text_version", "confidentiality_version"}
CODE = re.compile(r"[a-z]{2}|[a-z.:-]{0,20}\d[\d.:-]{0,20}")
PASSWORD = "password"  # noqa: S105  the one secret column whose row goes along, without it
FACTS = {Kind.NONE, Kind.TECHNICAL, Kind.CONTENT}
MOST_DAYS = 28
BATCH = 500

type Treatment = Callable[[Any], Any]
type Numbers = dict[type[Model], dict[Any, int]]


class Left(Exception):  # noqa: N818  not an error: what is left out
    """A row that does not go along: it was deleted meanwhile, or what it belongs to is left out."""


@dataclass
class Dump:
    """One copy: its span of time, its new numbers and its made-up people exist only as long as it is made."""

    models: list[type[Model]] = field(default_factory=lambda: list(plan()))
    numbers: Numbers = field(default_factory=dict)
    shift: timedelta = field(default_factory=lambda: -timedelta(seconds=secrets.randbelow(MOST_DAYS * 86_400) + 1))

    def __post_init__(self) -> None:
        self.invent = Inventor(words_of(real_names(self.models)))
        for model in self.models:
            self.numbers[model] = new_numbers(model)

    def lines(self, model: type[Model]) -> Iterator[str]:
        """Each row of a model as a line that `loaddata` reads, in the order of the new numbers."""
        treatments = {column: self.treatment(column) for column in columns(model)}
        for refs in batched(list(self.numbers[model]), BATCH):
            rows, links = model._base_manager.in_bulk(refs), self.links(model, refs)
            for ref in refs:
                try:
                    values = self.values(rows.get(ref), treatments)
                except Left:
                    # What belongs to this row goes no further either.
                    del self.numbers[model][ref]
                    continue
                line = {"model": model._meta.label_lower, "pk": self.numbers[model][ref]}
                yield json.dumps({**line, "fields": {**values, **links(ref)}}, cls=DjangoJSONEncoder)

    def values(self, row: Model | None, treatments: dict[Field, Treatment]) -> dict[str, Any]:
        if row is None:
            raise Left
        return {column.name: change(column.value_from_object(row)) for column, change in treatments.items()}

    def links(self, model: type[Model], refs: Iterable[Any]) -> Callable[[Any], dict[str, list[Any]]]:
        """What the rows are linked to many-to-many, by the name of the link."""
        found: dict[Any, dict[str, list[Any]]] = {}
        for link in model._meta.local_many_to_many:
            if not carried(target_of(link)) or link not in declared(model):
                continue
            source, target = f"{link.m2m_field_name()}_id", f"{link.m2m_reverse_field_name()}_id"
            through: Any = link.remote_field.through
            rows = through._base_manager.filter(**{f"{source}__in": refs}).order_by("pk")
            for ref, other in rows.values_list(source, target):
                try:
                    found.setdefault(ref, {}).setdefault(link.name, []).append(self.reference(link, other))
                except Left:
                    continue
        return lambda ref: found.get(ref, {})

    # What happens to a value -----------------------------------------------------------------------------------------

    def treatment(self, column: Field) -> Treatment:
        """What becomes of the values of one column; empty ones stay empty."""
        entry = REGISTER[column.model].fields[column.name]
        if column.is_relation:
            return lambda value: None if value is None else self.reference(column, value)
        change = self.change(column, entry)
        return lambda value: value if value in (None, "") else change(value)

    def change(self, column: Field, entry: Personal) -> Treatment:
        fact = entry.kind in FACTS
        if isinstance(column, models.DateField):
            return self.moved
        is_open = REGISTER[column.model].purpose == OPEN or column.choices or isinstance(column, NUMBERS)
        if fact and is_open:
            return lambda value: value
        if entry.kind == Kind.SECRET:
            return lambda value: make_password(None)
        if not isinstance(column, models.CharField | models.TextField) or column.name.endswith("_ref"):
            return lambda value: empty(column)
        make, most = self.words(column, entry), column.max_length
        return lambda value: make(value)[:most]

    def words(self, column: Field, entry: Personal) -> Treatment:
        """How the words of a column are made up: as its name, its type and its kind say."""
        if entry.kind in (Kind.CONTACT, Kind.IDENTIFIER):
            return self.identity(column)
        if column.name in CODES:
            return lambda value: value if CODE.fullmatch(value) else ""
        if isinstance(column, models.URLField):
            return self.invent.web_address
        if isinstance(column, models.SlugField):
            return self.invent.slug
        return self.invent.token if column.unique else self.invent.text

    def identity(self, column: Field) -> Treatment:
        makers = {"email": self.invent.address, "phone": self.invent.phone, "address": self.invent.street}
        if column.name.endswith("_hash"):
            return self.invent.token
        found = (make for word, make in makers.items() if word in column.name)
        return next(found, self.invent.name)

    def moved(self, value: Any) -> Any:
        """A moment moves by the span, and a day by its whole days."""
        return value + (self.shift if isinstance(value, datetime) else timedelta(days=self.shift.days))

    def reference(self, column: Any, value: Any) -> Any:
        """The new number of what a row points at; by its name where every site has the same."""
        target = target_of(column)
        if target._meta.label in BY_NAME:
            return target._default_manager.get(pk=value).natural_key()
        number = self.numbers.get(target, {}).get(value)
        if number is None and is_needed(column):
            raise Left
        return number


NUMBERS = (models.BooleanField, models.IntegerField, models.FloatField, models.DecimalField, models.DurationField)


def plan() -> Iterator[type[Model]]:
    """The models that go along, each after those it points at."""
    done: set[type[Model]] = set()

    def after(model: type[Model]) -> Iterator[type[Model]]:
        if model in done or model._meta.label in BY_NAME or not carried(model):
            return
        done.add(model)
        for column in model._meta.local_fields:
            if column.is_relation:
                yield from after(target_of(column))
        yield model

    for model in REGISTER:
        yield from after(model)


def carried(model: type[Model]) -> bool:
    """Whether a model goes along: by its purpose, if it holds no secret and needs nothing that is left out."""
    if model._meta.label in BY_NAME:
        return True
    declaration = REGISTER.get(model)
    if declaration is None or declaration.purpose not in PURPOSES or model._meta.label in DERIVED:
        return False
    secret = {name for name, entry in declaration.fields.items() if entry.kind == Kind.SECRET} - {PASSWORD}
    if secret or model._meta.parents or not model._meta.managed:
        return False
    needed = {target_of(column) for column in model._meta.local_fields if column.is_relation and is_needed(column)}
    return all(carried(target) for target in needed - {model})


def is_needed(column: Any) -> bool:
    """Whether a row is nothing without it: also where a rule of its table asks one of several."""
    rules = [rule for rule in column.model._meta.constraints if isinstance(rule, models.CheckConstraint)]
    return not column.null or any(column.name in names_in(rule.condition) for rule in rules)


def names_in(condition: Any) -> set[str]:
    """The columns that a condition asks about."""
    asked = list(getattr(condition, "children", []))
    named = {child[0].partition("__")[0] for child in asked if isinstance(child, tuple)}
    return named.union(*(names_in(child) for child in asked if not isinstance(child, tuple)))


def target_of(column: Any) -> Any:
    """The model a column or link points at."""
    return column.remote_field.model


def declared(model: type[Model]) -> set[Any]:
    """The columns and links somebody decided about; another one is not copied."""
    known = REGISTER[model].fields
    return {column for column in [*model._meta.local_fields, *model._meta.local_many_to_many] if column.name in known}


def columns(model: type[Model]) -> list[Field]:
    return [column for column in model._meta.local_fields if not column.primary_key and column in declared(model)]


def new_numbers(model: type[Model]) -> dict[Any, int]:
    """By the old number of each row its new one, in the order of the new ones."""
    refs = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
    if REGISTER[model].purpose == OPEN:
        return {ref: ref for ref in refs}
    secrets.SystemRandom().shuffle(refs)
    return {ref: number for number, ref in enumerate(refs, start=1)}


def real_names(chosen: Iterable[type[Model]]) -> Iterator[str]:
    """Every name and address of a person in what goes along: none of them may be made up by accident."""
    for model in chosen:
        entries = REGISTER[model].fields
        names = [column.name for column in columns(model) if is_name(column, entries[column.name])]
        if names:
            for row in model._base_manager.values_list(*names).iterator(chunk_size=BATCH):
                yield from filter(None, row)


def is_name(column: Field, entry: Personal) -> bool:
    text = isinstance(column, models.CharField | models.TextField)
    return text and entry.kind in (Kind.CONTACT, Kind.IDENTIFIER) and not column.name.endswith("_hash")


def empty(column: Field) -> Any:
    """What stands for a value that cannot be shown."""
    return None if column.null else column.get_default()
