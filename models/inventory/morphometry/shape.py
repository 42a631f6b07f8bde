# SPDX-License-Identifier: GPL-2.0-or-later
"""How a polygon is shaped: attributes from its outline alone, lengths along the
movement where that is known.
"""

from __future__ import annotations

import math

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ...geo.crs import Crs
from ...geo.geodesic import Geodesic
from ...geo.local_plane import LocalPlane

CORNERS = 72  # of the polygon that stands for an ellipse


class Shape:
    """Fills the fields of schema.SHAPE for polygons of one CRS.

    Raises UnsuitableRaster when the CRS is missing or not tied to a planet, or a polygon
    lies where it is undefined.
    """

    def __init__(self, crs: Crs):
        self._measure = Geodesic(crs)
        self._frame = LocalPlane(crs)

    def measure(
        self, polygon: Polygon | MultiPolygon, azimuth: float | None = None
    ) -> dict[str, float | str | None]:
        """Values by field name; `azimuth` of the movement in degrees from true north,
        None where it is unknown.
        """
        area, perimeter = self._measure.both(polygon)
        plane = self._frame.plane(polygon)
        place = self._frame.world(polygon) or (None, None)
        if azimuth is None:
            length, width = smallest_rectangle(plane)
        else:
            length, width = along_and_across(plane, azimuth)
        return {
            "area_m2": round(area, 1),
            "perim_m": round(perimeter, 1),
            "length_m": round(length, 1),
            "width_m": round(width, 1),
            "lw_ratio": round(length / width, 2) if width else None,
            "lw_meth": "mbr" if azimuth is None else "dem",
            "lon": place[0] and round(place[0], 6),
            "lat": place[1] and round(place[1], 6),
            "solidity": round(min(1.0, solidity(plane)), 3),
            "ell_fit": round(ellipse_fit(plane), 3),
            "compact": round(4 * math.pi * area / perimeter**2, 3),
        }


def along_and_across(
    polygon: Polygon | MultiPolygon, azimuth: float
) -> tuple[float, float]:
    """Extent of the outline along and across a direction, degrees from north; x is
    east, y is north.
    """
    hull = _outline(polygon)
    east = math.sin(math.radians(azimuth))
    north = math.cos(math.radians(azimuth))
    return float(np.ptp(hull @ (east, north))), float(np.ptp(hull @ (north, -east)))


def smallest_rectangle(polygon: Polygon | MultiPolygon) -> tuple[float, float]:
    """Long and short side of the rectangle of least area around a polygon."""
    hull = _outline(polygon)
    steps = np.diff(hull, axis=0)
    steps = steps[np.hypot(*steps.T) > 0]
    unit = steps / np.hypot(*steps.T)[:, None]  # one side lies on an edge of the hull
    along = np.ptp(unit @ hull.T, axis=1)
    across = np.ptp(unit[:, ::-1] * (1, -1) @ hull.T, axis=1)
    best = np.argmin(along * across)
    return float(max(along[best], across[best])), float(min(along[best], across[best]))


def solidity(polygon: Polygon | MultiPolygon) -> float:
    """Area by area of the convex hull, 0-1; planar coordinates that are true to scale."""
    return polygon.area / polygon.convex_hull.area


def ellipse_fit(polygon: Polygon | MultiPolygon) -> float:
    """Share of the polygon that lies within its equivalent ellipse, 0-1 (Taylor and
    others 2018, Geomorphology 309).

    The ellipse has the centre, directions and ratio of axes of the second moments of the
    convex hull, and the polygon's own area; below 0.5 several landslides have typically
    grown together. Planar coordinates true to scale.
    """
    centre, moments = _second_moments(_outline(polygon))
    values, axes = np.linalg.eigh(moments)
    half = np.sqrt(np.maximum(values, values[1] * 1e-12))
    turn = 2 * math.pi * np.arange(CORNERS) / CORNERS
    unit = np.stack((np.cos(turn), np.sin(turn))) * math.sqrt(
        2 * math.pi / (CORNERS * math.sin(2 * math.pi / CORNERS))
    )
    ellipse = axes @ (
        half[:, None] * unit * math.sqrt(polygon.area / (math.pi * np.prod(half)))
    )
    # a touch may become a crossing on another plane
    if polygon.is_valid:
        whole = polygon
    else:
        whole = polygon.buffer(0)
    return min(
        1.0,
        Polygon((centre[:, None] + ellipse).T).intersection(whole).area / polygon.area,
    )


def _outline(polygon: Polygon | MultiPolygon) -> np.ndarray:
    """Closed ring (n, 2) of the convex hull."""
    return np.array(polygon.convex_hull.exterior.coords)[:, :2]


def _second_moments(ring: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centroid (2,) and central second moments (2, 2) per area of what a closed ring
    (n, 2) bounds.
    """
    origin = ring[0]
    a = ring[:-1] - origin
    b = ring[1:] - origin
    cross = a[:, 0] * b[:, 1] - b[:, 0] * a[:, 1]
    area = cross.sum() / 2
    centre = ((a + b) * cross[:, None]).sum(axis=0) / (6 * area)
    product = (
        a[:, :, None] * a[:, None]
        + b[:, :, None] * b[:, None]
        + (a + b)[:, :, None] * (a + b)[:, None]
    )
    return centre + origin, (product * cross[:, None, None]).sum(axis=0) / (
        24 * area
    ) - np.outer(centre, centre)
