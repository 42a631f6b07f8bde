# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons inside which to search, burned onto a grid a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from osgeo import gdal, ogr

from ..errors import UnsuitableRaster
from .grid import Grid


class PolygonMask:
    """Polygons as WKB in the grid's CRS; a pixel belongs to the area where its centre
    does.
    """

    def __init__(self, polygons: Iterable[bytes], grid: Grid):
        self.grid = grid
        self._source = ogr.GetDriverByName("Memory").CreateDataSource("area")
        self._layer = self._source.CreateLayer("area", None, ogr.wkbUnknown)
        for wkb in polygons:
            feature = ogr.Feature(self._layer.GetLayerDefn())
            feature.SetGeometry(ogr.CreateGeometryFromWkb(bytes(wkb)))
            self._layer.CreateFeature(feature)
        if not self._layer.GetFeatureCount():
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
        gt = self.grid.geotransform
        x, y = self.grid.to_map(col, row)
        target = gdal.GetDriverByName("MEM").Create("", cols, rows, 1, gdal.GDT_Byte)
        target.SetGeoTransform((x, gt[1], gt[2], y, gt[4], gt[5]))
        gdal.RasterizeLayer(
            target,
            [1],
            self._layer,
            burn_values=[1],
            options=["ALL_TOUCHED=TRUE"] if touched else [],
        )
        return target.ReadAsArray().astype(bool)
