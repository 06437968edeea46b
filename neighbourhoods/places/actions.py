"""What changes places: reading a map or postcode table in, and switching neighbourhoods on."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from accounts.audit.models import record
from neighbourhoods.places.map_file import Area, Map, MapError, Progress
from neighbourhoods.places.models import Municipality, Neighbourhood, Postcode
from neighbourhoods.places.outlines import Ground, as_geojson, taken_by, touching

BATCH = 500
ACCENTS = 6
RESERVED = frozenset({"zoeken"})  # an address of ours under /wijken/
MAP_FIELDS = (
    *("municipality", "name", "search_name", "slug", "outline", "latitude", "longitude"),
    *("map_year", "retired_in", "version"),
)


@transaction.atomic
def switch_on(*, neighbourhood: Neighbourhood, by: Any) -> bool:
    """Lets a neighbourhood take part; False when it already did."""
    changed = Neighbourhood.objects.filter(pk=neighbourhood.pk, is_on=False).update(
        is_on=True, version=F("version") + 1
    )
    if changed:
        neighbourhood.refresh_from_db()
        record("place.switch_on", by=by, about=neighbourhood, neighbourhood=neighbourhood)
    return bool(changed)


@dataclass
class MapChanges:
    """What a map did to the areas we have; empty the second time."""

    made: list[Neighbourhood] = field(default_factory=list)
    changed: list[Neighbourhood] = field(default_factory=list)
    retired: list[Neighbourhood] = field(default_factory=list)
    # Retired areas that stay on until the operator decides; not a change.
    still_on: list[Neighbourhood] = field(default_factory=list)
    not_on_map: int = 0
    municipalities: int = 0
    borders: int = 0

    @property
    def total(self) -> int:
        return len(self.made) + len(self.changed) + len(self.retired) + self.municipalities + self.borders


@transaction.atomic
def import_map(*, found: Map, by: Any, progress: Progress) -> MapChanges:
    """Stores a map: all of it or nothing. Switched-on areas keep their row, their slug and so their posts."""
    changes = MapChanges()
    known = {area.code: area for area in Neighbourhood.objects.select_related("municipality")}
    refuse_older(found, known)
    municipalities = save_municipalities(found, changes)
    save_areas(found, known, municipalities, changes)
    progress(f"{len(found.areas)} wijken bewaard")
    retire_vanished(found, known, changes)
    changes.borders = link_neighbours()
    progress(f"{changes.borders} grenzen tussen buurwijken bijgewerkt")
    if changes.total:
        record("place.import_map", by=by, year=found.year, made=len(changes.made), changed=len(changes.changed))
    return changes


def refuse_older(found: Map, known: Mapping[str, Neighbourhood]) -> None:
    """An older map would bring back what a newer one retired."""
    ours = (known[area.code] for area in found.areas if area.code in known)
    newest = max((max(area.map_year, area.retired_in or 0) for area in ours), default=0)
    if newest > found.year:
        raise MapError(f"Er staat al een kaart van {newest} in Wijk. Een kaart van {found.year} zou die terugdraaien.")


def save_municipalities(found: Map, changes: MapChanges) -> dict[str, Municipality]:
    """Makes and renames municipalities; one with a switched-on neighbourhood keeps its address."""
    saved = {municipality.code: municipality for municipality in Municipality.objects.all()}
    slugs = {*RESERVED, *(municipality.slug for municipality in saved.values())}
    lived_in = set(Neighbourhood.objects.on().values_list("municipality__code", flat=True))
    touched = []
    for code, name in {area.municipality_code: area.municipality_name for area in found.areas}.items():
        municipality = saved.get(code) or Municipality(code=code)
        if municipality.name == name:
            continue
        if code not in lived_in:
            municipality.slug = free_slug([name, f"{name} {code}"], slugs - {municipality.slug})
            slugs.add(municipality.slug)
        municipality.name = name
        saved[code] = municipality
        touched.append(municipality)
    Municipality.objects.bulk_update([municipality for municipality in touched if municipality.pk], ["name", "slug"])
    Municipality.objects.bulk_create([municipality for municipality in touched if not municipality.pk])
    changes.municipalities = len(touched)
    return saved


def free_slug(names: Iterable[str], taken: set[str]) -> str:
    """The first of these names that nobody has as an address yet."""
    slugs = [slugify(name)[:110].strip("-") for name in names]
    return next((slug for slug in slugs if slug and slug not in taken), slugs[-1])


def save_areas(
    found: Map, known: dict[str, Neighbourhood], municipalities: Mapping[str, Municipality], changes: MapChanges
) -> None:
    """Makes new areas and updates those whose name, place or outline changed."""
    same_name = Counter(slugify(area.name) for area in found.areas)
    slugs = {area.slug for area in known.values()}
    for area in found.areas:
        place = known.get(area.code) or Neighbourhood(code=area.code, accent=accent(area.code))
        before = mapped(place)
        renamed = place.name != area.name
        fill(place, area, municipalities[area.municipality_code], found.year)
        if renamed and not place.is_on:
            longer = f"{area.name[:60]} {area.municipality_name[:40]}"
            names = [longer, f"{longer} {area.code}"]
            place.slug = free_slug(
                names if same_name[slugify(area.name)] > 1 else [area.name, *names], slugs - {place.slug}
            )
            slugs.add(place.slug)
        if not place.pk:
            changes.made.append(place)
        elif before != mapped(place):
            place.version += 1
            changes.changed.append(place)
    Neighbourhood.objects.bulk_create(changes.made, batch_size=BATCH)
    Neighbourhood.objects.bulk_create(
        changes.changed, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=MAP_FIELDS
    )


def mapped(place: Neighbourhood) -> list[Any]:
    """All that a map decides about an area, to see whether anything changed."""
    return [place.municipality_id, *(getattr(place, name) for name in MAP_FIELDS if name != "municipality")]


def fill(place: Neighbourhood, area: Area, municipality: Municipality, year: int) -> None:
    """What the map says about an area; an area without outline keeps the one it had."""
    place.municipality, place.name, place.map_year, place.retired_in = municipality, area.name, year, None
    if area.outline.area is not None or not place.outline:
        place.outline = as_geojson(area.outline.area)
        place.longitude, place.latitude = round(area.outline.centre.x, 5), round(area.outline.centre.y, 5)
    place.fold_name()


def accent(code: str) -> int:
    """A colour that differs between areas with successive codes."""
    return int("0" + re.sub(r"\D", "", code)) % ACCENTS + 1


def retire_vanished(found: Map, known: Mapping[str, Neighbourhood], changes: MapChanges) -> None:
    """Areas of an older year that this map no longer has, though it covers their ground."""
    places = Neighbourhood.objects.filter(map_year=found.year, retired_in=None)
    on_map = {area.code for area in found.areas} | found.passed_over
    covered = {area.municipality_code for area in found.areas}
    gone = {
        place.pk: place
        for place in known.values()
        if place.retired_in is None and place.code not in on_map and place.map_year < found.year
    }
    taken = taken_by([ground(place) for place in gone.values()], [ground(place) for place in places])
    for key, (share, takers) in taken.items():
        place = gone[key]
        if share < 0.5 and place.municipality.code not in covered:
            changes.not_on_map += 1
            continue
        place.retired_in = found.year
        place.version += 1
        changes.retired.append(place)
        place.successors.set(takers)
    Neighbourhood.objects.bulk_update(changes.retired, ["retired_in", "version"], batch_size=BATCH)
    # An area that is back on the map has nobody in its place any more.
    Neighbourhood.successors.through.objects.filter(from_neighbourhood__retired_in=None).delete()
    changes.still_on = list(Neighbourhood.objects.on().exclude(retired_in=None).prefetch_related("successors"))


def ground(place: Neighbourhood) -> Ground:
    """The place of a neighbourhood, for measuring."""
    return Ground(place.pk, place.outline, place.longitude, place.latitude)


def link_neighbours() -> int:
    """Works out again which areas in use touch; returns how many borders came or went."""
    links = Neighbourhood.neighbours.through
    now = touching([ground(place) for place in Neighbourhood.objects.current()])
    before = set(links.objects.values_list("from_neighbourhood_id", "to_neighbourhood_id"))
    stale = [
        pk
        for pk, *pair in links.objects.values_list("pk", "from_neighbourhood_id", "to_neighbourhood_id")
        if tuple(pair) not in now
    ]
    for start in range(0, len(stale), BATCH):
        links.objects.filter(pk__in=stale[start : start + BATCH]).delete()
    links.objects.bulk_create(
        [links(from_neighbourhood_id=one, to_neighbourhood_id=other) for one, other in sorted(now - before)],
        batch_size=BATCH,
    )
    return (len(now - before) + len(stale)) // 2


@dataclass
class PostcodeChanges:
    """What a postcode table changed; all zero the second time."""

    made: int = 0
    changed: int = 0
    gone: int = 0


@transaction.atomic
def import_postcodes(*, counts: Mapping[tuple[str, int], int], by: Any) -> PostcodeChanges:
    """Stores how many addresses each postcode has in each neighbourhood, in place of what is known of both."""
    areas, codes = {area for _, area in counts}, {code for code, _ in counts}
    old = {
        (row.code, row.neighbourhood_id): row
        for row in Postcode.objects.iterator(chunk_size=10_000)
        if row.neighbourhood_id in areas or row.code in codes
    }
    changes = PostcodeChanges()
    fresh = [
        Postcode(code=code, neighbourhood_id=area, addresses=count)
        for (code, area), count in counts.items()
        if (code, area) not in old
    ]
    altered = [row for key, row in old.items() if key in counts and row.addresses != counts[key]]
    for row in altered:
        row.addresses = counts[row.code, row.neighbourhood_id]
    stale = [row.pk for key, row in old.items() if key not in counts]
    Postcode.objects.bulk_create(fresh, batch_size=BATCH * 4)
    Postcode.objects.bulk_update(altered, ["addresses"], batch_size=BATCH)
    for start in range(0, len(stale), BATCH):
        Postcode.objects.filter(pk__in=stale[start : start + BATCH]).delete()
    changes.made, changes.changed, changes.gone = len(fresh), len(altered), len(stale)
    if fresh or altered or stale:
        record("place.import_postcodes", by=by, made=len(fresh), changed=len(altered), gone=len(stale))
    return changes
