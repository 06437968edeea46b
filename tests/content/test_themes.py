"""Themes: loaded from their file, named in the reader's language."""

import json
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.utils import translation

from content.themes.models import Theme

FILE = settings.BASE_DIR / "content" / "themes" / "themes.json"


def load():
    import_module("content.migrations.0002_themes").load_themes(apps, None)


def test_the_themes_of_the_file_are_loaded_in_their_order(db):
    load()
    names = [entry["slug"] for entry in json.loads(FILE.read_text(encoding="utf-8"))]
    assert [slug for slug in Theme.objects.values_list("slug", flat=True) if slug in names] == names


def test_loading_again_keeps_what_editors_changed(db):
    load()
    Theme.objects.filter(slug="klussen").update(name="Klusjes", is_on=False)
    load()
    theme = Theme.objects.get(slug="klussen")
    assert (theme.name, theme.is_on) == ("Klusjes", False)


def test_a_theme_speaks_the_readers_language(db):
    load()
    theme = Theme.objects.get(slug="klussen")
    assert str(theme) == "Klussen"
    with translation.override("en"):
        assert str(theme) == "Odd jobs"
