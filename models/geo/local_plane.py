# SPDX-License-Identifier: GPL-2.0-or-later
"""Metres east and north of where a polygon lies, whatever its CRS: true lengths,
angles from true north.
"""

from __future__ import annotations

import math

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ..errors import UnsuitableRaster
from .coordinates import RingTable, group_numbers, mapped
from .crs import WGS84, Crs


class LocalPlane:
    """Lays polygons of one CRS on the plane that touches its ellipsoid in their middle.

    Lengths shrink by (d / R)^2 / 2 at a distance d: 3 parts in 10 million at 5 km. Raises
    UnsuitableRaster when the CRS is missing, unknown or not tied to a planet.
    """

    def __init__(self, crs: Crs):
        if not crs.is_on_planet:
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
        self._crs = crs

    def plane(self, polygon: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
        """The polygon in metres east and north (true) of the middle of its bounds.

        Raises UnsuitableRaster where the CRS is not defined at a vertex.
        """
        start = np.zeros(1, int)

        def on_plane(points: np.ndarray) -> np.ndarray:
            return self._tangent(*(self.places(points) * self._radians), start)

        return mapped(polygon, on_plane)

    def to_scale(self, polygon: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
        """The polygon where map units are as long in all directions: itself unless the
        CRS counts in degrees, or its map stretches the ground one way there.
        """
        if self._is_to_scale(*polygon.bounds[:2]):
            return polygon
        return self.plane(polygon)

    def table_to_scale(self, table: RingTable) -> RingTable:
        """The same of many polygons, which lie near each other."""
        if self._is_to_scale(*table.points[0].tolist()):
            return table
        return self.planes(table)

    def _is_to_scale(self, x: float, y: float) -> bool:
        return self._to_geographic is not None and self._crs.is_to_scale_at(x, y)

    def planes(self, table: RingTable, places: np.ndarray | None = None) -> RingTable:
        """Each of many polygons on a plane of its own, as `plane` lays it; `places` of
        their points, where they are known.
        """
        if places is None:
            places = self.places(table.points)
        points = self._tangent(*(places * self._radians), table.polygon_starts)
        return table._replace(points=points)

    def places(self, points: np.ndarray) -> np.ndarray:
        """Longitude and latitude (2, n) of points (n, 2), in the angles and the datum of
        the CRS. Raises UnsuitableRaster where it is not defined.
        """
        lon, lat = points.T
        if self._to_geographic is not None:
            lon, lat = self._to_geographic.transform(lon, lat)
        if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
            raise UnsuitableRaster(
                "A polygon lies where its coordinate reference system is not defined; "
                "check the system assigned to the layer."
            )
        return np.stack((lon, lat))

    def _tangent(
        self, lon: np.ndarray, lat: np.ndarray, starts: np.ndarray
    ) -> np.ndarray:
        """East and north (n, 2) metres on the planes that touch at the middle of the
        bounds of polygons (n,) in radians.
        """
        west, lon0 = _least_and_middle(lon, starts)
        # where the polygon lies on both sides of 180 degrees
        lon0 = np.where(lon0 - west < math.pi / 2, lon0, west)
        _, lat0 = _least_and_middle(lat, starts)
        polygon = group_numbers(starts, len(lon))
        normal = self._a / np.sqrt(1 - self._e2 * np.sin(lat) ** 2)
        normal0 = self._a / np.sqrt(1 - self._e2 * np.sin(lat0) ** 2)
        from_axis = normal * np.cos(lat)
        turned = lon - lon0.take(polygon)
        east = from_axis * np.sin(turned)
        outward = from_axis * np.cos(turned) - (normal0 * np.cos(lat0)).take(polygon)
        height = normal * np.sin(lat) - (normal0 * np.sin(lat0)).take(polygon)
        up = (1 - self._e2) * height
        north = up * np.cos(lat0).take(polygon) - outward * np.sin(lat0).take(polygon)
        return np.stack((east, north), axis=1)

    def world(self, points: np.ndarray) -> np.ndarray:
        """Longitude (-180 to 180) and latitude, WGS 84 degrees (p, 2), of points (p, 2);
        NaN where the CRS has no way there.
        """
        if not self._crs.is_on_earth:
            return np.full_like(points, math.nan)
        places = WGS84.turned(self._crs.transform(points, WGS84), 0.0)
        places[~np.isfinite(places).all(axis=1)] = math.nan
        return places


def _least_and_middle(
    values: np.ndarray, starts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Of groups of values (n,) that begin at `starts` (p,), (p,) each."""
    least = np.minimum.reduceat(values, starts)
    return least, (least + np.maximum.reduceat(values, starts)) / 2
