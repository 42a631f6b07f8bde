# SPDX-License-Identifier: GPL-2.0-or-later
"""A probability raster that is still being made: its latest rows in memory, the rest
from its file.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from ..geo.grid import Grid, Window
from .level_file import TILE, padded, single_levels
from .levels import NODATA, Strip
from .probability import Probability
from .probability_writer import ProbabilityWriter

MAX_BYTES = 1 << 24
MIN_ROWS = TILE  # a writer holds less than that back
MAX_ROWS = 8192


class LevelBuffer:
    """Levels of the rows that have arrived, as `Probability` gives them.

    `file` is the raster that rows which are no longer in memory are read from.
    """

    def __init__(
        self,
        grid: Grid,
        file: Probability | ProbabilityWriter,
        max_bytes: int = MAX_BYTES,
    ):
        self.grid = grid
        self.rows = 0  # that have arrived
        self.has_spread = file.has_spread
        self._file = file
        row_bytes = grid.width * (1 + self.has_spread)
        self._max_rows = min(MAX_ROWS, max(MIN_ROWS, max_bytes // row_bytes))
        self._strips: deque[Strip] = deque()

    def add(self, strip: Strip) -> None:
        """Take the next rows."""
        self._strips.append(strip)
        self.rows = strip.end
        while self.rows - self._strips[0].end > self._max_rows:
            self._strips.popleft()

    def add_all(self, strips: Iterable[Strip], min_rows: int) -> Iterator[Strip]:
        """Take strips as they arrive and pass them on, `min_rows` together at least but
        for the last ones.
        """
        for strip in _stacked(strips, min_rows):
            self.add(strip)
            yield strip

    def read(self, window: Window) -> np.ndarray:
        """Levels 0-250 and 255 for nodata, uint8 (rows, cols), not to be written to; a
        window may reach over the edge, and into rows that have not arrived: nodata.
        """
        return padded(window, self.grid, self._read)

    def read_spread(self, window: Window) -> np.ndarray:
        """The same of the spread, where the raster has one."""
        return padded(window, self.grid, self._read_spread)

    def at(self, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
        """Levels of single pixels (n,) as `read` gives them."""
        levels = np.full(len(rows), NODATA, np.uint8)
        inside = (cols >= 0) & (cols < self.grid.width) & (rows >= 0)
        in_file = np.flatnonzero(inside & (rows < self._first_row))
        levels[in_file] = single_levels(
            rows[in_file], cols[in_file], self.grid, self.read
        )
        top = rows.min(initial=self.rows)
        for strip in reversed(self._strips):
            here = np.flatnonzero(inside & (rows >= strip.row) & (rows < strip.end))
            place = (rows.take(here) - strip.row) * self.grid.width + cols.take(here)
            levels[here] = strip.values.ravel().take(place)
            if strip.row <= top:
                break
        return levels

    @property
    def _first_row(self) -> int:
        """The first one in memory."""
        if self._strips:
            return self._strips[0].row
        return self.rows

    def _read(self, window: Window) -> np.ndarray:
        rows = ((strip.row, strip.values) for strip in self._strips)
        return self._joined(window, self._file.read, rows)

    def _read_spread(self, window: Window) -> np.ndarray:
        rows = ((strip.row, strip.spread) for strip in self._strips)
        return self._joined(window, self._file.read_spread, rows)

    def _joined(
        self,
        window: Window,
        read_file: Callable[[Window], np.ndarray],
        in_memory: Iterable[tuple[int, np.ndarray]],
    ) -> np.ndarray:
        """A window from the file and from rows (first row, levels) in memory."""
        end = window.row + window.rows
        cols = slice(window.col, window.col + window.cols)
        near = [
            (row, values)
            for row, values in in_memory
            if row < end and row + len(values) > window.row
        ]
        if len(near) == 1 and near[0][0] <= window.row:
            row, values = near[0]
            if end <= row + len(values):
                return values[window.row - row : end - row, cols]
        levels = np.full((window.rows, window.cols), NODATA, np.uint8)
        if window.row < self._first_row:
            rows = min(self._first_row - window.row, window.rows)
            levels[:rows] = read_file(window._replace(rows=rows))
        for row, values in near:
            begin = max(window.row, row)
            part = values[begin - row : end - row, cols]
            levels[begin - window.row :][: len(part)] = part
        return levels


def _stacked(strips: Iterable[Strip], min_rows: int) -> Iterator[Strip]:
    """The same rows in strips of at least `min_rows`, but for the last one."""
    waiting: list[Strip] = []
    rows = 0
    for strip in strips:
        waiting.append(strip)
        rows += len(strip.values)
        if rows >= min_rows:
            yield _joined(waiting)
            waiting = []
            rows = 0
    if waiting:
        yield _joined(waiting)


def _joined(strips: list[Strip]) -> Strip:
    if len(strips) == 1:
        return strips[0]
    values = np.concatenate([strip.values for strip in strips])
    spread = None
    if strips[0].spread is not None:
        spread = np.concatenate([strip.spread for strip in strips])
    return Strip(strips[0].row, values, spread)
