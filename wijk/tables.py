"""Tables that go out as files: no cell of them can be taken for a formula by the program that opens them."""

import csv
import io
import re
from collections.abc import Iterable

# Excel, Calc and Sheets calculate what begins like this; some of them pass over a line break or a wide sign before it.
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# By this Excel sees that the file is UTF-8.
MARK = "\ufeff"


def cell(value: object) -> str:
    """A value as it can stand in a table: what would be calculated becomes text."""
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def as_csv(rows: Iterable[Iterable[object]], *, separator: str = ",") -> str:
    """Rows as comma-separated values, each cell harmless."""
    target = io.StringIO()
    csv.writer(target, delimiter=separator).writerows([cell(value) for value in row] for row in rows)
    return target.getvalue()


def for_excel(rows: Iterable[Iterable[object]]) -> str:
    """The same as a Dutch Excel opens it at a double click: with semicolons, and said to be UTF-8."""
    return MARK + as_csv(rows, separator=";")
