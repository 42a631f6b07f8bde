# SPDX-License-Identifier: GPL-2.0-or-later
"""GDAL's own messages gathered for our sentences, whether its exceptions are on in this process or not."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from osgeo import gdal, ogr, osr


@dataclass
class Said:
    """What GDAL said inside the block; filled when it ends."""

    words: str = ""
    failed: bool = False


@contextmanager
def quiet() -> Iterator[Said]:
    """Nothing is printed and nothing raised: calls answer None or a code, as without exceptions.

    Exceptions are a switch of the whole process (another plugin may need them), so it is put back as found.
    """
    said = Said()
    switched = [module for module in (gdal, ogr, osr) if module.GetUseExceptions()]
    for module in switched:
        module.DontUseExceptions()
    gdal.ErrorReset()
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        yield said
    finally:
        said.words, said.failed = gdal.GetLastErrorMsg(), gdal.GetLastErrorType() >= gdal.CE_Failure
        gdal.PopErrorHandler()
        for module in switched:
            module.UseExceptions()
