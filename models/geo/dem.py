# SPDX-License-Identifier: GPL-2.0-or-later
"""An elevation model cut out under one polygon: heights in metres and steps in metres,
whatever the file holds.
"""

from __future__ import annotations

import math
from pathlib import PurePath

import numpy as np
from osgeo import gdal, ogr, osr
from shapely import affinity, wkb
from shapely.geometry import MultiPolygon, Polygon

from ..errors import UnsuitableRaster
from ..inference.raster import open_raster
from .crs import Crs
from .dem_window import RING, DemWindow
from .gdal_errors import quiet
from .grid import Grid, Window
from .rasterize import rings_of

LARGEST = (
    1 << 20
)  # cells under one polygon; above, every second, third ... row and column is read
VOID = (
    -9999
)  # at or below: a void that the file does not declare (-9999, -32768, -3.4e38)
FOOT = 0.3048
FEET = (
    "ft",
    "foot",
    "feet",
    "us-ft",
    "us survey foot",
    "us_survey_foot",
    "ussft",
    "ftus",
    "foot_us",
    "feet_us",
    "international foot",
)
METRES = ("m", "metre", "meter", "metres", "meters")


class Dem:
    """A raster of elevations under polygons of another or the same CRS.

    `unit` is auto, metres or feet; auto takes what the band or a vertical CRS states,
    else metres. Raises UnsuitableRaster when the file cannot be opened or has no CRS.
    """

    def __init__(self, path: str, crs: Crs, unit: str = "auto"):
        self._dataset = open_raster(path)
        self.name = PurePath(path).name
        wkt = self._dataset.GetProjection()
        if not wkt:
            raise UnsuitableRaster(
                "The elevation model {} has no coordinate reference system; assign the "
                "right one to it first.",
                self.name,
            )
        self._band = self._dataset.GetRasterBand(1)
        self.grid = Grid(
            self._dataset.RasterXSize,
            self._dataset.RasterYSize,
            self._dataset.GetGeoTransform(),
            wkt,
        )
        self._srs = self.grid.crs.srs()
        with quiet():
            self._to_dem = osr.CoordinateTransformation(crs.srs(), self._srs)
        if getattr(self._to_dem, "this", None) is None:
            raise UnsuitableRaster(
                "The coordinate reference system of the elevation model {} has nothing "
                "in common with that of the polygons; choose a model of the same "
                "planet.",
                self.name,
            )
        self.stated = stated_unit(self._band, self._srs)
        self._metres = {"metres": 1.0, "feet": FOOT}.get(unit, self.stated or 1.0)
        self.in_feet = self._metres != 1.0

    @property
    def resolution(self) -> float:
        """Side of a cell on the ground at the middle of the model, metres."""
        return round(math.sqrt(math.prod(self.grid.pixel_metres())), 2)

    def covers_some_of(self, outline: Polygon) -> bool:
        """Whether the model and an outline in the polygons' CRS overlap."""
        shape = self._moved(outline)
        return (
            shape is not None and self._window(rings_of(shape, self.grid), 0) is not None
        )

    def cut(self, polygon: Polygon | MultiPolygon) -> DemWindow | None:
        """The cells under and around a polygon; None where there are none."""
        shape = self._moved(polygon)
        if shape is None:
            return None
        rings = rings_of(shape, self.grid)
        corners = np.concatenate(rings)
        window = self._window(
            rings, math.ceil(RING * 0.71 * np.ptp(corners, axis=0).max()) + 1
        )
        if window is None or self._window(rings, 0) is None:
            return None
        every = math.ceil(math.sqrt(window.rows * window.cols / LARGEST))
        cell = self._cell_metres(window) * every
        rings = [(ring - (window.col, window.row)) / every for ring in rings]
        on_cut = affinity.affine_transform(shape, self._to_cut(window, every))
        plane = affinity.affine_transform(on_cut, (*cell.ravel(), 0, 0))
        return DemWindow(self._read(window, every), cell, rings, plane, every)

    def _to_cut(self, window: Window, every: int) -> tuple[float, ...]:
        (x0, y0), (x1, y1), (x2, y2) = (
            self.grid.to_pixel(x, y) for x, y in ((0, 0), (1, 0), (0, 1))
        )
        steps = (
            np.array(
                [x1 - x0, x2 - x0, y1 - y0, y2 - y0, x0 - window.col, y0 - window.row]
            )
            / every
        )
        return tuple(steps)

    def _moved(self, polygon: Polygon | MultiPolygon) -> Polygon | MultiPolygon | None:
        """The polygon in the model's CRS; None where it cannot be expressed there."""
        shape = ogr.CreateGeometryFromWkb(wkb.dumps(polygon))
        with quiet():
            if shape.Transform(self._to_dem) == 0:
                return wkb.loads(bytes(shape.ExportToWkb()))
            return None

    def _window(self, rings: list[np.ndarray], margin: int) -> Window | None:
        """The cells of the model that may be touched, and a margin."""
        corners = np.concatenate(rings)
        if not np.isfinite(corners).all():
            return None
        (left, top) = corners.min(axis=0) - margin
        (right, bottom) = corners.max(axis=0) + margin
        row = max(0, math.floor(top))
        col = max(0, math.floor(left))
        end_row = min(self.grid.height, math.ceil(bottom))
        end_col = min(self.grid.width, math.ceil(right))
        if row < end_row and col < end_col:
            return Window(row, col, end_row - row, end_col - col)
        return None

    def _read(self, window: Window, every: int) -> np.ndarray:
        """Metres, with a margin of one cell around, NaN where there are none."""
        rows = math.ceil(window.rows / every)
        cols = math.ceil(window.cols / every)
        z = np.full((rows + 2, cols + 2), np.nan)
        row = max(0, window.row - every)
        col = max(0, window.col - every)
        end_row = min(self.grid.height, window.row + (rows + 1) * every)
        end_col = min(self.grid.width, window.col + (cols + 1) * every)
        with quiet():
            values, mask = (
                band.ReadAsArray(
                    col,
                    row,
                    end_col - col,
                    end_row - row,
                    math.ceil((end_col - col) / every),
                    math.ceil((end_row - row) / every),
                )
                for band in (self._band, self._band.GetMaskBand())
            )
        if values is None or mask is None:
            raise UnsuitableRaster(
                "The elevation model {} cannot be read where a polygon lies; its file "
                "may be damaged.",
                self.name,
            )
        scale = (self._band.GetScale() or 1.0) * self._metres
        offset = (self._band.GetOffset() or 0.0) * self._metres
        first_row = 1 - (window.row - row) // every
        first_col = 1 - (window.col - col) // every
        part = z[
            first_row : first_row + len(values), first_col : first_col + values.shape[1]
        ]
        values = values[: len(part), : part.shape[1]]
        mask = mask[: len(part), : part.shape[1]]
        part[:] = np.where((mask > 0) & (values > VOID), values * scale + offset, np.nan)
        return z

    def _cell_metres(self, window: Window) -> np.ndarray:
        """Metres east and north (rows) of a step of one column and one row (columns)
        at the middle of a window.
        """
        col = window.col + window.cols / 2
        row = window.row + window.rows / 2
        ends = [
            self.grid.to_map(col + c, row + r)
            for c, r in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5))
        ]
        geographic = self.grid.crs.geographic
        points = self.grid.crs.transform(ends, geographic)
        scale = np.array(geographic.metres_per_unit(points[:, 1].mean()))
        steps = np.stack((points[0] - points[1], points[2] - points[3]), axis=1)
        return steps * scale[:, None]


def stated_unit(band: gdal.Band, srs: osr.SpatialReference) -> float | None:
    """Metres per unit of height that the band or a vertical CRS states; None where
    neither does.
    """
    name = (band.GetUnitType() or "").strip().lower()
    if name in FEET:
        return FOOT
    if name in METRES:
        return 1.0
    if srs.IsCompound():
        return srs.GetTargetLinearUnits("COMPD_CS|VERT_CS") or None
    return None
