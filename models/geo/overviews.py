# SPDX-License-Identifier: GPL-2.0-or-later
"""Overviews of large rasters, or else QGIS reads all of one to draw it small."""

from __future__ import annotations

from collections.abc import Callable

from osgeo import gdal

from .block_cache import small_cache
from .gdal_errors import quiet
from .write_failure import write_failure

LARGE = 1 << 25  # pixels, from which drawing takes long without them
FLAGS = gdal.OF_RASTER | gdal.OF_UPDATE | gdal.OF_VERBOSE_ERROR
SMALL = 512  # pixels of the longer side of the last one, at most


def build_overviews(path: str, is_stopped: Callable[[], bool] = bool) -> None:
    """Halves, quarters and so on inside a raster of `LARGE` pixels and more: means of what
    is not missing. None are whole where `is_stopped` began to hold meanwhile. Raises
    MrifeError.
    """
    with quiet() as gdal_error, small_cache():
        dataset = gdal.OpenEx(path, FLAGS)
        if dataset is not None:
            factors = _factors(dataset.RasterXSize, dataset.RasterYSize)
            if factors:
                dataset.BuildOverviews("AVERAGE", factors, lambda *_: not is_stopped())
        dataset = None
    if gdal_error.failed and not is_stopped():
        raise write_failure(path, gdal_error.words)


def _factors(width: int, height: int) -> list[int]:
    """Pixels that become one; none where the raster is not large."""
    if width * height < LARGE:
        return []
    factors = [2]
    while max(width, height) > SMALL * factors[-1]:
        factors.append(2 * factors[-1])
    return factors
