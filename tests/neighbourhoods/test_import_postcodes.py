"""The postcode table of CBS, in the shapes of different years."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from neighbourhoods.places.models import Neighbourhood, Postcode
from tests import factories


@pytest.fixture
def read(tmp_path, klarendal, presikhaaf):
    """`read(text)` reads a made table in and returns the report."""

    def run(text):
        path = tmp_path / "pc6.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        out = StringIO()
        call_command("import_postcodes", str(path), stdout=out, stderr=StringIO())
        return out.getvalue()

    return run


def rows():
    return sorted(Postcode.objects.values_list("code", "neighbourhood__name", "addresses"))


@pytest.mark.parametrize(
    "text",
    [
        "PC6;Huisnummer;Buurt2024;Wijk2024;Gemeente2024\n6822AB;1;2020401;20204;202\n6822AB;3;2020401;20204;202\n",
        '\ufeff"PC6","Huisnummer","Buurt2018","Wijk2018","Gemeente2018"\r\n"6822AB","1","BU02020401","WK020204","GM0202"\r\n'
        '"6822 ab","3","BU02020401","WK020204","GM0202"\r\n',
        "gemeentecode,wijkcode,postcode\nGM0202,020204,6822AB\nGM0202,020204,6822ab\n",
        "PC6;Huisnummer;Buurtcode\n6822AB;1;BU02020401\n6822AB;3;02020401\n",
    ],
)
def test_addresses_are_counted_per_postcode_and_neighbourhood(read, text):
    assert "1 postcodes in 1 wijken. Nieuw: 1." in read(text)
    assert rows() == [("6822AB", "Klarendal", 2)]


HEADER = "PC6;Huisnummer;Buurt;Wijk;Gemeente\n"


def test_a_postcode_on_a_border_counts_for_both_sides(read):
    read(HEADER + "6822AB;1;;20204;\n6822AB;2;;20205;\n6822AB;3;;20205;\n")
    assert rows() == [("6822AB", "Klarendal", 1), ("6822AB", "Presikhaaf West", 2)]


def test_a_second_run_changes_nothing_and_a_newer_table_replaces(read):
    first = HEADER + "6822AB;1;;20204;\n6822AC;1;;20204;\n6825ZZ;1;;20205;\n"
    read(first)
    assert "Nieuw: 0. Veranderd: 0. Vervallen: 0." in read(first)
    report = read(HEADER + "6822AB;1;;20204;\n6822AB;2;;20204;\n6822AC;1;;20205;\n")
    assert "Nieuw: 1. Veranderd: 1. Vervallen: 2." in report
    assert rows() == [("6822AB", "Klarendal", 2), ("6822AC", "Presikhaaf West", 1)]


def test_a_table_of_one_place_leaves_the_others_alone(read):
    read(HEADER + "6822AB;1;;20204;\n6825ZZ;1;;20205;\n")
    read(HEADER + "6822AB;1;;20204;\n")
    assert len(rows()) == 2


def test_what_is_not_on_the_map_is_told(read):
    report = read(HEADER + "6822AB;1;;20204;\n3011AB;1;;59901;\n3011AC;1;;59901;\nonzin;1;;20204;\n;;\n")
    assert "1 wijken staan niet op de kaart en zijn overgeslagen: WK059901 (2 adressen)" in report
    assert "2 regels overgeslagen" in report


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "geen kolommen"),
        ("naam;leeftijd\nJan;3\n", "geen kolommen"),
        (HEADER, "Geen enkele wijk"),
        (HEADER + "3011AB;1;;59901;\n", "Geen enkele wijk"),
        (b"\xff\xd8\xff\xe0\x00\x00", "geen kolommen"),
        (HEADER + '6822AB;1;;"' + "x" * 200_000 + '";\n', "geen tabel"),
    ],
)
def test_a_file_of_another_kind_gets_a_clear_message(read, text, message):
    with pytest.raises(CommandError, match=message):
        read(text)
    assert not Postcode.objects.exists()


def test_a_missing_file_gets_a_clear_message(db, tmp_path):
    with pytest.raises(CommandError, match="niet te lezen"):
        call_command("import_postcodes", str(tmp_path / "weg.csv"))


def test_a_postcode_leads_to_its_neighbourhood_or_to_who_took_its_ground(read, klarendal):
    read(HEADER + "6822AB;1;;20204;\n6825ZZ;1;;20205;\n")
    assert list(Neighbourhood.objects.at_postcode("6822AB")) == [klarendal]
    assert list(Neighbourhood.objects.at_postcode("6822")) == [klarendal]
    assert not Neighbourhood.objects.at_postcode("6823").exists()
    newer = factories.neighbourhood("Nieuw Klarendal", code="WK020299")
    klarendal.is_on, klarendal.retired_in = False, 2015
    klarendal.save()
    klarendal.successors.add(newer)
    assert list(Neighbourhood.objects.at_postcode("6822AB")) == [newer]
