"""Nothing personal without a declaration, in any table of ours or of a library (W-6)."""

import re

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import CASCADE, PROTECT
from django.test.utils import isolate_apps

from accounts.closure.erasure import steps
from wijk.encryption import EncryptedTextField
from wijk.personal_data import (
    REGISTER,
    TERMS,
    Declaration,
    Erase,
    Ground,
    Kind,
    Personal,
    Recipient,
    Visibility,
    concrete_fields,
    declare,
    may_leave,
)

MODELS = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
SILENT = {Kind.NONE, Kind.TECHNICAL}
# A column of one of these can hold whatever somebody types.
WORDS = (models.CharField, models.TextField, models.JSONField, EncryptedTextField)


def label(thing):
    model = thing.model if isinstance(thing, Declaration) else thing
    return model._meta.label


def undeclared(model, register=REGISTER):
    """What of one model has no declaration, or is declared and gone, by name."""
    if model._meta.auto_created:
        # The table behind a plain many-to-many field is declared by that field.
        owner = model._meta.auto_created
        fields = [one.name for one in owner._meta.local_many_to_many if one.remote_field.through is model]
        known = register[owner].fields if owner in register else {}
        return [f"{label(owner)}.{name}" for name in fields if name not in known]
    if model not in register:
        return [label(model)]
    declared, there = set(register[model].fields), concrete_fields(model)
    return [f"{label(model)}.{name}" for name in sorted(declared ^ there)]


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_every_field_of_every_installed_model_is_declared(model):
    assert undeclared(model) == []


def test_every_declared_model_is_installed():
    assert [label(model) for model in REGISTER if model not in MODELS] == []


@isolate_apps("wijk")
def test_an_undeclared_model_field_or_table_between_two_is_found_by_name():
    class Diary(models.Model):
        secret = models.TextField()
        home_phone = models.CharField(max_length=20, choices=[("1", "1")])
        friends = models.ManyToManyField("self")

        class Meta:
            app_label = "wijk"

    between = Diary.friends.through
    assert undeclared(Diary) == ["wijk.Diary"]
    assert undeclared(between) == ["wijk.Diary.friends"]
    try:
        declare(Diary, purpose="operation", technical="id vanished")
        assert undeclared(Diary) == [f"wijk.Diary.{name}" for name in ("friends", "home_phone", "secret", "vanished")]
        declare(Diary, purpose="operation", technical="id secret home_phone friends")
        assert mistaken(REGISTER[Diary]) == ["wijk.Diary.home_phone"]
        assert undeclared(Diary) == undeclared(between) == []
        assert unexplained(REGISTER[Diary]) == ["wijk.Diary.secret"]
        declare(Diary, purpose="operation", fields={"secret": Personal("Geheim", Kind.FREE_TEXT)}, erase=Erase.KEEP)
        assert unended(REGISTER[Diary]) == ["wijk.Diary", "wijk.Diary.secret"]
        assert unerased(REGISTER[Diary], set()) == []
        declare(Diary, purpose="operation", fields={"secret": Personal("Geheim", Kind.FREE_TEXT)})
        assert unerased(REGISTER[Diary], set()) == ["wijk.Diary.secret"]
    finally:
        REGISTER.pop(Diary, None)


# Each declaration says all it must -----------------------------------------------------------------------------------


@pytest.mark.parametrize("declaration", REGISTER.values(), ids=label)
def test_every_declaration_can_be_followed(declaration):
    for subject in declaration.subjects:
        assert str(declaration.model._default_manager.filter(**subject.of(1)).query)
    if declaration.clock:
        assert declaration.clock in concrete_fields(declaration.model)
        assert declaration.term.span is not None, "a clock that never strikes"
    for name, entry in declaration.fields.items():
        assert entry.label or entry.not_exported, f"{name} has neither a label nor a reason to stay out of exports"
        assert isinstance(entry.ground, Ground) and isinstance(entry.visibility, Visibility), name
        assert isinstance(entry.erase, Erase) and entry.retention in TERMS and entry.purpose, name
        assert Recipient.HOST in entry.handed_to, name


def unexplained(declaration: Declaration):
    """Columns of words that are said to hold nothing about anybody, without why."""
    columns = {column.name: column for column in declaration.model._meta.local_fields}
    return [
        f"{label(declaration)}.{name}"
        for name, entry in declaration.fields.items()
        if entry.kind in SILENT and isinstance(columns.get(name), WORDS) and not columns[name].choices
        if not entry.holds
    ]


@pytest.mark.parametrize("declaration", REGISTER.values(), ids=label)
def test_words_that_are_said_to_be_about_nobody_say_why(declaration):
    assert unexplained(declaration) == []


# What a column is called or made of that is about somebody, whatever is said of it.
TELLING_NAMES = re.compile(
    r"(^|_)(e?mail|phone|mobile|first_name|last_name|birth\w*|gender|iban|vat|ip|user_agent|address)$"
)


def mistaken(declaration: Declaration):
    """Columns that look personal and are declared not to be."""
    return [
        f"{label(declaration)}.{column.name}"
        for column in declaration.model._meta.local_fields
        if isinstance(column, models.EmailField | models.GenericIPAddressField)
        or isinstance(column, WORDS)
        and TELLING_NAMES.search(column.name)
        if declaration.fields[column.name].kind in SILENT
    ]


@pytest.mark.parametrize("declaration", REGISTER.values(), ids=label)
def test_what_looks_like_a_name_or_an_address_is_not_called_technical(declaration):
    assert mistaken(declaration) == []


def unended(declaration: Declaration):
    """What is kept without a reason, or without an end."""
    kept = {label(declaration): declaration} | {f"{label(declaration)}.{n}": e for n, e in declaration.fields.items()}
    return [
        name
        for name, entry in kept.items()
        if entry.erase == Erase.KEEP and not (entry.keep_reason and TERMS[entry.retention].label)
    ]


@pytest.mark.parametrize("declaration", REGISTER.values(), ids=label)
def test_what_is_kept_of_a_leaver_has_a_reason_and_an_end(declaration):
    assert unended(declaration) == []


# Nothing survives a leaver by being forgotten ------------------------------------------------------------------------


def unerased(declaration: Declaration, names: set[str]):
    """Personal fields that no step of the erasure reaches: neither by a path, nor by an address, nor by name."""
    if declaration.subjects or declaration.erased_by in names:
        return []
    links = {one.name for one in declaration.model._meta.local_fields if one.related_model is get_user_model()}
    contacts = {name for name, entry in declaration.fields.items() if entry.kind == Kind.CONTACT}
    # With the address of who wrote a row goes what is declared to go from it.
    gone = {name for name, e in declaration.fields.items() if contacts and e.erase in {Erase.NULL, Erase.REPLACE}}
    reached = links | contacts | gone
    personal = {name for name, e in declaration.fields.items() if e.kind not in SILENT and e.erase != Erase.KEEP}
    return [f"{label(declaration)}.{name}" for name in sorted(personal - reached)]


@pytest.mark.parametrize("declaration", REGISTER.values(), ids=label)
def test_every_personal_field_is_reached_when_its_person_leaves(declaration):
    assert unerased(declaration, {step.name for step in steps()}) == []


LINKS = [
    column
    for model in MODELS
    for column in model._meta.local_fields
    if column.related_model is get_user_model() and not model._meta.auto_created
]


@pytest.mark.parametrize("column", LINKS, ids=str)
def test_a_link_to_an_account_has_an_eraser(column):
    declaration = REGISTER[column.model]
    entry = declaration.fields[column.name]
    if column.remote_field.on_delete in {CASCADE, PROTECT}:
        assert column.name in {subject.path for subject in declaration.subjects}, "who goes along has to be said"
    else:
        assert entry.erase in {Erase.NULL, Erase.DELETE_ROW}, "the database leaves the number of an account behind"
        assert entry.erase == Erase.DELETE_ROW or column.null


def test_the_links_are_really_found():
    assert len(LINKS) > 25
    assert {"wagtailcore.PageLogEntry.user", "mfa.Authenticator.user", "content.Post.author"} <= set(map(str, LINKS))


# What may be told to everybody ---------------------------------------------------------------------------------------


def test_only_what_is_public_or_switched_on_may_leave(anna, klarendal):
    from tests import factories

    post = factories.post(anna, klarendal, contact_email="anna@example.org", contact_phone="+31612345678")
    post.show_phone = True
    allowed = {name for name in REGISTER[type(post)].fields if may_leave(post, name)}
    assert {"title", "text", "contact_phone"} <= allowed
    assert allowed & {"contact_email", "author", "status", "form_key", "show_phone"} == set()
