# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of a raster under the current row of windows; each is read once."""

from __future__ import annotations

import numpy as np

from ..geo.rasterize import PolygonMask
from .fill import filled
from .raster import RasterReader

MIN_READ_ROWS = 64  # at a time, where the file's blocks are single lines
MAX_READ_ROWS = 512  # rows; of taller blocks a part is read at a time


class RowBuffer:
    """A band of `window` rows, columns `left` to `right`, that moves down; reflected
    where the raster is smaller.

    One buffer for the whole run, filled a row of the file's blocks at a time, so that
    memory is the band's and no more.
    """

    def __init__(
        self,
        raster: RasterReader,
        window: int,
        left: int,
        right: int,
        mask: PolygonMask | None,
        touched: bool,
    ):
        self._raster = raster
        self._window = window
        self._left = left
        self._cols = right - left
        self._mask = mask
        self._touched = touched
        height = raster.block_rows()
        self._step = min(-(-MIN_READ_ROWS // height) * height, MAX_READ_ROWS)
        self._top = self._end = 0
        rows = min(window + self._step, raster.grid.height)
        self._pixels = np.empty((raster.planes, rows, self._cols), raster.read_dtype)
        self._valid = None  # where there is ground
        if not raster.always_valid():
            self._valid = np.empty((rows, self._cols), bool)
        self._searched = self._valid
        if mask is not None:
            self._searched = np.empty((rows, self._cols), bool)

    def advance(self, top: int) -> None:
        """Hold the rows from `top` on."""
        overlap_rows = max(0, self._end - top)
        if overlap_rows and top > self._top:
            overlap = slice(top - self._top, self._end - self._top)
            for plane in self._planes():
                plane[..., :overlap_rows, :] = plane[..., overlap, :]
        self._top = top
        self._end = top + overlap_rows
        height = self._raster.grid.height
        while self._end < min(top + self._window, height):
            self._read(min((self._end // self._step + 1) * self._step, height))

    def searched_rows(self, count: int) -> np.ndarray | None:
        """Which pixels of the first `count` rows count; None for all."""
        if self._searched is None:
            return None
        return self._searched[:count].copy()

    def has_searched(self, col: int) -> bool:
        """Whether the window at a column (from `left`) holds anything to find."""
        rows = min(self._window, self._end - self._top)
        return self._searched is None or bool(
            self._searched[:rows, col : col + self._window].any()
        )

    def tile(self, col: int, out: np.ndarray) -> float:
        """Copy the pixels at a column (from `left`) to `out` (C, window, window), what is
        missing filled from the ground beside it within the window; returns the share (0-1)
        of the window's pixels on the raster that is not missing.
        """
        rows = min(self._window, self._end - self._top)
        tile = self._pixels[:, :rows, col : col + self._window]
        known = 1.0
        if self._valid is not None:
            valid = self._valid[:rows, col : col + self._window]
            known = np.count_nonzero(valid) / valid.size
            if known < 1:
                tile = filled(tile, valid)
        missing = [(0, self._window - n) for n in tile.shape[1:]]
        if any(m[1] for m in missing):
            out[:] = np.pad(tile, [(0, 0)] + missing, mode="reflect")
        else:
            out[:] = tile
        return known

    def _read(self, end: int) -> None:
        count = end - self._end
        at = slice(self._end - self._top, end - self._top)
        valid = self._raster.read_into(self._pixels[:, at], self._end, self._left)
        self._raster.release()
        if self._valid is not None:
            self._valid[at] = True if valid is None else valid
        if self._mask is not None:
            self._searched[at] = self._mask.read(
                self._end, count, self._left, self._cols, self._touched
            )
            if valid is not None:
                self._searched[at] &= valid
        self._end = end

    def _planes(self) -> list[np.ndarray]:
        """What moves down together, (..., rows, cols)."""
        planes = [self._pixels]
        if self._valid is not None:
            planes.append(self._valid)
        if self._mask is not None:
            planes.append(self._searched)
        return planes
