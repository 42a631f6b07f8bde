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
    left, right = plan.span
    _, columns = plan.intersecting()
    band = _row_buffer(raster, plan)
    shape = (batch_size, raster.planes, plan.window, plan.window)
    tiles = np.empty(shape, raster.read_dtype)
    parts: list[RowPart] = []
    count = 0
    for row in _window_rows(band, plan):
        in_batch: list[int] = []
        known: list[float] = []
        empty = True
        for column in columns:
            col = plan.cols[column] - left
            is_flat = plan.flat is not None and plan.flat[row.index, column]
            if is_flat or not band.has_searched(col):
                continue
            empty = False
            known.append(band.tile(col, tiles[count]))
            in_batch.append(column)
            count += 1
            if count == batch_size:
                yield [*parts, RowPart(row, in_batch, known, False)], tiles
                parts = []
                in_batch = []
                known = []
                count = 0
                tiles = np.empty_like(tiles)  # the last may still wait to be computed
        parts.append(RowPart(row, in_batch, known, True))
        # a long gap must neither hold the last windows back nor pile up its own rows
        if empty:
            yield parts, tiles[:count] if count else None
            parts = []
            count = 0
            tiles = np.empty_like(tiles)
    if parts:
        yield parts, tiles[:count] if count else None


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
