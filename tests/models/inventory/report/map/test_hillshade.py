# SPDX-License-Identifier: GPL-2.0-or-later
"""The relief under the map: lit from the north-west, paper where nothing is known."""

from __future__ import annotations

import numpy as np
from osgeo import gdal

from models.geo.elevation_file import VOIDS
from models.inventory.report.map.hillshade import LEVEL_GREY, PAPER, shaded


def relief(z):
    """Grey of elevations (rows, cols) on cells of 10 m, without the outermost ones."""
    raster = gdal.GetDriverByName("MEM").Create("", z.shape[1], z.shape[0], 1, 6)
    raster.SetGeoTransform((0, 10, 0, 0, 0, -10))
    raster.GetRasterBand(1).SetNoDataValue(VOIDS[0])
    raster.GetRasterBand(1).WriteArray(z.astype(np.float32))
    return shaded(raster)[1:-1, 1:-1].astype(int)


def test_level_ground_is_light_and_slopes_are_lit_from_the_north_west():
    y, x = np.mgrid[:12, :12]
    level = relief(np.full((12, 12), 500.0))
    assert np.abs(level - LEVEL_GREY).max() <= 1
    south_east = relief(500.0 - 3 * (x + y))
    north_west = relief(500.0 + 3 * (x + y))
    assert south_east.max() < level.min() < north_west.min()


def test_where_there_are_no_elevations_there_is_paper():
    z = np.full((12, 12), 500.0)
    z[4:8, 4:8] = VOIDS[0]
    grey = relief(z)
    assert (grey[3:7, 3:7] == PAPER).all()
    assert np.abs(grey[:2] - LEVEL_GREY).max() <= 1
