# SPDX-License-Identifier: GPL-2.0-or-later
"""Which pixels polygons hold, by their centres: of one polygon by a scanline over all
edges at once, of many by GDAL.

A centre on a left edge is inside, on a right edge outside, so that neighbours share no
pixel. What lies inside several rings follows the even-odd rule.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from osgeo import gdal, ogr
from shapely.geometry import MultiPolygon, Polygon

from ..errors import UnsuitableRaster
from .coordinates import rings
from .grid import Grid, Window


def rings_of(polygon: Polygon | MultiPolygon, grid: Grid) -> list[np.ndarray]:
    """All rings, shells and holes, as pixel-edge coordinates (col, row) of `grid`:
    closed, (n, 2).
    """
    return [
        np.stack(grid.to_pixel(ring[:, 0], ring[:, 1]), axis=1) for ring in rings(polygon)
    ]


def burn(lines: list[np.ndarray], window: Window) -> np.ndarray:
    """Mask (rows, cols) of the pixels of `window` whose centre lies inside closed
    lines (n, 2)."""
    stride = window.cols + 1
    turns = np.bincount(_crossings(lines, window), minlength=window.rows * stride)
    # each row is crossed an even number of times, so that one sum serves all
    inside = np.cumsum(turns, dtype=np.uint8) & 1
    return inside.view(bool).reshape(window.rows, stride)[:, :-1]


def stretches(lines: list[np.ndarray], window: Window) -> tuple[np.ndarray, np.ndarray]:
    """The same pixels as stretches of rows: where each begins and ends (one past its
    last pixel), `row * cols + column` in the window; both (n,).
    """
    flat = np.sort(_crossings(lines, window))
    flat -= flat // (window.cols + 1)
    return flat[0::2], flat[1::2]


def _crossings(lines: list[np.ndarray], window: Window) -> np.ndarray:
    """First pixel right of each place where an edge crosses the middle of a row,
    `row * (cols + 1) + column` in the window.
    """
    x0, y0 = np.concatenate([line[:-1] for line in lines]).T
    x1, y1 = np.concatenate([line[1:] for line in lines]).T
    x0 = x0 - window.col
    x1 = x1 - window.col
    y0 = y0 - window.row
    y1 = y1 - window.row
    first = _limited(np.minimum(y0, y1) - 0.5, window.rows)
    crossed = _limited(np.maximum(y0, y1) - 0.5, window.rows) - first
    edge = np.repeat(np.arange(len(crossed)), crossed)
    row = np.arange(len(edge)) + (first + crossed - np.cumsum(crossed))[edge]
    x0 = x0[edge]
    y0 = y0[edge]
    x = x0 + (row + 0.5 - y0) * (x1[edge] - x0) / (y1[edge] - y0)
    return row * (window.cols + 1) + _limited(x - 0.5, window.cols)


def _limited(values: np.ndarray, most: int) -> np.ndarray:
    """Rounded up to whole numbers from 0 to `most`."""
    # not np.clip, which takes ten times as long for short arrays
    return np.minimum(np.maximum(np.ceil(values), 0), most).astype(int)


class PolygonMask:
    """Polygons as WKB in the grid's CRS, burned onto the grid a few rows at a time: the
    area to search. Raises UnsuitableRaster without a polygon.
    """

    def __init__(self, polygons: Iterable[bytes], grid: Grid):
        self._grid = grid
        self._source = _memory_source(polygons)
        if not self._source.GetLayer(0).GetFeatureCount():
            raise UnsuitableRaster(
                "The mask layer holds no polygon; choose one that covers the area to "
                "search."
            )

    def read(
        self, row: int, rows: int, col: int, cols: int, touched: bool = False
    ) -> np.ndarray:
        """Boolean block (rows, cols) of the grid; `touched` takes pixels of which any
        part lies inside.
        """
        return _burned(self._source, self._grid, Window(row, col, rows, cols), touched)


def mask_of(polygons: Iterable[Polygon | MultiPolygon], grid: Grid) -> np.ndarray:
    """Pixels (rows, cols) bool of a whole grid whose centre lies in one of the polygons
    (map coordinates).
    """
    source = _memory_source(polygon.wkb for polygon in polygons)
    return _burned(source, grid, grid.whole, touched=False)


def _memory_source(polygons: Iterable[bytes]) -> ogr.DataSource:
    """WKB polygons as a layer without a CRS."""
    source = ogr.GetDriverByName("Memory").CreateDataSource("polygons")
    layer = source.CreateLayer("polygons", None, ogr.wkbUnknown)
    for wkb in polygons:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkb(bytes(wkb)))
        layer.CreateFeature(feature)
    return source


def _burned(
    source: ogr.DataSource, grid: Grid, window: Window, touched: bool
) -> np.ndarray:
    target = gdal.GetDriverByName("MEM").Create(
        "", window.cols, window.rows, 1, gdal.GDT_Byte
    )
    target.SetGeoTransform(grid.crop(window).geotransform)
    options = ["ALL_TOUCHED=TRUE"] if touched else []
    gdal.RasterizeLayer(target, [1], source.GetLayer(0), burn_values=[1], options=options)
    return target.ReadAsArray().astype(bool)
