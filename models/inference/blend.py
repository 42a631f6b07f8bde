# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers of overlapping windows blended into rows, one window row after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .batches import RowPart, WindowRow
from .plan import Plan
from .symmetries import Moments
from .tiling import blend_weights, known_weight

MAX_STRIP_ROWS = 64  # what is made of them on their way out stays small


class BlendedRows(NamedTuple):
    """Finished rows (n, region columns), there until the next ones are asked for."""

    sums: np.ndarray  # weighted sums of probabilities, which may be used up
    share: np.ndarray | None  # of the full weight; only where the run is resampled
    searched: np.ndarray | None
    spread: np.ndarray | None = None  # standard deviations, weighted as the sums
    flat: np.ndarray | None = None  # in a window that is left out for its slope


def blended(
    answers: Iterable[tuple[list[RowPart], Moments | None]], plan: Plan
) -> Iterator[BlendedRows]:
    """Moments of the probabilities of all batches, weighted and summed, as rows of the
    plan's region.
    """
    buffer = BlendBuffer(plan)
    for parts, planes in answers:
        place = 0  # in the batch
        for part in parts:
            for column, known in zip(part.columns, part.known):
                answer = [plane[place] for plane in planes]
                buffer.add(part.row, column, answer, known)
                place += 1
            if part.complete:
                yield from buffer.finish(part.row)


class BlendBuffer:
    """Weighted sums of the windows in work: window height x the span of the plan.

    Weights add up to one over all windows, and a window is only skipped where nothing is
    searched, so the sums need no division but where a window lies on missing ground in
    part and counts for less; the share is kept for resampled runs, which look a pixel
    beyond what is searched. A spread comes from the mean squares: over the
    plan's symmetries and over the windows that see a pixel.
    """

    def __init__(self, plan: Plan):
        self._plan = plan
        self._left, self._right = plan.span
        self._down = blend_weights(list(plan.rows), plan.window, plan.overlap)
        self._across = blend_weights(list(plan.cols), plan.window, plan.overlap)
        shape = (plan.window, self._right - self._left)
        self._sums = np.zeros(shape, np.float32)
        self._shares = np.zeros(shape, np.float32) if plan.resampled else None
        self._squares = np.zeros(shape, np.float32) if plan.has_spread else None
        self._scratch = np.empty((plan.window, plan.window), np.float32)
        # by window row, of the full weight (columns,): what its windows do not count for
        self._lost: dict[int, np.ndarray] = {}
        self._row_index = -1
        # of the row in work, for all columns: one alone takes ten times as long
        self._row_weights = np.empty((plan.window, plan.window), np.float32)
        self._flanks: list[slice] = []  # rows that no window has for itself

    def add(
        self, row: WindowRow, column: int, answer: Sequence[np.ndarray], known: float
    ) -> None:
        """One window's moments, each (window, window), of the window row in work; a share
        `known` (0-1) of its pixels is not missing.
        """
        plan = self._plan
        col = plan.cols[column] - self._left
        height = min(plan.window, plan.model_grid.height)
        width = min(plan.window, self._right - self._left - col)
        if row.index != self._row_index:
            self._row_index = row.index
            self._row_weights[:] = self._down[row.index, :, None]
            self._flanks = _flanks(self._down[row.index])
        across = self._across[column, :width]
        if known < 1:
            whole = across
            across = whole * np.float32(known_weight(known))
            self._lost_of(row.index)[col : col + width] += whole - across
        down = self._row_weights[:height, :width]
        weighted = self._scratch[:height, :width]
        for plane, sums in zip(answer, (self._sums, self._squares)):
            np.multiply(plane[:height, :width], across, out=weighted)
            for rows in self._flanks:
                weighted[rows] *= down[rows]
            sums[:height, col : col + width] += weighted
        if self._shares is not None:
            np.multiply(down, across, out=weighted)
            self._shares[:height, col : col + width] += weighted

    def _lost_of(self, index: int) -> np.ndarray:
        """Of a window row, zeros where nothing is lost yet."""
        if index not in self._lost:
            self._lost[index] = np.zeros(self._right - self._left, np.float32)
        return self._lost[index]

    def finish(self, row: WindowRow) -> Iterator[BlendedRows]:
        """Give the rows that no later window touches, cut to the region; move up."""
        region = self._plan.region
        count = row.end - row.top
        first = max(0, region.row - row.top)
        last = max(0, min(count, region.row + region.rows - row.top))
        cols = slice(region.col - self._left, region.col - self._left + region.cols)
        for begin in range(first, last, MAX_STRIP_ROWS):
            rows = slice(begin, min(begin + MAX_STRIP_ROWS, last))
            if self._shares is None:
                self._restore(row.top, rows, cols)
            share = None if self._shares is None else self._shares[rows, cols]
            searched = None if row.searched is None else row.searched[rows, cols]
            flat = None if row.flat is None else row.flat[rows, cols]
            spread = None
            if self._squares is not None:
                spread = _spread(self._sums[rows, cols], self._squares[rows, cols], share)
            yield BlendedRows(self._sums[rows, cols], share, searched, spread, flat)
        for plane in (self._sums, self._shares, self._squares):
            if plane is not None:
                plane[:-count] = plane[count:]
                plane[-count:] = 0
        bottom = row.end - self._plan.window
        self._lost = {
            index: lost
            for index, lost in self._lost.items()
            if self._plan.rows[index] > bottom
        }

    def _restore(self, top: int, rows: slice, cols: slice) -> None:
        """Make up for the weight that is lost in some rows, of which the first of the
        buffer is `top`; where nothing is, nothing changes.
        """
        if not self._lost:
            return
        begins = self._plan.rows
        for row in range(rows.start, rows.stop):
            share = np.ones(cols.stop - cols.start, np.float32)
            for index, lost in self._lost.items():
                place = top + row - begins[index]
                if place < self._plan.window:
                    share -= self._down[index, place] * lost[cols]
            self._sums[row, cols] /= share
            if self._squares is not None:
                self._squares[row, cols] /= share


def _flanks(weights: np.ndarray) -> list[slice]:
    """The parts of a window (window,) before and after the places whose weight is 1."""
    alone = np.flatnonzero(weights == 1)
    if not len(alone):
        return [slice(None)]
    return [slice(alone[0]), slice(alone[-1] + 1, None)]


def _spread(
    sums: np.ndarray, squares: np.ndarray, share: np.ndarray | None
) -> np.ndarray:
    """Standard deviations times the share of the full weight, from weighted sums of
    probabilities and of their squares.
    """
    if share is not None:
        squares = squares * share
    return np.sqrt(np.maximum(squares - sums * sums, 0))
