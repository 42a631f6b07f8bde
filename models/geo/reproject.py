# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons of one reference system in another, near a rectangle: what lies elsewhere may
have no place there, as the whole Earth on a map of one zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from shapely import wkb
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box

from .bend import Bend, Bounds
from .coordinates import mapped, part_rings, polygon_of, rings
from .crs import Crs
from .repair import polygon_from_wkb, sound
from .spatial_index import SpatialIndex

SAMPLES = 17  # places along each side of a rectangle whose surroundings are sought
MARGIN = 0.05  # of its size
# into pieces of this part of the surroundings an edge is cut at most, so that it bends
# with the system
MAX_EDGE_SHARE = 1 / 256
POLES = (-1.0, 1.0)  # quarter turns of latitude


def near(
    polygons: Iterable[bytes], crs: Crs, bounds: Bounds, target: Crs
) -> Iterator[Polygon | MultiPolygon]:
    """What of polygons (WKB of any surfaces in `crs`) lies in or near `bounds` of
    `target`, valid, in that system; across the antimeridian and around poles, too.
    """
    place = surroundings(bounds, target, crs)
    if place is None:
        return
    west, south, east, north = place.bounds
    for polygon in filter(None, map(sound, polygons)):
        left, bottom, right, top = polygon.bounds
        for turn in _turns(crs):
            if left + turn > east or right + turn < west or bottom > north or top < south:
                continue
            piece = _piece(polygon, turn, place)
            if piece is not None and not crs.is_same(target):
                piece = _polygon_of(_moved(piece, crs, bounds, target, place.bounds))
            if piece is not None:
                yield piece


def _piece(
    polygon: Polygon | MultiPolygon, turn: float, place: Polygon
) -> Polygon | MultiPolygon | None:
    """What of a valid polygon, its longitudes turned, lies in a box."""
    if turn:
        polygon = translate(polygon, turn)
    left, bottom, right, top = polygon.bounds
    west, south, east, north = place.bounds
    if west <= left and right <= east and south <= bottom and top <= north:
        return polygon
    return sound(polygon.intersection(place).wkb)


class Surroundings:
    """Those of the `bounds` of many systems, in `crs`, found by place: `near` gives
    nothing of a polygon for the others.
    """

    def __init__(self, bounds: Iterable[tuple[Bounds, Crs]], crs: Crs):
        self._crs = crs
        places = [surroundings(own, system, crs) for own, system in bounds]
        self._numbers = [n for n, place in enumerate(places) if place is not None]
        self._index = SpatialIndex([places[n] for n in self._numbers])

    def of(self, polygon: Polygon | MultiPolygon) -> list[int]:
        """Numbers, ascending, of those that a polygon may reach."""
        turned = (translate(polygon, turn) for turn in _turns(self._crs))
        places = {place for each in turned for place in self._index.near(each)}
        return [self._numbers[place] for place in sorted(places)]


def _turns(crs: Crs) -> tuple[float, ...]:
    """By which longitudes may differ that are one."""
    if crs.is_geographic:
        return (0.0, -crs.turn, crs.turn)
    return (0.0,)


def surroundings(bounds: Bounds, crs: Crs, target: Crs) -> Polygon | None:
    """A box in `target` in which `bounds` of `crs` lie, with a margin; its longitudes may
    pass 180 degrees. None where they have no place there.
    """
    x0, y0, x1, y1 = bounds
    xs, ys = np.meshgrid(np.linspace(x0, x1, SAMPLES), np.linspace(y0, y1, SAMPLES))
    points = np.stack((xs.ravel(), ys.ravel()), axis=1)
    if not crs.is_same(target):
        points = crs.transform(points, target)
        points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return None
    points = target.turned(points, points[len(points) // 2, 0])
    low = points.min(axis=0)
    high = points.max(axis=0)
    margin = MARGIN * (high - low)
    low = low - margin
    high = high + margin
    if target.is_geographic:
        low, high = _with_poles(low, high, bounds, crs, target)
    return box(*low, *high)


def into(
    polygons: Iterable[bytes], crs: Crs, bounds: Bounds, target: Crs
) -> Iterator[Polygon | MultiPolygon]:
    """Whole polygons (WKB of any surfaces in `crs`) in `target`, valid; of one that has
    no place there as a whole, what lies near `bounds`.
    """
    for polygon in filter(None, map(sound, polygons)):
        if crs.is_same(target):
            yield polygon
            continue
        whole = None
        parts = _moved(polygon, crs, bounds, target, polygon.bounds)
        if all(np.isfinite(line).all() for lines in parts for line in lines):
            whole = _polygon_of(parts)
        if whole is not None:
            yield whole
        else:
            yield from near([polygon.wkb], crs, bounds, target)


def in_one_piece(data: bytes, crs: Crs) -> bytes:
    """Polygons (WKB) whose vertices were moved into `crs`, as they are but for one that
    crosses 180 degrees: its longitudes go on beyond, where an edge would run around the
    Earth.
    """
    polygon = polygon_from_wkb(data) if crs.is_geographic else None
    if polygon is None or not _is_wide(polygon, crs):
        return data

    def going_on(points: np.ndarray) -> np.ndarray:
        points = crs.turned(points, points[0, 0])
        longitudes = points[:, 0]
        turns = np.rint((longitudes.min() + longitudes.max()) / 2 / crs.turn)
        return points - (turns * crs.turn, 0)

    piece = mapped(polygon, going_on)
    if _is_wide(piece, crs) or not piece.area:
        return data
    return piece.wkb


def _is_wide(polygon: Polygon | MultiPolygon, crs: Crs) -> bool:
    """Whether it reaches across more than half a turn."""
    west, _, east, _ = polygon.bounds
    return east - west > crs.turn / 2


def has_place(data: bytes, crs: Crs) -> bool:
    """Whether polygons with straight sides (WKB in `crs`) lie on the Earth, or on the
    planet of the system; one that is tied to none is taken at its word.
    """
    if not crs.is_on_planet:
        return True
    polygon = wkb.loads(data)
    x0, y0, x1, y1 = polygon.bounds
    corners = np.array([(x0, y0), (x0, y1), (x1, y0), (x1, y1)])
    if crs.is_defined_at(corners).all():
        return True
    return bool(crs.is_defined_at(np.concatenate(rings(polygon))).all())


def meets(polygons: Iterable[Polygon | MultiPolygon], bounds: Bounds) -> bool:
    """Whether any of the polygons lies within bounds, in part at least."""
    return any(polygon.intersects(box(*bounds)) for polygon in polygons)


def _with_poles(
    low: np.ndarray, high: np.ndarray, bounds: Bounds, crs: Crs, target: Crs
) -> tuple[np.ndarray, np.ndarray]:
    """The ends of a box of longitudes and latitudes, all around where a pole lies within
    `bounds` of `crs`.
    """
    half = target.turn / 2
    for sign in POLES:
        ((x, y),) = target.transform([(0.0, sign * half / 2)], crs)
        if bounds[0] <= x <= bounds[2] and bounds[1] <= y <= bounds[3]:
            low = np.array([-half, min(low[1], sign * half / 2)])
            high = np.array([half, max(high[1], sign * half / 2)])
    return np.maximum(low, [-2 * half, -half / 2]), np.minimum(high, [2 * half, half / 2])


def _moved(
    piece: Polygon | MultiPolygon, crs: Crs, bounds: Bounds, target: Crs, around: Bounds
) -> list[list[np.ndarray]]:
    """The rings of a piece in `target`, by part as `part_rings` gives them, their edges
    cut where they bend; `around` are bounds of what it is a piece of.
    """
    left, bottom, right, top = around
    longest = MAX_EDGE_SHARE * max(right - left, top - bottom)
    middle = (bounds[0] + bounds[2]) / 2
    bend = Bend(piece.bounds, crs, target, middle)
    parts = [[bend.cut(line, longest) for line in lines] for lines in part_rings(piece)]
    lines = [line for part in parts for line in part]
    points = target.turned(crs.transform(np.concatenate(lines), target), middle)
    ends = np.cumsum([len(line) for line in lines])
    moved = iter(np.split(points, ends[:-1]))
    return [[next(moved) for _ in part] for part in parts]


def _polygon_of(parts: list[list[np.ndarray]]) -> Polygon | MultiPolygon | None:
    """Valid, of its rings by part; None where nothing is left of it."""
    return sound(MultiPolygon(list(map(polygon_of, parts))).wkb)
