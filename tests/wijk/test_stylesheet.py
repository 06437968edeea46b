"""The sheets of every page, as one file."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from wijk.stylesheet import SHEETS, site_css

STATIC = Path(settings.BASE_DIR) / "static"


def test_one_sheet_holds_all_sheets_in_their_order():
    words = Path(finders.find("css/site.css")).read_text(encoding="utf-8")
    places = [words.index((STATIC / f"css/{name}.css").read_text(encoding="utf-8")) for name in SHEETS]
    assert places == sorted(places)
    assert words == site_css()


def test_pages_load_no_sheet_twice():
    base = render_to_string("base.html")
    assert not [name for name in SHEETS if f"css/{name}.css" in base]
    assert "css/site.css" in base
