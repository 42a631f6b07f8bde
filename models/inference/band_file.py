# SPDX-License-Identifier: GPL-2.0-or-later
"""Some bands of a raster file, read in blocks with what is missing in them, on the file's
own pixels or on others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from osgeo import gdal, gdal_array

from ..geo.block import read_block
from ..geo.grid import Grid, Window
from ..geo.missing import Missing
from ..geo.rectangles import common, grown, slices

TILE_ROWS = 128  # of what is resampled, at most
TILE_COLS = 512
MAX_SOURCE_BYTES = 1 << 25  # of the file, that such a tile is made of
MARGIN = 2  # pixels beyond a block that bilinear interpolation looks at


class Block(NamedTuple):
    """Pixels (bands, rows, cols) and their validity (rows, cols), None where all are
    valid. What missing pixels hold means nothing.
    """

    pixels: np.ndarray
    valid: np.ndarray | None


class BandFile:
    """The 1-based `bands` of an open dataset; `path` names it in errors.

    Raises UnsuitableRaster where a block cannot be read.
    """

    def __init__(
        self, dataset: gdal.Dataset, bands: Sequence[int], path: str, missing: Missing
    ):
        self.path = path
        self.bands = tuple(bands)
        self.width = dataset.RasterXSize
        self.height = dataset.RasterYSize
        self.missing = missing
        self._dataset = dataset
        self.dtype = self.values(Window(0, 0, 1, 1)).dtype

    def values(self, window: Window) -> np.ndarray:
        """Values as they are, (bands, rows, cols)."""
        bands = list(self.bands)
        array = read_block(self._dataset, window, self.path, band_list=bands)
        return array.reshape(len(self.bands), window.rows, window.cols)

    def read(self, window: Window) -> Block:
        """Values and which of them are valid."""
        values = self.values(window)
        return Block(values, self.valid(window, values))

    def read_into(self, out: np.ndarray, window: Window) -> np.ndarray | None:
        """Values to `out` (bands, rows, cols) of `dtype`, without a copy between; gives
        their validity as `read` does.
        """
        if self.dtype == np.int8:  # GDAL's arrays know no such buffer before 3.7
            out[:] = self.values(window)
        else:
            place = out if len(out) > 1 else out[0]
            bands = list(self.bands)
            read_block(
                self._dataset, window, self.path, band_list=bands, buf_obj=place
            )
        return self.valid(window, out)

    def valid(
        self, window: Window, values: np.ndarray | None = None
    ) -> np.ndarray | None:
        """Validity (rows, cols) of a window, of which `values` may be there already; None
        where all is valid.
        """
        if self.missing.never:
            return None
        if values is None:
            values = self.values(window)
        return self.missing.valid(values, window)

    @property
    def never_missing(self) -> bool:
        """Whether no pixel can be missing."""
        return self.missing.never

    def resampled(self, grid: Grid) -> ResampledBands:
        """The same ground in the pixels of a grid."""
        return ResampledBands(self, grid.width, grid.height)

    def block_rows(self) -> int:
        """Height of the file's own blocks, by which it is cheapest to read."""
        return self._dataset.GetRasterBand(self.bands[0]).GetBlockSize()[1]

    def release(self) -> None:
        """Drop the file's blocks from GDAL's cache, which the whole process shares."""
        self._dataset.FlushCache()


class ResampledBands:
    """The same ground in another number of pixels: averaged when shrinking, bilinear when
    growing, always from the file's own pixels: its pyramids may be picked and not
    averaged, or be those of another image. Missing pixels have no part in it.

    Computed in tiles that always lie alike, whatever is read: at halves GDAL's rounding
    depends on what it is asked for. Raises UnsuitableRaster where a block cannot be read.
    """

    def __init__(self, file: BandFile, width: int, height: int):
        self._file = file
        self._whole = Window(0, 0, height, width)
        self._across = file.width / width  # pixels of the file by one of these
        self._down = file.height / height
        self._method = gdal.GRIORA_Bilinear
        if width * height < file.width * file.height:
            self._method = gdal.GRIORA_Average
        bytes_below = len(file.bands) * file.dtype.itemsize * self._across * self._down
        rows = MAX_SOURCE_BYTES / (TILE_COLS * bytes_below)
        self._tile_rows = max(1, min(TILE_ROWS, int(rows)))

    def read(self, window: Window) -> Block:
        """Values and which of them are valid: those with any valid pixel of the file."""
        pixels = np.empty(
            (len(self._file.bands), window.rows, window.cols), self._file.dtype
        )
        valid = np.ones((window.rows, window.cols), bool)
        for tile in tiles(window, self._whole, self._tile_rows, TILE_COLS):
            shared = common(tile, window)
            inside = slices(shared, tile)
            place = slices(shared, window)
            values, valid_part = self._resampled(tile)
            pixels[(slice(None), *place)] = values[(slice(None), *inside)]
            if valid_part is not None:
                valid[place] = valid_part[inside]
        return Block(pixels, None if valid.all() else valid)

    def valid(self, window: Window) -> np.ndarray | None:
        """Validity alone (rows, cols); None where all is valid."""
        if self._file.never_missing:
            return None
        return self.read(window).valid

    def block_rows(self) -> int:
        """Rows by which it is cheapest to read."""
        return self._tile_rows

    def release(self) -> None:
        """As of the file."""
        self._file.release()

    def _resampled(self, window: Window) -> Block:
        """A tile."""
        # a pixel more on each side: at its edges GDAL rounds to pixels of the file
        around = common(grown(window, 1, 1), self._whole)
        row, col, rows, cols = around
        place = np.array([col, row, cols, rows]) * ([self._across, self._down] * 2)
        source = self._source(*place)
        place[:2] -= source.col, source.row
        copy = in_memory(_with_room(self._file.read(source), place))
        inner = slices(window, around)
        options = {"buf_xsize": cols, "buf_ysize": rows, "resample_alg": self._method}
        pixels = copy.ReadAsArray(*place, **options).reshape(-1, rows, cols)
        pixels = pixels[(slice(None), *inner)]
        band = copy.GetRasterBand(1)
        if band.GetMaskFlags() & gdal.GMF_ALL_VALID:
            return Block(pixels, None)
        mask = band.GetMaskBand().ReadAsArray(*place, **options)
        return Block(pixels, mask[inner] > 0)

    def _source(self, left: float, top: float, across: float, down: float) -> Window:
        """Pixels of the file that a rectangle of it needs."""
        row = max(0, math.floor(top) - MARGIN)
        col = max(0, math.floor(left) - MARGIN)
        end_row = min(self._file.height, math.ceil(top + down) + MARGIN)
        end_col = min(self._file.width, math.ceil(left + across) + MARGIN)
        return Window(row, col, end_row - row, end_col - col)


def _with_room(block: Block, place: np.ndarray) -> Block:
    """A block with its last row and column once more where GDAL would want them: it
    rounds a window's place (x, y, columns, rows) and size, and both may go up.
    """
    x, y, cols, rows = np.floor(place + 0.5).astype(int).tolist()
    lack = (
        max(0, y + rows - block.pixels.shape[1]),
        max(0, x + cols - block.pixels.shape[2]),
    )
    if not any(lack):
        return block
    more = tuple((0, count) for count in lack)
    valid = block.valid
    if valid is not None:
        valid = np.pad(valid, more, mode="edge")
    return Block(np.pad(block.pixels, ((0, 0), *more), mode="edge"), valid)


def tiles(window: Window, whole: Window, rows: int, cols: int) -> Iterator[Window]:
    """Of the tiles of so many rows and columns that `whole` is parted into, those that a
    window touches.
    """
    for row in range(window.row // rows * rows, window.row + window.rows, rows):
        for col in range(window.col // cols * cols, window.col + window.cols, cols):
            yield common(Window(row, col, rows, cols), whole)


def in_memory(block: Block) -> gdal.Dataset:
    """A block as a raster whose mask is its validity."""
    bands, rows, cols = block.pixels.shape
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(block.pixels.dtype)
    copy = gdal.GetDriverByName("MEM").Create("", cols, rows, bands, kind)
    pixels = block.pixels
    if block.valid is not None:
        pixels = np.where(block.valid, pixels, pixels.dtype.type(0))
        copy.CreateMaskBand(gdal.GMF_PER_DATASET)
        mask = np.where(block.valid, np.uint8(255), np.uint8(0))
        copy.GetRasterBand(1).GetMaskBand().WriteArray(mask)
    copy.WriteArray(pixels)
    return copy
