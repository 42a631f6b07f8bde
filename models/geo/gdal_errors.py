# SPDX-License-Identifier: GPL-2.0-or-later
"""GDAL's own messages gathered for our sentences, whether its exceptions are on in
this process or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import ModuleType

from osgeo import gdal, ogr, osr


@dataclass
class GdalError:
    """What GDAL said inside the block; filled when it ends."""

    words: str = ""
    failed: bool = False


@contextmanager
def quiet() -> Iterator[GdalError]:
    """Nothing is printed and nothing raised: calls answer None or a code, as without
    exceptions.

    Exceptions are a switch of the whole process (another plugin may need them), so it is
    put back as found.
    """
    said = GdalError()
    switched = _without_exceptions()
    gdal.ErrorReset()
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        yield said
    finally:
        said.words = gdal.GetLastErrorMsg()
        said.failed = gdal.GetLastErrorType() >= gdal.CE_Failure
        gdal.PopErrorHandler()
        for module in reversed(switched):
            module.UseExceptions()


def _without_exceptions() -> list[ModuleType]:
    """The modules that raised, in the order in which they could be switched off: the
    last one switched on first.
    """
    modules = (gdal, ogr, osr)
    switched = []
    for module in modules * len(modules):
        if module.GetUseExceptions():
            with suppress(
                RuntimeError
            ):  # another one was switched on later: its turn comes first
                module.DontUseExceptions()
                switched.append(module)
    return switched
