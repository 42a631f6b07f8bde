# SPDX-License-Identifier: GPL-2.0-or-later
"""How a polygon is shaped, in planar coordinates that are true to scale (metres, or pixels that are square)."""
from __future__ import annotations

import math

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

CORNERS = 72    # of the polygon that stands for an ellipse


def solidity(polygon: Polygon | MultiPolygon) -> float:
    """Area by area of the convex hull, 0-1."""
    return polygon.area / polygon.convex_hull.area


def ellipse_fit(polygon: Polygon | MultiPolygon) -> float:
    """Share of the polygon that lies within its equivalent ellipse, 0-1 (Taylor and others 2018, Geomorphology 309).

    The ellipse has the centre, directions and ratio of axes of the second moments of the convex hull, and the
    polygon's own area; below 0.5 several landslides have typically grown together.
    """
    centre, moments = _second_moments(np.array(polygon.convex_hull.exterior.coords)[:, :2])
    values, axes = np.linalg.eigh(moments)
    half = np.sqrt(np.maximum(values, values[1] * 1e-12))
    turn = 2 * math.pi * np.arange(CORNERS) / CORNERS
    unit = np.stack((np.cos(turn), np.sin(turn))) * math.sqrt(2 / (CORNERS * math.sin(2 * math.pi / CORNERS)))
    ellipse = axes @ (half[:, None] * unit * math.sqrt(polygon.area / np.prod(half)))
    return min(1.0, Polygon((centre[:, None] + ellipse).T).intersection(polygon).area / polygon.area)


def _second_moments(ring: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centroid (2,) and central second moments (2, 2) per area of what a closed ring (n, 2) bounds."""
    origin = ring[0]
    a, b = ring[:-1] - origin, ring[1:] - origin
    cross = a[:, 0] * b[:, 1] - b[:, 0] * a[:, 1]
    area = cross.sum() / 2
    centre = ((a + b) * cross[:, None]).sum(axis=0) / (6 * area)
    product = a[:, :, None] * a[:, None] + b[:, :, None] * b[:, None] + (a + b)[:, :, None] * (a + b)[:, None]
    return centre + origin, (product * cross[:, None, None]).sum(axis=0) / (24 * area) - np.outer(centre, centre)
