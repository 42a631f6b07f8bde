# SPDX-License-Identifier: GPL-2.0-or-later
"""Metres east and north of where a polygon lies, whatever its CRS: true lengths,
angles from true north.
"""

from __future__ import annotations

import math

import numpy as np
from osgeo import ogr, osr
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon
from shapely.ops import transform

from ..errors import UnsuitableRaster
from .gdal_errors import quiet
from .grid import Grid


class LocalPlane:
    """Lays polygons of one CRS on the plane that touches its ellipsoid in their middle.

    Lengths shrink by (d / R)^2 / 2 at a distance d: 3 parts in 10 million at 5 km. Raises
    UnsuitableRaster when the CRS is missing or unknown.
    """

    def __init__(self, crs: Grid | str):
        srs = osr.SpatialReference()
        if isinstance(crs, Grid):
            text = crs.wkt
        else:
            text = crs
        with quiet():
            if not text or srs.ImportFromWkt(text) != 0:
                raise UnsuitableRaster(
                    "There is no coordinate reference system to measure in; assign the "
                    "right one, projected or geographic, to the layer first."
                )
        srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        geographic = srs.CloneGeogCS()
        geographic.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        self._a = srs.GetSemiMajor()
        self._e2 = 1 - (srs.GetSemiMinor() / srs.GetSemiMajor()) ** 2
        self._unit = geographic.GetAngularUnits()
        if srs.IsGeographic():
            self._to_geographic = None
        else:
            self._to_geographic = osr.CoordinateTransformation(srs, geographic)
        world = osr.SpatialReference()
        world.ImportFromEPSG(4326)
        world.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        with quiet():  # None where the two are not of one planet
            if abs(self._a / 6378137 - 1) < 0.01:
                self._to_world = osr.CoordinateTransformation(srs, world)
            else:
                self._to_world = None

    def plane(self, polygon: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
        """The polygon in metres east and north (true) of the middle of its bounds."""
        shape = ogr.CreateGeometryFromWkb(wkb.dumps(polygon))
        with quiet():
            if self._to_geographic and shape.Transform(self._to_geographic) != 0:
                raise UnsuitableRaster(
                    "A polygon lies where its coordinate reference system is not "
                    "defined; check the system assigned to the layer."
                )
        west, east, south, north = (self._unit * value for value in shape.GetEnvelope())
        if east - west < math.pi:
            around = (west + east) / 2
        else:
            around = west
        lat0 = (south + north) / 2

        def tangent(lon, lat, *_):
            return self._tangent(
                self._unit * np.asarray(lon) - around, self._unit * np.asarray(lat), lat0
            )

        return transform(tangent, wkb.loads(bytes(shape.ExportToWkb())))

    def _tangent(
        self, lon: np.ndarray, lat: np.ndarray, lat0: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """East and north on the plane that touches at longitude 0 and latitude `lat0`;
        radians in, metres out.
        """
        normal = self._a / np.sqrt(1 - self._e2 * np.sin(lat) ** 2)
        normal0 = self._a / math.sqrt(1 - self._e2 * math.sin(lat0) ** 2)
        east = normal * np.cos(lat) * np.sin(lon)
        outward = normal * np.cos(lat) * np.cos(lon)  # from the axis, towards longitude 0
        up = (1 - self._e2) * (normal * np.sin(lat) - normal0 * math.sin(lat0))
        return east, up * math.cos(lat0) - (
            outward - normal0 * math.cos(lat0)
        ) * math.sin(lat0)

    def world(self, polygon: Polygon | MultiPolygon) -> tuple[float, float] | None:
        """Longitude and latitude, WGS 84 degrees, of a point inside; None where the
        CRS has no way there.
        """
        place = polygon.representative_point()
        if self._to_world is None:
            return None
        with quiet() as said:
            lon, lat, _ = self._to_world.TransformPoint(place.x, place.y)
        if said.failed or not (math.isfinite(lon) and math.isfinite(lat)):
            return None
        return (lon, lat)
