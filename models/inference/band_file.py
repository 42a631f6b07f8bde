# SPDX-License-Identifier: GPL-2.0-or-later
"""Some bands of a raster file, read in blocks, and what the file's own mask says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from osgeo import gdal

from ..errors import UnsuitableRaster
from ..geo.gdal_errors import quiet
from ..geo.grid import Grid

OPAQUE = 128  # alpha from which a pixel counts as seen


class BandFile:
    """The 1-based `bands` of an open dataset; `path` names it in errors.

    Raises UnsuitableRaster where a block cannot be read.
    """

    def __init__(self, dataset: gdal.Dataset, bands: Sequence[int], path: str):
        self.path = path
        self.bands = tuple(bands)
        self.width = dataset.RasterXSize
        self.height = dataset.RasterYSize
        self._dataset = dataset
        self._first = dataset.GetRasterBand(self.bands[0])
        flags = self._first.GetMaskFlags()
        self.has_mask = bool(flags & gdal.GMF_PER_DATASET)
        self.has_alpha = bool(flags & gdal.GMF_ALPHA)
        self.nodata = tuple(
            dataset.GetRasterBand(band).GetNoDataValue() for band in self.bands
        )
        self.dtype = self.read(0, 1, 0, 1).dtype

    def read(self, row: int, rows: int, col: int, cols: int) -> np.ndarray:
        """Values as they are, (bands, rows, cols)."""
        with quiet() as gdal_error:
            array = self._dataset.ReadAsArray(
                col, row, cols, rows, band_list=list(self.bands)
            )
        if array is None:
            raise UnsuitableRaster(
                "'{}' cannot be read near row {} ({}); the file may be cut short, copy "
                "it again.",
                self.path,
                row,
                gdal_error.words,
            )
        return array.reshape(len(self.bands), rows, cols)

    def read_mask(self, row: int, rows: int, col: int, cols: int) -> np.ndarray:
        """Which pixels (rows, cols) the file's mask or alpha band lets through."""
        mask = self._first.GetMaskBand().ReadAsArray(col, row, cols, rows)
        if self.has_alpha:
            return mask >= OPAQUE
        return mask > 0

    def resized(self, grid: Grid) -> BandFile:
        """The same ground in another number of pixels: averaged when shrinking,
        bilinear when growing.
        """
        method = "bilinear"
        if grid.width * grid.height < self.width * self.height:
            method = "average"
        with quiet() as gdal_error:
            dataset = gdal.Translate(
                "",
                self._dataset,
                format="VRT",
                bandList=[*self.bands, *self._alpha_bands()],
                width=grid.width,
                height=grid.height,
                resampleAlg=method,
            )
        if dataset is None:
            raise UnsuitableRaster(
                "'{}' cannot be resampled ({}).", self.path, gdal_error.words
            )
        return BandFile(dataset, range(1, len(self.bands) + 1), self.path)

    def _alpha_bands(self) -> list[int]:
        if not self.has_alpha:
            return []
        numbers = range(1, self._dataset.RasterCount + 1)
        return [
            number
            for number in numbers
            if self._dataset.GetRasterBand(number).GetColorInterpretation()
            == gdal.GCI_AlphaBand
        ]

    def block_rows(self) -> int:
        """Height of the file's own blocks, by which it is cheapest to read."""
        return self._first.GetBlockSize()[1]

    def release(self) -> None:
        """Drop the file's blocks from GDAL's cache, which the whole process shares."""
        self._dataset.FlushCache()
