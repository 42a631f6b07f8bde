# SPDX-License-Identifier: GPL-2.0-or-later
"""Probability rasters on disk: UInt8, 0-250 for 0-1 with the scale in the band's
metadata, 255 nodata; where it was asked for, the spread of the probabilities as a second
band of the same scale.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from osgeo import gdal

from ..errors import UnsuitableRaster
from ..geo.alpha import tagged_alpha
from ..geo.files import grid_of, open_raster
from ..geo.grid import Window, spans
from ..geo.missing import FILE_ALONE, LayerNodata
from .level_file import (
    DESCRIPTIONS,
    TILE,
    LevelFile,
    in_levels,
    padded,
    single_levels,
    strip_of,
    strip_rows,
)
from .levels import Strip

MAX_STRIP_ROWS = 1024  # of a file with higher blocks a part is read at a time


class Probability:
    """A probability raster open for reading, as `grid`: ours, which may have a spread
    (`has_spread`), or any single band from 0 to 1: floats, or numbers with a scale.

    A context manager, or the file stays open as long as it is used. Raises
    UnsuitableRaster where the values cannot be probabilities. `nodata`: what the user
    calls missing beside what the file does; `notes` are for the log.
    """

    def __init__(self, path: str, nodata: LayerNodata = FILE_ALONE):
        self._dataset = open_raster(path)
        self.grid = grid_of(self._dataset)
        if not self.grid.wkt:
            self.grid.pixel_metres()  # says what is missing
        band = self._dataset.GetRasterBand(1)
        floats = band.DataType in (gdal.GDT_Float32, gdal.GDT_Float64)
        scaled = band.GetScale() not in (None, 0.0, 1.0)
        count = self._dataset.RasterCount - len(tagged_alpha(self._dataset))
        self.has_spread = count == 2 and _is_spread(self._dataset.GetRasterBand(2))
        if count != 1 + self.has_spread or not (floats or scaled):
            raise UnsuitableRaster(
                "'{}' is not a probability raster; choose one band of 0 to 1 as floats, "
                "or of whole numbers with a scale, as detection writes it.",
                path,
            )
        self._levels = LevelFile(self._dataset, path, nodata)
        self._spread = None
        if self.has_spread:
            self._spread = LevelFile(self._dataset, path, number=2)
        self.notes = self._levels.notes()

    def __enter__(self) -> Probability:
        return self

    def __exit__(self, *_) -> None:
        self._dataset = self._levels = self._spread = None  # closes the file

    def read(self, window: Window) -> np.ndarray:
        """Levels 0-250 and 255 for nodata, uint8 (rows, cols); a window may reach over
        the edge, into nodata.
        """
        return padded(window, self.grid, self._levels.read)

    def read_spread(self, window: Window) -> np.ndarray:
        """The same of the spread, where the raster has one."""
        return padded(window, self.grid, self._spread.read)

    def at(self, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
        """Levels of single pixels (n,) as `read` gives them."""
        return single_levels(rows, cols, self.grid, self.read)

    def strips(self) -> Iterator[Strip]:
        """All of it, from top to bottom."""
        block_rows = self._dataset.GetRasterBand(1).GetBlockSize()[1]
        step = strip_rows(self.grid.width)
        if step == TILE and block_rows <= MAX_STRIP_ROWS:
            step = max(TILE, block_rows)
        # the tiles of what a virtual raster joins are not those that it has itself
        down = max(TILE, block_rows)
        for row, rows in spans(0, self.grid.height, step):
            yield strip_of(
                Window(row, 0, rows, self.grid.width), self._levels, self._spread
            )
            if (row + rows) // down > row // down:
                self._dataset.FlushCache()


def _is_spread(band: gdal.Band) -> bool:
    return in_levels(band) and band.GetDescription() == DESCRIPTIONS[1]


def read_provenance(path: str) -> dict[str, str]:
    """What a probability raster says of its making; empty for one that is not ours."""
    return {
        key: value
        for key, value in open_raster(path).GetMetadata().items()
        if key.startswith("MRIFE_")
    }
