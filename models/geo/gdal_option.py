# SPDX-License-Identifier: GPL-2.0-or-later
"""A configuration option of GDAL for a while, for this thread alone where GDAL's Python
knows such (3.4 and newer).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from osgeo import gdal


@contextmanager
def gdal_option(name: str, value: str) -> Iterator[None]:
    """Set in the block, and then as it was before."""
    if hasattr(gdal, "SetThreadLocalConfigOption"):
        change = gdal.SetThreadLocalConfigOption
        before = gdal.GetThreadLocalConfigOption(name)
    else:
        change = gdal.SetConfigOption
        before = gdal.GetConfigOption(name)
    change(name, value)
    try:
        yield
    finally:
        change(name, before)
