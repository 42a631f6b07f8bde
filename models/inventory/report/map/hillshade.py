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

FINER = 1.4  # cells of the picture a pixel of the map
# cells of the elevation model: above, reading it all is not worth a backdrop
LARGEST = 400_000_000
LIGHTS = ((315, 0.5), (270, 0.25), (0, 0.25))  # azimuth and weight
HEIGHT = math.radians(45)
PAPER = 251  # grey of no data, and how much of the shading is left
FAINT = 0.42


def backdrop(dem: str, view: View) -> str | None:
    """The elevation model (what GDAL opens) as an SVG image in the frame of a map;
    None where it is too large.
    """
    cols = round(INNER * FINER)
    rows = round((view.bottom - TOP) * FINER)
    with quiet():
        source = gdal.Open(dem)
        if source is None or source.RasterXSize * source.RasterYSize > LARGEST:
            return None
        warped = gdal.Warp(
            "",
            source,
            format="MEM",
            dstSRS=view.srs.ExportToWkt(),
            width=cols,
            height=rows,
            outputBounds=(*view.low, *view.high),
            resampleAlg="bilinear",
            dstNodata=10 * VOID,
            outputType=gdal.GDT_Float32,
        )
        if warped is None:
            return None
        z = warped.GetRasterBand(1).ReadAsArray().astype(float)
    grey = shaded(np.where(z > VOID, z, np.nan), 1 / (view.scale * FINER))
    return (
        f'<image x="{MARGIN}" y="{TOP}" width="{INNER}" height="{view.bottom - TOP:.1f}" '
        f'preserveAspectRatio="none" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xlink:href="data:image/jpeg;base64,{_jpeg(grey)}"/>'
    )


def shaded(z: np.ndarray, cell: float) -> np.ndarray:
    """Light grey relief (rows, cols) uint8 from elevations in metres, NaN where there
    are none; `cell` in metres.
    """
    down, east = np.gradient(z, cell)
    steep = np.sqrt(1 + east**2 + down**2)
    light = sum(
        weight
        * np.maximum(
            0,
            (
                math.sin(HEIGHT)
                - math.cos(HEIGHT)
                * (
                    east * math.sin(math.radians(azimuth))
                    - down * math.cos(math.radians(azimuth))
                )
            )
            / steep,
        )
        for azimuth, weight in LIGHTS
    )
    flat = math.sin(HEIGHT)
    return np.where(
        np.isfinite(light),
        np.clip(PAPER - 18 + (light - flat) * 255 * FAINT, 90, PAPER),
        PAPER,
    ).astype(np.uint8)


def _jpeg(grey: np.ndarray) -> str:
    memory = gdal.GetDriverByName("MEM").Create(
        "", grey.shape[1], grey.shape[0], 1, gdal.GDT_Byte
    )
    memory.GetRasterBand(1).WriteArray(grey)
    name = f"/vsimem/{uuid4().hex}.jpg"
    with quiet():
        gdal.GetDriverByName("JPEG").CreateCopy(name, memory, options=["QUALITY=80"])
    file = gdal.VSIFOpenL(name, "rb")
    data = gdal.VSIFReadL(1, gdal.VSIStatL(name).size, file)
    gdal.VSIFCloseL(file)
    gdal.GetDriverByName("JPEG").Delete(name)
    return base64.b64encode(bytes(data)).decode("ascii")
