# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows that see nothing but flat ground, which a search may leave out."""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np

from ..contract import MISSING_ELEVATION
from ..geo.dem import ElevationModel
from ..geo.elevation_reader import ElevationReader
from ..geo.grid import Grid
from .plan import Plan


def flat_windows(
    plan: Plan, dem: ElevationModel, limit: float
) -> Generator[float, None, np.ndarray]:
    """Which windows of a plan see only ground that is known to be flatter than `limit`
    degrees, bool as `Plan.flat`; those off its region are not looked at.

    Slopes are those of the elevation model's own cells, or of pixels where these are
    larger. Ground without a height is not flat. Yields how far it is, 0 to 1. Raises
    UnsuitableRaster.
    """
    whole = plan.model_grid
    grid = _cells(whole, dem.resolution)
    rows, cols = plan.intersecting()
    begins = np.array(plan.cols)[cols]
    ends = np.minimum(begins + plan.window, whole.width)
    firsts = np.floor(begins * grid.width / whole.width).astype(int)
    lasts = np.ceil(ends * grid.width / whole.width).astype(int)
    left = firsts[0]
    steep = SteepCells(dem, grid, int(left), int(lasts[-1]), limit)
    flat = np.zeros((len(plan.rows), len(plan.cols)), bool)
    for number, row in enumerate(rows, 1):
        end = min(plan.rows[row] + plan.window, whole.height)
        top = math.floor(plan.rows[row] * grid.height / whole.height)
        bottom = math.ceil(end * grid.height / whole.height)
        up_to = np.append(0, np.cumsum(steep.within(top, bottom)))
        flat[row, cols] = up_to[lasts - left] == up_to[firsts - left]
        yield number / len(rows)
    return flat


def _cells(grid: Grid, cell: float) -> Grid:
    """The same ground in cells of so many metres, not finer than it was; a slope takes
    two.
    """
    across, down = grid.pixel_metres()
    return grid.resized(
        max(2, min(grid.width, round(grid.width * across / cell))),
        max(2, min(grid.height, round(grid.height * down / cell))),
    )


class SteepCells:
    """Which columns of a grid, from `left` to before `right`, hold a cell whose slope is
    `limit` degrees or more, or unknown. Rows are asked for from top to bottom, and each
    is read once.
    """

    def __init__(
        self, dem: ElevationModel, grid: Grid, left: int, right: int, limit: float
    ):
        self._reader = ElevationReader(dem, grid)
        self._grid = grid
        self._limit = limit
        self._first = max(0, left - 1)  # column that is read, as the last one
        self._last = min(grid.width, right + 1)
        self._columns = slice(left - self._first, right - self._first)
        self._top = self._bottom = 0  # of the rows whose cells are known
        self._steep = np.zeros((0, right - left), bool)
        self._end = 0  # of the rows that are read, of which the last two are held
        self._heights = np.zeros((0, self._last - self._first))

    def within(self, top: int, bottom: int) -> np.ndarray:
        """Bool (columns) of the rows from `top` to before `bottom`, neither of which lies
        above those asked for before. Raises UnsuitableRaster.
        """
        known = self._steep[max(0, top - self._top) :]
        begin = max(top, self._bottom)
        if begin < bottom:
            known = np.concatenate([known, self._slopes(begin, bottom)])
        self._steep = known
        self._top = top
        self._bottom = max(begin, bottom)
        return known[: bottom - top].any(axis=0)

    def _slopes(self, begin: int, end: int) -> np.ndarray:
        """Bool (rows, columns): those that are not read yet."""
        row = max(0, begin - 1)
        heights = self._from(row, min(self._grid.height, end + 1))
        across, down = self._grid.pixel_metres()
        slope = np.degrees(np.arctan(np.hypot(*np.gradient(heights, down, across))))
        # the slope at a cell does not know whether the cell itself has a height
        steep = ~(slope < self._limit) | np.isnan(heights)
        return steep[begin - row : end - row, self._columns]

    def _from(self, row: int, end: int) -> np.ndarray:
        """Metres (rows, columns), NaN where there is no height."""
        held = self._heights[len(self._heights) - max(0, self._end - row) :]
        begin = max(row, self._end)
        heights = held
        if begin < end:
            cols = self._last - self._first
            block = self._reader.read(begin, end - begin, self._first, cols)[0]
            block = block.astype(float)
            block[block <= MISSING_ELEVATION] = np.nan
            heights = np.concatenate([held, block])
        self._end = end
        self._heights = heights[-2:]
        return heights


class FlatRows:
    """The pixels under the row of windows in work that lie in a flat one, this or an
    earlier one: they are not searched, for not all windows that see them are.
    """

    def __init__(self, plan: Plan):
        left, right = plan.span
        _, self._columns = plan.intersecting()
        self._plan = plan
        self._left = left
        self._pixels = np.zeros((plan.window, right - left), bool)

    def finished(self, index: int, count: int) -> np.ndarray:
        """Bool (count, span) of the rows that no window row after the `index`-th one
        touches; moves down behind them.
        """
        plan = self._plan
        for column in self._columns:
            if plan.flat[index, column]:
                col = plan.cols[column] - self._left
                self._pixels[:, col : col + plan.window] = True
        rows = self._pixels[:count].copy()
        self._pixels[:-count] = self._pixels[count:]
        self._pixels[-count:] = False
        return rows
