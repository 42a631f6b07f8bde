# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixels of a file, or the sentence on why they cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Union

import numpy as np
from osgeo import gdal

from ..errors import UnsuitableRaster
from .gdal_errors import quiet
from .gdal_option import gdal_option
from .grid import Window, sample_windows

# a warning of GDAL, and grey pixels from there on
GREY_BELOW = "Premature end of JPEG file"


def read_block(
    source: Union[gdal.Dataset, gdal.Band],
    window: Window,
    path: str,
    size: tuple[int, int] | None = None,
    **options,
) -> np.ndarray:
    """A window of a dataset (bands, rows, cols) or of a band (rows, cols); `size` is
    columns and rows where they are not all of the window's. Raises UnsuitableRaster
    naming `path`.
    """
    place = (window.col, window.row, window.cols, window.rows)
    if size:
        options.update(buf_xsize=size[0], buf_ysize=size[1])
    with quiet() as error, in_blocks():
        pixels = source.ReadAsArray(*place, **options)
    if pixels is None or GREY_BELOW in error.words:
        raise UnsuitableRaster(
            "'{}' cannot be read near row {} ({}); the file may be cut short, copy it "
            "again.",
            path,
            window.row,
            error.words,
        )
    return pixels


def sampled(width: int, height: int, release: Callable[[], object]) -> Iterator[Window]:
    """The blocks of `sample_windows`; before each row of them `release` lets go of what
    GDAL holds: of a file of strips that is whole rows of it, however wide they are.
    """
    for window in sample_windows(width, height):
        if not window.col:
            release()
        yield window


def unreadable_blocks(dataset: gdal.Dataset) -> tuple[int, int]:
    """How many blocks of a sample cannot be read, of how many."""
    unread = 0
    count = 0
    across = dataset.RasterXSize
    down = dataset.RasterYSize
    for window in sampled(across, down, dataset.FlushCache):
        count += 1
        try:
            read_block(dataset, window, "")
        except UnsuitableRaster:
            unread += 1
    return unread, count


def in_blocks() -> AbstractContextManager:
    """Within it GDAL computes a virtual raster in blocks that always lie alike, as 3.6
    does; 3.10 computes what is asked for, and a place in another system, which is exact to
    an eighth of a pixel, comes out a little otherwise in another piece.
    """
    return gdal_option("GDAL_VRT_WARP_USE_DATASET_RASTERIO", "NO")
