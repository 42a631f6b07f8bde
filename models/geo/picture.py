# SPDX-License-Identifier: GPL-2.0-or-later
"""Pictures inside a page, as the text of an address that holds them whole."""

from __future__ import annotations

import base64
from uuid import uuid4

import numpy as np
from osgeo import gdal

from .gdal_errors import quiet

JPEG_QUALITY = 80
WITH_OPACITY = (2, 4)  # bands


def picture_uri(bands: np.ndarray) -> str:
    """Bands (n, rows, cols) uint8 as a `data:` address: grey and colours as JPEG, with
    an opacity as the last band as PNG.
    """
    count, rows, cols = bands.shape
    picture = gdal.GetDriverByName("MEM").Create("", cols, rows, count, gdal.GDT_Byte)
    picture.WriteArray(bands)
    kind = "jpeg"
    options = [f"QUALITY={JPEG_QUALITY}"]
    if count in WITH_OPACITY:
        kind = "png"
        options = ["ZLEVEL=9"]
    text = base64.b64encode(_file(picture, kind, options)).decode("ascii")
    return f"data:image/{kind};base64,{text}"


def _file(picture: gdal.Dataset, kind: str, options: list[str]) -> bytes:
    """The bytes of a picture as a file."""
    name = f"/vsimem/{uuid4().hex}.{kind}"
    driver = gdal.GetDriverByName(kind.upper())
    with quiet():
        driver.CreateCopy(name, picture, options=options)
    file = gdal.VSIFOpenL(name, "rb")
    data = gdal.VSIFReadL(1, gdal.VSIStatL(name).size, file)
    gdal.VSIFCloseL(file)
    driver.Delete(name)
    return bytes(data)
