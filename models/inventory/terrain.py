# SPDX-License-Identifier: GPL-2.0-or-later
"""Terrain attributes of polygons from any elevation model: other CRS, other cells, partial cover, voids."""
from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

import numpy as np
from osgeo import gdal, ogr, osr
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

from ..errors import UnsuitableRaster
from ..inference.grid import Grid, Window, metres_per_degree
from ..inference.quiet import quiet
from ..inference.raster import open_raster

FEWEST = 25        # cells: with fewer, a mean slope or a direction says little
BLOCK = 1 << 20    # cells read together
VOID = -9999       # at or below: a void that the file does not declare (-9999, -32768, -3.4e38)
FEET = {"ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "us-ft": 1200 / 3937, "us survey foot": 1200 / 3937,
        "ussft": 1200 / 3937}


@dataclass
class _Sums:
    """What is gathered over the blocks of one polygon."""

    low: float = math.inf
    high: float = -math.inf
    cells: int = 0
    slopes: int = 0
    slope: float = 0.0
    downhill: np.ndarray = field(default_factory=lambda: np.zeros(2))  # east, north

    def add(self, z: np.ndarray, touched: np.ndarray, inside: np.ndarray, gradient: np.ndarray) -> None:
        """One block: elevations (NaN: none), cells touched and with their centre inside, gradient (2, rows, cols)."""
        self.low, self.high = np.fmin(self.low, np.nanmin(z[touched])), np.fmax(self.high, np.nanmax(z[touched]))
        self.cells += np.isfinite(z[inside]).sum()
        steps = gradient[:, inside & np.isfinite(gradient).all(axis=0)]
        self.slopes += steps.shape[1]
        self.slope += np.degrees(np.arctan(np.hypot(*steps))).sum()
        self.downhill -= steps.sum(axis=1)


class Terrain:
    """An elevation model over which polygons of `grid`'s CRS are laid.

    Raises UnsuitableRaster when it cannot be opened, has no CRS or does not overlap the grid.
    """

    def __init__(self, dem_path: str, grid: Grid):
        self._dataset = open_raster(dem_path)
        name, wkt = PurePath(dem_path).name, self._dataset.GetProjection()
        if not wkt:
            raise UnsuitableRaster(f"The elevation model {name} has no coordinate reference system; assign the right "
                                   "one to it first.")
        self._band = self._dataset.GetRasterBand(1)
        self._dem = Grid(self._dataset.RasterXSize, self._dataset.RasterYSize, self._dataset.GetGeoTransform(), wkt)
        self._to_dem = osr.CoordinateTransformation(grid.srs(), self._dem.srs())
        self._to_metres = _metres(self._band)
        outline = Polygon(list(zip(*grid.to_map(np.array([0, grid.width, grid.width, 0]),
                                                np.array([0, 0, grid.height, grid.height])))))
        shape = self._moved(outline)
        if shape is None or self._window(shape) is None:
            raise UnsuitableRaster(f"The elevation model {name} does not overlap the image; choose one that covers it.")

    def measure(self, polygon: Polygon | MultiPolygon) -> dict[str, float | int | None]:
        """z_min, z_max, relief_m (m), slope_mean, azim_deg (degrees; direction from true north), dem_cells.

        Elevations of all cells touched, slopes (Horn 1981) of those with their centre inside. None with fewer than 25.
        """
        shape, sums = self._moved(polygon), _Sums()
        window = self._window(shape) if shape else None
        for block in _blocks(window) if window else ():
            self._add(sums, shape, block, self._cell_metres(window))
        if sums.cells < FEWEST or not sums.slopes:
            return dict.fromkeys(("z_min", "z_max", "relief_m", "slope_mean", "azim_deg"), None) | {
                "dem_cells": int(sums.cells)}
        east, north = sums.downhill
        flat = math.hypot(east, north) < 1e-6 * sums.slopes
        return {
            "z_min": round(float(sums.low), 1),
            "z_max": round(float(sums.high), 1),
            "relief_m": round(float(sums.high - sums.low), 1),
            "slope_mean": round(float(sums.slope / sums.slopes), 1),
            "azim_deg": None if flat else round(math.degrees(math.atan2(east, north)) % 360, 1) % 360,
            "dem_cells": int(sums.cells),
        }

    def _moved(self, polygon: Polygon | MultiPolygon) -> ogr.Geometry | None:
        """The polygon in the model's CRS; None where it cannot be expressed there."""
        shape = ogr.CreateGeometryFromWkb(wkb.dumps(polygon))
        with quiet():
            return shape if shape.Transform(self._to_dem) == 0 else None

    def _window(self, shape: ogr.Geometry) -> Window | None:
        """The cells that may be touched."""
        west, east, south, north = shape.GetEnvelope()
        cols, rows = self._dem.to_pixel(np.array([west, east, east, west]), np.array([south, south, north, north]))
        row, col = max(0, math.floor(rows.min())), max(0, math.floor(cols.min()))
        end_row, end_col = min(self._dem.height, math.ceil(rows.max())), min(self._dem.width, math.ceil(cols.max()))
        return Window(row, col, end_row - row, end_col - col) if row < end_row and col < end_col else None

    def _add(self, sums: _Sums, shape: ogr.Geometry, block: Window, cell: np.ndarray) -> None:
        touched, inside = self._burnt(shape, block, True), self._burnt(shape, block, False)
        z = self._elevations(block)
        touched &= np.isfinite(z[1:-1, 1:-1])
        if touched.any():
            along = np.linalg.solve(cell.T, _horn(z).reshape(2, -1)).reshape(2, block.rows, block.cols)
            sums.add(z[1:-1, 1:-1], touched, inside, along)

    def _elevations(self, block: Window) -> np.ndarray:
        """Metres, with a margin of one cell around, NaN where there are none."""
        z = np.full((block.rows + 2, block.cols + 2), np.nan)
        row, col = max(0, block.row - 1), max(0, block.col - 1)
        rows = min(self._dem.height, block.row + block.rows + 1) - row
        cols = min(self._dem.width, block.col + block.cols + 1) - col
        with quiet():
            values, mask = (band.ReadAsArray(col, row, cols, rows) for band in (self._band, self._band.GetMaskBand()))
        if values is None or mask is None:
            raise UnsuitableRaster("The elevation model cannot be read where a polygon lies; its file may be damaged.")
        scale, offset = self._to_metres
        part = z[row - block.row + 1:, col - block.col + 1:][:rows, :cols]
        part[:] = np.where((mask > 0) & (values > VOID), values * scale + offset, np.nan)
        return z

    def _burnt(self, shape: ogr.Geometry, block: Window, touched: bool) -> np.ndarray:
        grid = self._dem.cut(block)
        raster = gdal.GetDriverByName("MEM").Create("", block.cols, block.rows, 1, gdal.GDT_Byte)
        raster.SetGeoTransform(grid.geotransform)
        raster.SetProjection(grid.wkt)
        source = (ogr.GetDriverByName("Memory") or ogr.GetDriverByName("MEM")).CreateDataSource("")
        layer = source.CreateLayer("", raster.GetSpatialRef())
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(shape)
        layer.CreateFeature(feature)
        gdal.RasterizeLayer(raster, [1], layer, burn_values=[1], options=["ALL_TOUCHED=TRUE"] if touched else [])
        return raster.ReadAsArray().astype(bool)

    def _cell_metres(self, window: Window) -> np.ndarray:
        """Metres east and north (rows) of a step of one column and one row (columns) at the middle of a window."""
        srs = self._dem.srs()
        geographic = srs.CloneGeogCS()
        geographic.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        col, row = window.col + window.cols / 2, window.row + window.rows / 2
        ends = [self._dem.to_map(col + c, row + r) for c, r in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5))]
        points = np.array(osr.CoordinateTransformation(srs, geographic).TransformPoints(ends))[:, :2]
        points *= math.degrees(geographic.GetAngularUnits())
        scale = metres_per_degree(math.radians(points[:, 1].mean()), srs.GetSemiMajor(), srs.GetSemiMinor())
        return np.stack((points[0] - points[1], points[2] - points[3]), axis=1) * np.array(scale)[:, None]


def _blocks(window: Window) -> Iterator[Window]:
    step = max(1, BLOCK // window.cols)
    for row in range(window.row, window.row + window.rows, step):
        yield Window(row, window.col, min(step, window.row + window.rows - row), window.cols)


def _horn(z: np.ndarray) -> np.ndarray:
    """Rise per column and per row of the inner cells, by Horn's weighted 3 x 3 differences."""
    smooth_down = z[:-2] + 2 * z[1:-1] + z[2:]
    smooth_across = z[:, :-2] + 2 * z[:, 1:-1] + z[:, 2:]
    return np.stack((smooth_down[:, 2:] - smooth_down[:, :-2], smooth_across[2:] - smooth_across[:-2])) / 8


def _metres(band: gdal.Band) -> tuple[float, float]:
    """Factor and offset from stored values to metres."""
    unit = FEET.get((band.GetUnitType() or "m").lower(), 1.0)
    return (band.GetScale() or 1.0) * unit, (band.GetOffset() or 0.0) * unit
