# SPDX-License-Identifier: GPL-2.0-or-later
"""The ring around a polygon, to half its equivalent radius on the ground."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from shapely.affinity import scale
from shapely.geometry import MultiPolygon, Polygon

from ...geo.coordinates import RingTable
from ...geo.dem_window import RING_WIDTH
from ...geo.grid import Grid
from ...geo.many_shapes import areas, buffered, simplified

ARC_SEGMENTS = 8  # of a quarter of a circle, at the ring's outer corners
# share of a polygon's area from which a simplified outline stands for it
MIN_LEFT = 0.8
SIDE = 3  # places along a side of a grid that stand for all of it


def stretch_of(table: RingTable, grid: Grid) -> np.ndarray:
    """By how much a unit of y is longer on the ground than one of x, where each polygon
    (p,) lies: degrees are, and metres of a map that stretches the ground one way.
    """
    starts = table.polygon_starts
    if _is_to_scale(grid):
        return np.ones(len(starts))
    units = [grid.crs.metres_at(x, y) for x, y in table.points[starts].tolist()]
    return np.array([north / east for east, north in units])


@lru_cache(maxsize=8)
def _is_to_scale(grid: Grid) -> bool:
    """Whether units are as long in all directions all over a grid."""
    if grid.crs.is_geographic:
        return False
    places = grid.lattice(SIDE).tolist()
    return all(grid.crs.is_to_scale_at(x, y) for x, y in places)


def ring_width(areas: np.ndarray, stretch: np.ndarray, grid: Grid) -> np.ndarray:
    """In units of x, of polygons of some areas (p,) in squares of it; a pixel at least."""
    _, xc, xr, _, yc, yr = grid.geotransform
    pixels = np.sqrt(abs(xc * yr - xr * yc) * stretch)
    return np.maximum(RING_WIDTH * np.sqrt(areas / math.pi), pixels)


def with_rings(
    polygons: Sequence[Polygon | MultiPolygon],
    of_many: np.ndarray,
    stretch: np.ndarray,
    grid: Grid,
) -> list[Polygon | MultiPolygon]:
    """Polygons, each together with the ring around it; `of_many` (p,) have more than one
    ring of vertices.
    """
    polygons = _along_y(polygons, stretch)
    measured = areas(polygons)
    tolerances = RING_WIDTH * np.sqrt(measured / math.pi) / 8
    outlines = list(polygons)
    for topology in (False, True):
        some = np.flatnonzero(of_many == topology)
        chosen = [polygons[number] for number in some.tolist()]
        # a tenth of the time where no ring can run into another ...
        thinner = simplified(chosen, tolerances.take(some), topology)
        for number, outline in zip(some.tolist(), thinner):
            outlines[number] = outline
    # ... but what is as narrow as the tolerance may vanish
    for number in np.flatnonzero(areas(outlines) < MIN_LEFT * measured).tolist():
        outlines[number] = polygons[number].simplify(float(tolerances[number]))
    widths = ring_width(measured, stretch, grid)
    return _along_y(buffered(outlines, widths, ARC_SEGMENTS), 1 / stretch)


def _along_y(
    polygons: Sequence[Polygon | MultiPolygon], factors: np.ndarray
) -> Sequence[Polygon | MultiPolygon]:
    """Polygons (p,) with their y times a factor each."""
    if (factors == 1).all():
        return polygons
    return [
        scale(polygon, 1, factor, origin=(0, 0))
        for polygon, factor in zip(polygons, factors.tolist())
    ]
