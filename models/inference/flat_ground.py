# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows that see nothing but flat ground, which a search may leave out."""

from __future__ import annotations

import math

import numpy as np

from ..contract import MISSING_ELEVATION
from ..geo.dem import ElevationModel
from ..geo.elevation_reader import ElevationReader
from ..geo.grid import Grid, Window
from .plan import Plan


def flat_windows(plan: Plan, dem: ElevationModel, limit: float) -> np.ndarray:
    """Which windows of a plan see only ground that is known to be flatter than `limit`
    degrees, bool as `Plan.flat`; those off its region are not looked at.

    Slopes are those of the elevation model's own cells, or of pixels where these are
    larger. Ground without a height is not flat. Raises UnsuitableRaster.
    """
    whole = plan.model_grid
    grid = _cells(whole, dem.resolution)
    reader = ElevationReader(dem, grid)
    rows, cols = plan.intersecting()
    begins = np.array(plan.cols)[cols]
    ends = np.minimum(begins + plan.window, whole.width)
    firsts = np.floor(begins * grid.width / whole.width).astype(int)
    lasts = np.ceil(ends * grid.width / whole.width).astype(int)
    left = firsts[0]
    flat = np.zeros((len(plan.rows), len(plan.cols)), bool)
    for row in rows:
        end = min(plan.rows[row] + plan.window, whole.height)
        top = math.floor(plan.rows[row] * grid.height / whole.height)
        bottom = math.ceil(end * grid.height / whole.height)
        cells = Window(top, int(left), bottom - top, int(lasts[-1] - left))
        steep = _is_steep(reader, grid, cells, limit).any(axis=0)
        up_to = np.append(0, np.cumsum(steep))
        flat[row, cols] = up_to[lasts - left] == up_to[firsts - left]
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


def _is_steep(
    reader: ElevationReader, grid: Grid, cells: Window, limit: float
) -> np.ndarray:
    """Bool (rows, cols): slope of `limit` degrees or more, or unknown."""
    row = max(0, cells.row - 1)
    col = max(0, cells.col - 1)
    rows = min(grid.height, cells.row + cells.rows + 1) - row
    cols = min(grid.width, cells.col + cells.cols + 1) - col
    heights = reader.read(row, rows, col, cols)[0].astype(float)
    heights[heights <= MISSING_ELEVATION] = np.nan
    across, down = grid.pixel_metres()
    slope = np.degrees(np.arctan(np.hypot(*np.gradient(heights, down, across))))
    # the slope at a cell does not know whether the cell itself has a height
    steep = ~(slope < limit) | np.isnan(heights)
    return steep[cells.row - row :, cells.col - col :][: cells.rows, : cells.cols]


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
