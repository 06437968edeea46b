"""A neighbourhood's street: the same for ever, its own, and safe whatever the code."""

import re
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest

from wijk.street import STRIP, VIEWS, street, strip

CSS = Path(__file__).resolve().parents[2] / "static/css/street.css"
# Klarendal's street may never change: people know it.
KLARENDAL = "3b1a1f3a84d08569"


def test_the_same_code_gives_the_same_street_for_ever():
    assert street("WK020204") == street("WK020204")
    assert sha256(street("WK020204").encode()).hexdigest()[:16] == KLARENDAL


def test_two_neighbourhoods_have_two_streets():
    assert len({street(f"WK0202{number:02}") for number in range(60)}) == 60


@pytest.mark.parametrize("code", ["", " ", "<script>", '"/><x', "\x00", "wijk ë 🏠", "\ud800", "x" * 10_000])
@pytest.mark.parametrize("size", VIEWS)
def test_any_code_gives_a_well_formed_drawing_that_does_not_hold_the_code(code, size):
    drawing = street(code, size)
    ElementTree.fromstring(drawing)
    assert "script" not in drawing
    assert "style=" not in drawing


def test_a_tile_is_part_of_the_wide_street_and_smaller():
    wide, tile = street("WK020204"), street("WK020204", "tile")
    drawn = set(re.findall(r'<path class="h\d"[^>]*>', tile))
    assert drawn
    assert drawn <= set(re.findall(r'<path class="h\d"[^>]*>', wide))
    assert len(tile) < 12_000
    assert len(wide) < 30_000


def test_every_class_of_the_drawing_has_a_colour_for_day_and_night():
    css = CSS.read_text()
    used = {name for number in range(40) for name in re.findall(r'class="([\w-]+)"', street(str(number)))}
    assert {name for name in used if f".street .{name} " not in css} == set()


@pytest.mark.parametrize("code", ["", "WK020204", "<script>", "x" * 10_000])
def test_a_mail_shows_a_few_houses_of_the_same_street(code):
    blocks, drawn = strip(code), street(code)
    assert len(blocks) == STRIP and 94 <= sum(block.width for block in blocks) <= 106
    assert all(0 < block.height <= 44 and block.colour in drawn for block in blocks)


def test_mails_about_two_neighbourhoods_have_two_streets():
    assert len({strip(f"WK0202{number:02}") for number in range(60)}) == 60
