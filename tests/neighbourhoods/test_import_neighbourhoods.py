"""The official map, read in as CBS and PDOK hand it out (deliver: real neighbourhoods)."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.audit.models import AuditEvent
from neighbourhoods.places.models import Municipality, Neighbourhood
from tests import factories

NATIONAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "cbs-wijken-2014.geojson"


def box(west, south, width=0.02, height=0.02):
    east, north = west + width, south + height
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def wijk(code, name, geometry, municipality="Arnhem", **properties):
    values = {"statcode": code, "statnaam": name, "gemeentecode": f"GM{code[2:6]}", "gemeentenaam": municipality}
    return {"type": "Feature", "properties": {**values, **properties}, "geometry": geometry}


KLARENDAL = wijk("WK020207", "Wijk 07 Klarendal", box(5.90, 51.98))
CENTRUM = wijk("WK020201", "Wijk 01 Centrum", box(5.88, 51.98))


@pytest.fixture
def read(tmp_path, db):
    """`read(features, year=2014)` reads a made map in and returns the report."""

    def run(features, *options, year=2014, name="", text=None):
        path = tmp_path / (name or f"wijken-{year}.geojson")
        path.write_text(text if text is not None else json.dumps({"type": "FeatureCollection", "features": features}))
        out = StringIO()
        call_command("import_neighbourhoods", str(path), *options, stdout=out, stderr=StringIO())
        return out.getvalue()

    return run


def area(code):
    return Neighbourhood.objects.get(code=code)


def test_a_map_becomes_municipalities_and_neighbourhoods(read):
    read([KLARENDAL, CENTRUM])
    place = area("WK020207")
    assert (place.name, place.slug, place.municipality.name, place.map_year) == (
        "Klarendal",
        "klarendal",
        "Arnhem",
        2014,
    )
    assert place.is_on is False
    assert place.outline["type"] == "Polygon"
    assert 5.90 < place.longitude < 5.92 and 51.98 < place.latitude < 52.0


@pytest.mark.parametrize(
    "names",
    [
        ("WK_CODE", "WK_NAAM", "GM_CODE", "GM_NAAM"),
        ("wijkcode", "wijknaam", "gemeentecode", "gemeentenaam"),
        ("WijkCode_2021", "WijkNaam_2021", "Gemeentecode", "Gemeentenaam"),
        ("STATCODE", "STATNAAM", "GEMEENTECODE", "GEMEENTENAAM"),
    ],
)
def test_the_names_of_properties_differ_by_year(read, names):
    values = dict(zip(names, ["WK020207", "Wijk 07 Klarendal", "GM0202", "Arnhem"], strict=True))
    read([{"type": "Feature", "properties": values, "geometry": box(5.9, 51.98)}])
    assert str(area("WK020207")) == "Klarendal"
    assert area("WK020207").municipality.code == "GM0202"


def test_numbers_for_codes_get_their_prefix_and_zeros_back(read):
    values = {"wk_code": 20207, "wk_naam": "Klarendal", "gm_code": 202, "gm_naam": "Arnhem"}
    read([{"type": "Feature", "properties": values, "geometry": box(5.9, 51.98)}])
    assert area("WK020207").municipality.code == "GM0202"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Wijk 04 Presikhaaf West", "Presikhaaf West"),
        ("Wijk16 Huygenhoek", "Huygenhoek"),
        ("Wijk 001Centrum", "Centrum"),
        ("Wijke 52 Fluitenberg", "Fluitenberg"),
        ("Gebied 50 Stadshart", "Stadshart"),
        ("Wijk 00", "Arnhem"),
        ("Wijk 09", "Wijk 09"),
        ("Wijk aan Zee", "Wijk aan Zee"),
        ("Stadsdeel West", "Stadsdeel West"),
    ],
)
def test_names_lose_their_official_prefix(read, title, name):
    read([wijk("WK020299", title, box(5.9, 51.98))])
    assert area("WK020299").name == name


def test_the_year_comes_from_the_option_the_map_or_the_name_of_the_file(read):
    read([wijk("WK020201", "A", box(5.9, 51.98), jaar=2015)], year=2014)
    assert area("WK020201").map_year == 2015
    read([wijk("WK020201", "A", box(5.9, 51.98), jaar=2015)], "--year", "2016")
    assert area("WK020201").map_year == 2016
    read([wijk("WK020201", "A", box(5.9, 51.98))], year=2017)
    assert area("WK020201").map_year == 2017
    with pytest.raises(CommandError, match="Van welk jaar"):
        read([KLARENDAL], name="wijken.geojson")


def test_what_cannot_be_used_is_skipped_with_its_reason(read):
    report = read(
        [
            KLARENDAL,
            wijk("WK020250", "Water", box(5.7, 51.98), water="JA"),
            wijk("WK020251", "Leeg", None),
            wijk("WK020252", "Ook leeg", {"type": "Polygon", "coordinates": []}),
            wijk("WK020253", "", box(5.7, 51.98)),
            wijk("WK020254", "Lijn", {"type": "LineString", "coordinates": [[5.7, 51.9], [5.8, 51.9]]}),
            wijk("WK020255", "Kapot", {"type": "Polygon", "coordinates": [[["a", None], 3]]}),
            wijk("WK020256", "Kralendijk", box(-68.2, 12.1)),
            "geen gebied",
        ]
    )
    assert Neighbourhood.objects.count() == 1
    for words in ("water: WK020250", "leeg, zonder vlak: WK020251 Leeg; WK020252", "zonder wijkcode of naam: WK020253"):
        assert words in report
    assert "de vorm is onleesbaar: WK020254 Lijn; WK020255 Kapot" in report
    assert "buiten Nederland en België: WK020256" in report
    assert "8 gebieden overgeslagen" in report


def test_an_outline_that_crosses_itself_is_repaired(read):
    bow = {"type": "Polygon", "coordinates": [[[5.9, 51.9], [5.94, 51.94], [5.94, 51.9], [5.9, 51.93], [5.9, 51.9]]]}
    report = read([wijk("WK020201", "Strik", bow)])
    assert "hersteld: de omtrek kruiste zichzelf: WK020201 Strik" in report
    assert area("WK020201").outline["type"] in {"Polygon", "MultiPolygon"}


def test_an_outline_shrunk_to_a_line_keeps_its_place_and_its_neighbours(read):
    line = {"type": "Polygon", "coordinates": [[[5.90, 51.985], [5.90, 51.99], [5.90, 51.985]]]}
    report = read([KLARENDAL, CENTRUM, wijk("WK020210", "Wijk 10 Geitenkamp", line)])
    place = area("WK020210")
    assert place.outline is None
    assert (place.longitude, place.latitude) == (5.9, 51.9875)
    assert {near.name for near in place.neighbours.all()} == {"Klarendal", "Centrum"}
    assert "alleen een punt bewaard: WK020210 Geitenkamp" in report


def test_lines_beside_the_surface_are_left_out(read):
    line = {"type": "LineString", "coordinates": [[5.7, 51.9], [5.8, 51.9]]}
    read([wijk("WK020201", "Centrum", {"type": "GeometryCollection", "geometries": [line, box(5.88, 51.98)]})])
    assert area("WK020201").outline["type"] == "Polygon"


def test_very_detailed_outlines_become_light_and_still_share_their_border(read):
    """One border of two areas, drawn with a thousand points."""
    border = [[5.9 + 0.0001 * (step % 2), 51.98 + 0.00002 * step] for step in range(1001)]
    west = [*border, [5.88, 52.0], [5.88, 51.98], border[0]]
    east = [*border, [5.92, 52.0], [5.92, 51.98], border[0]]
    shapes = {"WK020201": west, "WK020207": east}
    read([wijk(code, code, {"type": "Polygon", "coordinates": [ring]}) for code, ring in shapes.items()])
    places = [area(code) for code in shapes]
    assert all(len(place.outline["coordinates"][0]) < 200 for place in places)
    assert list(places[0].neighbours.all()) == [places[1]]


def test_pieces_with_one_code_are_one_area(read):
    report = read([wijk("WK020201", "Eiland", box(5.8, 51.9)), wijk("WK020201", "Eiland", box(5.9, 51.9))])
    assert area("WK020201").outline["type"] == "MultiPolygon"
    assert "samengevoegd: stond vaker op de kaart: WK020201" in report


def test_a_missing_municipality_name_is_looked_up_or_its_code_used(read):
    report = read(
        [
            KLARENDAL,
            wijk("WK020201", "Wijk 01 Centrum", box(5.88, 51.98), municipality=None),
            wijk("WK026500", "Wijk 00", box(5.6, 51.98), municipality=None),
            wijk("WK999900", "Wijk 00", box(5.7, 51.98), municipality=None),
        ]
    )
    assert area("WK020201").municipality.name == "Arnhem"
    assert area("WK026500").name == "Ubbergen"
    assert area("WK999900").name == area("WK999900").municipality.name == "GM9999"
    assert "2 zonder gemeentenaam: naam opgezocht" in report
    assert "1 zonder gemeentenaam: de code staat er als naam" in report


def test_addresses_are_unique_by_municipality_and_then_by_code(read):
    read(
        [
            KLARENDAL,
            CENTRUM,
            wijk("WK034401", "Wijk 01 Centrum", box(5.1, 52.1), municipality="Utrecht"),
            wijk("WK034402", "Wijk 02 Centrum", box(5.12, 52.1), municipality="Utrecht"),
        ]
    )
    assert area("WK020207").slug == "klarendal"
    assert area("WK020201").slug == "centrum-arnhem"
    assert area("WK034401").slug == "centrum-utrecht"
    assert area("WK034402").slug == "centrum-utrecht-wk034402"


def test_neighbours_share_a_border_and_not_only_a_corner(read):
    read([KLARENDAL, CENTRUM, wijk("WK020202", "Hoek", box(5.92, 52.0)), wijk("WK020203", "Ver", box(5.0, 52.0))])
    assert [near.name for near in area("WK020207").neighbours.all()] == ["Centrum"]
    assert [near.name for near in area("WK020201").neighbours.all()] == ["Klarendal"]
    assert not area("WK020202").neighbours.exists()


def test_simplified_outlines_with_a_gap_between_them_still_touch(read):
    read([KLARENDAL, wijk("WK020201", "Centrum", box(5.88, 51.98, width=0.0195))])
    assert [near.name for near in area("WK020207").neighbours.all()] == ["Centrum"]


def test_a_second_run_changes_nothing(read):
    read([KLARENDAL, CENTRUM])
    before = list(Neighbourhood.objects.order_by("code").values())
    assert "Veranderingen: 0." in read([KLARENDAL, CENTRUM])
    assert list(Neighbourhood.objects.order_by("code").values()) == before
    assert AuditEvent.objects.filter(action="place.import_map").count() == 1


def test_a_newer_year_keeps_what_is_switched_on(read):
    read([KLARENDAL, CENTRUM])
    factories.post(factories.member("Anna", "Jansen"), area("WK020207"))
    call_command("switch_on", "WK020207", stdout=StringIO())
    renamed = wijk("WK020207", "Wijk 07 Klarendal en omstreken", box(5.90, 51.98))
    read([renamed, wijk("WK020201", "Wijk 01 Binnenstad", box(5.88, 51.98))], year=2015)
    assert (area("WK020207").name, area("WK020207").slug) == ("Klarendal en omstreken", "klarendal")
    assert area("WK020207").is_on
    assert area("WK020207").posts.count() == 1
    assert area("WK020201").slug == "binnenstad"


def test_merged_areas_are_retired_and_know_who_took_their_ground(read):
    read([KLARENDAL, CENTRUM])
    call_command("switch_on", "WK020207", stdout=StringIO())
    whole = wijk("WK020230", "Wijk 30 Arnhem Midden", box(5.88, 51.98, width=0.04))
    report = read([whole], year=2015)
    klarendal, centrum, middle = area("WK020207"), area("WK020201"), area("WK020230")
    assert klarendal.retired_in == centrum.retired_in == 2015
    assert list(klarendal.successors.all()) == [middle]
    assert klarendal.is_on
    assert "Let op: Klarendal (WK020207) staat aan, maar niet meer op de kaart" in report
    assert "Arnhem Midden (WK020230)" in report
    assert set(Neighbourhood.objects.current()) == {klarendal, middle}
    again = read([whole], year=2015)
    assert "Veranderingen: 0." in again
    assert "Let op: Klarendal" in again


def test_a_split_area_has_several_successors(read):
    read([wijk("WK020230", "Midden", box(5.88, 51.98, width=0.04))])
    read([KLARENDAL, CENTRUM], year=2015)
    assert {place.name for place in area("WK020230").successors.all()} == {"Klarendal", "Centrum"}


def test_an_area_that_comes_back_is_no_longer_retired(read):
    read([KLARENDAL, CENTRUM])
    read([wijk("WK020230", "Midden", box(5.88, 51.98, width=0.04))], year=2015)
    read([KLARENDAL, CENTRUM], year=2016)
    assert area("WK020207").retired_in is None
    assert not area("WK020207").successors.exists()


def test_a_map_of_one_municipality_leaves_the_others_alone(read):
    read([KLARENDAL, wijk("WK034401", "Oost", box(5.1, 52.1), municipality="Utrecht")])
    report = read([KLARENDAL], year=2015)
    assert area("WK034401").retired_in is None
    assert "1 wijken liggen buiten deze kaart" in report


def test_an_older_map_is_refused(read):
    read([KLARENDAL], year=2015)
    with pytest.raises(CommandError, match="Er staat al een kaart van 2015"):
        read([CENTRUM, KLARENDAL], year=2014)
    assert Neighbourhood.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"type": "FeatureCollection", "features": [', "geen geldige JSON"),
        ("\x00\x01", "geen geldige JSON"),
        ("[" * 200_000, "geen geldige JSON"),
        ('{"type": "Feature"}', "geen GeoJSON-kaart"),
        ("[1, 2]", "geen GeoJSON-kaart"),
        ('{"type": "FeatureCollection", "features": []}', "leeg"),
        ('{"type": "FeatureCollection", "features": [1, null, {"properties": []}]}', "geen enkele wijk"),
    ],
)
def test_a_broken_file_gets_a_clear_message(read, text, message):
    with pytest.raises(CommandError, match=message):
        read([], text=text)
    assert not Municipality.objects.exists()


def test_a_file_that_is_not_there_or_not_text_gets_a_clear_message(db, tmp_path):
    for path in (tmp_path / "weg.geojson", tmp_path):
        with pytest.raises(CommandError, match="bestand"):
            call_command("import_neighbourhoods", str(path), stderr=StringIO())
    picture = tmp_path / "2014.geojson"
    picture.write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("import_neighbourhoods", str(picture), stderr=StringIO())


def test_a_map_in_metres_changes_nothing(read):
    with pytest.raises(CommandError, match="in meters"):
        read([KLARENDAL, wijk("WK020201", "Centrum", box(190_000, 443_000, 800, 800))])
    crs = '{"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:28992"}}, "features": [1]}'
    with pytest.raises(CommandError, match="in meters"):
        read([], text=crs)
    assert not Neighbourhood.objects.exists()


def test_swapped_latitude_and_longitude_is_told(read):
    with pytest.raises(CommandError, match="omgewisseld"):
        read([wijk("WK020201", "Centrum", box(51.98, 5.9))])


def test_switching_on_at_once_or_not_at_all(read):
    read([KLARENDAL, CENTRUM], "--switch-on", "wk020207")
    assert area("WK020207").is_on
    assert AuditEvent.objects.filter(action="place.switch_on").count() == 1
    with pytest.raises(CommandError, match="WK020299"):
        read([KLARENDAL, wijk("WK020202", "Nieuw", box(5.92, 51.98))], "--switch-on", "WK020299", year=2015)
    assert area("WK020207").map_year == 2014


def test_a_dry_run_tells_and_keeps_nothing(read):
    assert "Nieuw: 2." in read([KLARENDAL, CENTRUM], "--dry-run")
    assert not Neighbourhood.objects.exists()


def test_a_whole_municipality_is_switched_on_by_its_code(read):
    read([KLARENDAL, CENTRUM])
    call_command("switch_on", "GM0202", stdout=StringIO())
    assert Neighbourhood.objects.on().count() == 2
    with pytest.raises(CommandError, match="WK9"):
        call_command("switch_on", "WK9", stdout=StringIO())


@pytest.mark.skipif(not NATIONAL.exists(), reason="the national map is not beside the project")
def test_the_national_map_of_2014_is_read_whole_and_quickly(db, django_assert_max_num_queries):
    out = StringIO()
    with django_assert_max_num_queries(150):
        call_command("import_neighbourhoods", str(NATIONAL), stdout=out, stderr=StringIO())
    assert "2745 wijken ingelezen, 0 gebieden overgeslagen" in out.getvalue()
    klarendal = area("WK020207")
    assert klarendal.slug == "klarendal"
    assert {"Spijkerkwartier", "Monnikenhuizen"} <= {near.name for near in klarendal.neighbours.all()}
    assert not Neighbourhood.objects.filter(latitude=None).exists()
    assert Municipality.objects.count() == 403
    again = StringIO()
    call_command("import_neighbourhoods", str(NATIONAL), stdout=again, stderr=StringIO())
    assert "Veranderingen: 0." in again.getvalue()
