# SPDX-License-Identifier: GPL-2.0-or-later
"""How a polygon is shaped: attributes from its outline alone, lengths along the
movement where that is known.
"""

from __future__ import annotations

import math

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ...geo.coordinates import polygon_of, rings
from ...geo.crs import Crs
from ...geo.geodesic import Geodesic
from ...geo.local_plane import LocalPlane

CORNERS = 72  # of the polygon that stands for an ellipse
# area by the square of the greatest width: from here a road, a terrace wall, a gully
RIBBON_RATIO = 8.0
CHORDS = 12  # whose middles are tried as centres of a circle inside
ROOM = 1.03  # a buffer may be off by this share of its distance
THINNED = 0.01  # of half a ribbon's greatest width: how far its outline may be moved


class Shape:
    """Fills the fields of schema.SHAPE for polygons of one CRS.

    Raises UnsuitableRaster when the CRS is missing or not tied to a planet, or a polygon
    lies where it is undefined.
    """

    def __init__(self, crs: Crs):
        self._geodesic = Geodesic(crs)
        self._local_plane = LocalPlane(crs)

    def measure(
        self, polygon: Polygon | MultiPolygon, azimuth: float | None = None
    ) -> dict[str, float | str | None]:
        """Values by field name; `azimuth` of the movement in degrees from true north,
        None where it is unknown.
        """
        area, perimeter = self._geodesic.both(polygon)
        plane = self._local_plane.plane(polygon)
        hull = convex_hull(plane)
        lon, lat = self._local_plane.world(polygon) or (None, None)
        if azimuth is None:
            length, width = smallest_rectangle(hull)
            method = "mbr"
        else:
            length, width = along_and_across(hull, azimuth)
            method = "dem"
        return {
            "area_m2": round(area, 1),
            "perim_m": round(perimeter, 1),
            "length_m": round(length, 1),
            "width_m": round(width, 1),
            "lw_ratio": round(length / width, 2) if width else None,
            "lw_meth": method,
            "lon": lon and round(lon, 6),
            "lat": lat and round(lat, 6),
            "solidity": round(min(1.0, solidity(plane, hull)), 3),
            "ell_fit": round(ellipse_fit(plane, hull), 3),
            "compact": round(4 * math.pi * area / perimeter**2, 3),
        }


def convex_hull(polygon: Polygon | MultiPolygon) -> np.ndarray:
    """Closed ring (n, 2) of a polygon's convex hull."""
    return rings(polygon.convex_hull)[0]


def along_and_across(hull: np.ndarray, azimuth: float) -> tuple[float, float]:
    """Extent of a hull (n, 2) along and across a direction, degrees from north; x is
    east, y is north.
    """
    east = math.sin(math.radians(azimuth))
    north = math.cos(math.radians(azimuth))
    return float(np.ptp(hull @ (east, north))), float(np.ptp(hull @ (north, -east)))


def smallest_rectangle(hull: np.ndarray) -> tuple[float, float]:
    """Long and short side of the rectangle of least area around a hull (n, 2)."""
    steps = hull[1:] - hull[:-1]
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    if not lengths.all():
        steps = steps[lengths > 0]
        lengths = lengths[lengths > 0]
    unit = steps / lengths[:, None]  # one side lies on an edge of the hull
    along = unit @ hull.T
    across = np.stack((unit[:, 1], -unit[:, 0]), axis=1) @ hull.T
    along = along.max(axis=1) - along.min(axis=1)
    across = across.max(axis=1) - across.min(axis=1)
    best = np.argmin(along * across)
    return float(max(along[best], across[best])), float(min(along[best], across[best]))


def solidity(polygon: Polygon | MultiPolygon, hull: np.ndarray) -> float:
    """Area by area of the convex hull (n, 2), 0-1; planar coordinates that are true to
    scale.
    """
    return polygon.area / _ring_area(hull)


def ellipse_fit(polygon: Polygon | MultiPolygon, hull: np.ndarray) -> float:
    """Share of the polygon that lies within its equivalent ellipse, 0-1 (Taylor and
    others 2018, Geomorphology 309).

    The ellipse has the centre, directions and ratio of axes of the second moments of the
    convex hull (n, 2), and the polygon's own area; below 0.5 several landslides have
    typically grown together. Planar coordinates true to scale.
    """
    centre, moments = _second_moments(hull)
    values, axes = np.linalg.eigh(moments)
    half = np.sqrt(np.maximum(values, values[1] * 1e-12))
    size = math.sqrt(polygon.area / (math.pi * half[0] * half[1]))
    ellipse = polygon_of([centre + UNIT_CIRCLE @ (axes * (half * size)).T])
    # a touch may become a crossing on another plane
    if not polygon.is_valid:
        polygon = polygon.buffer(0)
    return min(1.0, ellipse.intersection(polygon).area / polygon.area)


def road_like(polygon: Polygon | MultiPolygon) -> bool:
    """Whether the largest part is a ribbon: area above 8 times the square of its greatest
    width, holes filled.

    For a strip of constant width that is length by width; a slide that tapers or bulges
    stays below, for its greatest width counts. Planar coordinates true to scale.
    """
    shell = max(getattr(polygon, "geoms", [polygon]), key=lambda part: part.area)
    if shell.interiors:
        shell = Polygon(shell.exterior)
    half_width = math.sqrt(shell.area / RIBBON_RATIO) / 2
    # the largest circle inside has a radius of area / length or more
    if shell.area >= half_width * shell.length:
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


def _unit_circle() -> np.ndarray:
    """A closed ring of CORNERS corners with the area of a circle of radius 1."""
    angle = 2 * math.pi / CORNERS
    turn = angle * np.append(np.arange(CORNERS), 0)
    radius = math.sqrt(2 * math.pi / (CORNERS * math.sin(angle)))
    return radius * np.stack((np.cos(turn), np.sin(turn)), axis=1)


UNIT_CIRCLE = _unit_circle()  # (CORNERS + 1, 2)


def _ring_area(ring: np.ndarray) -> float:
    """What a closed ring (n, 2) bounds."""
    x = ring[:, 0] - ring[0, 0]
    y = ring[:, 1] - ring[0, 1]
    return abs(float(x[:-1] @ y[1:] - x[1:] @ y[:-1])) / 2


def _second_moments(ring: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centroid (2,) and central second moments (2, 2) per area of what a closed ring
    (n, 2) bounds.
    """
    origin = ring[0]
    a = ring[:-1] - origin
    b = ring[1:] - origin
    cross = a[:, 0] * b[:, 1] - b[:, 0] * a[:, 1]
    area = cross.sum() / 2
    centre = cross @ (a + b) / (6 * area)
    weighted = cross[:, None]
    both = a + b
    moments = a.T @ (weighted * a) + b.T @ (weighted * b) + both.T @ (weighted * both)
    return centre + origin, moments / (24 * area) - np.outer(centre, centre)
