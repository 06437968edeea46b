"""What we hand out as a table opens as text, whatever somebody typed."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.conf import settings

from wijk.tables import as_csv, cell, for_excel

FORMULAS = ["=1+1", "+31612345678", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", '=HYPERLINK("//x","y")']


@pytest.mark.parametrize("typed", FORMULAS)
def test_what_begins_like_a_formula_becomes_text(typed):
    assert cell(typed) == f"'{typed}"
    for written in (as_csv([["Naam", typed]]), for_excel([["Naam", typed]])):
        separator = ";" if written.startswith("\ufeff") else ","
        (row,) = csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline=""), delimiter=separator)
        assert row == ["Naam", f"'{typed}"]


@pytest.mark.parametrize("typed", ["Buurthuis", "1 = 1", "’t Klooster", "", 12, "Jan-Willem"])
def test_other_words_stay_as_they_are(typed):
    assert cell(typed) == str(typed)


def test_nothing_else_writes_tables():
    root = Path(settings.BASE_DIR)
    code = [path for app in ("wijk", "accounts", "neighbourhoods", "content") for path in (root / app).rglob("*.py")]
    writing = [path for path in code if re.search(r"csv\.(writer|DictWriter)\(", path.read_text(encoding="utf-8"))]
    assert [path.relative_to(root).as_posix() for path in writing] == ["wijk/tables.py"]
