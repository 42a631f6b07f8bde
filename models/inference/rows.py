# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of a raster under the current row of windows; each is read once."""
from __future__ import annotations

import numpy as np

from .raster import Raster
from .searcharea import SearchArea

TALLEST_BLOCK = 512  # rows; files with taller blocks are read as they are needed


class Rows:
    """A band of `window` rows, columns `left` to `right`, that moves down; reflected where the raster is smaller."""

    def __init__(self, raster: Raster, window: int, left: int, right: int, area: SearchArea | None, touched: bool):
        self._raster, self._window, self._left, self._cols = raster, window, left, right - left
        self._area, self._touched = area, touched
        height = raster.block_rows()
        self._step = height if height <= TALLEST_BLOCK else 1
        self._top = self._end = 0
        self._pixels: np.ndarray | None = None
        self._wanted: np.ndarray | None = None  # None where everything is

    def advance(self, top: int) -> None:
        """Hold the rows from `top` on."""
        if self._pixels is None:
            self._top = self._end = top
        elif top > self._top:
            self._pixels = self._pixels[:, top - self._top:]
            self._wanted = None if self._wanted is None else self._wanted[top - self._top:]
            self._top = top
        need = min(top + self._window, self._raster.grid.height)
        if self._end < need:
            self._read(min(-(-need // self._step) * self._step, self._raster.grid.height))

    def wanted_rows(self, count: int) -> np.ndarray | None:
        """Which pixels of the first `count` rows count; None for all."""
        return None if self._wanted is None else self._wanted[:count].copy()

    def has_wanted(self, col: int) -> bool:
        """Whether the window at a column (from `left`) holds anything to find."""
        return self._wanted is None or bool(self._wanted[:self._window, col:col + self._window].any())

    def tile(self, col: int) -> np.ndarray:
        """The pixels (C, window, window) at a column (from `left`)."""
        tile = self._pixels[:, :self._window, col:col + self._window]
        missing = [(0, self._window - n) for n in tile.shape[1:]]
        return np.pad(tile, [(0, 0)] + missing, mode="reflect") if any(m[1] for m in missing) else tile

    def _read(self, end: int) -> None:
        count = end - self._end
        pixels, wanted = self._raster.read(self._end, count, self._left, self._cols)
        self._raster.release()
        if self._area is not None:
            inside = self._area.read(self._end, count, self._left, self._cols, self._touched)
            wanted = inside if wanted is None else wanted & inside
        self._wanted = _joined(self._wanted, wanted, 0 if self._pixels is None else self._pixels.shape[1], count)
        self._pixels = pixels if self._pixels is None else np.concatenate([self._pixels, pixels], axis=1)
        self._end = end


def _joined(above: np.ndarray | None, below: np.ndarray | None, rows: int, count: int) -> np.ndarray | None:
    if above is None and below is None:
        return None
    above = np.ones((rows, below.shape[1]), bool) if above is None else above
    below = np.ones((count, above.shape[1]), bool) if below is None else below
    return np.concatenate([above, below])
