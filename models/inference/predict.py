# SPDX-License-Identifier: GPL-2.0-or-later
"""predict: raster and detector to finished strips of landslide probability, in bounded
memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np

from ..geo.grid import LEVELS, NODATA, Strip
from ..geo.search_area import PolygonMask
from .plan import Plan
from .raster import Raster
from .row_buffer import RowBuffer
from .tiling import blend_weights

PIECE = 64  # rows of a strip at most: what is copied on its way out stays small


def predict(
    raster: Raster, detector, plan: Plan, batch: int = 8, begin: int = 0
) -> Iterator[Strip]:
    """Yield the rows of `plan.grid` from `begin` on as strips of 0-250 (255 where there
    is nothing to say).

    `detector.stream` takes (key, (n, C, H, W)) pairs and answers (key, (n, H, W)) in
    order, computing while the next batch is read. Only about window height x raster width
    is held in memory.
    """
    if begin >= plan.grid.height:
        return
    plan = plan.below(raster.grid, begin)
    if plan.resampled:
        seen = raster.resized(plan.seen)
    else:
        seen = raster
    blended = _blended(seen, detector, plan, batch)
    if plan.resampled:
        yield from (
            Strip(begin + row, values)
            for row, values in _on_raster(raster, blended, plan)
        )
        return
    row = begin
    for sums, _, wanted in blended:
        yield Strip(row, _levels(sums, wanted))
        row += len(sums)


def _blended(seen: Raster, detector, plan: Plan, batch: int) -> Iterator[tuple]:
    """Weighted sums (n, region cols) of finished rows, their share of the full weight,
    and which are wanted.

    Weights add up to one over all windows, and a window is only skipped where nothing is
    wanted, so the sums need no division; the share is kept for resampled runs, which look
    a pixel beyond what is wanted.
    """
    rows, cols = plan.touching()
    down = blend_weights(list(plan.rows), plan.window, plan.overlap)
    across = blend_weights(list(plan.cols), plan.window, plan.overlap)
    left = plan.cols[cols[0]]
    right = min(plan.cols[cols[-1]] + plan.window, plan.seen.width)
    sums = np.zeros((2 if plan.resampled else 1, plan.window, right - left), np.float32)
    finished: deque = (
        deque()
    )  # (first row, past the last, wanted) of window rows being computed
    scratch = np.empty((plan.window, plan.window), np.float32)
    one = np.float32(1)
    done = 0
    for keys, answers in detector.stream(
        _batches(seen, plan, batch, rows, cols, finished)
    ):
        for n, (i, j) in enumerate(keys):
            while done < i:
                yield from _finish(sums, finished, plan, left)
                done += 1
            if j is None:
                continue
            at = plan.cols[cols[j]] - left
            height = min(plan.window, plan.seen.height)
            width = min(plan.window, right - left - at)
            weighted = scratch[:height, :width]
            for plane, value in zip(sums, (answers[n, :height, :width], one)):
                np.multiply(value, across[cols[j], :width], out=weighted)
                weighted *= down[rows[i], :height, None]
                plane[:height, at : at + width] += weighted
    while finished:
        yield from _finish(sums, finished, plan, left)


def _finish(sums: np.ndarray, finished: deque, plan: Plan, left: int) -> Iterator[tuple]:
    """Give the rows that no later window touches, cut to the region, and move the sums
    up.
    """
    first, past, wanted = finished.popleft()
    count = past - first
    region = plan.region
    rows = slice(
        max(0, region.row - first), max(0, min(count, region.row + region.rows - first))
    )
    cols = slice(region.col - left, region.col - left + region.cols)
    for begin in range(rows.start, rows.stop, PIECE):
        piece = slice(begin, min(begin + PIECE, rows.stop)), cols
        if len(sums) > 1:
            share = sums[1][piece].copy()
        else:
            share = None
        yield sums[0][piece].copy(), share, None if wanted is None else wanted[piece]
    sums[:, :-count] = sums[:, count:]
    sums[:, -count:] = 0


def _batches(
    seen: Raster,
    plan: Plan,
    batch: int,
    rows: list[int],
    cols: list[int],
    finished: deque,
) -> Iterator[tuple]:
    """([(window row, window column), ...], pixels (n, C, H, W)); ([(row, None)],
    None): none comes before that row.
    """
    left = plan.cols[cols[0]]
    right = min(plan.cols[cols[-1]] + plan.window, plan.seen.width)
    if plan.area is not None:
        area = PolygonMask(plan.area, plan.seen)
    else:
        area = None
    band = RowBuffer(seen, plan.window, left, right, area, touched=plan.resampled)
    tiles = np.empty((batch, seen.planes, plan.window, plan.window), seen.read_dtype)
    keys: list[tuple[int, int]] = []
    for i, row in enumerate(rows):
        begin = plan.rows[row]
        band.advance(begin)
        if i + 1 < len(rows):
            past = plan.rows[rows[i + 1]]
        else:
            past = min(begin + plan.window, plan.seen.height)
        finished.append((begin, past, band.wanted_rows(past - begin)))
        found = False
        for j, col in enumerate(cols):
            if band.has_wanted(plan.cols[col] - left):
                found = True
                band.tile(plan.cols[col] - left, tiles[len(keys)])
                keys.append((i, j))
            if len(keys) == batch:
                yield keys, tiles
                keys = []  # the last may still wait to be computed
                tiles = np.empty_like(tiles)
        if (
            not found
        ):  # a long gap must neither hold the last windows back nor pile up its own rows
            if keys:
                yield keys, tiles[: len(keys)]
                keys = []
                tiles = np.empty_like(tiles)
            yield [(i + 1, None)], None
    if keys:
        yield keys, tiles[: len(keys)]


def _on_raster(raster: Raster, blended: Iterator[tuple], plan: Plan) -> Iterator[Strip]:
    """Bilinear interpolation of the seen grid's rows onto the raster's own pixels."""
    if plan.area is not None:
        area = PolygonMask(plan.area, raster.grid)
    else:
        area = None
    out = plan.out
    region = plan.region
    upper, lower, down = _neighbours(
        out.row, out.rows, raster.grid.height, plan.seen.height, region.row
    )
    near, far, across = _neighbours(
        out.col, out.cols, raster.grid.width, plan.seen.width, region.col
    )
    have = np.zeros(
        (2, 0, out.cols), np.float32
    )  # rows base.. of sums and shares, already on the raster's columns
    base = row = 0
    for block in blended:
        new = np.stack(block[:2])
        new = new[:, :, near] * (1 - across) + new[:, :, far] * across
        have = np.concatenate([have, new], axis=1)
        ready = int(
            np.searchsorted(lower, base + have.shape[1])
        )  # rows of which both neighbours are there
        for begin in range(row, ready, PIECE):
            rows = slice(begin, min(begin + PIECE, ready))
            f = down[rows, None]
            sums, share = (
                have[:, upper[rows] - base] * (1 - f) + have[:, lower[rows] - base] * f
            )
            wanted = (share > 1e-6) & _wanted(
                raster, area, (out.row + begin, rows.stop - begin, out.col, out.cols)
            )
            yield Strip(
                begin, _levels(np.divide(sums, share, out=sums, where=wanted), wanted)
            )
        row = max(row, ready)
        keep = min(int(upper[row]) if row < out.rows else base, base + have.shape[1])
        have = have[:, keep - base :]
        base = keep


def _neighbours(
    begin: int, count: int, length: int, seen: int, base: int
) -> tuple[np.ndarray, ...]:
    """Indices (from `base`) of the two seen pixels around each raster pixel's centre,
    and the share of the second.
    """
    centre = (np.arange(begin, begin + count) + 0.5) * seen / length - 0.5
    first = np.clip(np.floor(centre), 0, seen - 1).astype(int)
    second = np.minimum(first + 1, seen - 1)
    return first - base, second - base, np.clip(centre - first, 0, 1).astype(np.float32)


def _wanted(
    raster: Raster, area: PolygonMask | None, block: tuple[int, int, int, int]
) -> np.ndarray:
    valid = raster.valid(*block)
    raster.release()
    if valid is None:
        wanted = np.ones((block[1], block[3]), bool)
    else:
        wanted = valid
    if area is None:
        return wanted
    return wanted & area.read(*block)


def _levels(probability: np.ndarray, wanted: np.ndarray | None) -> np.ndarray:
    probability *= LEVELS
    probability += 0.5
    levels = probability.astype(np.uint8)
    if wanted is not None:
        levels[~wanted] = NODATA
    return levels
