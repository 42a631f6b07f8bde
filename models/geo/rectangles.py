# SPDX-License-Identifier: GPL-2.0-or-later
"""Rectangles of pixels: what they share, and what is left of one beside others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from .grid import Window


class Rectangles:
    """Many windows, held against another one all at once."""

    def __init__(self, windows: Sequence[Window]):
        self._windows = tuple(windows)
        table = np.array(self._windows, int).reshape(-1, 4)
        self._begins = table[:, :2]
        self._ends = self._begins + table[:, 2:]

    def on(self, window: Window) -> Iterator[tuple[int, Window]]:
        """Number of each that shares pixels with a window, ascending, and what they share."""
        begin = (window.row, window.col)
        end = (window.row + window.rows, window.col + window.cols)
        meets = (self._begins < end).all(axis=1) & (self._ends > begin).all(axis=1)
        for number in np.flatnonzero(meets).tolist():
            shared = common(self._windows[number], window)
            if shared is not None:
                yield number, shared


def common(window: Window, other: Window) -> Window | None:
    """What two windows share; None where that is nothing."""
    row = max(window.row, other.row)
    col = max(window.col, other.col)
    rows = min(window.row + window.rows, other.row + other.rows) - row
    cols = min(window.col + window.cols, other.col + other.cols) - col
    if rows <= 0 or cols <= 0:
        return None
    return Window(row, col, rows, cols)


def grown(window: Window, rows: int, cols: int) -> Window:
    """A window with so many rows and columns more on each side."""
    return Window(
        window.row - rows,
        window.col - cols,
        window.rows + 2 * rows,
        window.cols + 2 * cols,
    )


def slices(window: Window, outer: Window) -> tuple[slice, slice]:
    """The rows and columns of an array of `outer` that a window within it takes."""
    row = window.row - outer.row
    col = window.col - outer.col
    return slice(row, row + window.rows), slice(col, col + window.cols)


def without(window: Window, others: Iterable[Window]) -> list[Window]:
    """What is left of a window beside others, as windows that share no pixel."""
    rest = [window]
    for other in others:
        rest = [piece for part in rest for piece in _beside(part, other)]
    return rest


def bounding(windows: Sequence[Window]) -> Window:
    """The smallest window that holds all of some."""
    row = min(window.row for window in windows)
    col = min(window.col for window in windows)
    end_row = max(window.row + window.rows for window in windows)
    end_col = max(window.col + window.cols for window in windows)
    return Window(row, col, end_row - row, end_col - col)


def _beside(window: Window, other: Window) -> Iterable[Window]:
    """Above, below, left and right of what two windows share."""
    shared = common(window, other)
    if shared is None:
        yield window
        return
    above = shared.row - window.row
    below = window.row + window.rows - shared.row - shared.rows
    left = shared.col - window.col
    right = window.col + window.cols - shared.col - shared.cols
    if above:
        yield window._replace(rows=above)
    if below:
        yield window._replace(row=shared.row + shared.rows, rows=below)
    if left:
        yield shared._replace(col=window.col, cols=left)
    if right:
        yield shared._replace(col=shared.col + shared.cols, cols=right)
