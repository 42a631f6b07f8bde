# SPDX-License-Identifier: GPL-2.0-or-later
"""Areas and lengths on the ellipsoid, whatever the CRS."""

from __future__ import annotations

import math

import numpy as np
from osgeo import ogr, osr
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

from ..errors import UnsuitableRaster
from .gdal_errors import quiet
from .grid import Grid

# m: a longer edge is cut before it is laid on the ellipsoid, for it may be curved there
LONGEST = 1000.0


class Geodesic:
    """Measures polygons of one CRS on that CRS's own ellipsoid.

    Vertices go to longitude and latitude of the same datum, areas through the authalic
    (Lambert cylindrical equal-area) latitude (Snyder 1987, USGS PP 1395, eq. 3-12),
    lengths through the radii of curvature at the middle of each edge. Raises
    UnsuitableRaster when the CRS is missing or not tied to the Earth.
    """

    def __init__(self, crs: Grid | str):
        srs = _on_earth(crs.wkt if isinstance(crs, Grid) else crs)
        geographic = srs.CloneGeogCS()
        geographic.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        self._a = srs.GetSemiMajor()
        b = srs.GetSemiMinor()
        self._e2 = 1 - (b / self._a) ** 2
        self._unit = geographic.GetAngularUnits()  # radians
        if srs.IsGeographic():
            self._transform = None
        else:
            self._transform = osr.CoordinateTransformation(srs, geographic)
        if self._transform:
            self._step = LONGEST / srs.GetLinearUnits()
        else:
            self._step = math.radians(0.01) / self._unit

    @property
    def decimals(self) -> int:
        """Digits of a coordinate that stand for about 0.1 m."""
        if self._transform:
            return 1
        return 6

    def area(self, polygon: Polygon | MultiPolygon) -> float:
        """Ellipsoidal area in m2, holes excluded."""
        return self.both(polygon)[0]

    def perimeter(self, polygon: Polygon | MultiPolygon) -> float:
        """Ellipsoidal length of all rings in m."""
        return self.both(polygon)[1]

    def both(self, polygon: Polygon | MultiPolygon) -> tuple[float, float]:
        """Area (m2) and perimeter (m) at the price of one."""
        area = length = 0.0
        for part in getattr(polygon, "geoms", [polygon]):
            areas, metres = self._rings(self._geographic(part))
            area += 2 * abs(areas[0]) - np.abs(areas).sum()  # the shell less its holes
            length += metres
        return float(area), float(length)

    def _geographic(self, polygon: Polygon) -> list[np.ndarray]:
        """Longitude and latitude of each ring in radians, (n, 2)."""
        geometry = ogr.CreateGeometryFromWkb(wkb.dumps(polygon))
        geometry.Segmentize(self._step)
        if self._transform and not _transformed(geometry, self._transform):
            raise UnsuitableRaster(
                "A polygon lies where the raster's coordinate reference system is not "
                "defined; check the system assigned to the raster."
            )
        return [ring * self._unit for ring in _vertices(geometry)]

    def _rings(self, rings: list[np.ndarray]) -> tuple[np.ndarray, float]:
        """Signed area of each closed ring, and their length together."""
        lon, lat = np.concatenate(rings).T
        first = np.cumsum([0] + [len(ring) for ring in rings])
        east = (
            np.mod(np.diff(lon) + math.pi, 2 * math.pi) - math.pi
        )  # the short way, across 180 degrees too
        north = np.diff(lat)
        east[first[1:-1] - 1] = north[first[1:-1] - 1] = 0  # from ring to ring
        y = self._authalic(lat) - self._authalic(
            lat[:1]
        )  # from the first vertex: small polygons keep their digits
        areas = self._a**2 / 4 * np.add.reduceat((y[1:] + y[:-1]) * east, first[:-1])
        middle = (lat[1:] + lat[:-1]) / 2
        w2 = 1 - self._e2 * np.sin(middle) ** 2
        metres = (
            np.hypot(east * np.cos(middle), north * (1 - self._e2) / w2)
            * self._a
            / np.sqrt(w2)
        )
        return areas, metres.sum()

    def _authalic(self, lat: np.ndarray) -> np.ndarray:
        """Snyder's q: area between the equator and a latitude, in units of a^2 / 2 per
        radian of longitude.
        """
        sine = np.sin(lat)
        e = math.sqrt(self._e2)
        if e < 1e-9:
            return 2 * sine
        return (1 - self._e2) * (
            sine / (1 - self._e2 * sine**2) + np.arctanh(e * sine) / e
        )


def _on_earth(wkt: str) -> osr.SpatialReference:
    srs = osr.SpatialReference()
    with quiet():
        readable = bool(wkt) and srs.ImportFromWkt(wkt) == 0
    if not readable or not (srs.IsGeographic() or srs.IsProjected()):
        raise UnsuitableRaster(
            "The raster has no coordinate reference system that areas can be measured "
            "in; assign the right one, projected or geographic, to it first."
        )
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


def _vertices(polygon: ogr.Geometry) -> list[np.ndarray]:
    # through WKB: GDAL's own list of points costs a Python object a coordinate
    data = bytes(polygon.ExportToWkb(ogr.wkbNDR))
    at = 9
    rings = []
    for _ in range(polygon.GetGeometryCount()):
        count = int.from_bytes(data[at : at + 4], "little")
        rings.append(np.frombuffer(data, "<f8", 2 * count, at + 4).reshape(-1, 2))
        at += 4 + 16 * count
    return rings


def _transformed(geometry: ogr.Geometry, transform: osr.CoordinateTransformation) -> bool:
    with quiet():
        return geometry.Transform(transform) == 0


class AreaFilter:
    """Which components reach a minimum area (m2): most are decided by their pixels,
    the doubtful ones measured.
    """

    def __init__(self, grid: Grid, min_area: float):
        self._min_area = min_area
        if min_area > 0:
            self._measure = Geodesic(grid)
        else:
            self._measure = None
        if self._measure:
            small, large = self._pixel_areas(grid)
        else:
            small = math.inf
            large = math.inf
        if small:
            self._enough = min_area / small
        else:
            self._enough = math.inf
        self.fewest = max(
            1, math.ceil(min_area / large)
        )  # pixels: with fewer, none can reach it

    def passes(self, pixels: int, polygon: Polygon) -> bool:
        """Whether the area that will be reported, to 0.1 m2, is at least the minimum."""
        return (
            pixels >= self._enough
            or round(self._measure.area(polygon), 1) >= self._min_area
        )

    def _pixel_areas(self, grid: Grid) -> tuple[float, float]:
        """Safely below and above the area of any pixel: on a lattice over the grid,
        with a margin.
        """
        areas = [
            self._pixel_area(grid, row, col)
            for row in np.linspace(0, grid.height - 1, 9)
            for col in np.linspace(0, grid.width - 1, 9)
        ]
        found = [area for area in areas if 0 < area < math.inf]
        if len(found) == len(areas):
            return (min(found) * 0.95, max(found) * 1.05)
        return (0.0, math.inf)

    def _pixel_area(self, grid: Grid, row: float, col: float) -> float:
        corners = [
            grid.to_map(col + c, row + r) for c, r in ((0, 0), (1, 0), (1, 1), (0, 1))
        ]
        try:
            return self._measure.area(Polygon(corners))
        except UnsuitableRaster:
            return math.nan
