# SPDX-License-Identifier: GPL-2.0-or-later
"""A sheet of other pixels, or of another reference system, on the grid of the survey."""

from __future__ import annotations

import math
from functools import lru_cache, partial

import numpy as np
from osgeo import gdal

from ..errors import UnsuitableRaster
from ..geo.gdal_errors import quiet
from ..geo.grid import Grid, Window
from ..geo.rectangles import common, slices
from ..geo.warp_scale import warp_scale
from ..inference.band_file import BandFile, Block, in_memory, tiles

SIDE = 256  # pixels of the tiles in which it is computed
CACHED_TILES = 64
SAMPLES = 9  # places along each side of a tile
OPAQUE = 128  # of 255: at least half of what a pixel is made of is there


class ResampledSheet:
    """`file`, which lies on `source`, on the pixels of `grid`: bilinear, averaged where
    these are larger; what is missing in the file has no part in it.

    Computed in tiles that always lie alike, whatever is read: GDAL's answer would depend
    a little on what it is asked for.
    """

    def __init__(self, file: BandFile, source: Grid, grid: Grid):
        self._file = file
        self._grid = grid
        # not a method, which would keep the file open until Python looks for cycles
        self._tile = lru_cache(CACHED_TILES)(partial(_computed, file, source, grid))

    def read(self, window: Window) -> Block:
        """A window of `grid`. Raises UnsuitableRaster."""
        bands = len(self._file.bands)
        pixels = np.zeros((bands, window.rows, window.cols), self._file.dtype)
        valid = np.zeros((window.rows, window.cols), bool)
        for tile in tiles(window, self._grid.whole, SIDE, SIDE):
            shared = common(tile, window)
            inside = slices(shared, tile)
            place = slices(shared, window)
            values, valid_part = self._tile(tile)
            pixels[(..., *place)] = values[(..., *inside)]
            valid[place] = valid_part[inside]
        return Block(pixels, valid)

    def release(self) -> None:
        """Drop what is held of the file."""
        self._file.release()


def _computed(
    file: BandFile, source: Grid, whole: Grid, tile: Window
) -> tuple[np.ndarray, np.ndarray]:
    """Pixels (bands, rows, cols) and validity (rows, cols) of a tile of `whole`."""
    grid = whole.crop(tile)
    window = _needed(source, grid)
    if window is None:
        bands = len(file.bands)
        shape = (tile.rows, tile.cols)
        return np.zeros((bands, *shape), file.dtype), np.zeros(shape, bool)
    copy = in_memory(file.read(window))
    copy.SetGeoTransform(source.crop(window).geotransform)
    west, south, east, north = grid.bounds
    with quiet() as gdal_error:
        result = gdal.Warp(
            "",
            copy,
            format="MEM",
            srcSRS=source.crs.flat.text,
            dstSRS=grid.crs.flat.text,
            outputBounds=(west, south, east, north),
            width=grid.width,
            height=grid.height,
            resampleAlg="bilinear",
            warpOptions=warp_scale(source, whole),
            dstAlpha=True,
            errorThreshold=0,
        )
    if result is None:
        raise UnsuitableRaster(
            "'{}' cannot be resampled ({}).", file.path, gdal_error.words
        )
    planes = result.ReadAsArray()
    return planes[:-1], planes[-1] >= OPAQUE


def _needed(source: Grid, grid: Grid) -> Window | None:
    """Pixels of the file under a tile, with what interpolation looks at beside them;
    None where there are none.
    """
    cols, rows = grid.lattice_on(source, SAMPLES)
    if not len(cols):
        return None
    # a pixel of the grid is made of those within two of its own sides
    across = 2 + math.ceil(2 * np.ptp(cols) / grid.width)
    down = 2 + math.ceil(2 * np.ptp(rows) / grid.height)
    left = math.floor(cols.min()) - across
    top = math.floor(rows.min()) - down
    right = math.ceil(cols.max()) + across
    bottom = math.ceil(rows.max()) + down
    return common(Window(top, left, bottom - top, right - left), source.whole)
