# SPDX-License-Identifier: GPL-2.0-or-later
"""Heights on the pixels of an image."""

from __future__ import annotations

import math

import numpy as np

from ..contract import MISSING_ELEVATION
from ..errors import UnsuitableRaster
from .block import in_blocks
from .gdal_errors import quiet
from .grid import Grid, Window
from .heights import Heights


class ElevationReader:
    """Metres on the pixels of an image, bilinear, computed block by block as they are
    read; MISSING_ELEVATION where there are none.

    `model` None: missing everywhere, which a network that was trained with modality
    dropout takes. `pixel_m`: on pixels of another size heights are made as much smaller
    as these are larger, so that slopes stay what they are. Raises UnsuitableRaster.
    """

    def __init__(self, model: Heights | None, grid: Grid, pixel_m: float | None = None):
        self._model = model
        self._grid = grid
        self._pixel_m = pixel_m
        self._scale = np.float32(1)
        if model is not None and pixel_m is not None:
            size = math.sqrt(math.prod(grid.pixel_metres()))
            self._scale = np.float32(pixel_m / size)
        self._warped = None
        _, across, shear, _, turn, _ = grid.geotransform
        if model is not None and across > 0 and not shear and not turn:
            self._warped = model.warped(grid)

    def __reduce__(self) -> tuple:
        return ElevationReader, (self._model, self._grid, self._pixel_m)

    @property
    def is_given(self) -> bool:
        """Whether there is a model at all."""
        return self._model is not None

    def read(self, row: int, rows: int, col: int, cols: int) -> np.ndarray:
        """(1, rows, cols) float32 metres."""
        missing = np.float32(MISSING_ELEVATION)
        if self._model is None:
            return np.full((1, rows, cols), missing, np.float32)
        if self._warped is None:
            block = self._grid.crop(Window(row, col, rows, cols))
            heights = self._model.heights_on(block).astype(np.float32)
        else:
            heights = self._from_warped(row, rows, col, cols)
        valid = np.isfinite(heights) & (heights > missing)
        return np.where(valid, heights * self._scale, missing)[None]

    def _from_warped(self, row: int, rows: int, col: int, cols: int) -> np.ndarray:
        """(rows, cols) metres."""
        with quiet() as error, in_blocks():
            heights = self._warped.GetRasterBand(1).ReadAsArray(col, row, cols, rows)
        if heights is None:
            raise UnsuitableRaster(
                "'{}' cannot be read near row {} of the image ({}).",
                self._model.name,
                row,
                error.words,
            )
        return heights

    def resized(self, grid: Grid) -> ElevationReader:
        """The same heights on another grid."""
        return ElevationReader(self._model, grid, self._pixel_m)
