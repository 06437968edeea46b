"""A row of any model, for tests that walk the register: filled by its fields, with whatever it needs made first."""

import secrets
from datetime import timedelta
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import Collection, Locale, Page, Site

from content.organisations.models import Organisation
from content.posts.models import Post
from neighbourhoods.places.models import Neighbourhood
from tests import factories
from wijk import clock
from wijk.databases import KEYRING

# What a row points at and what cannot be made from its fields alone: taken from what every site has, or from factories.
ONES = {
    get_user_model(): lambda: factories.member(f"P{secrets.token_hex(4)}", "Proef"),
    Neighbourhood: lambda: factories.neighbourhood(f"Wijk {secrets.token_hex(3)}", code=f"WK{secrets.token_hex(3)}"),
    Post: lambda: factories.post(one(get_user_model()), one(Neighbourhood)),
    ContentType: lambda: ContentType.objects.get_for_model(Post),
    Page: lambda: Page.objects.first(),
    Locale: lambda: Locale.objects.first(),
    Site: lambda: Site.objects.first(),
    Collection: lambda: Collection.objects.first(),
}
# What a constraint asks that no field says.
EXTRA = {
    "wagtailcore.ModelLogEntry": {"action": "wagtail.edit"},
    "wagtailcore.PageLogEntry": {"action": "wagtail.edit"},
    "accounts.Processor": {"country": "NL", "data_country": "NL"},
    "neighbourhoods.Appointment": {"ends_on": clock.today() + timedelta(days=30)},
    "content.Block": {"owner": lambda: one(get_user_model())},
    "content.Conversation": {"post": lambda: one(Post)},
    "content.Report": {"post": lambda: one(Post)},
    "content.PageReport": {"organisation": lambda: row(Organisation)},
}


def one(model):
    """A row to point at."""
    found = next((make for kind, make in ONES.items() if kind is model), None)
    return found() if found else row(model)


def row(model, *, text="", **values):
    """A new row; `text` stands in every column of words that has no choices, with something unique where it must."""
    extra = EXTRA.get(model._meta.label, {})
    values = {name: value() if callable(value) else value for name, value in extra.items()} | values
    for column in model._meta.local_fields:
        if column.name not in values and not (column.primary_key and not column.is_relation and is_counted(column)):
            value = filler(column, text)
            if value is not None:
                values[column.name] = value
    made = model(**values)
    made.save(using=KEYRING if getattr(model, "in_keyring", False) else "default", force_insert=True)
    return made


def is_counted(column):
    return isinstance(column, models.AutoField | models.BigAutoField)


def filler(column, text):
    if column.is_relation:
        return None if column.null else one(column.remote_field.model)
    if column.choices:
        return column.get_default() or column.choices[0][0]
    if isinstance(column, models.CharField | models.TextField):
        return words(column, text)
    if column.has_default() or column.null:
        return None
    for kind, value in FILLERS.items():
        if isinstance(column, kind):
            return value() if callable(value) else value
    return None


FILLERS = {
    models.DateTimeField: clock.now,
    models.DateField: clock.today,
    models.BooleanField: False,
    models.IntegerField: lambda: 1 + secrets.randbelow(30_000),
    models.FloatField: 1.0,
    models.GenericIPAddressField: "192.0.2.7",
    models.UUIDField: uuid4,
    models.BinaryField: b"x",
    models.JSONField: dict,
    models.FileField: "x",
}


def words(column, text):
    most = column.max_length or 200
    if isinstance(column, models.EmailField):
        return f"{text or 'x'}{secrets.token_hex(4)}@example.org"
    if isinstance(column, models.URLField):
        return f"https://example.org/{text}"
    unique = secrets.token_hex(8) if column.unique or not text else ""
    made = f"{text}{unique}"
    return made if len(made) <= most else made[-most:]
