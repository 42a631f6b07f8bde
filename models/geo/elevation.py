# SPDX-License-Identifier: GPL-2.0-or-later
"""An elevation model read on the pixels of an image, whatever its own system, cell
size and cover.
"""

from __future__ import annotations

import numpy as np
from osgeo import gdal

from ..contract import MISSING_ELEVATION
from ..errors import UnsuitableRaster
from .gdal_errors import quiet
from .grid import Grid


class Elevation:
    """Metres on a grid, bilinear, warped block by block as they are read;
    MISSING_ELEVATION where there are none.

    `source` None: missing everywhere, which a model that was trained with modality
    dropout takes. Raises UnsuitableRaster.
    """

    def __init__(self, source: gdal.Dataset | None, grid: Grid):
        self._source = source
        self._warped = None
        self.path = source and source.GetDescription()
        if source is None:
            return
        across = grid.geotransform[1]
        down = grid.geotransform[5]
        if grid.geotransform[2] or grid.geotransform[4]:
            raise UnsuitableRaster(
                "The image is stored rotated; warp it to a north-up grid to use it with "
                "elevation."
            )
        west = grid.geotransform[0]
        north = grid.geotransform[3]
        bounds = (west, north + down * grid.height, west + across * grid.width, north)
        with quiet() as said:
            self._warped = gdal.Warp(
                "",
                source,
                format="VRT",
                outputBounds=bounds,
                width=grid.width,
                height=grid.height,
                dstSRS=grid.wkt,
                resampleAlg="bilinear",
                outputType=gdal.GDT_Float32,
                dstNodata=MISSING_ELEVATION,
            )
        if self._warped is None:
            raise UnsuitableRaster(
                "The elevation model '{}' cannot be laid on the image ({}); choose a "
                "raster of heights with a coordinate reference system.",
                self.path,
                said.words,
            )

    def read(self, row: int, rows: int, col: int, cols: int) -> np.ndarray:
        """(1, rows, cols) float32 metres."""
        if self._warped is None:
            return np.full((1, rows, cols), MISSING_ELEVATION, np.float32)
        with quiet() as said:
            heights = self._warped.GetRasterBand(1).ReadAsArray(col, row, cols, rows)
        if heights is None:
            raise UnsuitableRaster(
                "'{}' cannot be read near row {} of the image ({}).",
                self.path,
                row,
                said.words,
            )
        return np.where(np.isfinite(heights), heights, np.float32(MISSING_ELEVATION))[
            None
        ]

    def resized(self, grid: Grid) -> Elevation:
        return Elevation(self._source, grid)
