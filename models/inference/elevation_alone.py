# SPDX-License-Identifier: GPL-2.0-or-later
"""An elevation model in the place of the image, for networks that know the form of the
ground without its colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

import numpy as np
from osgeo import gdal

from ..contract import MISSING_ELEVATION, NO_IMAGE, Contract
from ..errors import EmptyRaster, UnsuitableRaster
from ..geo.elevation_reader import ElevationReader
from ..geo.files import grid_of, open_raster
from ..geo.grid import Grid, Window, sample_windows, spans
from ..onnxfile import chosen_model
from .band_file import Block
from .level_file import strip_rows

HEIGHT_TYPES = (gdal.GDT_Int16, gdal.GDT_Int32, gdal.GDT_Float32, gdal.GDT_Float64)
# of an elevation model that still helped beside an image: on stretch B of the Jinsha gorge
# average precision 0.604 with cells of 0.5 m and 0.596 with 2 m, 0.559 for the image alone,
# 0.555 with 5 m
FINE_CELL_M = 2.5
READ_ROWS = 256  # at a time: heights are computed and have no blocks of their own


def is_elevation(path: str) -> bool:
    """Whether a raster looks like an elevation model and like no image: one band of signed
    or floating numbers. Raises UnsuitableRaster where it cannot be opened.
    """
    return _is_elevation(open_raster(path))


def _is_elevation(dataset: gdal.Dataset) -> bool:
    band = dataset.GetRasterBand(1)
    return dataset.RasterCount == 1 and band.DataType in HEIGHT_TYPES


def first_is_elevation(paths: Iterable[str]) -> bool:
    """Whether the first of some rasters that can be opened looks like an elevation
    model.
    """
    for path in paths:
        with suppress(UnsuitableRaster):
            return is_elevation(path)
    return False


def has_fine_cells(path: str | None) -> bool:
    """Whether an elevation model shows forms that help the shipped network beside an
    image; None where there is none.
    """
    if not path:
        return False
    with suppress(UnsuitableRaster):
        return max(grid_of(open_raster(path)).pixel_metres()) <= FINE_CELL_M
    return False


def suited_model(
    path: str | None, fast: bool, rasters: Iterable[str], dem: str | None
) -> str:
    """Path of the model to run on some rasters with an elevation model or without: the
    user's, else the shipped one for what is there. Raises InvalidModel.
    """
    return chosen_model(path, fast, has_fine_cells(dem), first_is_elevation(rasters))


def searches_elevation(
    dataset: gdal.Dataset, path: str, contract: Contract, bands: Sequence[int]
) -> bool:
    """Whether a model is to see a raster as elevation without an image. Raises
    UnsuitableRaster where it takes nothing else and the raster, or what was asked of it,
    is something else.
    """
    if not contract.takes_elevation_alone:
        return False
    alone = _is_elevation(dataset)
    if contract.image_bands:
        return alone
    if dataset.RasterCount > 1 or tuple(bands) not in ((), (1,)):
        raise UnsuitableRaster(
            "The model takes elevation alone, but '{}' has {} bands; choose an elevation "
            "model, or a model for images.",
            path,
            dataset.RasterCount,
        )
    return True


class ElevationAlone:
    """Elevation as the last of the planes that a model takes, those of the image, of
    which there are `count`, without one; a source of a RasterReader.
    """

    dtype = np.dtype(np.float32)
    never_missing = False

    def __init__(self, heights: ElevationReader, count: int):
        self._heights = heights
        self.bands = tuple(range(count + 1))  # planes that `read` gives

    def read(self, window: Window) -> Block:
        """Planes (count + 1, rows, cols) and where there are heights."""
        heights = self._heights.read(window.row, window.rows, window.col, window.cols)
        valid = heights[0] > MISSING_ELEVATION
        bare = np.full((len(self.bands) - 1, *valid.shape), NO_IMAGE, self.dtype)
        return Block(np.concatenate([bare, heights]), None if valid.all() else valid)

    def valid(self, window: Window) -> np.ndarray | None:
        """Validity alone (rows, cols); None where all is valid."""
        return self.read(window).valid

    def resampled(self, grid: Grid) -> ElevationAlone:
        """The same ground in the pixels of a grid."""
        return ElevationAlone(self._heights.resized(grid), len(self.bands) - 1)

    def block_rows(self) -> int:
        """Rows by which it is read."""
        return READ_ROWS

    def release(self) -> None:
        """Nothing is held."""


def sampled_heights(source: ElevationAlone, grid: Grid, path: str) -> np.ndarray:
    """Metres (n,) at places all over a grid, MISSING_ELEVATION among them. Raises
    UnsuitableRaster where the file is cut short, EmptyRaster where no place has a height.
    """
    windows = sample_windows(grid.width, grid.height)
    heights = np.concatenate([source.read(w).pixels[-1].ravel() for w in windows])
    if not (_has_heights(heights) or _shows_ground(source, grid)):
        raise EmptyRaster(
            "The elevation model '{}' holds no height: all of it is missing, or its "
            "numbers are none; check its nodata value and its unit.",
            path,
        )
    return heights


def _shows_ground(source: ElevationAlone, grid: Grid) -> bool:
    """Whether any pixel has a height: rare, so it may cost a full pass."""
    strips = (
        Window(row, 0, rows, grid.width)
        for row, rows in spans(0, grid.height, strip_rows(grid.width))
    )
    return any(_has_heights(source.read(strip).pixels[-1]) for strip in strips)


def _has_heights(heights: np.ndarray) -> bool:
    return bool((heights > MISSING_ELEVATION).any())
