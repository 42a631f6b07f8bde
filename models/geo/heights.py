# SPDX-License-Identifier: GPL-2.0-or-later
"""Heights in metres, as GDAL lays them on any grid."""

from __future__ import annotations

import math

import numpy as np
from osgeo import gdal

from ..contract import MISSING_ELEVATION
from ..errors import UnsuitableRaster
from .files import stated_grid
from .gdal_errors import quiet
from .grid import Grid
from .warp_scale import warp_scale

OWN_CELLS = "NONE"  # of the pyramids, which may be stale


class Heights:
    """The heights of a virtual raster: `xml`, as GDAL takes it, in metres, masked where
    there are none. `name` is said in sentences.
    """

    def __init__(self, xml: str, name: str):
        self.xml = xml
        self.name = name
        with quiet():
            self._in_metres = gdal.Open(xml)

    def __reduce__(self) -> tuple:
        return Heights, (self.xml, self.name)  # another process opens it itself

    def heights_on(self, grid: Grid) -> np.ndarray:
        """(rows, cols) metres on a small grid of any CRS, bilinear; NaN where there are
        none. Raises UnsuitableRaster.
        """
        return self.raster_on(grid).ReadAsArray().astype(float)

    def raster_on(self, grid: Grid) -> gdal.Dataset:
        """The same as a raster (float32) in memory. Raises UnsuitableRaster where heights
        cannot be read.
        """
        target = gdal.GetDriverByName("MEM").Create(
            "", grid.width, grid.height, 1, gdal.GDT_Float32
        )
        target.SetGeoTransform(grid.geotransform)
        target.SetProjection(grid.crs.flat.text)
        target.GetRasterBand(1).SetNoDataValue(math.nan)
        target.GetRasterBand(1).Fill(math.nan)
        with quiet() as error:
            is_whole = gdal.Warp(
                target,
                self._in_metres,
                resampleAlg="bilinear",
                warpOptions=self._scale_on(grid),
                overviewLevel=OWN_CELLS,
                errorThreshold=0,
            )
        if not is_whole:  # what could not be read would pass for voids
            raise UnsuitableRaster(
                "The elevation model '{}' cannot be read ({}); the file may be cut short, "
                "copy it again.",
                self.name,
                error.words,
            )
        return target

    def warped(self, grid: Grid) -> gdal.Dataset:
        """A virtual raster of the heights on a grid of columns to the east and rows along
        meridians, MISSING_ELEVATION where there are none. Raises UnsuitableRaster.
        """
        west, across, _, north, _, down = grid.geotransform
        bounds = (west, north + down * grid.height, west + across * grid.width, north)
        with quiet() as error:
            dataset = gdal.Warp(
                "",
                self._in_metres,
                format="VRT",
                outputBounds=bounds,
                width=grid.width,
                height=grid.height,
                dstSRS=grid.crs.flat.text,
                resampleAlg="bilinear",
                warpOptions=self._scale_on(grid),
                overviewLevel=OWN_CELLS,
                outputType=gdal.GDT_Float32,
                dstNodata=MISSING_ELEVATION,
            )
        if dataset is None:
            raise UnsuitableRaster(
                "The elevation model '{}' cannot be laid on the image ({}); choose a "
                "raster of heights with a coordinate reference system.",
                self.name,
                error.words,
            )
        return dataset

    def _scale_on(self, grid: Grid) -> list[str]:
        """Options of Warp, so that a pixel is the same whatever is read around it."""
        return warp_scale(stated_grid(self._in_metres), grid)
