# SPDX-License-Identifier: GPL-2.0-or-later
"""Metres east and north of where a polygon lies, whatever its CRS: true lengths,
angles from true north.
"""

from __future__ import annotations

import math

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ..errors import UnsuitableRaster
from .coordinates import mapped
from .crs import WGS84, Crs


class LocalPlane:
    """Lays polygons of one CRS on the plane that touches its ellipsoid in their middle.

    Lengths shrink by (d / R)^2 / 2 at a distance d: 3 parts in 10 million at 5 km. Raises
    UnsuitableRaster when the CRS is missing, unknown or not tied to a planet.
    """

    def __init__(self, crs: Crs):
        if crs.geographic.is_missing:
            raise UnsuitableRaster(
                "There is no coordinate reference system to measure in; assign the "
                "right one, projected or geographic, to the layer first."
            )
        self._a = crs.semi_major
        self._e2 = crs.eccentricity2
        self._radians = crs.angular_unit
        self._to_geographic = None
        if not crs.is_geographic:
            self._to_geographic = crs.to(crs.geographic)
        self._to_world = None
        if crs.is_on_earth:
            self._to_world = crs.to(WGS84)

    def plane(self, polygon: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
        """The polygon in metres east and north (true) of the middle of its bounds.

        Raises UnsuitableRaster where the CRS is not defined at a vertex.
        """
        return mapped(polygon, self._on_plane)

    def _on_plane(self, points: np.ndarray) -> np.ndarray:
        lon, lat = points.T
        if self._to_geographic is not None:
            lon, lat = self._to_geographic.transform(lon, lat)
        if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
            raise UnsuitableRaster(
                "A polygon lies where its coordinate reference system is not defined; "
                "check the system assigned to the layer."
            )
        return self._tangent(lon * self._radians, lat * self._radians)

    def _tangent(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """East and north (n, 2) metres on the plane that touches at the middle of the
        bounds of points (n,) in radians.
        """
        west = lon.min()
        lon0 = west  # where the polygon lies on both sides of 180 degrees
        if lon.max() - west < math.pi:
            lon0 = (west + lon.max()) / 2
        lat0 = (lat.min() + lat.max()) / 2
        normal = self._a / np.sqrt(1 - self._e2 * np.sin(lat) ** 2)
        normal0 = self._a / math.sqrt(1 - self._e2 * math.sin(lat0) ** 2)
        from_axis = normal * np.cos(lat)
        east = from_axis * np.sin(lon - lon0)
        outward = from_axis * np.cos(lon - lon0) - normal0 * math.cos(lat0)
        up = (1 - self._e2) * (normal * np.sin(lat) - normal0 * math.sin(lat0))
        north = up * math.cos(lat0) - outward * math.sin(lat0)
        return np.stack((east, north), axis=1)

    def world(self, polygon: Polygon | MultiPolygon) -> tuple[float, float] | None:
        """Longitude and latitude, WGS 84 degrees, of a point inside; None where the
        CRS has no way there.
        """
        if self._to_world is None:
            return None
        point = polygon.representative_point()
        lon, lat = self._to_world.transform(point.x, point.y)
        if not (math.isfinite(lon) and math.isfinite(lat)):
            return None
        return (lon, lat)
