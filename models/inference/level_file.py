# SPDX-License-Identifier: GPL-2.0-or-later
"""Levels of probability (levels.py) in the band of a file, and read where a window reaches
over its edge.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from osgeo import gdal

from ..errors import Note, UnsuitableRaster
from ..geo.gdal_errors import quiet
from ..geo.grid import Grid, Window, sample_windows
from ..geo.missing import FEWEST_SHARE, FILE_ALONE, LayerNodata, Missing, left_out
from ..geo.rectangles import common, slices
from ..geo.undeclared import NOTHING, SENTINELS, Undeclared
from .levels import LEVELS, NODATA, Strip

TILE = 256
STRIP_PIXELS = 1 << 22  # that are taken from a file, and outlined, together
MIN_STRIP_ROWS = 16
DESCRIPTIONS = ("landslide probability", "spread of the probability")  # of the bands
CACHE = 1 << 26  # bytes of decoded blocks kept while windows are read
ROUNDING = 1e-4  # by which floats may miss 0 and 1
NO_PROBABILITIES = (-1, -999)  # beside SENTINELS


class LevelFile:
    """Levels of a band of an open dataset; keeps GDAL's cache of it small."""

    def __init__(
        self,
        dataset: gdal.Dataset,
        path: str,
        nodata: LayerNodata = FILE_ALONE,
        number: int = 1,
    ):
        self._dataset = dataset
        self._path = path
        self._band = dataset.GetRasterBand(number)
        self._scale = None  # of levels, which are read as they are
        if not in_levels(self._band):
            self._scale = (self._band.GetScale() or 1.0, self._band.GetOffset() or 0.0)
        undeclared = NOTHING if self._scale is None else _no_probabilities(*self._scale)
        self._missing = Missing(dataset, (number,), nodata, undeclared)
        self._cached = 0  # bytes, at most: some blocks may have been there

    def read(self, window: Window) -> np.ndarray:
        """uint8 (rows, cols) of a window inside. Raises UnsuitableRaster."""
        with quiet() as gdal_error:
            values = self._band.ReadAsArray(
                window.col, window.row, window.cols, window.rows
            )
        if values is None:
            raise UnsuitableRaster(
                "'{}' cannot be read near row {} ({}).",
                self._path,
                window.row,
                gdal_error.words,
            )
        self._limit_cache(window, values.itemsize)
        valid = self._missing.valid(values[None], window)
        if self._scale is not None:
            scale, offset = self._scale
            return _as_levels(values * scale + offset, valid, self._path)
        values[values > LEVELS] = NODATA
        if valid is not None:
            values[~valid] = NODATA
        return values

    def notes(self) -> tuple[Note, ...]:
        """What the log should know of missing pixels."""
        across = self._band.XSize
        down = self._band.YSize
        missing = [
            (self.read(window) == NODATA).mean()
            for window in sample_windows(across, down)
        ]
        share = float(np.mean(missing))
        if share < FEWEST_SHARE:
            return self._missing.notes
        return (*self._missing.notes, left_out(self._path, share, self._missing.reasons))

    def _limit_cache(self, window: Window, itemsize: int) -> None:
        across, down = self._band.GetBlockSize()
        block_rows = (window.row + window.rows - 1) // down - window.row // down + 1
        block_cols = (window.col + window.cols - 1) // across - window.col // across + 1
        self._cached += block_rows * block_cols * down * across * itemsize
        if self._cached > CACHE:
            self._dataset.FlushCache()  # GDAL's own limit is a share of the machine
            self._cached = 0


def strip_rows(width: int) -> int:
    """Rows of a wide raster that are taken together: a tile's, or a half, a quarter ...
    of them, so that memory does not grow with the width.
    """
    rows = TILE
    while rows > MIN_STRIP_ROWS and rows * width > STRIP_PIXELS:
        rows //= 2
    return rows


def strip_of(window: Window, levels: LevelFile, spread: LevelFile | None) -> Strip:
    """Full-width rows of a raster, with those of its spread where it has one."""
    deviations = None
    if spread is not None:
        deviations = spread.read(window)
    return Strip(window.row, levels.read(window), deviations)


def padded(
    window: Window, grid: Grid, read: Callable[[Window], np.ndarray]
) -> np.ndarray:
    """Levels (rows, cols) of a window that may reach over the grid's edge, into nodata;
    `read` gives what lies inside.
    """
    inside = common(window, grid.whole)
    if inside == window:
        return read(window)
    levels = np.full((window.rows, window.cols), NODATA, np.uint8)
    if inside is not None:
        levels[slices(inside, window)] = read(inside)
    return levels


def single_levels(
    rows: np.ndarray,
    cols: np.ndarray,
    grid: Grid,
    read: Callable[[Window], np.ndarray],
) -> np.ndarray:
    """Levels of single pixels (n,), read tile by tile; `read` as of Probability, `grid`
    its grid.
    """
    levels = np.full(len(rows), NODATA, np.uint8)
    tile = (rows // TILE) * (grid.width // TILE + 3) + cols // TILE
    order = np.argsort(tile, kind="stable")
    begins = np.flatnonzero(np.diff(tile[order], prepend=tile.min(initial=0) - 1))
    for selected in np.split(order, begins[1:]):
        if not len(selected):
            continue
        top = int(rows[selected[0]] // TILE * TILE)
        left = int(cols[selected[0]] // TILE * TILE)
        values = read(Window(top, left, TILE, TILE))
        levels[selected] = values[rows[selected] - top, cols[selected] - left]
    return levels


def _no_probabilities(scale: float, offset: float) -> Undeclared:
    """Numbers that stand for missing ones where they are no probabilities."""
    below = [n for n in NO_PROBABILITIES if not 0 <= n * scale + offset <= 1]
    return Undeclared(sentinels=(*below, *SENTINELS))


def describe_band(band: gdal.Band, number: int) -> None:
    """Say of a band of levels what it holds: the 1st the probability, the 2nd its spread."""
    band.SetNoDataValue(NODATA)
    band.SetScale(1 / LEVELS)
    band.SetOffset(0)
    band.SetDescription(DESCRIPTIONS[number - 1])


def in_levels(band: gdal.Band) -> bool:
    """Whether a band is one of bytes with the scale of ours, from 0 on."""
    if band.DataType != gdal.GDT_Byte or band.GetOffset():
        return False
    return abs((band.GetScale() or 1.0) * LEVELS - 1) < 1e-6


def _as_levels(values: np.ndarray, valid: np.ndarray | None, path: str) -> np.ndarray:
    """Of probabilities."""
    if valid is not None:
        values = np.where(valid, values, 0)
    if values.min() < -ROUNDING or values.max() > 1 + ROUNDING:
        raise UnsuitableRaster(
            "'{}' holds values from {} to {}; probabilities lie between 0 and 1.",
            path,
            f"{values.min():.3g}",
            f"{values.max():.3g}",
        )
    levels = np.rint(np.clip(values, 0, 1) * LEVELS).astype(np.uint8)
    if valid is not None:
        levels[~valid] = NODATA
    return levels


def to_levels(probability: np.ndarray, searched: np.ndarray | None) -> np.ndarray:
    """Probabilities 0-1 (rows, cols), which are used up, as levels; NODATA where they were not
    searched.
    """
    probability *= LEVELS
    probability += 0.5
    levels = probability.astype(np.uint8)
    if searched is not None:
        levels[~searched] = NODATA
    return levels
