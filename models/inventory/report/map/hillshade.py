# SPDX-License-Identifier: GPL-2.0-or-later
"""Shaded relief under the locator map, inside the page."""

from __future__ import annotations

import base64
import math
from uuid import uuid4

import numpy as np
from osgeo import gdal

from ....geo.dem import VOID
from ....geo.gdal_errors import quiet
from .frame import INNER, MARGIN, TOP, View

CELLS_PER_PX = 1.4  # of the picture, by pixel of the map
# of the elevation model: above, reading it all is not worth a backdrop
MAX_CELLS = 400_000_000
NO_SHADE = 0  # GDAL's value where there is no elevation; shades are 1 to 255
FLAT_SHADE = 1 + 254 * math.sin(
    math.radians(45)
)  # of level ground, light from 45 degrees
PAPER = 251  # grey where there is no elevation
LEVEL_GREY = PAPER - 18
CONTRAST = 0.42  # how much of the shading is left
DARKEST = 90
JPEG_QUALITY = 80


def backdrop(dem: str, view: View) -> str | None:
    """The elevation model (what GDAL opens) as an SVG image in the frame of a map;
    None where it is too large.
    """
    with quiet():
        elevations = _warped(dem, view)
    if elevations is None:
        return None
    return (
        f'<image x="{MARGIN}" y="{TOP}" width="{INNER}" height="{view.bottom - TOP:.1f}" '
        f'preserveAspectRatio="none" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xlink:href="data:image/jpeg;base64,{_jpeg(shaded(elevations))}"/>'
    )


def _warped(dem: str, view: View) -> gdal.Dataset | None:
    """Elevations on the cells of the picture, VOID where there are none."""
    source = gdal.Open(dem)
    if source is None or source.RasterXSize * source.RasterYSize > MAX_CELLS:
        return None
    raster = gdal.Warp(
        "",
        source,
        format="MEM",
        dstSRS=view.crs.srs().ExportToWkt(),
        width=round(INNER * CELLS_PER_PX),
        height=round((view.bottom - TOP) * CELLS_PER_PX),
        outputBounds=(*view.low, *view.high),
        resampleAlg="bilinear",
        dstNodata=VOID,
        outputType=gdal.GDT_Float32,
    )
    if raster is None:
        return None
    band = raster.GetRasterBand(1)
    z = band.ReadAsArray()
    band.WriteArray(np.maximum(z, VOID))  # also voids that the file does not declare
    return raster


def shaded(elevations: gdal.Dataset) -> np.ndarray:
    """Light grey relief (rows, cols) uint8, lit from several sides (GDAL, after Mark
    1992); PAPER where there are no elevations.
    """
    with quiet():
        relief = gdal.DEMProcessing(
            "",
            elevations,
            "hillshade",
            format="MEM",
            multiDirectional=True,
            computeEdges=True,
        )
        shade = relief.ReadAsArray().astype(float)
    grey = np.clip(LEVEL_GREY + (shade - FLAT_SHADE) * CONTRAST, DARKEST, PAPER)
    return np.where(shade == NO_SHADE, PAPER, grey).astype(np.uint8)


def _jpeg(grey: np.ndarray) -> str:
    """The picture (rows, cols) as JPEG, base64."""
    rows, cols = grey.shape
    picture = gdal.GetDriverByName("MEM").Create("", cols, rows, 1, gdal.GDT_Byte)
    picture.GetRasterBand(1).WriteArray(grey)
    name = f"/vsimem/{uuid4().hex}.jpg"
    jpeg = gdal.GetDriverByName("JPEG")
    with quiet():
        jpeg.CreateCopy(name, picture, options=[f"QUALITY={JPEG_QUALITY}"])
    file = gdal.VSIFOpenL(name, "rb")
    data = gdal.VSIFReadL(1, gdal.VSIStatL(name).size, file)
    gdal.VSIFCloseL(file)
    jpeg.Delete(name)
    return base64.b64encode(bytes(data)).decode("ascii")
