# SPDX-License-Identifier: GPL-2.0-or-later
"""Which pixels polygons hold, by their centres: of one polygon by a scanline over all
edges at once, of many by GDAL.

A centre on a left edge is inside, on a right edge outside, so that neighbours share no
pixel. What lies inside several rings follows the even-odd rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from osgeo import gdal, ogr
from shapely.geometry import MultiPolygon, Polygon

from ..errors import MrifeError
from .coordinates import RingTable, group_numbers, rings
from .gdal_errors import quiet
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
    corner = (window.col, window.row)
    begins = np.concatenate([line[:-1] for line in lines]) - corner
    ends = np.concatenate([line[1:] for line in lines]) - corner
    _, row, col = _crossings(begins, ends, window.rows, window.cols)
    turns = np.bincount(row * stride + col, minlength=window.rows * stride)
    # each row is crossed an even number of times, so that one sum serves all
    inside = np.cumsum(turns, dtype=np.uint8) & 1
    return inside.view(bool).reshape(window.rows, stride)[:, :-1]


class Stretches(NamedTuple):
    """The pixels of many polygons as stretches of rows, each polygon's in a window of
    its own, in the order of its pixels; none is empty.
    """

    # (2 s,) of each stretch its first pixel, `row * cols + column` in the window, and the
    # one past its last
    ends: np.ndarray
    bounds: list[int]  # (p + 1,) where the ends of each polygon begin and end

    def pixels(self) -> np.ndarray:
        """How many each polygon holds (p,)."""
        counts = self.ends[1::2] - self.ends[0::2]
        up_to = np.concatenate(([0], np.cumsum(counts)))
        return np.diff(up_to.take(np.array(self.bounds) // 2))

    def of(self, polygon: int, begin: int, end: int, origin: int) -> np.ndarray:
        """Those in some rows of a polygon's window, its pixels from `begin` to `end`:
        ends (2 k,) counted from the pixel `origin`.
        """
        own = self.ends[slice(*self.bounds[polygon : polygon + 2])]
        if not len(own) or (begin <= own[0] and own[-1] <= end):
            return own - origin
        first, last = np.searchsorted(own[0::2], (begin, end))
        return own[2 * first : 2 * last] - origin


def stretches(table: RingTable, windows: np.ndarray) -> Stretches:
    """The pixels whose centre lies inside polygons of pixel-edge coordinates (col, row),
    each in its window: rows (p, 4) of row, column, rows, columns, as in `Window`.
    """
    row, col, rows, cols = windows.T
    owners = table.owners
    corners = np.stack((col, row), axis=1).take(owners, axis=0)
    edge, crossed_row, crossed_col = _crossings(
        table.points - corners,
        table.ends() - corners,
        rows.take(owners),
        cols.take(owners),
    )
    owner = owners.take(edge)
    strides = cols + 1
    first = np.cumsum(rows * strides) - rows * strides  # of all windows in one line
    flat = first.take(owner) + crossed_row * strides.take(owner) + crossed_col
    flat.sort(kind="stable")  # a third of the time: up and down a border it is sorted
    # sorted as it is, for the edges of a polygon follow those of the one before
    flat -= first.take(owner)
    flat -= flat // strides.take(owner)
    holds = np.repeat(flat[0::2] < flat[1::2], 2)
    counts = np.bincount(owner.compress(holds), minlength=len(windows))
    return Stretches(flat.compress(holds), [0, *np.cumsum(counts).tolist()])


def _crossings(
    begins: np.ndarray, ends: np.ndarray, rows: np.ndarray | int, cols: np.ndarray | int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where edges between points (n, 2) cross the middle of a row: the number of the
    edge, the row, and the first column right of it; (c,) each. `rows` and `cols` of the
    window are those of each edge (n,) or of all.
    """
    x0, y0 = begins.T
    x1, y1 = ends.T
    first = _limited(np.minimum(y0, y1) - 0.5, rows)
    crossed = _limited(np.maximum(y0, y1) - 0.5, rows) - first
    crossing = np.flatnonzero(crossed)
    ends = np.cumsum(crossed)
    starts = (ends - crossed).take(crossing)
    edge = crossing.take(group_numbers(starts, crossed.sum()))
    row = np.arange(len(edge)) + (first + crossed - ends).take(edge)
    x0 = x0.take(edge)
    y0 = y0.take(edge)
    x = x0 + (row + 0.5 - y0) * (x1.take(edge) - x0) / (y1.take(edge) - y0)
    if not isinstance(cols, int):
        cols = cols.take(edge)
    return edge, row, _limited(x - 0.5, cols)


def _limited(values: np.ndarray, most: np.ndarray | int) -> np.ndarray:
    """Rounded up to whole numbers from 0 to `most`."""
    # not np.clip, which takes ten times as long for short arrays
    return np.minimum(np.maximum(np.ceil(values), 0), most).astype(int)


class PolygonMask:
    """Polygons as WKB in the grid's CRS, burned onto the grid a few rows at a time: the
    area to search.
    """

    def __init__(self, polygons: Iterable[bytes], grid: Grid):
        self._grid = grid
        self._polygons = [ogr.CreateGeometryFromWkb(bytes(wkb)) for wkb in polygons]
        bounds = [polygon.GetEnvelope() for polygon in self._polygons]
        self._bounds = np.array(bounds, float).reshape(-1, 4)

    def read(
        self, row: int, rows: int, col: int, cols: int, touched: bool = False
    ) -> np.ndarray:
        """Boolean block (rows, cols) of the grid; `touched` takes pixels of which any
        part lies inside.
        """
        window = Window(row, col, rows, cols)
        return _burned(self._near(window), self._grid, window, touched)

    def _near(self, window: Window) -> list[ogr.Geometry]:
        """Those that may reach a window, or a pixel around it."""
        row, col, rows, cols = window
        around = self._grid.crop(Window(row - 1, col - 1, rows + 2, cols + 2))
        west, south, east, north = around.bounds
        left, right, bottom, top = self._bounds.T
        near = (left <= east) & (right >= west) & (bottom <= north) & (top >= south)
        return [self._polygons[place] for place in np.flatnonzero(near)]


def mask_of(polygons: Iterable[Polygon | MultiPolygon], grid: Grid) -> np.ndarray:
    """Pixels (rows, cols) bool of a whole grid whose centre lies in one of the polygons
    (map coordinates).
    """
    outlines = [ogr.CreateGeometryFromWkb(polygon.wkb) for polygon in polygons]
    return _burned(outlines, grid, grid.whole, touched=False)


def _memory_source(polygons: Sequence[ogr.Geometry]) -> ogr.DataSource:
    """A layer of polygons without a CRS."""
    driver = gdal.GetDriverByName("MEM")
    if not driver.GetMetadataItem(gdal.DCAP_VECTOR):  # before GDAL 3.11
        driver = gdal.GetDriverByName("Memory")
    source = driver.Create("polygons", 0, 0, 0, gdal.GDT_Unknown)
    layer = source.CreateLayer("polygons", None, ogr.wkbUnknown)
    for polygon in polygons:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(polygon)
        layer.CreateFeature(feature)
    return source


def _burned(
    polygons: Sequence[ogr.Geometry], grid: Grid, window: Window, touched: bool
) -> np.ndarray:
    target = gdal.GetDriverByName("MEM").Create(
        "", window.cols, window.rows, 1, gdal.GDT_Byte
    )
    target.SetGeoTransform(grid.crop(window).geotransform)
    options = ["ALL_TOUCHED=TRUE"] if touched else []
    source = _memory_source(polygons)
    layer = source.GetLayer(0)
    with quiet() as log:  # GDAL warns of a layer without a CRS
        gdal.RasterizeLayer(target, [1], layer, burn_values=[1], options=options)
    if log.failed:
        raise MrifeError("Polygons cannot be laid onto a grid ({}).", log.words)
    return target.ReadAsArray().astype(bool)
