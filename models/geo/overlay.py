# SPDX-License-Identifier: GPL-2.0-or-later
"""Two layers of polygons laid over each other: how much of each lies under the other, and
how far apart their outlines run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Union

import numpy as np
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union
from shapely.prepared import prep

from ..watch import Watch, unwatched
from .many_shapes import areas, parts_of
from .repair import areal, sound
from .spatial_index import SpatialIndex

Surface = Union[Polygon, MultiPolygon]
Lines = Union[LineString, MultiLineString]
AT_ONCE = 64  # points of an outline
ROUNDING = 1e-9
TINY = np.finfo(float).tiny


class Overlay(NamedTuple):
    """The common ground of two layers of valid polygons of one CRS, areas in its squared
    unit. Pairs are in the order of the first layer, then of the second.
    """

    first: np.ndarray  # (k,) place in the first layer of each pair that overlaps
    second: np.ndarray  # (k,) and in the second
    common: np.ndarray  # (k,) area that both cover
    first_areas: np.ndarray  # (n,)
    second_areas: np.ndarray  # (m,)
    first_covered: np.ndarray  # (n,) area of each under any of the second layer
    second_covered: np.ndarray  # (m,)

    def among(
        self, first: np.ndarray | None = None, second: np.ndarray | None = None
    ) -> Overlay:
        """Of some polygons, by their ascending places in a layer, None for all of it: how
        much of each is covered by all of the other layer, and pairs among these alone.
        """
        if first is None:
            first = np.arange(len(self.first_areas))
        if second is None:
            second = np.arange(len(self.second_areas))
        kept = np.isin(self.first, first) & np.isin(self.second, second)
        return Overlay(
            np.searchsorted(first, self.first[kept]),
            np.searchsorted(second, self.second[kept]),
            self.common[kept],
            self.first_areas[first],
            self.second_areas[second],
            self.first_covered[first],
            self.second_covered[second],
        )


class ReadyPolygon:
    """A valid polygon that is held against many: whether it holds one, or lies beside it,
    is told by its edges there alone.
    """

    def __init__(self, shape: Surface):
        self.shape = shape
        self.area = shape.area
        self._prepared = prep(shape)

    def common(self, other: ReadyPolygon) -> Surface | None:
        """What two share; None where that is no area."""
        smaller, larger = sorted((self, other), key=lambda one: one.area)
        if larger._prepared.contains(smaller.shape):
            return smaller.shape
        if larger._prepared.intersects(smaller.shape):
            return areal(self.shape.intersection(other.shape))
        return None

    def meets(self, shape: BaseGeometry) -> bool:
        """Whether it has a point in common with a shape."""
        return self._prepared.intersects(shape)


class SurfaceIndex:
    """Surfaces that are found by place, part by part: of one with thousands of parts, or
    around an area, nothing is laid over a polygon but what lies beside it; and of one with
    a hundred thousand vertices nothing where it holds the polygon, or lies within it.
    """

    def __init__(self, surfaces: Sequence[Surface]):
        self._parts = []
        self._owners = []
        for number, surface in enumerate(surfaces):
            parts = parts_of(surface)
            self._parts += parts
            self._owners += [number] * len(parts)
        self._index = SpatialIndex(self._parts)
        self._ready = list(map(ReadyPolygon, self._parts))

    def shared(self, polygon: Surface, first: int = 0) -> list[tuple[int, Surface]]:
        """Number of each surface, from the `first` on, that shares an area with a valid
        polygon, ascending, and what they share.
        """
        pieces: dict[int, list] = {}
        for part in map(ReadyPolygon, parts_of(polygon)):
            for place in self._index.near(part.shape):
                owner = self._owners[place]
                piece = part.common(self._ready[place]) if owner >= first else None
                if piece is not None:
                    pieces.setdefault(owner, []).append(piece)
        return [(owner, _together(own)) for owner, own in sorted(pieces.items())]

    def under(self, polygon: Surface, first: int = 0) -> list[Surface]:
        """What of a valid polygon lies under each of them, from the `first` on."""
        return [piece for _, piece in self.shared(polygon, first)]

    def meets(self, shape: BaseGeometry) -> bool:
        """Whether a shape has a point in common with any of them."""
        return any(self._ready[place].meets(shape) for place in self._index.near(shape))

    def within(self, polygon: Surface) -> Surface | None:
        """What of a valid polygon lies in the first surface; None where nothing does."""
        shared = self.shared(polygon)
        return shared[0][1] if shared else None


def _together(pieces: list) -> Surface:
    """Surfaces that share no area, as one."""
    if len(pieces) == 1:
        return pieces[0]
    return MultiPolygon([part for piece in pieces for part in parts_of(piece)])


def overlay(
    first: Sequence[Surface], second: Sequence[Surface], watch: Watch = unwatched
) -> Overlay:
    """All pairs of a polygon of each layer that share an area."""
    surfaces = SurfaceIndex(second)
    pairs = []
    by_first = [[] for _ in first]
    by_second = [[] for _ in second]
    for i, polygon in enumerate(watch(first)):
        for j, common in surfaces.shared(polygon):
            pairs.append((i, j, common.area))
            by_first[i].append(common)
            by_second[j].append(common)
    table = np.array(pairs, float).reshape(-1, 3)
    return Overlay(
        table[:, 0].astype(int),
        table[:, 1].astype(int),
        table[:, 2],
        np.array([polygon.area for polygon in first], float),
        np.array([polygon.area for polygon in second], float),
        np.array([joint_area(pieces) for pieces in watch(by_first)], float),
        np.array([joint_area(pieces) for pieces in watch(by_second)], float),
    )


def joint_area(pieces: list) -> float:
    """Of polygons that may lie over each other."""
    if len(pieces) > 1:
        return unary_union(pieces).area
    return sum(piece.area for piece in pieces)


def joined(polygons: Iterable[bytes]) -> Surface | None:
    """All ground under polygons (WKB of any surfaces); None where they hold none."""
    parts = [part for part in map(sound, polygons) if part is not None]
    if not parts:
        return None
    return areal(unary_union(parts))


def bounding_rectangle(polygons: Iterable[bytes]) -> list[bytes]:
    """WKB of the rectangle around polygons (WKB of any surfaces); none where they hold
    no area.
    """
    bounds = [part.bounds for part in map(sound, polygons) if part is not None]
    if not bounds:
        return []
    lows = np.min(bounds, axis=0)[:2]
    highs = np.max(bounds, axis=0)[2:]
    return [box(*lows, *highs).wkb]


def squares(area: Surface, count: int) -> list[Surface]:
    """The area cut along a grid of squares, about `count` of them over its bounds; those
    that hold none of it are left out.
    """
    left, bottom, right, top = area.bounds
    side = ((right - left) * (top - bottom) / count) ** 0.5
    columns = int(np.ceil((right - left) / side - 1e-9))
    rows = int(np.ceil((top - bottom) / side - 1e-9))
    surfaces = SurfaceIndex([area])
    pieces = []
    for row in range(rows):
        for column in range(columns):
            x = left + column * side
            y = bottom + row * side
            pieces.append(surfaces.within(box(x, y, x + side, y + side)))
    return [piece for piece in pieces if piece is not None]


def areas_by_block(
    first: Sequence[Surface],
    second: Sequence[Surface],
    blocks: Sequence[Surface],
    homes: np.ndarray,
    watch: Watch = unwatched,
) -> np.ndarray:
    """(b, 4): area of each block, of what the first layer covers of it, the second, and
    both; ground under several polygons of a layer counts once. Each polygon of the second
    layer counts as a whole in the block of `homes` (m,), with what the first covers of it,
    and nowhere else.
    """
    ground = SurfaceIndex(first)
    landslides = SurfaceIndex(second)
    rows = np.zeros((len(blocks), 4))
    # areas alone are taken from each other: a difference of surfaces may leave threads
    for number, block in enumerate(watch(blocks)):
        taken = landslides.under(block)
        area = joint_area(taken)
        beside = joint_area(taken + ground.under(block)) - area
        rows[number, :2] = block.area - area, beside
    rows[rows < ROUNDING * areas(blocks).max()] = 0
    for number, polygon in enumerate(watch(second)):
        taken = landslides.under(polygon, number + 1)
        area = polygon.area - joint_area(taken)
        twice = [piece for part in taken for piece in ground.under(part)]
        both = joint_area(ground.under(polygon)) - joint_area(twice)
        rows[homes[number]] += area, both, area, both
    return rows


def uncut_outlines(
    polygons: Iterable[Surface], area: Surface, width: float
) -> Iterator[Lines]:
    """The outlines of polygons, holes included, without what lies within `width` of an
    area's border, which cut them there.
    """
    border = area.boundary.buffer(width)
    is_near = prep(border).intersects  # of few; a border may have many vertices
    for polygon in polygons:
        outline = polygon.boundary
        if is_near(outline):
            outline = outline.difference(border)
        yield outline


def outline_distances(outline: Lines, other: Lines, step: float) -> np.ndarray:
    """(n,) from points spread evenly along an outline, at most `step` apart however its
    vertices lie, to the nearest point of another; in units of their CRS.
    """
    points = np.concatenate([evenly_along(line, step) for line in parts_of(outline)])
    others = [np.array(line.coords)[:, :2] for line in parts_of(other)]
    begins = np.concatenate([line[:-1] for line in others])
    ends = np.concatenate([line[1:] for line in others])
    starts = range(0, len(points), AT_ONCE)
    return np.concatenate(
        [_to_nearest(points[at : at + AT_ONCE], begins, ends) for at in starts]
    )


def evenly_along(line: LineString, step: float) -> np.ndarray:
    """Points (n, 2), each in the middle of one of n equal parts of a line of some length."""
    places = np.array(line.coords)[:, :2]
    lengths = np.hypot(*np.diff(places, axis=0).T)
    up_to = np.append(0, np.cumsum(lengths))
    count = int(np.ceil(up_to[-1] / step))
    along = (np.arange(count) + 0.5) * (up_to[-1] / count)
    return np.stack([np.interp(along, up_to, axis) for axis in places.T], axis=1)


def _to_nearest(points: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """(n,) from points beside each other (n, 2) to the nearest of edges (m, 2). Those that
    can be it of any point are told by their distance from the one in the middle.
    """
    middle = points[len(points) // 2]
    reach = np.hypot(*(points - middle).T).max()
    (away,) = _to_edges(middle[None], begins, ends)
    near = away <= (away.min() + 2 * reach) * (1 + ROUNDING)
    return _to_edges(points, begins[near], ends[near]).min(axis=1)


def _to_edges(points: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """(n, m) from each point (n, 2) to each edge (m, 2)."""
    along_x, along_y = (ends - begins).T
    squared = np.maximum(along_x**2 + along_y**2, TINY)
    gaps_x = points[:, :1] - begins[:, 0]
    gaps_y = points[:, 1:] - begins[:, 1]
    shares = (gaps_x * along_x + gaps_y * along_y) / squared
    # not np.clip, which takes ten times as long for short arrays
    shares = np.minimum(np.maximum(shares, 0), 1)
    return np.hypot(gaps_x - shares * along_x, gaps_y - shares * along_y)
