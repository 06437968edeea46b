"""Reading a table that somebody uploads: CSV or XLSX, within limits, as plain text and nothing else.

An .xlsx is a zip of XML from a stranger: what it would unpack to is bounded before anything is read, entities are
refused by defusedxml, links to other files are not followed, and a formula is no more than the value kept beside it.
"""

import csv
import io
import logging
import warnings
import zipfile
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from openpyxl import DEFUSEDXML, load_workbook

from wijk.text import clean_text

log = logging.getLogger("wijk.importing")
MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 500
MOST_COLUMNS = 40
LONGEST_CELL = 6000
# How far down we look: empty rows count for little, a table for a million rows is no table of ours.
DEEPEST = 2000
# What 2 MB of honest table unpacks to stays well below this.
MOST_UNPACKED = 20 * 1024 * 1024
MOST_PARTS = 200
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SEPARATORS = ";,\t"
# Every XML part begins with this, or with a mark before it; other encodings could hide something from who looks.
UTF_8 = (b"<", b"\xef\xbb\xbf<")


class SheetError(Exception):
    """The file cannot be read; the message says what somebody can do about it."""


class Row(NamedTuple):
    """One row as text, with its number as a spreadsheet counts."""

    number: int
    cells: list[str]


def read(upload: UploadedFile) -> list[Row]:
    """The rows of a file that are not empty; raises SheetError."""
    if (upload.size or 0) > MOST_BYTES:
        raise SheetError(_("Dit bestand is groter dan 2 MB. Splits het in delen."))
    data = upload.read(MOST_BYTES + 1)
    if data.startswith(OLD_EXCEL):
        raise SheetError(_("Dit is een oud soort Excel-bestand. Bewaar het als .xlsx of als CSV."))
    cells = _of_workbook(data) if data.startswith(ZIP) else _of_csv(data)
    rows = [Row(number, _filled(row)) for number, row in enumerate(cells, 1) if any(row)]
    if not rows:
        raise SheetError(_("In dit bestand staat niets."))
    if len(rows) > MOST_ROWS + 1:
        raise SheetError(_("Er staan meer dan 500 rijen in. Splits het bestand in delen."))
    return rows


def _filled(row: list[str]) -> list[str]:
    """The cells up to the last that holds something."""
    return row[: max(place for place, cell in enumerate(row, 1) if cell)]


def _text(value: Any) -> str:
    """A value as somebody would type it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d") if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean_text(str(value)[:LONGEST_CELL])


# CSV -----------------------------------------------------------------------------------------------------------------


def _of_csv(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    head = text.lstrip().partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(rows) >= DEEPEST:
                raise SheetError(_("Er staan meer dan 500 rijen in. Splits het bestand in delen."))
            rows.append([_text(cell) for cell in row[:MOST_COLUMNS]])
    except csv.Error:
        raise SheetError(_unreadable()) from None
    return rows


def _decoded(data: bytes) -> str:
    if b"\x00" in data:
        raise SheetError(_unreadable())
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError(_unreadable())


def _unreadable() -> str:
    return _("We kunnen dit bestand niet lezen. Bewaar het als CSV (UTF-8) of als .xlsx.")


# XLSX ----------------------------------------------------------------------------------------------------------------


def _of_workbook(data: bytes) -> list[list[str]]:
    try:
        _check_zip(data)
        return _cells(data)
    except SheetError:
        raise
    except Exception as problem:
        # Whatever is wrong with a stranger's file, it is the file; its words are not for our log.
        log.info("a workbook could not be read: %s", type(problem).__name__)
        raise SheetError(_unreadable()) from None


def _check_zip(data: bytes) -> None:
    """Refuses what unpacks to too much; a zip's own reader takes no more out of a part than it says there is."""
    if not DEFUSEDXML:
        raise SheetError(_unreadable())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = package.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise SheetError(_("Dit bestand pakt te groot uit. Bewaar alleen de lijst zelf, zonder plaatjes."))
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels")):
                with package.open(part) as opened:
                    if not opened.read(4).startswith(UTF_8):
                        raise SheetError(_unreadable())


def _cells(data: bytes) -> list[list[str]]:
    with warnings.catch_warnings():
        # Of what a workbook holds besides its cells, we miss nothing.
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            # What a sheet says of its own size is not believed.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=DEEPEST, max_col=MOST_COLUMNS, values_only=True)
            return [[_text(cell) for cell in row] for row in rows]
        finally:
            book.close()
