# SPDX-License-Identifier: GPL-2.0-or-later
"""A lidar model and outlines as those of the Moldavian Plateau lie in the data folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import ogr, osr
from samples import write_raster


def make(data: Path) -> None:
    """Ground from 20 to 100 m with terraces from 180 m on in its outlines."""
    folder = data / "moldavia"
    folder.mkdir()
    slope = np.linspace(20, 100, 60, dtype=np.float32)
    heights = np.tile(slope, (500, 1))
    place = (650000.0, 20.0, 0.0, 650000.0, 0.0, -20.0)
    gpkg = ogr.GetDriverByName("GPKG").CreateDataSource(
        str(folder / "west_landslides.gpkg")
    )
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(3844)
    layer = gpkg.CreateLayer("slides", srs, ogr.wkbPolygon)
    for row in (50, 300, 400):
        heights[row : row + 30, 20:50] = 140 + slope[20:50]
        x, y = place[0] + 400, place[3] - 20 * row
        feature = ogr.Feature(layer.GetLayerDefn())
        ring = f"{x} {y},{x + 600} {y},{x + 600} {y - 600},{x} {y - 600},{x} {y}"
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON(({ring}))"))
        layer.CreateFeature(feature)
    write_raster(folder / "west_dem_20m.tif", heights, place, epsg=3844)
