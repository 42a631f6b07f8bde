# SPDX-License-Identifier: GPL-2.0-or-later
"""How a polygon is shaped: attributes from its outline alone, lengths along the
movement where that is known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ...geo.coordinates import RingTable, inner_points, ring_table, rings, table_of
from ...geo.crs import Crs
from ...geo.geodesic import Geodesic
from ...geo.local_plane import LocalPlane
from ..values import rounded, rows_of
from .hull import (
    convex_hulls,
    ellipse_fit,
    extents,
    smallest_rectangles,
    solidity,
)

# area by the square of the greatest width: from here a road, a terrace wall, a gully
RIBBON_RATIO = 8.0
DOUBTLESS = 1 - 1e-6  # of the square of a length: beyond what rounding may change
CHORDS = 12  # whose middles are tried as centres of a circle inside
ROOM = 1.03  # a buffer may be off by this share of its distance
THINNED = 0.01  # of half a ribbon's greatest width: how far its outline may be moved


class OutlineShape(NamedTuple):
    """What is measured of an outline, whatever moved there."""

    area: float  # m2 on the ellipsoid
    perimeter: float  # m
    hull: np.ndarray  # (n, 2) closed, m on the plane that touches where the polygon lies
    solidity: float  # on that plane, 0-1
    ellipse_fit: float  # as `hull.ellipse_fit`


class Shape:
    """Fills the fields of schema.SHAPE for polygons of one CRS.

    Raises UnsuitableRaster when the CRS is missing or not tied to a planet, or a polygon
    lies where it is undefined.
    """

    def __init__(self, crs: Crs):
        self._geodesic = Geodesic(crs)
        self._local_plane = LocalPlane(crs)

    def measure_all(
        self,
        polygons: Sequence[Polygon | MultiPolygon],
        azimuths: Sequence[float | None],
        points: Sequence[tuple[float, float]] | None = None,
        outlines: Sequence[OutlineShape] | None = None,
    ) -> list[dict[str, float | str | None]]:
        """Values of each polygon by field name; `azimuths` of the movements in degrees
        from true north, None where it is unknown; `points` their inner points and
        `outlines` what `outlines` gives of them, where these are known. Many at a time
        cost a third.
        """
        if outlines is None:
            outlines = self.outlines(ring_table(polygons))
        if points is None:
            points = inner_points(polygons)
        areas, perimeters, hulls, solidities, fits = zip(*outlines)
        perimeters = np.array(perimeters)
        columns = {
            "area_m2": rounded(np.array(areas), 1),
            "perim_m": rounded(perimeters, 1),
            **_lengths(table_of([[hull]] for hull in hulls), azimuths),
            **self._places(points),
            "solidity": rounded(np.array(solidities), 3),
            "ell_fit": rounded(np.array(fits), 3),
            "compact": rounded(4 * math.pi * np.array(areas) / perimeters**2, 3),
        }
        return rows_of(columns)

    def outlines(self, table: RingTable) -> list[OutlineShape]:
        """What is measured of some polygons, of which `table` holds the rings."""
        places = self._local_plane.places(table.points)
        areas, perimeters = self._geodesic.measure(table, places)
        planes = self._local_plane.planes(table, places)
        plane_areas = planes.areas()
        hulls = convex_hulls(planes)
        return list(
            map(
                OutlineShape,
                areas.tolist(),
                perimeters.tolist(),
                np.split(hulls.points, hulls.starts[1:]),
                np.minimum(1.0, solidity(plane_areas, hulls)).tolist(),
                ellipse_fit(planes, plane_areas, hulls).tolist(),
            )
        )

    def _places(self, points: Sequence[tuple[float, float]]) -> dict[str, list]:
        lon, lat = self._local_plane.world(np.array(points)).T
        return {"lon": rounded(lon, 6), "lat": rounded(lat, 6)}


def _lengths(
    hulls: RingTable, azimuths: Sequence[float | None]
) -> dict[str, list[float | str | None]]:
    """Lengths and widths by field name; along the movement where that is known."""
    directions = np.array(azimuths, float)
    is_known = np.isfinite(directions)
    long, short = smallest_rectangles(hulls)
    along, across = extents(hulls, directions)
    lengths = np.where(is_known, along, long)
    widths = np.where(is_known, across, short)
    ratios = np.divide(lengths, widths, np.full_like(widths, np.nan), where=widths > 0)
    return {
        "length_m": rounded(lengths, 1),
        "width_m": rounded(widths, 1),
        "lw_ratio": rounded(ratios, 2),
        "lw_meth": ["dem" if known else "mbr" for known in is_known],
    }


def surely_no_road(table: RingTable) -> np.ndarray:
    """Which polygons (p,) `road_like` need not be asked of: the border of each part is too
    short for the ground inside. Planar coordinates true to scale.
    """
    edges = table.edges()
    lengths = np.add.reduceat(np.hypot(*edges.T), table.starts)
    is_long = lengths**2 > DOUBTLESS * 4 * RIBBON_RATIO * table.ring_areas()
    return np.bincount(table.polygons, is_long & table.is_shell) == 0


def road_like(polygon: Polygon | MultiPolygon) -> bool:
    """Whether the largest part is a ribbon: area above 8 times the square of its greatest
    width, holes filled.

    For a strip of constant width that is length by width; a slide that tapers or bulges
    stays below, for its greatest width counts. Planar coordinates true to scale.
    """
    shell = polygon
    if isinstance(polygon, MultiPolygon):
        shell = max(polygon.geoms, key=lambda part: part.area)
    if shell.interiors:
        shell = Polygon(shell.exterior)
    area = shell.area
    half_width = math.sqrt(area / RIBBON_RATIO) / 2
    # the largest circle inside has a radius of area / length or more
    if area >= half_width * shell.length:
        return False
    if _has_room(rings(shell)[0], ROOM * half_width):
        return False
    # the buffer of a whole outline takes fifty times as long
    return shell.simplify(THINNED * half_width).buffer(-half_width).is_empty


def _has_room(ring: np.ndarray, radius: float) -> bool:
    """Whether a circle around the middle of a chord along x fits into a closed ring
    (n, 2): tried before a buffer, which takes ten times as long.
    """
    x, y = ring[:-1].T
    next_y = ring[1:, 1]
    step_x, step_y = (ring[1:] - ring[:-1]).T
    low = y.min()
    high = y.max()
    for share in (np.arange(CHORDS) + 0.5) / CHORDS:
        level = low + share * (high - low)
        crossed = (y > level) != (next_y > level)
        along = (level - y[crossed]) / step_y[crossed]
        ends = np.sort(x[crossed] + along * step_x[crossed])
        widths = ends[1::2] - ends[0::2]
        widest = np.argmax(widths)
        if widths[widest] < 2 * radius:
            continue
        to_x = (ends[2 * widest] + ends[2 * widest + 1]) / 2 - x
        to_y = level - y
        lengths = np.maximum(step_x**2 + step_y**2, 1e-300)
        nearest = np.clip((to_x * step_x + to_y * step_y) / lengths, 0, 1)
        distances = np.hypot(to_x - nearest * step_x, to_y - nearest * step_y)
        if distances.min() > radius:
            return True
    return False
