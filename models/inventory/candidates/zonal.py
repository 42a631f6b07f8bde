# SPDX-License-Identifier: GPL-2.0-or-later
"""What the probability raster says of a polygon and of the ring around it."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ...geo.coordinates import RingTable, ring_table
from ...geo.grid import Grid, Window, spans
from ...geo.rasterize import Stretches, stretches
from ...inference.level_buffer import LevelBuffer
from ...inference.levels import LEVELS, NODATA
from ...inference.probability import Probability
from ..polygonize.components import MAX_BLOCK_PIXELS
from ..values import rounded, rows_of
from .batches import CandidateBatch
from .ring import ring_width, stretch_of, with_rings


def surrounded(
    batches: Iterable[CandidateBatch], levels: LevelBuffer
) -> Iterator[tuple[CandidateBatch, list[dict]]]:
    """Each batch and its `surroundings`, as soon as the rows around it are there."""
    for batch in _arrived(batches, levels):
        yield batch, surroundings(batch.polygons, levels, table=batch.table)


def _arrived(
    batches: Iterable[CandidateBatch], levels: LevelBuffer
) -> Iterator[CandidateBatch]:
    """Batches in their order, once the rows that they need have arrived; the last ones
    when no more can come.
    """
    waiting = deque()
    for batch in batches:
        waiting.append((_rows_needed(batch.table, levels.grid), batch))
        while waiting and waiting[0][0] <= levels.rows:
            yield waiting.popleft()[1]
    for _, batch in waiting:
        yield batch


def _rows_needed(table: RingTable, grid: Grid) -> int:
    """Rows of the raster, from its first, that must be there before `surroundings` of
    some polygons can be known: those to the lower end of the lowest ring, and one more.
    """
    stretch = stretch_of(table, grid)
    width = ring_width(table.areas() * stretch, stretch, grid)
    widths = np.stack((width, width / stretch), axis=1)
    starts = table.polygon_starts
    west, south = (np.minimum.reduceat(table.points, starts) - widths).T
    east, north = (np.maximum.reduceat(table.points, starts) + widths).T
    x = np.concatenate((west, west, east, east))
    y = np.concatenate((south, north, south, north))
    _, rows = grid.to_pixel(x, y)
    return min(grid.height, math.ceil(rows.max()) + 1)


def surroundings(
    polygons: Sequence[Polygon | MultiPolygon],
    probability: Probability,
    max_block_pixels: int = MAX_BLOCK_PIXELS,
    table: RingTable | None = None,
) -> list[dict[str, float | int | None]]:
    """p_mean, p_p90, p_ctr (probability 0-1), edge (0 or 1), valid_fr (0-1) of each of
    some polygons of the raster's CRS; p_std (0-1), where the raster has a spread.

    A pixel belongs to where its centre lies. None where no pixel with data does. `table`
    holds the polygons' rings, where they are known.
    """
    grid = probability.grid
    if table is None:
        table = ring_table(polygons)
    of_many = np.bincount(table.polygons) > 1
    wide = with_rings(polygons, of_many, stretch_of(table, grid), grid)
    inner, outer = (_on_pixels(each, grid) for each in (table, ring_table(wide)))
    windows = _windows(outer)
    inner_stretches = stretches(inner, windows)
    outer_stretches = stretches(outer, windows)
    levels = _Levels(outer_stretches, probability.has_spread)
    for number, window in enumerate(windows.tolist()):
        for block, *pixels in _blocks(Window(*window), max_block_pixels):
            values = probability.read(block)
            spread = None
            if probability.has_spread:
                spread = probability.read_spread(block)
            levels.add(
                number,
                values,
                spread,
                inner_stretches.of(number, *pixels),
                outer_stretches.of(number, *pixels),
            )
    return levels.summaries()


class _Levels:
    """The levels of some polygons and of their surroundings, which are theirs and those
    of the ring around.
    """

    def __init__(self, outer: Stretches, has_spread: bool):
        polygons = len(outer.bounds) - 1
        self._counts = np.zeros((polygons, 256), np.int64)  # of each level, inside
        self._spread_counts = None  # the same of the spread
        if has_spread:
            self._spread_counts = np.zeros_like(self._counts)
        self._pixels = outer.pixels()  # of the surroundings
        self._missing = np.zeros(polygons, np.int64)  # without data among them
        self._sum = np.zeros(polygons, np.int64)  # of the levels of the others
        self._edge = np.zeros(polygons, bool)

    def add(
        self,
        polygon: int,
        levels: np.ndarray,
        spread: np.ndarray | None,
        inner: np.ndarray,
        outer: np.ndarray,
    ) -> None:
        """Count levels and their spread (rows, cols) of a block with a margin of one
        pixel; `inner` and `outer` are the polygon's pixels and its surroundings' in it,
        as ends of stretches.
        """
        # numpy makes bytes of a part of an array one by one
        levels = np.ascontiguousarray(levels)
        pixels = levels.tobytes()
        self._counts[polygon] += np.bincount(_chosen(pixels, inner), minlength=256)
        if spread is not None:
            spread_inside = _chosen(np.ascontiguousarray(spread).tobytes(), inner)
            self._spread_counts[polygon] += np.bincount(spread_inside, minlength=256)
        missing = 0
        if NODATA in pixels:
            is_missing = levels == NODATA
            missing = _sum(is_missing.tobytes(), outer)
            beside_missing = _beside(is_missing).tobytes()
            self._edge[polygon] |= _chosen(beside_missing, inner).any()
        self._missing[polygon] += missing
        self._sum[polygon] += _sum(pixels, outer) - NODATA * missing

    def summaries(self) -> list[dict[str, float | int | None]]:
        """The values of each polygon by field name."""
        counts = self._counts[:, :NODATA]
        inside = counts.sum(axis=1)
        level_sum = counts @ np.arange(NODATA)
        valid = self._pixels - self._missing
        ring = valid - inside
        with np.errstate(divide="ignore", invalid="ignore"):  # nothing there: None
            mean = level_sum / inside
            mean_around = (self._sum - level_sum) / ring / LEVELS
        contrast = np.where(
            (inside > 0) & (ring > 0), mean / LEVELS - mean_around, np.nan
        )
        columns = {
            "p_mean": rounded(mean / LEVELS, 3),
            "p_p90": rounded(_percentiles(counts, 0.9) / LEVELS, 3),
            "p_ctr": rounded(contrast, 3),
            "valid_fr": rounded(valid / np.maximum(1, self._pixels), 3),
            "edge": self._edge.astype(int).tolist(),
        }
        if self._spread_counts is not None:
            counts = self._spread_counts[:, :NODATA]
            with np.errstate(invalid="ignore"):
                mean = counts @ np.arange(NODATA) / counts.sum(axis=1)
            columns["p_std"] = rounded(mean / LEVELS, 3)
        return rows_of(columns)


def _chosen(pixels: bytes, ends: np.ndarray) -> np.ndarray:
    """The bytes (n,) in some stretches, of which each has two ends (2 k,)."""
    places = ends.tolist()
    # slices, not indices: an index takes eight times the memory of a level; of bytes,
    # for those of an array take five times as long
    parts = [pixels[a:b] for a, b in zip(places[0::2], places[1::2])]
    return np.frombuffer(b"".join(parts), np.uint8)


def _sum(pixels: bytes, ends: np.ndarray) -> int:
    """Of the bytes in some stretches, of which each has two ends (2 k,)."""
    values = np.frombuffer(pixels, np.uint8)
    # every other one lies between two stretches; 32 bits hold a stretch's sum
    sums = np.add.reduceat(values, ends, dtype=np.uint32)[0::2]
    return int(sums.sum(dtype=np.int64))


def _on_pixels(table: RingTable, grid: Grid) -> RingTable:
    """In pixel-edge coordinates (col, row)."""
    return table._replace(points=np.stack(grid.to_pixel(*table.points.T), axis=1))


def _windows(table: RingTable) -> np.ndarray:
    """The pixels that polygons (col, row) may hold, and a margin of one, also beyond the
    raster's border: row, column, rows, columns (p, 4).
    """
    starts = table.polygon_starts
    first = np.floor(np.minimum.reduceat(table.points, starts)) - 1
    last = np.ceil(np.maximum.reduceat(table.points, starts)) + 1
    windows = np.concatenate((first, last - first), axis=1)[:, [1, 0, 3, 2]]
    return windows.astype(np.int64)


def _blocks(window: Window, max_pixels: int) -> Iterator[tuple[Window, int, int, int]]:
    """A window with a margin of one pixel in blocks of bounded size, which have such a
    margin too; of each the first pixel in the window that is not margin, one past the
    last, and the block's own first one.
    """
    cols = window.cols
    step = max(1, max_pixels // cols)
    for row, rows in spans(1, window.rows - 1, step):
        block = window._replace(row=window.row + row - 1, rows=rows + 2)
        yield block, row * cols, (row + rows) * cols, (row - 1) * cols


def _beside(missing: np.ndarray) -> np.ndarray:
    """Which pixels are missing or lie beside a missing one: bool (rows, cols) of
    `missing` (rows, cols); none of the margin of one pixel.
    """
    beside = np.zeros_like(missing)
    beside[1:-1, 1:-1] = (
        missing[1:-1, 1:-1]
        | missing[:-2, 1:-1]
        | missing[2:, 1:-1]
        | missing[1:-1, :-2]
        | missing[1:-1, 2:]
    )
    return beside


def _percentiles(counts: np.ndarray, share: float) -> np.ndarray:
    """Of levels that occur `counts` (p, levels) times, linear between ranks as numpy's;
    (p,), NaN where there are none.
    """
    up_to = np.cumsum(counts, axis=1)
    last = up_to[:, -1] - 1
    rank = share * last
    below = np.floor(rank)
    low, high = (
        (up_to <= place[:, None]).sum(axis=1)
        for place in (below, np.minimum(below + 1, last))
    )
    return np.where(last >= 0, low + (rank - below) * (high - low), np.nan)
