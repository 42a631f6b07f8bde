# SPDX-License-Identifier: GPL-2.0-or-later
"""Coordinate reference systems: what kind they are, their units and ellipsoid, and the
way from one to another. x comes before y, whatever an authority says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pyproj
from osgeo import osr
from pyproj.exceptions import ProjError

from .crs_definition import CrsDefinition, definition_of, unit_of
from .gdal_errors import quiet

EARTH_RADIUS_M = 6378137.0
SAME_PLANET = 0.01  # share by which the radius of an Earth ellipsoid may differ
# share by which a metre of the map may differ from one on the ground: UTM and its like
# stay below 0.1 %, Web Mercator is off by 2 % at 11 degrees and by half at 60
TRUE_SCALE = 0.02
STEP_M = 100.0  # over which the scale of a map is measured
# radians: a little beyond the pole, and once around from either side
MAX_LATITUDE = math.radians(90.01)
MAX_LONGITUDE = math.radians(360.01)
DEGREE_DIGITS = 6  # of a coordinate that is an angle


@dataclass(frozen=True)
class Crs:
    """A coordinate reference system as WKT, PROJ text or an authority's code ("" where
    there is none). Equal where the texts are.

    What is asked about units and ellipsoid is that of the horizontal part of a compound
    system; without one, WGS 84 and metres.
    """

    text: str

    @property
    def is_missing(self) -> bool:
        """Whether there is none, or none that can be read."""
        return self._definition is None

    @property
    def name(self) -> str:
        """As its definition calls it; "" where there is none."""
        if self.is_missing:
            return ""
        return self._definition.whole.name

    @property
    def is_geographic(self) -> bool:
        """Whether coordinates are longitude and latitude."""
        return not self.is_missing and self._definition.horizontal.is_geographic

    @property
    def is_projected(self) -> bool:
        """Whether coordinates are lengths on a map projection."""
        return not self.is_missing and self._definition.horizontal.is_projected

    @property
    def is_on_planet(self) -> bool:
        """Whether coordinates are either: places on the Earth or another planet, between
        which something can be measured.
        """
        return self.is_geographic or self.is_projected

    @property
    def semi_major(self) -> float:
        """Of the ellipsoid, metres."""
        if self._ellipsoid is None:
            return EARTH_RADIUS_M
        return self._ellipsoid.semi_major_metre

    @property
    def semi_minor(self) -> float:
        """Of the ellipsoid, metres."""
        if self._ellipsoid is None:
            return pyproj.Geod(ellps="WGS84").b
        return self._ellipsoid.semi_minor_metre

    @cached_property
    def eccentricity2(self) -> float:
        """Square of the ellipsoid's first eccentricity."""
        return 1 - (self.semi_minor / self.semi_major) ** 2

    @cached_property
    def linear_unit(self) -> float:
        """Metres by unit of a coordinate that is a length."""
        if self.is_missing or self.is_geographic:
            return 1.0
        return unit_of(self._definition.horizontal) or 1.0

    @cached_property
    def angular_unit(self) -> float:
        """Radians by unit of longitude and latitude in `geographic`."""
        if self.geographic.is_missing:
            return math.radians(1)
        return unit_of(self.geographic._definition.horizontal) or math.radians(1)

    @property
    def turn(self) -> float:
        """A whole turn of longitude in units of `geographic`."""
        return 2 * math.pi / self.angular_unit

    @property
    def decimals(self) -> int:
        """Digits of a coordinate that stand for about 0.1 m."""
        if self.is_geographic:
            return DEGREE_DIGITS
        return max(0, 1 + math.ceil(math.log10(self.linear_unit)))

    @cached_property
    def vertical_unit(self) -> float | None:
        """Metres by unit of height in a compound system; None in any other."""
        if self._vertical is None:
            return None
        return unit_of(self._vertical)

    @cached_property
    def flat(self) -> Crs:
        """The same places without heights: GDAL's Warp would take it on itself to change
        their unit and datum.
        """
        if self.is_missing:
            return self
        crs = self._definition.without_heights
        text = crs.to_wkt()
        if len(crs.axis_info) < 3:
            return Crs(text)
        reference = osr.SpatialReference(text)
        reference.DemoteTo2D()  # pyproj before 3.6, as in Debian 12, cannot
        return Crs(reference.ExportToWkt(["FORMAT=WKT2_2019"]))

    @cached_property
    def counts_depths(self) -> bool:
        """Whether a compound system counts heights downwards."""
        if self._vertical is None:
            return False
        return any(axis.direction == "down" for axis in self._vertical.axis_info)

    @cached_property
    def geographic(self) -> Crs:
        """Longitude and latitude on the datum of this one; missing where it is not tied
        to a planet.
        """
        if not self.is_on_planet:
            return Crs("")
        return Crs(self._definition.horizontal.geodetic_crs.to_wkt())

    @cached_property
    def world(self) -> Crs:
        """WGS 84; on another planet longitude and latitude of this one."""
        if self.is_on_earth:
            return WGS84
        return self.geographic

    @property
    def is_on_earth(self) -> bool:
        """Whether the ellipsoid is one of the Earth by its size."""
        return abs(self.semi_major / EARTH_RADIUS_M - 1) < SAME_PLANET

    def is_same(self, other: Crs) -> bool:
        """Whether both say the same system, in whatever words."""
        if self == other:
            return True
        if self.is_missing or other.is_missing:
            return False
        return self._definition.whole == other._definition.whole

    def to(self, target: Crs) -> pyproj.Transformer | None:
        """The way to another system, its `transform(x, y)` giving inf where a place is
        not defined there; None where the two have nothing in common.
        """
        return _transformer(self, target)

    def transform(self, points, target: Crs) -> np.ndarray:
        """Places (n, 2) in another system, (n, 2); inf where they are not defined
        there.
        """
        points = np.asarray(points, float).reshape(-1, 2)
        way = self.to(target)
        if way is None:
            return np.full_like(points, math.inf)
        if len(points) == 1:  # numpy 1.25 to 2.3 warns where pyproj takes an array of one
            return np.array([way.transform(*points[0].tolist())])
        return np.stack(way.transform(*points.T), axis=1)

    def metres_at(self, x: float, y: float) -> tuple[float, float]:
        """Metres on the ground by unit of the coordinates along x and y at a place; the
        unit itself where the map is true to TRUE_SCALE, or the place is not defined.
        """
        if self.is_geographic or not self.is_projected:
            return self.metres_per_unit(y)
        step = STEP_M / self.linear_unit
        ends = [(x - step, y), (x + step, y), (x, y - step), (x, y + step)]
        places = self.places_together(ends)
        if not np.isfinite(places).all():
            return (self.linear_unit, self.linear_unit)
        west, east, south, north = places * self.geographic.metres_per_unit(
            places[:, 1].mean()
        )
        scales = math.dist(west, east) / (2 * step), math.dist(south, north) / (2 * step)
        if all(abs(scale / self.linear_unit - 1) < TRUE_SCALE for scale in scales):
            return (self.linear_unit, self.linear_unit)
        return scales

    def is_to_scale_at(self, x: float, y: float) -> bool:
        """Whether units are as long in all directions at a place, to TRUE_SCALE."""
        east, north = self.metres_at(x, y)
        return abs(north / east - 1) < TRUE_SCALE

    def places_together(self, points) -> np.ndarray:
        """Places (n, 2) near each other in `geographic`, (n, 2): across 180 degrees
        longitudes go on.
        """
        places = self.transform(points, self.geographic)
        return self.geographic.turned(places, places[0, 0])

    def turned(self, points: np.ndarray, middle: float) -> np.ndarray:
        """Places (n, 2) in this system, their longitudes within half a turn of one in the
        middle; as they are where it has none.
        """
        if not self.is_geographic:
            return points
        longitudes, latitudes = points.T
        with np.errstate(invalid="ignore"):  # of infinite ones
            turns = np.rint((longitudes - middle) / self.turn)
            return np.stack((longitudes - self.turn * turns, latitudes), axis=1)

    def is_defined_at(self, points: np.ndarray) -> np.ndarray:
        """Which places (n, 2) in this system lie on the Earth, or its planet: (n,) bool."""
        lon, lat = self.transform(points, self.geographic).T
        radians = self.geographic.angular_unit
        return (np.abs(lat) * radians <= MAX_LATITUDE) & (
            np.abs(lon) * radians <= MAX_LONGITUDE
        )

    def metres_per_unit(self, y: float) -> tuple[float, float]:
        """Metres on the ground by unit of the coordinates along x and y at `y`."""
        if not self.is_geographic:
            return (self.linear_unit, self.linear_unit)
        latitude = y * self.angular_unit
        w2 = 1 - self.eccentricity2 * math.sin(latitude) ** 2
        normal = self.semi_major / math.sqrt(w2)
        east = normal * math.cos(latitude)
        north = normal * (1 - self.eccentricity2) / w2
        return (self.angular_unit * east, self.angular_unit * north)

    def srs(self) -> osr.SpatialReference:
        """For GDAL's drivers and its Warp."""
        srs = osr.SpatialReference()
        if self.text:
            with quiet():
                srs.SetFromUserInput(self.text)
        srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        return srs

    @cached_property
    def _definition(self) -> CrsDefinition | None:
        return definition_of(self.text)

    @property
    def _vertical(self) -> pyproj.CRS | None:
        if self.is_missing:
            return None
        return self._definition.vertical

    @property
    def _ellipsoid(self):
        if self.is_missing:
            return None
        return self._definition.horizontal.ellipsoid


WGS84 = Crs("EPSG:4326")


@lru_cache(maxsize=64)
def _transformer(source: Crs, target: Crs) -> pyproj.Transformer | None:
    if source.is_missing or target.is_missing:
        return None
    try:
        return pyproj.Transformer.from_crs(
            source._definition.without_heights,
            target._definition.without_heights,
            always_xy=True,
        )
    except ProjError:
        return None
