"""The files of strangers: every way to write a table, and every way to do harm with one."""

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from content.importing.sheets import MOST_ROWS, SheetError, read

SHEET = "xl/worksheets/sheet1.xml"


def rows(data, name="lijst.csv"):
    return [row.cells for row in read(SimpleUploadedFile(name, data))]


def workbook(*lines):
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def rewritten(data, **parts):
    """The same package with other parts in it; `sheet` stands for the first sheet."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if not (part.filename == SHEET and "sheet" in parts):
                new.writestr(part, old.read(part))
        for name, content in parts.items():
            new.writestr(SHEET if name == "sheet" else name, content)
    return target.getvalue()


def refused(data, name="lijst.xlsx"):
    with pytest.raises(SheetError) as problem:
        rows(data, name)
    return str(problem.value)


# CSV -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_every_usual_csv_is_read(encoding, separator):
    text = separator.join(["naam", "één zin"]) + "\r\n" + separator.join(["Café ’t Hoekje", '"Kom erin; of, niet"'])
    assert rows(text.encode(encoding)) == [["naam", "één zin"], ["Café ’t Hoekje", "Kom erin; of, niet"]]


def test_a_cell_may_hold_several_lines_and_rows_keep_their_number():
    found = read(SimpleUploadedFile("x.csv", b'naam;over ons\n\n"Kerk";"een\ntwee"\n'))
    assert [(row.number, row.cells) for row in found] == [(1, ["naam", "over ons"]), (3, ["Kerk", "een\ntwee"])]


def test_a_formula_is_words_and_is_never_calculated():
    assert rows(b"naam\n=1+1\n")[1] == ["=1+1"]
    assert rows(workbook(["naam"], ["=1+1"]), "x.xlsx") == [["naam"]], "no value was kept beside it"


@pytest.mark.parametrize("data", [b"", b"\n\n;;\n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_so(data):
    assert "staat niets" in refused(data)


@pytest.mark.parametrize(
    "data", [b"naam\x00\nx", "naam\nx".encode("utf-16"), b"naam\n\x81\x8d\n", b'naam\n"' + b"x" * 200_000]
)
def test_what_is_no_table_is_refused_in_plain_words(data):
    assert "Bewaar het als" in refused(data)


def test_too_large_and_too_long_is_refused():
    assert "groter dan 2 MB" in refused(b"x" * (2 * 1024 * 1024 + 1))
    assert "meer dan 500 rijen" in refused(b"naam\n" + b"x\n" * (MOST_ROWS + 1))
    assert "meer dan 500 rijen" in refused(b"naam\n" + b"\n" * 5000 + b"x\n")
    assert len(rows(b"naam\n" + b"x\n" * MOST_ROWS)) == MOST_ROWS + 1


def test_thousands_of_columns_and_endless_cells_are_cut():
    assert len(rows(b";".join([b"x"] * 5000))[0]) == 40
    assert len(rows(b"naam\n" + b"x" * 100_000)[1][0]) == 6000


def test_what_cannot_be_seen_is_taken_out():
    assert rows("naam\nKe\u202erk\u200b".encode())[1] == ["Kerk"]


# XLSX ----------------------------------------------------------------------------------------------------------------


def test_a_workbook_is_read_by_what_it_is_and_not_by_its_name():
    assert rows(workbook(["naam", "getal"], ["Kerk", 12.0], ["Bieb", 1.5]), "lijst.csv") == [
        ["naam", "getal"],
        ["Kerk", "12"],
        ["Bieb", "1.5"],
    ]


def test_an_old_workbook_is_refused_with_advice():
    assert "oud soort Excel" in refused(b"\xd0\xcf\x11\xe0" + b"x" * 100)


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 1000])
def test_a_broken_zip_is_refused(data):
    assert "niet lezen" in refused(data)


def test_a_zip_that_unpacks_to_too_much_is_refused_before_it_is_unpacked():
    bomb = rewritten(workbook(["naam"]), sheet=b"<worksheet>" + b" " * (25 * 1024 * 1024) + b"</worksheet>")
    assert len(bomb) < 100_000
    assert "pakt te groot uit" in refused(bomb)


def test_a_zip_of_very_many_parts_is_refused():
    many = rewritten(workbook(["naam"]), **{f"xl/media/{number}.png": b"x" for number in range(300)})
    assert "pakt te groot uit" in refused(many)


def test_entities_are_refused():
    laughs = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lollollollol">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n > 1 else str()};" * 10}">' for n in range(1, 9))
        + ']><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        + '<c r="A1" t="inlineStr"><is><t>&a8;</t></is></c></row></sheetData></worksheet>'
    )
    assert "niet lezen" in refused(rewritten(workbook(["naam"]), sheet=laughs))
    outside = laughs.replace('<!ENTITY a "lollollollol">', '<!ENTITY a SYSTEM "file:///etc/passwd">').replace(
        "&a8;", "&a;"
    )
    assert "niet lezen" in refused(rewritten(workbook(["naam"]), sheet=outside))


def test_another_encoding_that_could_hide_something_is_refused():
    sheet = '<?xml version="1.0" encoding="UTF-16"?><worksheet/>'.encode("utf-16")
    assert "niet lezen" in refused(rewritten(workbook(["naam"]), sheet=sheet))


def test_a_sheet_that_lies_about_its_size_costs_nothing():
    data = workbook(["naam"], ["Kerk"])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheet = package.read(SHEET).decode()
    large = sheet.replace("<dimension", '<dimension ref="A1:XFD1048576"/><x').replace("<x ref", "<ignored ref")
    assert rows(rewritten(data, sheet=large), "x.xlsx") == [["naam"], ["Kerk"]]
    deep = sheet.replace('<row r="2"', '<row r="1048576"').replace('r="A2"', 'r="A1048576"')
    assert rows(rewritten(data, sheet=deep), "x.xlsx")[0][0] == "naam"
