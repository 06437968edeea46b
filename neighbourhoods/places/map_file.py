"""The official map as CBS and PDOK hand it out, any year: read, checked and tidied, nothing stored yet."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from pathlib import Path
from typing import Any

from neighbourhoods.places.outlines import NotDegrees, Outline, UnreadableOutline, read_outline, simplified
from wijk.text import clean_line

LARGEST = 400 * 1024 * 1024
STEP = 500
Progress = Callable[[str], None]

# The names CBS and PDOK gave one property over the years, in lower case and without a year at the end.
CODE = ("wk_code", "wijkcode", "wijk_code", "statcode", "code")
NAME = ("wk_naam", "wijknaam", "wijk_naam", "statnaam", "naam", "name")
MUNICIPALITY_CODE = ("gm_code", "gemeentecode", "gemeente_code")
MUNICIPALITY_NAME = ("gm_naam", "gemeentenaam", "gemeente_naam")
WATER = ("water", "h2o")
YEAR = ("jaar", "jaarcode", "year")

_OFFICIAL_PREFIX = re.compile(r"(?:wijke?|gebied)\s*(\d{1,3})(?!\d)\s*[-:.]?\s*", re.IGNORECASE)
_METRE_SYSTEMS = re.compile(r"28992|31370|3812|3857|25831", re.IGNORECASE)
_A_CODE = re.compile(r"[A-Z0-9-]{3,12}")

# Municipalities that were merged away and therefore carry no name on later editions of an older map.
FORMER = json.loads(Path(__file__).with_name("former_municipalities.json").read_text(encoding="utf-8"))


class MapError(Exception):
    """The file as a whole cannot be used; the message is for the operator."""


class Remark(StrEnum):
    """What an operator must know about areas of the file; the first five were not read in."""

    WATER = "overgeslagen: water"
    EMPTY = "overgeslagen: leeg, zonder vlak"
    NAMELESS = "overgeslagen: zonder wijkcode of naam"
    UNREADABLE = "overgeslagen: de vorm is onleesbaar"
    ABROAD = "overgeslagen: ligt buiten Nederland en België"
    REPAIRED = "hersteld: de omtrek kruiste zichzelf"
    COLLAPSED = "zonder omtrek: te klein op deze kaart, alleen een punt bewaard"
    JOINED = "samengevoegd: stond vaker op de kaart"
    FOUND_NAME = "zonder gemeentenaam: naam opgezocht bij de code"
    NO_NAME = "zonder gemeentenaam: de code staat er als naam"


@dataclass
class Area:
    """One wijk of the file, as it will be stored."""

    code: str
    name: str
    municipality_code: str
    municipality_name: str
    outline: Outline


@dataclass
class Map:
    """What a file holds: its year, its areas, and the remarks by kind."""

    year: int
    total: int
    areas: list[Area]
    # Areas of the file that were not read in; they are still on the map.
    passed_over: set[str] = field(default_factory=set)
    remarks: dict[Remark, list[str]] = field(default_factory=lambda: defaultdict(list))


def read_map(path: Path, *, known: Mapping[str, str], progress: Progress, year: int | None = None) -> Map:
    """Reads a GeoJSON file; `known` are the names of municipalities by code that we have already."""
    document = _load(path)
    features = _features(document)
    progress(f"{len(features)} gebieden in het bestand")
    found = Map(year or _year(features, path), len(features), [])
    names = {**FORMER, **known, **_municipality_names(features)}
    pieces: dict[str, list[Area]] = defaultdict(list)
    swapped = 0
    for number, feature in enumerate(features, start=1):
        try:
            area = _area(feature, names, found)
        except NotDegrees:
            raise MapError(_IN_METRES) from None
        if area and area.outline.is_within_reach:
            pieces[area.code].append(area)
        elif area:
            swapped += area.outline.looks_swapped
            found.remarks[Remark.ABROAD].append(_label(area))
        if number % STEP == 0:
            progress(f"{number} van {len(features)} gelezen")
    if not pieces:
        raise MapError(_SWAPPED if swapped else "In dit bestand staat geen enkele wijk die Wijk kan lezen.")
    found.areas = [_joined(same, found) for same in pieces.values()]
    simplified([area.outline for area in found.areas])
    return found


_IN_METRES = (
    "Deze kaart staat in meters (RD-coördinaten) en niet in graden. "
    "Kies bij het downloaden WGS84 (EPSG:4326), of zet het bestand om: "
    "ogr2ogr -t_srs EPSG:4326 nieuw.geojson oud.geojson"
)
_SWAPPED = (
    "In deze kaart staan breedte en lengte omgewisseld. GeoJSON wil eerst de lengte (rond 5), dan de breedte (rond 52)."
)


def _load(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            raise MapError(f"Dit bestand is te groot (meer dan {LARGEST // 1024**2} MB). Neem de kaart van de wijken.")
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise MapError(f"Dit bestand is er niet: {path}") from None
    except OSError as error:
        raise MapError(f"Dit bestand is niet te lezen: {error.strerror}") from None
    except UnicodeDecodeError:
        raise MapError("Dit bestand is geen tekst in UTF-8. Wijk leest de kaart als GeoJSON.") from None
    except (ValueError, RecursionError, MemoryError):
        raise MapError("Dit bestand is geen geldige JSON. Is het downloaden halverwege gestopt?") from None


def _features(document: Any) -> list[Any]:
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        raise MapError("Dit bestand is geen GeoJSON-kaart: er staat geen FeatureCollection in.")
    if not features:
        raise MapError("Deze kaart is leeg: er staat geen enkel gebied in.")
    if _METRE_SYSTEMS.search(json.dumps(document.get("crs") or "")):
        raise MapError(_IN_METRES)
    return features


def _properties(feature: Any) -> dict[str, Any]:
    """A feature's properties, by name in lower case without a year at the end."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return {}
    return {re.sub(r"_?\d{4}$", "", key.strip().lower()): value for key, value in properties.items()}


def _first(properties: dict[str, Any], keys: tuple[str, ...]) -> str:
    """The first of these properties that says anything, as clean text."""
    values = (properties.get(key) for key in keys)
    return next(
        (clean_line(str(value)) for value in values if isinstance(value, str | int | float) and str(value).strip()), ""
    )


def _code(text: str, prefix: str, digits: int) -> str:
    """An official code; a bare number gets the prefix and zeros it lost on the way."""
    number = text.removesuffix(".0").upper()
    code = f"{prefix}{number:0>{digits}}" if number.isascii() and number.isdigit() else number
    return code if _A_CODE.fullmatch(code) else ""


def _year(features: list[Any], path: Path) -> int:
    stated = (_first(_properties(feature), YEAR) for feature in features)
    digits = re.search(r"(?:19|20)\d\d", next(filter(None, stated), "")) or re.search(r"(?:19|20)\d\d", path.name)
    if not digits:
        raise MapError("Van welk jaar is deze kaart? Het staat er niet in. Zet het erbij, bijvoorbeeld: --year 2024")
    return int(digits.group())


def _municipality_code(properties: dict[str, Any], code: str) -> str:
    stated = _code(_first(properties, MUNICIPALITY_CODE), "GM", 4)
    return stated or (f"GM{code[2:6]}" if code.startswith(("WK", "BU")) else "")


def _municipality_names(features: list[Any]) -> dict[str, str]:
    """The names of municipalities that at least one feature of the file tells."""
    names = {}
    for properties in map(_properties, features):
        code = _municipality_code(properties, _code(_first(properties, CODE), "WK", 6))
        if name := _first(properties, MUNICIPALITY_NAME):
            names[code] = name[:80]
    return names


def _area(feature: Any, names: Mapping[str, str], found: Map) -> Area | None:
    """One feature as an area, or None with a remark why not."""
    properties = _properties(feature)
    code, title = _code(_first(properties, CODE), "WK", 6), _first(properties, NAME)
    municipality_code = _municipality_code(properties, code)
    label = " ".join(filter(None, (code, title))) or "(zonder code en naam)"
    if not code or not title or not municipality_code or code.startswith("GM"):
        found.remarks[Remark.NAMELESS].append(label)
        return None
    found.passed_over.add(code)
    municipality = names.get(municipality_code, municipality_code)
    if _is_water(properties, title):
        found.remarks[Remark.WATER].append(label)
        return None
    try:
        outline = read_outline(feature.get("geometry"))
    except UnreadableOutline:
        found.remarks[Remark.UNREADABLE].append(label)
        return None
    if outline is None:
        found.remarks[Remark.EMPTY].append(label)
        return None
    if not _first(properties, MUNICIPALITY_NAME):
        found.remarks[Remark.NO_NAME if municipality == municipality_code else Remark.FOUND_NAME].append(label)
    return Area(code, plain_name(title, municipality), municipality_code, municipality, outline)


def _is_water(properties: dict[str, Any], title: str) -> bool:
    flag = _first(properties, WATER).upper()
    name = _OFFICIAL_PREFIX.sub("", title, count=1).lower()
    return flag in {"JA", "J", "TRUE", "WATER"} or name in {"water", "binnenwater", "buitenwater", "groot water"}


def plain_name(title: str, municipality: str) -> str:
    """The name people use: "Wijk 04 Presikhaaf West" is Presikhaaf West; a bare "Wijk 00" is the whole municipality."""
    prefix = _OFFICIAL_PREFIX.match(title)
    if not prefix:
        return title[:100]
    name = title[prefix.end() :]
    if name:
        return (name[0].upper() + name[1:])[:100]
    return municipality if int(prefix.group(1)) == 0 else title


def _joined(same: list[Area], found: Map) -> Area:
    """Features with one code are one area; the remarks on its outline are made here, once."""
    first = same[0]
    if len(same) > 1:
        first.outline = reduce(Outline.joined, (area.outline for area in same))
        found.remarks[Remark.JOINED].append(_label(first))
    if first.outline.repaired:
        found.remarks[Remark.REPAIRED].append(_label(first))
    if first.outline.area is None:
        found.remarks[Remark.COLLAPSED].append(_label(first))
    found.passed_over.discard(first.code)
    return first


def _label(area: Area) -> str:
    return f"{area.code} {area.name} ({area.municipality_name})"
