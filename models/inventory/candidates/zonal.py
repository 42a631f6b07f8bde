# SPDX-License-Identifier: GPL-2.0-or-later
"""What the probability raster says of a polygon and of the ring around it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ...geo.dem_window import RING_WIDTH
from ...geo.grid import Grid, Window
from ...geo.rasterize import burn, rings_of, stretches
from ...inference.levels import LEVELS, NODATA
from ...inference.probability import Probability
from ..polygonize.components import MAX_BLOCK_PIXELS

ARC_SEGMENTS = 8  # of a quarter of a circle, at the ring's outer corners


def surroundings(
    polygon: Polygon | MultiPolygon,
    probability: Probability,
    max_block_pixels: int = MAX_BLOCK_PIXELS,
) -> dict[str, float | int | None]:
    """p_mean, p_p90, p_ctr (probability 0-1), edge (0 or 1), valid_fr (0-1) of a polygon
    of the raster's CRS.

    A pixel belongs to where its centre lies. None where no pixel with data does.
    """
    rings = rings_of(polygon, probability.grid)
    outer_rings = rings_of(_with_ring(polygon, probability.grid), probability.grid)
    counts = np.zeros(256, int)  # of each level, inside
    outer = _LevelSum()  # the ring and what lies inside
    is_edge = False
    for block in _blocks(_window(outer_rings), max_block_pixels):
        levels = probability.read(_widened(block))
        core = levels[1:-1, 1:-1].ravel()
        counts += np.bincount(_levels_in(core, *stretches(rings, block)), minlength=256)
        outer_levels = _levels_in(core, *stretches(outer_rings, block))
        if levels.max() < NODATA:
            outer.add(outer_levels, 0)
            continue
        outer.add(outer_levels, np.count_nonzero(outer_levels == NODATA))
        beside_missing = _beside(levels == NODATA)
        is_edge = is_edge or bool((burn(rings, block) & beside_missing).any())
    return {**_summary(counts, outer), "edge": int(is_edge)}


def rows_needed(polygon: Polygon | MultiPolygon, grid: Grid) -> int:
    """Rows of the raster, from its first, that must be there before `surroundings` of a
    polygon can be known: those to the lower end of its ring, and one more.
    """
    width = _ring_width(polygon, grid)
    west, south, east, north = polygon.bounds
    x = np.array([west - width, west - width, east + width, east + width])
    y = np.array([south - width, north + width, south - width, north + width])
    _, rows = grid.to_pixel(x, y)
    return min(grid.height, math.ceil(rows.max()) + 1)


class _LevelSum:
    """Pixels, those with data among them, and the sum of their levels."""

    def __init__(self):
        self.pixels = 0
        self.valid = 0
        self.levels = 0

    def add(self, levels: np.ndarray, missing: int) -> None:
        """Count pixels by their levels (n,), `missing` of them without data."""
        self.pixels += len(levels)
        self.valid += len(levels) - missing
        self.levels += int(levels.sum(dtype=np.int64)) - NODATA * missing


def _levels_in(levels: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The levels (n,) in some stretches of flat ones."""
    # slices, not indices: an index takes eight times the memory of a level
    parts = [levels[start:end] for start, end in zip(starts.tolist(), ends.tolist())]
    return np.concatenate([levels[:0], *parts])


def _ring_width(polygon: Polygon | MultiPolygon, grid: Grid) -> float:
    """In units of the CRS; a pixel at least."""
    _, xc, xr, _, yc, yr = grid.geotransform
    pixel = math.sqrt(abs(xc * yr - xr * yc))
    return max(RING_WIDTH * math.sqrt(polygon.area / math.pi), pixel)


def _with_ring(polygon: Polygon | MultiPolygon, grid: Grid) -> Polygon | MultiPolygon:
    """The polygon and its ring together."""
    tolerance = RING_WIDTH * math.sqrt(polygon.area / math.pi) / 8
    return polygon.simplify(tolerance).buffer(_ring_width(polygon, grid), ARC_SEGMENTS)


def _window(rings: list[np.ndarray]) -> Window:
    """The pixels that some rings (col, row) may hold, also beyond the raster's border."""
    points = np.concatenate(rings)
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    row = math.floor(top)
    col = math.floor(left)
    return Window(row, col, math.ceil(bottom) - row, math.ceil(right) - col)


def _blocks(window: Window, max_pixels: int) -> Iterator[Window]:
    """The window's rows in blocks of bounded size."""
    step = max(1, max_pixels // window.cols)
    end = window.row + window.rows
    for row in range(window.row, end, step):
        yield window._replace(row=row, rows=min(step, end - row))


def _widened(window: Window) -> Window:
    """With a margin of one pixel."""
    return Window(window.row - 1, window.col - 1, window.rows + 2, window.cols + 2)


def _beside(missing: np.ndarray) -> np.ndarray:
    """Which pixels are missing or lie beside a missing one: bool (rows, cols) of
    `missing` (rows + 2, cols + 2) with a margin of one pixel.
    """
    return (
        missing[1:-1, 1:-1]
        | missing[:-2, 1:-1]
        | missing[2:, 1:-1]
        | missing[1:-1, :-2]
        | missing[1:-1, 2:]
    )


def _summary(counts: np.ndarray, outer: _LevelSum) -> dict[str, float | None]:
    """The values of `counts` (256,), pixels of each level inside, and of all pixels."""
    values = {
        "p_mean": None,
        "p_p90": None,
        "p_ctr": None,
        "valid_fr": round(outer.valid / max(1, outer.pixels), 3),
    }
    counts = counts[:NODATA]
    inside = int(counts.sum())
    if not inside:
        return values
    level_sum = int(counts @ np.arange(NODATA))
    mean = level_sum / inside
    values["p_mean"] = round(mean / LEVELS, 3)
    values["p_p90"] = round(_percentile(counts, 0.9) / LEVELS, 3)
    around = outer.valid - inside
    if around > 0:
        mean_around = (outer.levels - level_sum) / around / LEVELS
        values["p_ctr"] = round(mean / LEVELS - mean_around, 3)
    return values


def _percentile(counts: np.ndarray, share: float) -> float:
    """Of levels that occur `counts` times, linear between ranks as numpy's."""
    up_to = np.cumsum(counts)
    last = up_to[-1] - 1
    rank = share * last
    below = math.floor(rank)
    low, high = np.searchsorted(up_to, (below, min(below + 1, last)), "right")
    return float(low + (rank - below) * (high - low))
