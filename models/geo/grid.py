# SPDX-License-Identifier: GPL-2.0-or-later
"""Where pixels lie on the Earth: pure geometry, no file is opened here."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from osgeo import osr

from ..errors import UnsuitableRaster

NODATA = 255  # of a probability raster
LEVELS = 250  # probability 1; value / 250 is the probability


class Window(NamedTuple):
    """A rectangle of pixels of a grid."""

    row: int
    col: int
    rows: int
    cols: int


class Strip(NamedTuple):
    """Finished full-width rows of a probability raster: `values` uint8 (rows, width),
    0-250 and 255 for nodata.
    """

    row: int
    values: np.ndarray


@dataclass(frozen=True)
class Grid:
    """A raster's size and place; `geotransform` as GDAL gives it, `wkt` of its CRS."""

    width: int
    height: int
    geotransform: tuple[float, ...]
    wkt: str

    @property
    def whole(self) -> Window:
        """All of it as a window."""
        return Window(0, 0, self.height, self.width)

    def cut(self, window: Window) -> Grid:
        """The grid of a window of this one, on the same pixel edges."""
        x, y = self.to_map(window.col, window.row)
        gt = self.geotransform
        return replace(
            self,
            width=window.cols,
            height=window.rows,
            geotransform=(float(x), gt[1], gt[2], float(y), gt[4], gt[5]),
        )

    def resized(self, width: int, height: int) -> Grid:
        """The same ground in another number of pixels."""
        gt = self.geotransform
        fx = self.width / width
        fy = self.height / height
        return replace(
            self,
            width=width,
            height=height,
            geotransform=(gt[0], gt[1] * fx, gt[2] * fy, gt[3], gt[4] * fx, gt[5] * fy),
        )

    def to_map(self, cols, rows):
        """Map coordinates of pixel edges (0 is the outer edge of the first pixel);
        scalars or arrays.
        """
        x0, xc, xr, y0, yc, yr = self.geotransform
        return x0 + cols * xc + rows * xr, y0 + cols * yc + rows * yr

    def to_pixel(self, x, y):
        """Pixel-edge coordinates (col, row) of map coordinates, as floats."""
        x0, xc, xr, y0, yc, yr = self.geotransform
        det = xc * yr - xr * yc
        dx = x - x0
        dy = y - y0
        return (dx * yr - dy * xr) / det, (dy * xc - dx * yc) / det

    def window(self, xmin: float, ymin: float, xmax: float, ymax: float) -> Window:
        """The pixels that a rectangle in map coordinates touches; raises
        UnsuitableRaster where it touches none.
        """
        cols, rows = self.to_pixel(
            np.array([xmin, xmin, xmax, xmax]), np.array([ymin, ymax, ymin, ymax])
        )
        tiny = 1e-6  # an edge typed in decimals still falls on its pixel's edge
        left = max(0, math.floor(cols.min() + tiny))
        right = min(self.width, math.ceil(cols.max() - tiny))
        top = max(0, math.floor(rows.min() + tiny))
        bottom = min(self.height, math.ceil(rows.max() - tiny))
        if right <= left or bottom <= top:
            raise UnsuitableRaster(
                "The extent does not overlap the raster; choose one inside it."
            )
        return Window(top, left, bottom - top, right - left)

    def srs(self) -> osr.SpatialReference:
        """The CRS with x before y, whatever its authority says."""
        srs = osr.SpatialReference()
        srs.ImportFromWkt(self.wkt)
        srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        return srs

    def pixel_metres(self) -> tuple[float, float]:
        """Width and height of the central pixel in metres on the ground, also where
        the CRS is in degrees.
        """
        if not self.wkt:
            raise UnsuitableRaster(
                "The raster has no coordinate reference system; assign the right one to "
                "it first."
            )
        _, xc, xr, _, yc, yr = self.geotransform
        srs = self.srs()
        if not srs.IsGeographic():
            unit = srs.GetLinearUnits()
            return unit * math.hypot(xc, yc), unit * math.hypot(xr, yr)
        _, lat = self.to_map(self.width / 2, self.height / 2)
        east, north = metres_per_degree(
            lat * srs.GetAngularUnits(), srs.GetSemiMajor(), srs.GetSemiMinor()
        )
        degrees = srs.GetAngularUnits() / math.radians(1)
        return (
            degrees * math.hypot(xc * east, yc * north),
            degrees * math.hypot(xr * east, yr * north),
        )


def metres_per_degree(latitude: float, a: float, b: float) -> tuple[float, float]:
    """Length of a degree of longitude and of latitude in metres at `latitude`
    (radians) on the ellipsoid (a, b).
    """
    e2 = 1 - (b / a) ** 2
    w = math.sqrt(1 - e2 * math.sin(latitude) ** 2)
    return (
        math.radians(1) * a / w * math.cos(latitude),
        math.radians(1) * a * (1 - e2) / w**3,
    )
