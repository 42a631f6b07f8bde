# SPDX-License-Identifier: GPL-2.0-or-later
"""predict: raster and detector to finished strips of landslide probability, in bounded
memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..geo.rasterize import PolygonMask
from .blend import BlendBuffer, BlendedRows, WindowRow
from .levels import Strip
from .plan import Plan
from .probability import to_levels
from .raster import Raster, RasterReader
from .resample import on_raster
from .row_buffer import RowBuffer


class RowPart(NamedTuple):
    """The windows of one window row that travel in one batch."""

    row: WindowRow
    columns: list[int]  # of the plan's window columns, in the order of the batch
    complete: bool  # no later batch holds windows of this row


Batch = tuple[list[RowPart], "np.ndarray | None"]  # and pixels (n, C, H, W)


def predict(
    raster: Raster, detector, plan: Plan, batch_size: int = 8, begin: int = 0
) -> Iterator[Strip]:
    """Yield the rows of `plan.grid` from `begin` on as strips of 0-250 (255 where there
    is nothing to say).

    `detector.stream` takes (key, (n, C, H, W)) pairs and answers (key, (n, H, W)) in
    order, computing while the next batch is read; pixels of None pass as they are. Only
    about window height x raster width is held in memory.
    """
    if begin >= plan.grid.height:
        return
    plan = plan.resume(raster.grid, begin)
    row = begin
    for values in _levels(raster, detector, plan, batch_size):
        yield Strip(row, values)
        row += len(values)


def _levels(
    raster: Raster, detector, plan: Plan, batch_size: int
) -> Iterator[np.ndarray]:
    """Finished rows as uint8 (n, plan.grid.width)."""
    if plan.resampled:
        model_raster = raster.resized(plan.model_grid)
        blended = _blended(model_raster, detector, plan, batch_size)
        yield from on_raster(raster, blended, plan)
        return
    for rows in _blended(raster, detector, plan, batch_size):
        yield to_levels(rows.sums, rows.searched)


def _blended(
    raster: RasterReader, detector, plan: Plan, batch_size: int
) -> Iterator[BlendedRows]:
    """Answers of all windows, weighted and summed, as rows of the plan's region."""
    buffer = BlendBuffer(plan)
    for parts, answers in detector.stream(_batches(raster, plan, batch_size)):
        place = 0  # in the batch
        for part in parts:
            for column in part.columns:
                buffer.add(part.row, column, answers[place])
                place += 1
            if part.complete:
                yield from buffer.finish(part.row)


def _batches(raster: RasterReader, plan: Plan, batch_size: int) -> Iterator[Batch]:
    """All windows that hold anything searched, row by row, in batches of one size."""
    left, right = plan.span
    _, columns = plan.intersecting()
    band = _row_buffer(raster, plan)
    shape = (batch_size, raster.planes, plan.window, plan.window)
    tiles = np.empty(shape, raster.read_dtype)
    parts: list[RowPart] = []
    count = 0
    for row in _window_rows(band, plan):
        in_batch: list[int] = []
        empty = True
        for column in columns:
            col = plan.cols[column] - left
            if not band.has_searched(col):
                continue
            empty = False
            band.tile(col, tiles[count])
            in_batch.append(column)
            count += 1
            if count == batch_size:
                yield [*parts, RowPart(row, in_batch, False)], tiles
                parts = []
                in_batch = []
                count = 0
                tiles = np.empty_like(tiles)  # the last may still wait to be computed
        parts.append(RowPart(row, in_batch, True))
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
    for index, following in zip(rows, [*rows[1:], None]):
        top = plan.rows[index]
        band.advance(top)
        if following is None:
            end = min(top + plan.window, plan.model_grid.height)
        else:
            end = plan.rows[following]
        yield WindowRow(index, top, end, band.searched_rows(end - top))
