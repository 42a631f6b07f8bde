# SPDX-License-Identifier: GPL-2.0-or-later
"""Overviews of large rasters, or else QGIS reads all of one to draw it small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from osgeo import gdal

from .gdal_errors import quiet
from .write_failure import write_failure

LARGE = 1 << 25  # pixels, from which drawing takes long without them
FLAGS = gdal.OF_RASTER | gdal.OF_UPDATE | gdal.OF_VERBOSE_ERROR
CACHE_BYTES = 64 << 20  # GDAL would hold a twentieth of the machine's memory
SMALL = 512  # pixels of the longer side of the last one, at most


def build_overviews(path: str, is_stopped: Callable[[], bool] = bool) -> None:
    """Halves, quarters and so on inside a raster of `LARGE` pixels and more: means of what
    is not missing. None are whole where `is_stopped` began to hold meanwhile. Raises
    MrifeError.
    """
    with quiet() as gdal_error, _small_cache():
        dataset = gdal.OpenEx(path, FLAGS)
        if dataset is not None:
            factors = _factors(dataset.RasterXSize, dataset.RasterYSize)
            if factors:
                dataset.BuildOverviews("AVERAGE", factors, lambda *_: not is_stopped())
        dataset = None
    if gdal_error.failed and not is_stopped():
        raise write_failure(path, gdal_error.words)


@contextmanager
def _small_cache() -> Iterator[None]:
    """Of blocks, which all of the process shares: others read more slowly meanwhile."""
    before = gdal.GetCacheMax()
    gdal.SetCacheMax(min(before, CACHE_BYTES))
    try:
        yield
    finally:
        gdal.SetCacheMax(before)


def _factors(width: int, height: int) -> list[int]:
    """Pixels that become one; none where the raster is not large."""
    if width * height < LARGE:
        return []
    factors = [2]
    while max(width, height) > SMALL * factors[-1]:
        factors.append(2 * factors[-1])
    return factors
