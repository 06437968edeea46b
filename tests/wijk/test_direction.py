"""Nothing on a page knows left from right, so that a language that is read from the right needs no sheet of its own."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from tests import factories

SHEETS = sorted((Path(settings.BASE_DIR) / "static/css").glob("*.css"))
SIDES = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?:left|right)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right))"
)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_sheets_say_start_and_end(sheet):
    lines = enumerate(sheet.read_text(encoding="utf-8").splitlines(), 1)
    assert [f"{number}: {line.strip()}" for number, line in lines if SIDES.search(line)] == []


@pytest.mark.parametrize(
    "line", ["margin-left: 1rem;", "text-align: right;", "left: 0;", "border-top-left-radius: 2px;"]
)
def test_a_side_is_found(line):
    assert SIDES.search(line)


def test_a_page_in_a_language_from_the_right_says_so():
    with translation.override("ar"):
        assert '<html lang="ar" dir="rtl">' in render_to_string("base.html")
    with translation.override("nl"):
        assert '<html lang="nl">' in render_to_string("base.html")


def test_words_of_residents_take_their_own_direction(client, anna, klarendal):
    post = factories.post(anna, klarendal, title="أبحث عن مساعدة", text="أبحث عن شخص يساعدني في اللغة.")
    page = client.get(post.get_absolute_url()).content.decode()
    assert f'<h1 class="post-title" dir="auto">{post.title}</h1>' in page
    assert '<div class="prose" dir="auto">' in page
    board = client.get("/wijk/klarendal/vraag-en-aanbod/").content.decode()
    assert 'class="card-title" dir="auto"' in board and 'class="excerpt" dir="auto"' in board
