# SPDX-License-Identifier: GPL-2.0-or-later
"""Where pixels lie on the Earth: pure geometry, no file is opened here."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..errors import UnsuitableRaster
from .crs import Crs

LATTICE = 5  # places along a side that are looked at
SAMPLE_BLOCKS = 10  # a side, that stand for a whole raster
SAMPLE_SIDE = 100  # pixels a side of each
# a side, as no survey has it: degrees or kilometres were taken for metres
FINEST_PIXEL_M = 0.005


class Window(NamedTuple):
    """A rectangle of pixels of a grid."""

    row: int
    col: int
    rows: int
    cols: int


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

    def crop(self, window: Window) -> Grid:
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

    @property
    def corners(self) -> np.ndarray:
        """Map coordinates (4, 2) of the corners, around from the first pixel's."""
        x, y = self.to_map(
            np.array([0, self.width, self.width, 0]),
            np.array([0, 0, self.height, self.height]),
        )
        return np.stack((x, y), axis=1)

    @property
    def centre(self) -> tuple[float, float]:
        """Map coordinates of the middle."""
        return self.to_map(self.width / 2, self.height / 2)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Least x and y, largest x and y."""
        low = self.corners.min(axis=0)
        high = self.corners.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

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

    @property
    def crs(self) -> Crs:
        """The coordinate reference system."""
        return Crs(self.wkt)

    def lattice(self, side: int) -> np.ndarray:
        """Map coordinates (n, 2) of places spread evenly over the grid, its edges among
        them, so many along each side.
        """
        shares = np.linspace(0, 1, side)
        cols, rows = np.meshgrid(shares * self.width, shares * self.height)
        return np.stack(self.to_map(cols.ravel(), rows.ravel()), axis=1)

    def lattice_on(self, other: Grid, side: int) -> tuple[np.ndarray, np.ndarray]:
        """Columns and rows (n,) of such places on another grid, without those that are
        not defined in its system.
        """
        points = self.lattice(side)
        if not self.crs.is_same(other.crs):
            points = self.crs.transform(points, other.crs)
        points = points[np.isfinite(points).all(axis=1)]
        return other.to_pixel(*other.crs.turned(points, other.centre[0]).T)

    def check_place(self) -> None:
        """Raises UnsuitableRaster where nothing of it lies where its CRS is defined, or
        its pixels are too small there to be true.
        """
        crs = self.crs
        if not crs.is_on_planet:
            return
        if not crs.is_defined_at(self.lattice(LATTICE)).any():
            x, y = self.centre
            raise UnsuitableRaster(
                "The raster lies at {}, {}, where its coordinate reference system is not "
                "defined; assign the system that its coordinates are in.",
                f"{x:.0f}",
                f"{y:.0f}",
            )
        side = min(self.pixel_metres())
        if side < FINEST_PIXEL_M:
            raise UnsuitableRaster(
                "The pixels of the raster are {} m wide in its coordinate reference "
                "system, too small to be true; assign the system that its coordinates are "
                "in, or georeference it again.",
                f"{side:.2g}",
            )

    def pixel_metres(self) -> tuple[float, float]:
        """Width and height of the central pixel in metres on the ground, also where
        the CRS is in degrees, or its metres are not those of the ground (Web Mercator).
        Raises UnsuitableRaster without a CRS.
        """
        if not self.wkt:
            raise UnsuitableRaster(
                "The raster has no coordinate reference system that can be read (a file "
                "cannot hold every one, a rotated pole for instance); assign the right "
                "one to it first."
            )
        _, xc, xr, _, yc, yr = self.geotransform
        east, north = self.crs.metres_at(*self.centre)
        return (
            math.hypot(xc * east, yc * north),
            math.hypot(xr * east, yr * north),
        )


def spans(begin: int, end: int, step: int) -> Iterator[tuple[int, int]]:
    """Begin and length of pieces of `step` each, the last one of what is left."""
    for at in range(begin, end, step):
        yield at, min(step, end - at)


def sample_windows(width: int, height: int) -> Iterator[Window]:
    """Blocks spread evenly over a raster, which stand for all of it; of one that they
    cover, all of it once.
    """
    for row, rows in _sample_spans(height):
        for col, cols in _sample_spans(width):
            yield Window(row, col, rows, cols)


def _sample_spans(side: int) -> list[tuple[int, int]]:
    """Begin and length of the blocks along a side."""
    count = min(SAMPLE_BLOCKS, math.ceil(side / SAMPLE_SIDE))
    if count * SAMPLE_SIDE >= side:
        edges = np.linspace(0, side, count + 1).astype(int).tolist()
        return [(begin, end - begin) for begin, end in zip(edges, edges[1:])]
    begins = np.linspace(0, side - SAMPLE_SIDE, count).astype(int).tolist()
    return [(begin, SAMPLE_SIDE) for begin in begins]
