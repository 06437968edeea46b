"""`{% outline_map places %}`: the neighbourhoods of a municipality as a drawing of our own."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from django import template

from neighbourhoods.places.models import Neighbourhood

register = template.Library()
WIDEST, TALLEST = 1000, 1000
MARGIN = 30
DOT = 62  # the width of a number's dot
Point = tuple[float, float]


@register.inclusion_tag("places/map.html")
def outline_map(places: Sequence[Neighbourhood], name: str) -> dict[str, Any]:
    """The map shows what the list beside it says, with the same numbers; nothing is drawn when no outline is known."""
    drawn = [(place, list(rings(place.outline))) for place in places]
    points = [point for _, shape in drawn for ring in shape for point in ring]
    if not points:
        return {"areas": []}
    paper = Paper(points)
    areas: list[dict[str, Any]] = []
    number = 0
    for place, shape in drawn:
        number += place.is_on
        path = "".join(paper.path(ring) for ring in shape)
        areas.append({"place": place, "path": path, "number": number if place.is_on else None})
    numbered = [area for area in areas if area["number"] and area["place"].longitude is not None]
    dots = spread([paper.at(area["place"].longitude, area["place"].latitude) for area in numbered])
    for area, (x, y) in zip(numbered, dots, strict=True):
        area.update(x=x, y=y)
    return {"areas": areas, "width": paper.width, "height": paper.height, "name": name, "numbered": bool(numbered)}


def spread(dots: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Moves dots that cover each other a little apart."""
    places = [complex(x, y) for x, y in dots]
    for _turn in range(30):
        for one, other in combinations(range(len(places)), 2):
            apart = places[one] - places[other]
            if abs(apart) < DOT:
                push = (apart / abs(apart) if apart else 1) * (DOT - abs(apart)) / 2
                places[one] += push
                places[other] -= push
    return [(round(place.real), round(place.imag)) for place in places]


def rings(outline: Any) -> Iterator[list[Point]]:
    """Every ring of a stored outline, in degrees."""
    if outline:
        polygons = [outline["coordinates"]] if outline["type"] == "Polygon" else outline["coordinates"]
        for polygon in polygons:
            for ring in polygon:
                yield [(point[0], point[1]) for point in ring]


class Paper:
    """A sheet that just holds all points; degrees become units of the drawing."""

    def __init__(self, points: list[Point]) -> None:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self.west, self.north = min(xs), max(ys)
        # A degree of longitude is shorter than one of latitude, the more so to the north.
        self.squeeze = math.cos(math.radians((min(ys) + max(ys)) / 2))
        wide, high = max((max(xs) - self.west) * self.squeeze, 1e-6), max(self.north - min(ys), 1e-6)
        self.scale = min((WIDEST - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / high)
        self.width = round(wide * self.scale + 2 * MARGIN)
        self.height = round(high * self.scale + 2 * MARGIN)

    def at(self, longitude: float, latitude: float) -> tuple[int, int]:
        x = (longitude - self.west) * self.squeeze * self.scale + MARGIN
        return round(x), round((self.north - latitude) * self.scale + MARGIN)

    def path(self, ring: list[Point]) -> str:
        """A closed line; points that fall together on the paper are drawn once."""
        corners: list[tuple[int, int]] = []
        for longitude, latitude in ring:
            corner = self.at(longitude, latitude)
            if not corners or corners[-1] != corner:
                corners.append(corner)
        return f"M{'L'.join(f'{x} {y}' for x, y in corners)}Z"
