# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines between pixel centres: one vertex on each line from a centre inside to the
neighbouring centre outside.

Wherever between its two centres each vertex lies, the polygons are valid, do not overlap,
and hold exactly the centres of their pixels: a square of four centres is crossed once, or
twice around corners that lie opposite. So an outline may follow the probability, be
smoothed and thinned out (`smoothing`) for many polygons at once without a look at others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from shapely.geometry import Polygon

from ...geo.coordinates import group_numbers
from ...geo.grid import Grid
from ...inference.levels import LEVELS
from .rings import Rings, build_polygons

# pixels from the pixel edge, half way between two centres, that a vertex may be moved
ROOM = 0.48
# rows, columns to levels 0-255; nodata outside the raster
Look = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Contours:
    """Rings of many polygons, in pixel-edge coordinates, the polygon on the right hand
    as rows run down. Of pairs each column lies by itself in memory: numpy takes a fifth
    of the time that it takes for pairs side by side.
    """

    # (n, 2) column, row of the middle between two centres, or a fixed corner
    middle: np.ndarray
    # (n, 2) unit step from there to the centre inside; 0 at a fixed corner
    inward: np.ndarray
    offset: np.ndarray  # (n,) pixels inward of the middle
    low: np.ndarray  # (n,) bounds of the offset
    high: np.ndarray
    first: np.ndarray  # (r + 1,) where each ring begins, and n
    owner: np.ndarray  # (r,) polygon, ascending; the first ring of each is its shell

    @cached_property
    def points(self) -> np.ndarray:
        """(n, 2) column, row."""
        points = self.offset * self.inward.T
        points += self.middle.T
        return points.T

    @cached_property
    def ring(self) -> np.ndarray:
        """(n,) the ring of each vertex."""
        return ring_numbers(self.first)

    @property
    def count(self) -> int:
        """Polygons."""
        if len(self.owner):
            return int(self.owner[-1]) + 1
        return 0

    @cached_property
    def ring_areas(self) -> np.ndarray:
        """Signed area (r,) of each ring in pixels, negative for holes."""
        return shoelace(self.points, self.first)

    @property
    def shells(self) -> np.ndarray:
        """(polygons,) the ring that is the shell of each."""
        return np.searchsorted(self.owner, np.arange(self.count))

    def areas(self) -> np.ndarray:
        """Area (polygons,) of each polygon in pixels."""
        return np.bincount(self.owner, self.ring_areas, self.count)

    def of(self, polygons: np.ndarray) -> Contours:
        """Only some polygons, numbered anew; bool (polygons,)."""
        if polygons.all():
            return self
        remaining = self.without_rings(~polygons[self.owner])
        return replace(remaining, owner=(np.cumsum(polygons) - 1)[remaining.owner])

    def without_rings(self, dropped: np.ndarray) -> Contours:
        """Some rings left out; bool (r,)."""
        if not dropped.any():
            return self
        return self.part((~dropped).take(self.ring), ~dropped)

    def part(self, vertices: np.ndarray, rings: np.ndarray | None = None) -> Contours:
        """Only some vertices, and only some rings; bool (n,), (r,)."""
        which = np.flatnonzero(vertices)
        first = np.searchsorted(which, self.first)
        owner = self.owner
        if rings is not None:
            first = np.append(first[:-1][rings], first[-1])
            owner = owner[rings]
        names = ("middle", "inward", "offset", "low", "high")
        columns = (getattr(self, name).T.take(which, axis=-1).T for name in names)
        return Contours(*columns, first, owner)

    def moved(self, offset: np.ndarray) -> Contours:
        """The same with other offsets."""
        return replace(self, offset=offset)

    def polygons(self, grid: Grid) -> list[Polygon]:
        """In map coordinates, shells counter-clockwise."""
        x, y = self.points.T
        return build_polygons(x, y, self.first, self.owner, grid)


def shoelace(points: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Signed area of closed rings, positive for shells; `points` (n, 2), ring i begins
    at `first[i]`.
    """
    begins = first[:-1]
    ring = ring_numbers(first)
    x, y = points.T
    x = x - x[begins].take(ring)
    y = y - y[begins].take(ring)
    products = x * following_in_ring(y, first)
    products -= following_in_ring(x, first) * y
    return np.add.reduceat(products, begins) / 2


def ring_numbers(first: np.ndarray) -> np.ndarray:
    """The ring of each vertex (n,) int; ring i begins at `first[i]`, none is empty."""
    return group_numbers(first[:-1], first[-1])


def following_in_ring(values: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Of each vertex the value (n,) of the next one along its ring."""
    following = np.empty_like(values)
    following[:-1] = values[1:]
    following[first[1:] - 1] = values[first[:-1]]
    return following


def after(first: np.ndarray) -> np.ndarray:
    """Index (n,) of the next vertex of each vertex along its ring; `first` as of
    Contours.
    """
    following = np.arange(1, first[-1] + 1)
    following[first[1:] - 1] = first[:-1]
    return following


def contours_of(rings: Rings, look: Look, lowest: int, contour: bool) -> Contours:
    """Outlines from rings traced `apart`, on the iso-line of the probability, else half
    way between the centres.

    `lowest` is the lowest level inside; the iso-line lies half a level below, linear
    between two centres. Towards nodata and the raster's border the outline follows pixel
    edges, corners included.
    """
    corner, step, ring = _unit_steps(rings)
    inward = np.stack((-step[:, 1], step[:, 0])).T
    outside = look(*_pixel(corner, step, -inward))
    missing = outside > LEVELS
    offset = np.zeros(len(ring))
    if contour:
        inside = look(*_pixel(corner, step, inward)).astype(float)
        offset = np.clip(0.5 - (inside - lowest + 0.5) / (inside - outside), -ROOM, ROOM)
    offset[missing] = 0
    free = np.where(missing, 0, ROOM)
    first = np.searchsorted(ring, np.arange(len(rings.owner) + 1))
    contours = Contours(
        corner + step / 2, inward.astype(float), offset, -free, free, first, rings.owner
    )
    where = _fixed_corners(corner, step, inward, missing, first, look, lowest)
    following = after(first)[where]
    place = corner[where] + step[where]
    # an outer corner of a pixel beside nodata on one side only lies there as far inward
    # as on the other
    is_outer = (inward[where] == step[following]).all(axis=1)[:, None]
    shift = offset[:, None] * inward
    place = place + is_outer * shift[where] + is_outer * shift[following]
    return _with_corners(contours, where, place)


def corners_of(rings: Rings) -> Contours:
    """Outlines on pixel edges that no step moves."""
    corner = np.stack((rings.x, rings.y)).astype(float).T
    none = np.zeros(len(rings.x))
    return Contours(
        corner, np.zeros(corner.shape), none, none, none, rings.first, rings.owner
    )


def _unit_steps(rings: Rings) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each pixel edge of the rings: corner where it begins, step (both int (n, 2)), ring."""
    following = after(rings.first)
    start = np.stack((rings.x, rings.y))
    way = start.take(following, axis=1) - start
    length = np.abs(way).sum(axis=0)
    ends = np.cumsum(length)
    begins = ends - length
    side = group_numbers(begins, ends[-1])
    along = np.arange(len(side)) - begins.take(side)
    step = np.sign(way).take(side, axis=1)
    corner = start.take(side, axis=1) + along * step
    return corner.T, step.T, ring_numbers(rings.first).take(side)


def _pixel(
    corner: np.ndarray, step: np.ndarray, side: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of the pixel at a corner in the directions `step` and `side`."""
    col, row = ((2 * corner + step + side - 1) >> 1).T
    return row, col


def _fixed_corners(
    corner: np.ndarray,
    step: np.ndarray,
    inward: np.ndarray,
    missing: np.ndarray,
    first: np.ndarray,
    look: Look,
    lowest: int,
) -> np.ndarray:
    """After which steps the outline passes through the pixel corner itself, because of
    nodata there.
    """
    following = after(first)
    one = missing | missing[following]
    both = missing & missing[following]
    corners = np.flatnonzero(one)  # of few outlines: what follows is done for these alone
    straight = (step[corners] == step[following[corners]]).all(axis=1)
    corners = corners[~(straight & both[corners])]
    turns_in = (inward[corners] == step[following[corners]]).all(axis=1)
    end = corner[corners] + step[corners]
    opposite = look(*_pixel(end, step[corners], -inward[corners]))
    # there two outlines would touch
    is_shared = turns_in & (opposite >= lowest) & (opposite <= LEVELS)
    return corners[~is_shared]


def _with_corners(contours: Contours, where: np.ndarray, place: np.ndarray) -> Contours:
    """Fixed vertices put in at some places after those of `where`."""
    if not len(where):
        return contours
    at = where + 1
    none = np.zeros(len(where))
    # one put in after a ring's last vertex is still that ring's
    first = contours.first + np.searchsorted(where, contours.first)
    return Contours(
        np.insert(contours.middle, at, place, axis=0),
        np.insert(contours.inward, at, 0, axis=0),
        np.insert(contours.offset, at, none),
        np.insert(contours.low, at, none),
        np.insert(contours.high, at, none),
        first,
        contours.owner,
    )
