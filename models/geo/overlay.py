# SPDX-License-Identifier: GPL-2.0-or-later
"""Two layers of polygons laid over each other: how much of each lies under the other, and
how far apart their outlines run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Union

import numpy as np
from shapely.geometry import (
    LineString,
    MultiLineString,
    MultiPolygon,
    Point,
    Polygon,
    box,
)
from shapely.ops import unary_union

from .repair import areal, sound
from .spatial_index import SpatialIndex

Surface = Union[Polygon, MultiPolygon]
Lines = Union[LineString, MultiLineString]
PIECE_EDGES = 64  # of a border


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


def overlay(first: Sequence[Surface], second: Sequence[Surface]) -> Overlay:
    """All pairs of a polygon of each layer that share an area."""
    index = SpatialIndex(second)
    pairs = []
    by_first = [[] for _ in first]
    by_second = [[] for _ in second]
    for i, polygon in enumerate(first):
        for j in index.near(polygon):
            common = areal(polygon.intersection(second[j]))
            if common is None:
                continue
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
        np.array([_joint_area(pieces) for pieces in by_first], float),
        np.array([_joint_area(pieces) for pieces in by_second], float),
    )


def _joint_area(pieces: list) -> float:
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


def within(polygons: Sequence[Surface], area: Surface) -> Iterator[Surface | None]:
    """What of each valid polygon lies in an area; None where nothing does."""
    index = SpatialIndex([area])
    for polygon in polygons:
        if index.near(polygon):
            yield areal(polygon.intersection(area))
        else:
            yield None


def squares(area: Surface, count: int) -> list[Surface]:
    """The area cut along a grid of squares, about `count` of them over its bounds; those
    that hold none of it are left out.
    """
    left, bottom, right, top = area.bounds
    side = ((right - left) * (top - bottom) / count) ** 0.5
    columns = int(np.ceil((right - left) / side - 1e-9))
    rows = int(np.ceil((top - bottom) / side - 1e-9))
    pieces = []
    for row in range(rows):
        for column in range(columns):
            x = left + column * side
            y = bottom + row * side
            pieces.append(areal(area.intersection(box(x, y, x + side, y + side))))
    return [piece for piece in pieces if piece is not None]


def areas_by_block(
    first: Sequence[Surface],
    second: Sequence[Surface],
    blocks: Sequence[Surface],
) -> np.ndarray:
    """(b, 4): area of each block, of what the first layer covers of it, the second, and
    both; ground under several polygons of a layer counts once.
    """
    layers = (first, second)
    indices = [SpatialIndex(layer) for layer in layers]
    rows = []
    for block in blocks:
        unions = [
            unary_union([layer[i].intersection(block) for i in index.near(block)])
            for layer, index in zip(layers, indices)
        ]
        both = unions[0].intersection(unions[1])
        rows.append((block.area, unions[0].area, unions[1].area, both.area))
    return np.array(rows, float).reshape(-1, 4)


class Border:
    """What lies within `width` of the border of an area, held against lines piece by
    piece: a border may have more vertices than all that it surrounds.
    """

    def __init__(self, area: Surface, width: float):
        lines = area.boundary
        self._pieces = [
            piece.buffer(width)
            for line in getattr(lines, "geoms", [lines])
            for piece in _pieces(line)
        ]
        self._index = SpatialIndex(self._pieces)

    def cut_from(self, lines: Lines) -> Lines:
        """What of lines lies beside it."""
        for place in self._index.near(lines):
            lines = lines.difference(self._pieces[place])
        return lines


def _pieces(line: LineString) -> Iterator[LineString]:
    """Of few vertices, each from where the one before it ends."""
    places = list(line.coords)
    for first in range(0, len(places) - 1, PIECE_EDGES):
        yield LineString(places[first : first + PIECE_EDGES + 1])


def outline_distances(outline: Lines, other: Lines, step: float) -> np.ndarray:
    """(n,) from points spread evenly along an outline, at most `step` apart however its
    vertices lie, to the nearest point of another; in units of their CRS.
    """
    points = [evenly_along(line, step) for line in getattr(outline, "geoms", [outline])]
    return np.array([other.distance(Point(point)) for point in np.concatenate(points)])


def evenly_along(line: LineString, step: float) -> np.ndarray:
    """Points (n, 2), each in the middle of one of n equal parts of a line of some length."""
    places = np.array(line.coords)[:, :2]
    lengths = np.hypot(*np.diff(places, axis=0).T)
    up_to = np.append(0, np.cumsum(lengths))
    count = int(np.ceil(up_to[-1] / step))
    along = (np.arange(count) + 0.5) * (up_to[-1] / count)
    return np.stack([np.interp(along, up_to, axis) for axis in places.T], axis=1)
