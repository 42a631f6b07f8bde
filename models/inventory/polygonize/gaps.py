# SPDX-License-Identifier: GPL-2.0-or-later
"""Pieces of one landslide joined over narrow gaps: a road, a shadow, a strip of trees."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from ...geo.dem import ElevationModel
from ...geo.dem_window import DemWindow
from ...geo.grid import Grid
from ...geo.many_shapes import parts_of
from ...geo.polygon_store import PolygonStore
from ...geo.spatial_index import close_pairs
from .exclusion import Exclusion
from .report import GapsReport

MAX_TURN_DEG = 60.0  # degrees between two directions downslope that are still one slide's
# radius of the closing that makes a bridge, by the distance: wide enough where a gap is
# as wide as that
CLOSING_SHARE = 0.75
QUADRANT_SEGMENTS = 4  # segments a quarter of a circle


class Gaps:
    """Joins polygons of one grid closer than `distance` metres, the closest first.

    Only where the mean directions downslope are less than 60 degrees apart, if an
    elevation model knows both; never across another polygon or an exclusion. Of specks
    there are millions of pairs: `wanted` goes over them, and may end the work by an
    exception.
    """

    def __init__(
        self,
        grid: Grid,
        distance: float,
        dem: ElevationModel | None,
        exclusion: Exclusion | None,
        wanted: Callable[[Iterable], Iterator] = iter,
    ):
        self._grid = grid
        self._wanted = wanted
        self._distance = distance
        self._exclusion = exclusion
        self._dem = dem
        self._directions: dict[int, float | None] = {}

    def joined(
        self, polygons: Iterable[Polygon], report: GapsReport
    ) -> Iterator[Polygon | MultiPolygon]:
        """Each polygon, or what it became part of in the place of the first; waits for
        the last before the first.
        """
        with PolygonStore() as shelf:
            for polygon in polygons:
                shelf.add(polygon)
            members, bridges = self._groups(shelf)
            for leader in sorted(members):
                pieces = [shelf[number] for number in members[leader]]
                if len(pieces) == 1:
                    yield pieces[0]
                    continue
                spans = [
                    bridge
                    for number in members[leader]
                    for bridge in bridges.get(number, ())
                ]
                scale = math.prod(self._scale(pieces[0].bounds[1]))
                area = sum(bridge.area for bridge in spans) * scale
                report.count(len(pieces), area)
                report.joined += 1
                yield unary_union(pieces + spans)

    def _groups(
        self, shelf: PolygonStore
    ) -> tuple[dict[int, list[int]], dict[int, list[Polygon]]]:
        """Polygons joined, by the first of them; and the bridges by the polygon each
        begins at.
        """
        bounds = shelf.bounds
        leader = list(range(len(shelf)))
        bridges = {}
        members = {number: [number] for number in leader}
        for _, first, second in self._wanted(sorted(self._close(shelf, bounds))):
            if leader[first] == leader[second]:
                continue
            if not self._one_slope(shelf, first, second):
                continue
            bridge = self._bridge(shelf, first, second)
            if bridge is None:
                continue
            if self._blocked(bridge, shelf, bounds, (first, second), bridges):
                continue
            bridges.setdefault(first, []).append(bridge)
            low, high = sorted((leader[first], leader[second]))
            for number in members[high]:
                leader[number] = low
            members[low] += members.pop(high)
        return members, bridges

    def _close(
        self, shelf: PolygonStore, bounds: np.ndarray
    ) -> Iterator[tuple[float, int, int]]:
        """(metres, i, j) of pairs closer than the distance."""
        if not len(bounds):
            return
        for first, second in self._wanted(close_pairs(bounds, self._reach(bounds))):
            a, b = self._local(shelf, first, second)
            metres = a.distance(b)
            if metres < self._distance:
                yield metres, first, second

    def _reach(self, bounds: np.ndarray) -> tuple[float, float]:
        """The distance in units of the CRS, where they are largest."""
        scales = [self._scale(y) for y in (bounds[:, 1].min(), bounds[:, 3].max())]
        return tuple(
            self._distance / min(scale[axis] for scale in scales) for axis in (0, 1)
        )

    def _local(self, shelf: PolygonStore, first: int, second: int) -> list[BaseGeometry]:
        """What lies near the gap of both, in metres."""
        a = shelf[first]
        b = shelf[second]
        x, y = self._scale(a.bounds[1])
        margin = (4 * self._distance / x, 4 * self._distance / y)
        return [
            affinity.scale(_cut(one, other, margin), x, y, origin=(0, 0))
            for one, other in ((a, b), (b, a))
        ]

    def _bridge(
        self, shelf: PolygonStore, first: int, second: int
    ) -> Polygon | MultiPolygon | None:
        """What closing adds between the two, in the CRS."""
        x, y = self._scale(shelf[first].bounds[1])
        a, b = self._local(shelf, first, second)
        both = unary_union((a, b))
        radius = CLOSING_SHARE * self._distance
        closed = (
            both.buffer(radius, QUADRANT_SEGMENTS)
            .buffer(-radius, QUADRANT_SEGMENTS)
            .difference(both)
        )
        tiny = self._distance * 1e-6
        parts = [
            part
            for part in parts_of(closed)
            if part.area and part.distance(a) <= tiny and part.distance(b) <= tiny
        ]
        # a little wider than the gap, or rounding would leave a slit
        bridge = unary_union([part.buffer(tiny, QUADRANT_SEGMENTS) for part in parts])
        if parts:
            return affinity.scale(bridge, 1 / x, 1 / y, origin=(0, 0))
        return None

    def _blocked(
        self,
        bridge: BaseGeometry,
        shelf: PolygonStore,
        bounds: np.ndarray,
        ends: tuple[int, int],
        bridges: dict[int, list[Polygon]],
    ) -> bool:
        """Whether a bridge between the two at its `ends` meets another polygon, an
        earlier bridge or an exclusion.
        """
        # an earlier bridge is no longer than the distance
        x, y = (2 * reach for reach in self._reach(bounds))
        west, south, east, north = bridge.bounds
        beside = np.flatnonzero(
            (bounds[:, 0] <= east + x)
            & (bounds[:, 2] >= west - x)
            & (bounds[:, 1] <= north + y)
            & (bounds[:, 3] >= south - y)
        )
        for number in beside.tolist():
            if number not in ends and bridge.intersects(shelf[number]):
                return True
            if any(map(bridge.intersects, bridges.get(number, ()))):
                return True
        return self._exclusion is not None and self._exclusion.touches(bridge)

    def _one_slope(self, shelf: PolygonStore, first: int, second: int) -> bool:
        a, b = (self._direction(shelf, number) for number in (first, second))
        return a is None or b is None or abs((a - b + 180) % 360 - 180) < MAX_TURN_DEG

    def _direction(self, shelf: PolygonStore, number: int) -> float | None:
        """Mean direction downslope in degrees; None where no elevation says."""
        if number not in self._directions:
            cut = None
            if self._dem is not None:
                cut = self._dem.window(shelf[number], self._grid.crs)
            self._directions[number] = cut and downslope(cut)
        return self._directions[number]

    def _scale(self, y: float) -> tuple[float, float]:
        """Metres by unit of the CRS along x and y."""
        return self._grid.crs.metres_at(self._grid.centre[0], y)


def downslope(cut: DemWindow) -> float | None:
    """Azimuth in degrees of the summed downslope vectors inside; None where there are
    none.
    """
    rise = np.zeros(2)  # east, north
    for strip in cut.strips():
        rise += strip.gradient[:, strip.inside & strip.sloping].sum(axis=1)
    east, north = -rise
    if east or north:
        return math.degrees(math.atan2(east, north))
    return None


def _cut(polygon: Polygon, other: Polygon, margin: tuple[float, float]) -> BaseGeometry:
    west, south, east, north = other.bounds
    return polygon.intersection(
        box(west - margin[0], south - margin[1], east + margin[0], north + margin[1])
    )
