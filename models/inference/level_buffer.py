# SPDX-License-Identifier: GPL-2.0-or-later
"""A probability raster that is still being made: its latest rows in memory, the rest
from its file.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

from ..geo.grid import Grid, Window
from .levels import NODATA, Strip
from .probability import TILE, padded

MAX_BYTES = 1 << 26
MIN_ROWS = 2 * TILE  # a writer holds up to one row of tiles back
MAX_ROWS = 8192


class LevelBuffer:
    """Levels of the rows that have arrived, as `Probability.read` gives them.

    `read_file` reads a window of rows that are no longer in memory.
    """

    def __init__(
        self,
        grid: Grid,
        read_file: Callable[[Window], np.ndarray],
        max_bytes: int = MAX_BYTES,
    ):
        self.grid = grid
        self.rows = 0  # that have arrived
        self._read_file = read_file
        self._max_rows = min(MAX_ROWS, max(MIN_ROWS, max_bytes // grid.width))
        self._strips: deque[Strip] = deque()

    def add(self, strip: Strip) -> None:
        """Take the next rows."""
        self._strips.append(strip)
        self.rows = strip.row + len(strip.values)
        while (
            self.rows - self._strips[0].row - len(self._strips[0].values) > self._max_rows
        ):
            self._strips.popleft()

    def read(self, window: Window) -> np.ndarray:
        """Levels 0-250 and 255 for nodata, uint8 (rows, cols); a window may reach over
        the edge, and into rows that have not arrived: nodata.
        """
        return padded(window, self.grid, self._read)

    def _read(self, window: Window) -> np.ndarray:
        levels = np.full((window.rows, window.cols), NODATA, np.uint8)
        in_memory = self.rows
        if self._strips:
            in_memory = self._strips[0].row
        if window.row < in_memory:
            rows = min(in_memory - window.row, window.rows)
            levels[:rows] = self._read_file(window._replace(rows=rows))
        end = window.row + window.rows
        cols = slice(window.col, window.col + window.cols)
        for strip in self._strips:
            if strip.row >= end:
                break
            begin = max(window.row, strip.row)
            part = strip.values[begin - strip.row : end - strip.row, cols]
            levels[begin - window.row :][: len(part)] = part
        return levels
