"""Outlines of areas: read and repaired, their centres, which of them touch, and who took whose ground.

The only module that needs the geometry library; pages draw the stored outlines without it.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

# One degree in metres where the Netherlands and Belgium lie, near enough for borders and shares of ground.
METRES = (68_680.0, 111_200.0)
WITHIN = (2.3, 49.4, 7.4, 53.8)
DECIMALS = 5  # about a metre
DETAIL = 120  # more points than this per area, on average, is more than any page of ours draws
SIMPLIFIED_TO = 0.0003  # degrees, about 25 metres
NEAR = 60.0  # metres between two simplified outlines that still share their border
CORNER = 250.0  # metres: two areas that meet at one corner lie near each other for less than this
SMALLEST = 100.0  # square metres


class UnreadableOutline(ValueError):
    """The geometry of a feature is no area at all."""


class NotDegrees(ValueError):
    """The numbers cannot be degrees."""


@dataclass
class Outline:
    """The shape of an area; without one (shrunk to a line by simplifying) only where it lies."""

    area: MultiPolygon | None
    centre: Point
    repaired: bool = False

    def joined(self, other: "Outline") -> "Outline":
        """Two pieces of one area as one."""
        pieces = [outline.area for outline in (self, other) if outline.area is not None]
        if not pieces:
            return self
        area = _polygons(shapely.union_all(pieces))
        return Outline(area, _centre(area), self.repaired or other.repaired)

    @property
    def is_within_reach(self) -> bool:
        """Whether it lies in the Netherlands or Belgium, roughly."""
        west, south, east, north = WITHIN
        return west < self.centre.x < east and south < self.centre.y < north

    @property
    def looks_swapped(self) -> bool:
        west, south, east, north = WITHIN
        return west < self.centre.y < east and south < self.centre.x < north


def read_outline(geometry: Any) -> Outline | None:
    """The shape in a GeoJSON geometry, repaired where it crosses itself; None when it is empty."""
    if not geometry:
        return None
    rings = [[_ring(ring) for ring in polygon] for polygon in _parts(geometry)]
    points = [point for polygon in rings for ring in polygon for point in ring]
    if not points:
        return None
    whole = MultiPolygon(
        [
            Polygon(parts[0], [hole for hole in parts[1:] if len(hole) > 3])
            for parts in rings
            if parts and len(parts[0]) > 3
        ]
    )
    area = _polygons(whole if whole.is_valid else shapely.make_valid(whole))
    if area.is_empty or _metres(area).area < SMALLEST:
        distinct = sorted(set(points))
        middle = Point(sum(x for x, _ in distinct) / len(distinct), sum(y for _, y in distinct) / len(distinct))
        return Outline(None, middle)
    return Outline(area, _centre(area), repaired=not whole.is_valid)


def _parts(geometry: Any) -> Iterator[list[Any]]:
    """The polygons of a geometry as lists of rings."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind == "GeometryCollection":
        # Tools that repair outlines leave lines and points beside the surface.
        for part in geometry.get("geometries") or []:
            if isinstance(part, dict) and part.get("type") in {"Polygon", "MultiPolygon", "GeometryCollection"}:
                yield from _parts(part)
        return
    if kind not in {"Polygon", "MultiPolygon"}:
        raise UnreadableOutline
    coordinates = geometry.get("coordinates") or []
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not all(isinstance(polygon, list) for polygon in polygons):
        raise UnreadableOutline
    yield from polygons


def _ring(ring: Any) -> list[tuple[float, float]]:
    try:
        points = [(float(x), float(y)) for x, y, *_height in ring]
    except (TypeError, ValueError, OverflowError) as error:
        raise UnreadableOutline from error
    for x, y in points:
        if not (math.isfinite(x) and math.isfinite(y)):
            raise UnreadableOutline
        if abs(x) > 180 or abs(y) > 180:
            raise NotDegrees
    return points


def _polygons(geometry: BaseGeometry) -> MultiPolygon:
    """Only the surfaces of what a repair made; lines and points fall away."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return MultiPolygon([part for part in parts if isinstance(part, Polygon) and part.area > 0])


def _centre(area: MultiPolygon) -> Point:
    """A point that surely lies inside, in the largest piece."""
    return max(area.geoms, key=lambda piece: piece.area).representative_point()


def _metres(geometries: Any) -> Any:
    return shapely.transform(geometries, lambda points: points * METRES)


def simplified(outlines: Sequence[Outline]) -> None:
    """Makes very detailed outlines light enough for a page, keeping the borders that two areas share the same."""
    drawn = [outline for outline in outlines if outline.area is not None]
    areas = numpy.array([outline.area for outline in drawn], dtype=object)
    if not drawn or shapely.get_num_coordinates(areas).mean() <= DETAIL:
        return
    for outline, lighter in zip(drawn, shapely.coverage_simplify(areas, SIMPLIFIED_TO), strict=True):
        if lighter.is_valid and not lighter.is_empty:
            outline.area = _polygons(lighter)
            outline.centre = _centre(outline.area)


def as_geojson(area: MultiPolygon | None) -> dict[str, Any] | None:
    """The outline as it is stored: GeoJSON in degrees, rounded to a metre."""
    if area is None:
        return None
    drawn = mapping(area.geoms[0] if len(area.geoms) == 1 else area)
    return {"type": drawn["type"], "coordinates": _rounded(drawn["coordinates"])}


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float):
        return round(coordinates, DECIMALS)
    return [_rounded(part) for part in coordinates]


# What lies where ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ground:
    """A stored area: its key, outline and centre."""

    key: int
    outline: dict[str, Any] | None
    longitude: float | None
    latitude: float | None

    def geometry(self) -> BaseGeometry:
        if self.outline:
            drawn = shape(self.outline)
            return drawn if drawn.is_valid else _polygons(shapely.make_valid(drawn))
        if self.longitude is None or self.latitude is None:
            return Point()
        return Point(self.longitude, self.latitude)


def _measured(grounds: Iterable[Ground]) -> Any:
    """The shapes in metres, so that lengths and surfaces mean something."""
    return _metres(numpy.array([ground.geometry() for ground in grounds], dtype=object))


def touching(grounds: Sequence[Ground]) -> set[tuple[int, int]]:
    """The pairs of keys, both ways round, of areas with a border in common; meeting at a corner is not enough."""
    if not grounds:
        return set()
    shapes = _measured(grounds)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=NEAR)
    once = left < right
    left, right = left[once], right[once]
    near = _shares_border(shapes[left], shapes[right])
    pairs = {(grounds[one].key, grounds[other].key) for one, other in zip(left[near], right[near], strict=True)}
    return pairs | {(other, one) for one, other in pairs}


def _shares_border(one: Any, other: Any) -> Any:
    """For each pair: a line or ground in common, or borders that run side by side; a point need only be near."""
    shared = shapely.intersection(one, other)
    near = (shapely.length(shared) > 1) | (shapely.area(shared) > 1)
    near |= (shapely.get_dimensions(one) == 0) | (shapely.get_dimensions(other) == 0)
    unsure = numpy.flatnonzero(~near)
    beside = shapely.intersection(shapely.boundary(one[unsure]), shapely.buffer(other[unsure], NEAR, quad_segs=4))
    near[unsure] = shapely.length(beside) > CORNER
    return near


def taken_by(old: Sequence[Ground], new: Sequence[Ground]) -> dict[int, tuple[float, list[int]]]:
    """For each old area: which share of its ground the new areas cover, and the keys of those that took a real part."""
    if not old or not new:
        return {ground.key: (0.0, []) for ground in old}
    before, after = _measured(old), _measured(new)
    mine, theirs = shapely.STRtree(after).query(before, predicate="intersects")
    taken: dict[int, tuple[float, list[int]]] = {ground.key: (0.0, []) for ground in old}
    common = shapely.area(shapely.intersection(before[mine], after[theirs]))
    for one, other, surface in zip(mine, theirs, common, strict=True):
        whole = shapely.area(before[one])
        # An area that is only a point goes, as a whole, to the area it lies in.
        share = surface / whole if whole else 1.0
        covered, takers = taken[old[one].key]
        if share >= 0.1 or surface >= 0.5 * shapely.area(after[other]) > 0:
            takers = [*takers, new[other].key]
        taken[old[one].key] = (covered + share, takers)
    return taken
