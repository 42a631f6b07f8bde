# SPDX-License-Identifier: GPL-2.0-or-later
"""All windows of a plan that hold anything searched, row by row, in batches of one size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..geo.rasterize import PolygonMask
from .flat_ground import FlatRows
from .plan import Plan
from .raster import RasterReader
from .row_buffer import RowBuffer


class WindowRow(NamedTuple):
    """A row of windows of the plan, and the rows of pixels that are finished with it."""

    index: int  # of `Plan.rows`
    top: int  # first row of pixels
    end: int  # past the last row that no later window touches
    searched: np.ndarray | None  # (end - top, span) bool; None: all of them
    # the same of pixels in a window that is left out for its slope
    flat: np.ndarray | None


class RowPart(NamedTuple):
    """The windows of one window row that travel in one batch."""

    row: WindowRow
    columns: list[int]  # of the plan's window columns, in the order of the batch
    known: list[float]  # share of each window that is not missing, 0-1
    complete: bool  # no later batch holds windows of this row


Batch = tuple[list[RowPart], "np.ndarray | None"]  # and pixels (n, C, H, W)


def batches(raster: RasterReader, plan: Plan, batch_size: int) -> Iterator[Batch]:
    """The windows of `plan` as parts of window rows with their pixels; None for the
    pixels where only rows end.
    """
    left, _ = plan.span
    band = _row_buffer(raster, plan)
    shape = (batch_size, raster.planes, plan.window, plan.window)
    batch = _OpenBatch(np.empty(shape, raster.read_dtype))
    for row in _window_rows(band, plan):
        columns = _searched_columns(band, plan, row.index)
        for column in columns:
            known = band.tile(plan.cols[column] - left, batch.next_tile)
            batch.add(column, known)
            if batch.is_full:
                batch.end_part(row, complete=False)
                yield batch.taken()
        batch.end_part(row, complete=True)
        # a long gap must neither hold the last windows back nor pile up its own rows
        if not columns:
            yield batch.taken()
    if batch.parts:
        yield batch.taken()


class _OpenBatch:
    """A batch that is being filled, window by window."""

    def __init__(self, tiles: np.ndarray):
        self._tiles = tiles  # (n, C, H, W)
        self._count = 0
        self.parts: list[RowPart] = []
        # of the window row in work
        self._columns: list[int] = []
        self._known: list[float] = []

    @property
    def is_full(self) -> bool:
        return self._count == len(self._tiles)

    @property
    def next_tile(self) -> np.ndarray:
        """(C, H, W) for the next window."""
        return self._tiles[self._count]

    def add(self, column: int, known: float) -> None:
        """The window whose pixels lie in `next_tile`."""
        self._columns.append(column)
        self._known.append(known)
        self._count += 1

    def end_part(self, row: WindowRow, complete: bool) -> None:
        """No more windows of this row come into the batch."""
        self.parts.append(RowPart(row, self._columns, self._known, complete))
        self._columns = []
        self._known = []

    def taken(self) -> Batch:
        """What is there, to be filled anew."""
        pixels = self._tiles[: self._count] if self._count else None
        parts = self.parts
        self._tiles = np.empty_like(self._tiles)  # the last may still wait to be computed
        self._count = 0
        self.parts = []
        return parts, pixels


def _searched_columns(band: RowBuffer, plan: Plan, row: int) -> list[int]:
    """The plan's window columns that hold anything to find in the row `band` is at."""
    left, _ = plan.span
    _, columns = plan.intersecting()
    if plan.flat is not None:
        columns = [column for column in columns if not plan.flat[row, column]]
    return [column for column in columns if band.has_searched(plan.cols[column] - left)]


def _row_buffer(raster: RasterReader, plan: Plan) -> RowBuffer:
    mask = None
    if plan.mask is not None:
        mask = PolygonMask(plan.mask, plan.model_grid)
    left, right = plan.span
    return RowBuffer(raster, plan.window, left, right, mask, touched=plan.resampled)


def _window_rows(band: RowBuffer, plan: Plan) -> Iterator[WindowRow]:
    """The window rows that touch the region, `band` moved to each."""
    rows, _ = plan.intersecting()
    flat_rows = None
    if plan.flat_tiles:
        flat_rows = FlatRows(plan)
    for index, following in zip(rows, [*rows[1:], None]):
        top = plan.rows[index]
        band.advance(top)
        if following is None:
            end = min(top + plan.window, plan.model_grid.height)
        else:
            end = plan.rows[following]
        searched = band.searched_rows(end - top)
        flat = None
        if flat_rows is not None:
            flat = flat_rows.finished(index, end - top)
            searched = ~flat if searched is None else searched & ~flat
        yield WindowRow(index, top, end, searched, flat)
