# SPDX-License-Identifier: GPL-2.0-or-later
"""Areas and lengths on the ellipsoid, whatever the CRS."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ..errors import UnsuitableRaster
from .coordinates import RingTable, group_numbers, ring_table
from .crs import MAX_LATITUDE, MAX_LONGITUDE, Crs
from .grid import Grid

HECTARE = 10_000.0  # m2
KM2 = 1e6  # m2
# a longer edge is cut before it is laid on the ellipsoid, for it may be curved there: at
# 66 degrees one of 700 m would be off by 10 m2
MAX_EDGE_M = 50.0
MAX_EDGE_DEGREES = 0.0005
LATTICE = 9  # pixels a side at which the area of a grid's pixels is measured


class Geodesic:
    """Measures polygons of one CRS on that CRS's own ellipsoid.

    Vertices go to longitude and latitude of the same datum, areas through the authalic
    (Lambert cylindrical equal-area) latitude (Snyder 1987, USGS PP 1395, eq. 3-12),
    lengths through the radii of curvature at the middle of each edge: as geodesics
    (Karney 2013) to 1e-6 of an area and 1e-9 of a length, at a third of their price for
    polygons of some hundred vertices. Raises UnsuitableRaster when the CRS is missing or
    not tied to the Earth.
    """

    def __init__(self, crs: Crs):
        if not crs.is_on_planet:
            raise UnsuitableRaster(
                "The raster has no coordinate reference system that areas can be "
                "measured in; assign the right one, projected or geographic, to it first."
            )
        self._a = crs.semi_major
        self._e2 = crs.eccentricity2
        self._e = math.sqrt(self._e2)
        self._radians = crs.angular_unit
        if crs.is_geographic:
            self._to_geographic = None
            self._max_edge = math.radians(MAX_EDGE_DEGREES) / self._radians
        else:
            self._to_geographic = crs.to(crs.geographic)
            self._max_edge = MAX_EDGE_M / crs.linear_unit

    def area(self, polygon: Polygon | MultiPolygon) -> float:
        """Ellipsoidal area in m2, holes excluded."""
        return self.both(polygon)[0]

    def perimeter(self, polygon: Polygon | MultiPolygon) -> float:
        """Ellipsoidal length of all rings in m."""
        return self.both(polygon)[1]

    def both(self, polygon: Polygon | MultiPolygon) -> tuple[float, float]:
        """Area (m2) and perimeter (m) at the price of one. Raises UnsuitableRaster where
        the CRS is not defined at a vertex.
        """
        areas, perimeters = self.measure(ring_table([polygon]))
        return float(areas[0]), float(perimeters[0])

    def measure(
        self, table: RingTable, places: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Areas (m2) and perimeters (m), (p,) each, of many polygons at the price of
        few; `places` are longitude and latitude (2, n) of their points as `LocalPlane`
        gives them, where they are known. Raises UnsuitableRaster as `both` does.
        """
        with np.errstate(invalid="ignore"):  # of infinite coordinates
            areas, lengths = self._measure(table, places)
        perimeters = np.bincount(table.polygons, lengths)
        if not np.isfinite(perimeters).all():
            raise UnsuitableRaster(
                "A polygon lies where its coordinate reference system is not defined; "
                "check the system assigned to the layer."
            )
        return table.sums(areas), perimeters

    def ring_areas(self, table: RingTable) -> np.ndarray:
        """Square metres (r,) inside each ring; NaN where the CRS is not defined at a
        vertex.
        """
        areas, _ = self._measure(table)
        return areas

    def _measure(
        self, table: RingTable, places: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Area and length of each ring, (r,) each."""
        if self._to_geographic is None:
            # first: metres taken for degrees would be cut into millions of pieces
            table = table._replace(points=self._on_earth(table.points.T).T)
        points = table.points
        starts = table.starts
        edges = table.edges()
        if np.fmax.reduce(np.abs(edges), axis=None) > self._max_edge / 2:
            points, starts = _with_short_edges(table, edges, self._max_edge)
            places = None
        if places is None:
            places = points.T
            if self._to_geographic is not None:
                places = np.stack(self._to_geographic.transform(*places))
        lon, lat = self._on_earth(places)
        return self._on_ellipsoid(lon * self._radians, lat * self._radians, starts)

    def _on_earth(self, places: np.ndarray) -> np.ndarray:
        """Longitudes and latitudes (2, n), those of places that are none without a
        longitude.
        """
        lon, lat = np.abs(places) * self._radians
        is_place = (lat <= MAX_LATITUDE) & (lon <= MAX_LONGITUDE)
        if is_place.all():
            return places
        return np.stack((np.where(is_place, places[0], math.nan), places[1]))

    def _on_ellipsoid(
        self, lon: np.ndarray, lat: np.ndarray, starts: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Of rings one after the other in radians, each beginning at one of `starts`."""
        east = lon[1:] - lon[:-1]
        north = lat[1:] - lat[:-1]
        # the short way, across 180 degrees too
        east -= 2 * math.pi * np.rint(east / (2 * math.pi))
        east[starts[1:] - 1] = 0  # from ring to ring
        north[starts[1:] - 1] = 0
        authalic = self._authalic(lat)
        # from the ring's first vertex: small polygons keep their digits
        authalic -= authalic[starts].take(group_numbers(starts, len(lat)))
        areas = np.add.reduceat((authalic[1:] + authalic[:-1]) * east, starts)
        middle = (lat[1:] + lat[:-1]) / 2
        w2 = 1 - self._e2 * np.sin(middle) ** 2
        along = north * ((1 - self._e2) / w2)
        metres = np.hypot(east * np.cos(middle), along) / np.sqrt(w2)
        lengths = np.add.reduceat(metres, starts) * self._a
        return np.abs(areas) * (self._a**2 / 4), lengths

    def _authalic(self, lat: np.ndarray) -> np.ndarray:
        """Snyder's q: area between the equator and a latitude, in units of a^2 / 2 per
        radian of longitude.
        """
        sine = np.sin(lat)
        if self._e < 1e-9:
            return 2 * sine
        scaled = self._e * sine
        return (scaled / (1 - scaled**2) + np.arctanh(scaled)) * (
            (1 - self._e2) / self._e
        )


def _with_short_edges(
    table: RingTable, edges: np.ndarray, max_edge: float
) -> tuple[np.ndarray, np.ndarray]:
    """Points (m, 2) and where each ring begins (r,), with vertices added so that no
    edge is longer.
    """
    pieces = np.hypot(edges[:, 0], edges[:, 1]) / max_edge
    pieces = np.ceil(np.fmax(pieces, 1)).astype(int)  # one where a place is none
    edge = np.repeat(np.arange(len(edges)), pieces)
    first = np.cumsum(pieces) - pieces
    share = (np.arange(len(edge)) - first[edge]) / pieces[edge]
    return table.points[edge] + share[:, None] * edges[edge], first[table.starts]


class PixelAreas(NamedTuple):
    """Square metres of pixels on a lattice over a grid."""

    rows: np.ndarray  # (n,) pixels from the top
    lattice: np.ndarray  # (n, n) m2 by row and column, NaN where the CRS is not defined

    @property
    def by_row(self) -> np.ndarray:
        """(n,) m2 at the middle column."""
        return self.lattice[:, len(self.rows) // 2]


def pixel_areas(grid: Grid) -> PixelAreas:
    """Areas of the pixels of a grid on the ellipsoid. Raises UnsuitableRaster as
    Geodesic does.
    """
    rows = np.linspace(0, grid.height - 1, LATTICE)
    cols = np.linspace(0, grid.width - 1, LATTICE)
    col, row = (values.ravel()[:, None] for values in np.meshgrid(cols, rows))
    corner_cols, corner_rows = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]).T
    x, y = grid.to_map(col + corner_cols, row + corner_rows)
    points = np.stack((x, y), axis=2)  # (pixels, corners, 2)
    pixels = np.arange(len(points))
    table = RingTable(
        points.reshape(-1, 2), pixels * points.shape[1], pixels, pixels >= 0
    )
    areas = Geodesic(grid.crs).ring_areas(table)
    return PixelAreas(rows, areas.reshape(LATTICE, LATTICE))


class AreaFilter:
    """Which components reach a minimum area (m2)."""

    def __init__(self, grid: Grid, min_area: float):
        self._min_area = min_area
        self.fewest = 1  # pixels: with fewer, none can reach it
        if min_area > 0:
            self.fewest = max(1, math.ceil(min_area / _largest_pixel(grid)))

    def passes(self, area: float) -> bool:
        """Whether an area, as it will be reported to 0.1 m2, is at least the minimum."""
        return round(area, 1) >= self._min_area


def _largest_pixel(grid: Grid) -> float:
    """Square metres, safely above those of any pixel."""
    areas = pixel_areas(grid).lattice
    if (areas > 0).all() and np.isfinite(areas).all():
        return float(areas.max()) * 1.05
    return math.inf
