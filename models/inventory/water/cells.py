# SPDX-License-Identifier: GPL-2.0-or-later
"""The cells on which water is looked for, and sums over windows of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...geo.grid import Grid

CELL_M = 2.0  # side, where pixels are finer; else a pixel


@dataclass(frozen=True)
class WaterCells:
    """Blocks of whole pixels of an image; the last row and column may reach beyond it."""

    grid: Grid  # of the cells
    across: int  # pixels by cell
    down: int
    metres: tuple[float, float]  # width and height of a cell

    @classmethod
    def of(cls, image: Grid) -> WaterCells:
        """Of about CELL_M metres. Raises UnsuitableRaster without a CRS."""
        width, height = image.pixel_metres()
        across = max(1, round(CELL_M / width))
        down = max(1, round(CELL_M / height))
        x, xc, xr, y, yc, yr = image.geotransform
        grid = Grid(
            math.ceil(image.width / across),
            math.ceil(image.height / down),
            (x, xc * across, xr * down, y, yc * across, yr * down),
            image.wkt,
        )
        return cls(grid, across, down, (width * across, height * down))

    def reach(self, metres: float, least: int = 1) -> tuple[int, int]:
        """Rows and columns from the middle of a window of so many metres to its edge."""
        width, height = self.metres
        rows = max(least, round(metres / 2 / height))
        return rows, max(least, round(metres / 2 / width))


def window_sums(values: np.ndarray, rows: int, cols: int) -> np.ndarray:
    """Sums over windows that reach `rows` and `cols` from their middle: of (..., r, c),
    (..., r - 2 rows, c - 2 cols), float64.
    """
    for axis, reach in ((-2, rows), (-1, cols)):
        total = np.cumsum(values, axis=axis, dtype=np.float64)
        zero = np.zeros_like(np.take(total, [0], axis=axis))
        total = np.concatenate([zero, total], axis=axis)
        span = 2 * reach + 1
        count = total.shape[axis] - span
        ends = np.take(total, np.arange(span, span + count), axis=axis)
        values = ends - np.take(total, np.arange(count), axis=axis)
    return values


def window_minima(values: np.ndarray, rows: int, cols: int) -> np.ndarray:
    """The least in each such window: of (r, c), (r - 2 rows, c - 2 cols)."""
    for axis, reach in ((0, rows), (1, cols)):
        views = np.lib.stride_tricks.sliding_window_view(values, 2 * reach + 1, axis)
        values = views.min(axis=-1)
    return values
