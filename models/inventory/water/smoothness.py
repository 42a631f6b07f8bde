# SPDX-License-Identifier: GPL-2.0-or-later
"""Water in an image: hardly any texture over ten metres, beside the contrast of the whole
image, and not the green of plants. Its colour says nothing more: a river in flood has
that of the soil that it carries.
"""

from __future__ import annotations

import numpy as np

from ...geo.block import sampled
from ...geo.grid import Window, spans
from ...geo.rectangles import common, grown, slices
from ...inference.raster import Raster
from .cells import WaterCells, window_minima, window_sums

WINDOW_M = 10.0
LEAST_REACH = 2  # cells: five a side say what texture is
# texture by contrast at which a score of 0-1 is 0: measured on two flights over a river
# in flood (0.01) and 833 satellite images (lakes 0.01-0.03, fields from 0.05 on)
NO_WATER = 0.08
MIN_VALID_SHARE = 0.5  # of the pixels of a window
CONTRAST = (2, 98)  # percentiles of the grey values
PLANT_GREEN = 0.12  # excess of green by the sum of the colours, from which it is plants
MAX_PIXELS = 1 << 20  # of the image, read at a time


class Smoothness:
    """Scores of windows of cells, from the pixels of an image."""

    def __init__(self, raster: Raster, cells: WaterCells):
        self._raster = raster
        self._cells = cells
        self._reach = cells.reach(WINDOW_M, LEAST_REACH)
        sample = _sample(raster)
        self._middle = np.median(sample, axis=1)  # keeps sums of squares small
        low, high = np.percentile(sample.mean(axis=0), CONTRAST)
        self._contrast = max(float(high - low), np.finfo(np.float32).tiny)

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Scores of 0-1 (rows, cols), of the smoothest window that holds the cell: at a
        bank that is the one on its own side; and which cells the image covers.
        """
        rows, cols = self._reach
        around = grown(window, 2 * rows, 2 * cols)
        count, total, squares = self._sums(around)
        covered = count[2 * rows : -2 * rows, 2 * cols : -2 * cols] > 0
        texture, colour = self._texture(count, total, squares)
        smoothest = window_minima(texture, rows, cols)
        score = np.clip(1 - smoothest / NO_WATER, 0, 1)
        own_colour = colour[:, rows:-rows, cols:-cols]
        score[~covered | _is_plants(own_colour)] = 0
        return score, covered

    def _texture(
        self, count: np.ndarray, total: np.ndarray, squares: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Deviation by contrast, infinite where too little is valid, and mean colours
        (bands, ...), of windows around each cell.
        """
        rows, cols = self._reach
        pixels = window_sums(count, rows, cols)
        count = np.maximum(pixels, 1)
        mean = window_sums(total, rows, cols) / count
        variance = window_sums(squares, rows, cols) / count - mean**2
        texture = np.sqrt(np.maximum(variance, 0).mean(axis=0)) / self._contrast
        span = (2 * rows + 1) * (2 * cols + 1)
        whole = span * self._cells.across * self._cells.down
        texture[pixels < MIN_VALID_SHARE * whole] = np.inf
        return texture, mean + self._middle[:, None, None]

    def _sums(self, window: Window) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Valid pixels (rows, cols) of each cell, sums and sums of squares (bands, rows,
        cols) of their values less the middle; nothing beyond the image.
        """
        bands = len(self._middle)
        size = (window.rows, window.cols)
        count = np.zeros(size)
        total = np.zeros((bands, *size))
        squares = np.zeros((bands, *size))
        inside = common(window, self._cells.grid.whole)
        end = inside.row + inside.rows
        pixels_by_row = inside.cols * self._cells.across * self._cells.down
        step = max(1, MAX_PIXELS // pixels_by_row)
        for row, rows in spans(inside.row, end, step):
            part = inside._replace(row=row, rows=rows)
            values, valid = self._blocks(part)
            place = (..., *slices(part, window))
            count[place] = valid.sum(axis=(1, 3))
            total[place] = values.sum(axis=(2, 4))
            squares[place] = np.square(values).sum(axis=(2, 4))
        return count, total, squares

    def _blocks(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Values (bands, rows, down, cols, across) less the middle, 0 where they are
        missing, and validity.
        """
        cells = self._cells
        row = window.row * cells.down
        col = window.col * cells.across
        height = window.rows * cells.down
        width = window.cols * cells.across
        rows = min(height, self._raster.grid.height - row)
        cols = min(width, self._raster.grid.width - col)
        pixels, valid_pixels = self._raster.read(row, rows, col, cols)
        valid = np.zeros((height, width), bool)
        valid[:rows, :cols] = True if valid_pixels is None else valid_pixels
        values = np.zeros((len(pixels), height, width))
        values[:, :rows, :cols] = pixels - self._middle[:, None, None]
        values[:, ~valid] = 0
        shape = (window.rows, cells.down, window.cols, cells.across)
        return values.reshape(-1, *shape), valid.reshape(shape)

    def release(self) -> None:
        """Drop the image's blocks from GDAL's cache."""
        self._raster.release()


def _sample(raster: Raster) -> np.ndarray:
    """Valid pixels (bands, n) that stand for the image, as float64."""
    parts = []
    for window in sampled(raster.grid.width, raster.grid.height, raster.release):
        pixels, valid = raster.read(window.row, window.rows, window.col, window.cols)
        if valid is None:
            valid = np.ones(pixels.shape[1:], bool)
        parts.append(pixels[:, valid].astype(np.float64))
    sample = np.concatenate(parts, axis=1)
    if sample.shape[1]:
        return sample
    return np.zeros((len(sample), 1))  # all of it lies between the blocks


def _is_plants(colour: np.ndarray) -> np.ndarray:
    """Which means (bands, rows, cols) are the green of plants: green leads, blue comes
    last; none in an image without colours.
    """
    if len(colour) < 3:
        return np.zeros(colour.shape[1:], bool)
    red, green, blue = colour[:3]
    brightness = np.maximum(red + green + blue, np.finfo(float).tiny)
    excess = (2 * green - red - blue) / brightness
    return (excess > PLANT_GREEN) & (blue <= red)
