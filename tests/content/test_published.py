"""What leaves by feeds, files, site maps, search and pages is what the register lets go (W-38, W-64, C-30)."""

import re
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import models

from content.organisations.models import Organisation
from content.posts.models import Post
from tests import factories
from wijk import clock
from wijk.encryption import EncryptedTextField
from wijk.personal_data import REGISTER, Visibility, may_leave
from wijk.published import NotPublic, Published

# Which columns of a post each of them tells.
TIME = {"starts_at", "ends_at", "series_rule"}
CARD = {"kind", "title", "summary", "theme"} | TIME
FEED = {"kind", "title", "text", "theme", "published_at"}
ROW = {"title", "venue"} | TIME
FEEDS = {
    "/wijk/klarendal/feed.atom": FEED | {"changed_at"},
    "/wijk/klarendal/feed.json": FEED,
    "/wijk/klarendal/agenda.ics": ROW | {"summary", "theme", "published_at", "changed_at"},
    "/sitemap-berichten.xml": {"changed_at"},
}
PAGES = {
    "/zoeken/?q=zonnebloem": CARD | {"neighbourhood"},
    "/wijk/klarendal/vraag-en-aanbod/": CARD,
    "/wijk/klarendal/agenda/": ROW,
    "/wijk/klarendal/": ROW,
}
EVERYWHERE = {**FEEDS, **PAGES}
WORDS = (models.CharField, models.TextField, EncryptedTextField)
# What visible() itself asks for.
FIXED = {"status", "expires_at", "id"}


def texts(client, paths):
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        # Search marks the words it found.
        yield path, re.sub("</?mark>", "", answer.content.decode())


@pytest.fixture
def post(anna, klarendal):
    """An activity with a word or a moment of its own in every column, whether it may leave or not."""
    soon = clock.now() + timedelta(days=3)
    made = factories.post(
        anna,
        klarendal,
        kind="activity",
        title="Zonnebloem planten",
        text="Zonnebloem planten in het plantsoen",
        venue="Kastanjehof",
        starts_at=soon,
        ends_at=soon + timedelta(hours=2),
    )
    days = iter(range(1, 29))
    for column in Post._meta.concrete_fields:
        if not may_leave(made, column.name) and column.name not in FIXED and not column.is_relation:
            if isinstance(column, models.DateTimeField):
                setattr(made, column.name, datetime(2001, 2, next(days), 3, 4, tzinfo=UTC))
            elif isinstance(column, WORDS) and not column.choices:
                setattr(made, column.name, f"kn{secrets.token_hex(6)}")
    made.save()
    return made


def hidden_words(post):
    """Every value of a post that may not leave, in the ways it could be written."""
    for column in Post._meta.concrete_fields:
        value = getattr(post, column.name) if not column.is_relation else None
        if value and not may_leave(post, column.name) and column.name not in FIXED:
            if isinstance(value, datetime):
                yield from (value.strftime("%Y-%m-%d"), value.strftime("%Y%m%d"), value.strftime("%H:%M"))
            elif isinstance(value, str):
                yield value


def test_nothing_that_is_not_public_leaves_anywhere(client, post, anna):
    words = [*hidden_words(post), anna.first_name, anna.last_name, anna.email]
    assert len([word for word in words if word.startswith("kn")]) >= 5
    assert any(word.startswith("2001") for word in words)
    for path, text in texts(client, [*EVERYWHERE, post.get_absolute_url()]):
        assert [word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)] == [], path


def test_what_is_public_is_really_there(client, post):
    for path, text in texts(client, EVERYWHERE):
        for name in EVERYWHERE[path] & {"title", "venue"}:
            assert getattr(post, name) in text, (path, name)


def test_a_detail_that_is_switched_on_is_on_its_page_and_in_no_feed(client, post):
    post.contact_phone, post.show_phone = "+31612345678", True
    post.save()
    assert "tel:+31612345678" in client.get(post.get_absolute_url()).text
    for path, text in texts(client, FEEDS):
        assert "12345678" not in text, path


@pytest.mark.parametrize("path", EVERYWHERE)
def test_each_tells_these_columns_and_asks_the_register_for_every_one(client, post, path, monkeypatch):
    """Were one of them declared private, it would not be told."""
    declaration, told = REGISTER[Post], set()
    for name, entry in declaration.fields.items():
        if entry.visibility == Visibility.PUBLIC:
            fields = {**declaration.fields, name: replace(entry, visibility=Visibility.OWNER)}
            monkeypatch.setitem(REGISTER, Post, replace(declaration, fields=fields))
            try:
                client.get(path)
            except NotPublic as stopped:
                assert str(stopped) == f"content.Post.{name}"
                told.add(name)
    assert told == EVERYWHERE[path]


def test_other_rows_are_read_the_same_way(klarendal):
    organisation = factories.organisation("Zonnebloem", klarendal, contact_email="a@example.org")
    shown = Published(organisation)
    assert (shown.name, shown.get_absolute_url(), str(shown)) == (
        "Zonnebloem",
        organisation.get_absolute_url(),
        "Zonnebloem",
    )
    for name in ("contact_email", "show_email", "created_at", "id"):
        with pytest.raises(NotPublic):
            getattr(shown, name)
    organisation.show_email = True
    assert shown.contact_email == "a@example.org"
    assert REGISTER[Organisation].fields["name"].visibility == Visibility.PUBLIC


def test_a_link_is_no_way_around(post):
    for name in ("author", "author_id"):
        with pytest.raises(NotPublic):
            getattr(Published(post), name)
    assert Published(post).theme_id == post.theme_id
