# SPDX-License-Identifier: GPL-2.0-or-later
"""Water in an elevation model: level, as lidar models have it after hydro-flattening; or
at least no slope, which is all that a surface model from photographs can say: there
water is noise of many metres.
"""

from __future__ import annotations

import numpy as np
from shapely.geometry import Polygon

from ...contract import MISSING_ELEVATION
from ...errors import UnsuitableRaster
from ...geo.dem import ElevationModel
from ...geo.elevation_reader import ElevationReader
from ...geo.grid import Window
from ...geo.rectangles import common, grown, slices
from .cells import WaterCells, window_minima, window_sums

SLOPE_WINDOW_M = 60.0
SLOPE_CELLS = 4  # of the elevation model, that the window has at least
LEVEL_WINDOW_M = 10.0
LEVEL_CELLS = 5
# deviation of heights at which the score of a level surface is 0; 0.6 at 3 cm
NOT_LEVEL_M = 0.075
MIN_KNOWN_SHARE = 0.5  # of the heights of a window


class Flatness:
    """Slopes and scores of windows of cells, from an elevation model.

    Raises UnsuitableRaster where the model lies elsewhere.
    """

    def __init__(self, model: ElevationModel, cells: WaterCells):
        if not model.covers_some_of(Polygon(cells.grid.corners), cells.grid.crs):
            raise UnsuitableRaster(
                "The elevation model {} does not overlap the {}; choose one that covers "
                "it.",
                model.name,
                "image",
            )
        self._cells = cells
        self._heights = ElevationReader(model, cells.grid)
        slope_m = max(SLOPE_WINDOW_M, SLOPE_CELLS * model.resolution)
        level_m = max(LEVEL_WINDOW_M, LEVEL_CELLS * model.resolution)
        self._half = cells.reach(slope_m / 2)  # of half the window
        self._level = cells.reach(level_m)

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Degrees (rows, cols) of the flattest window that holds the cell, NaN where
        there is no height; and scores of 0-1 of a level surface.
        """
        reach = [
            max(4 * half + 1, 2 * level) for half, level in zip(self._half, self._level)
        ]
        heights = self._read(grown(window, *reach))
        own = _inner(heights, reach)
        slope = self._slope(heights, reach)
        slope[np.isnan(own) | np.isinf(slope)] = np.nan
        score = self._levelness(heights, reach)
        score[np.isnan(own)] = 0
        return slope, score

    def _slope(self, heights: np.ndarray, reach: list[int]) -> np.ndarray:
        """Of the flattest window, infinite where none is known: rise between the means
        of its halves.
        """
        rows, cols = self._half
        mean = _means(heights, rows, cols)
        width, height = self._cells.metres
        # between the two halves lies the row or column of the cell itself
        across = mean[rows + 1 : -rows - 1, 2 * cols + 2 :]
        across = across - mean[rows + 1 : -rows - 1, : -2 * cols - 2]
        down = mean[2 * rows + 2 :, cols + 1 : -cols - 1]
        down = down - mean[: -2 * rows - 2, cols + 1 : -cols - 1]
        rise = np.hypot(
            across / (width * (2 * cols + 2)), down / (height * (2 * rows + 2))
        )
        slope = np.degrees(np.arctan(rise))
        slope[np.isnan(slope)] = np.inf
        flattest = window_minima(slope, 2 * rows, 2 * cols)
        return _inner(
            flattest, [have - 4 * half - 1 for have, half in zip(reach, self._half)]
        )

    def _levelness(self, heights: np.ndarray, reach: list[int]) -> np.ndarray:
        """Scores, of the most level window that holds the cell."""
        rows, cols = self._level
        part = _inner(heights, (reach[0] - 2 * rows, reach[1] - 2 * cols))
        has_height = np.isfinite(part)
        middle = 0.0
        if has_height.any():
            middle = np.median(part[has_height])  # so that squares keep their centimetres
        mean = _means(part - middle, rows, cols)
        squares = _means((part - middle) ** 2, rows, cols)
        spread = np.sqrt(np.maximum(squares - mean**2, 0))
        spread[np.isnan(spread)] = np.inf
        return np.clip(1 - window_minima(spread, rows, cols) / NOT_LEVEL_M, 0, 1)

    def _read(self, window: Window) -> np.ndarray:
        """Heights (rows, cols), NaN where there are none and beyond the grid."""
        heights = np.full((window.rows, window.cols), np.nan)
        inside = common(window, self._cells.grid.whole)
        values = self._heights.read(inside.row, inside.rows, inside.col, inside.cols)[0]
        values = values.astype(np.float64)
        values[values == MISSING_ELEVATION] = np.nan
        heights[slices(inside, window)] = values
        return heights


def _means(heights: np.ndarray, rows: int, cols: int) -> np.ndarray:
    """Of windows, NaN where too few heights are known."""
    has_height = np.isfinite(heights)
    count = window_sums(has_height, rows, cols)
    total = window_sums(np.where(has_height, heights, 0), rows, cols)
    least = MIN_KNOWN_SHARE * (2 * rows + 1) * (2 * cols + 1)
    return np.where(count < least, np.nan, total / np.maximum(count, 1))


def _inner(values: np.ndarray, reach) -> np.ndarray:
    """Without so many rows and columns on each side."""
    rows, cols = reach
    height, width = values.shape
    return values[rows : height - rows, cols : width - cols]
