# SPDX-License-Identifier: GPL-2.0-or-later
"""Probability raster to polygons, streaming: a polygon is yielded as soon as its component can no longer grow."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from shapely.geometry import Polygon

from ..inference.grid import LEVELS, NODATA, Grid, Strip
from .front import Finished, Front, advance
from .measures import Sieve
from .rings import polygons_of
from .tally import statistics

BLOCK = 1 << 21  # pixels looked at together: bounds the memory, whatever the height of the strips


@dataclass(frozen=True)
class Patch:
    """Connected pixels above the threshold; probabilities 0-1; `row`, `col`: its first pixel in reading order."""

    polygon: Polygon
    pixels: int
    p_mean: float
    p_p90: float
    p_max: float
    row: int
    col: int


def polygonize(strips: Iterable[Strip], grid: Grid, threshold: float, seed: float, min_area: float) -> Iterator[Patch]:
    """Trace the 4-connected components of probability >= threshold that reach `seed` somewhere and `min_area` (m2).

    Strips are uint8 (rows, grid.width) from top to bottom; rows left out count as nodata. Outlines follow pixel edges
    in the grid's CRS, shells counter-clockwise, holes kept, geometries valid. Order: by last row, then by first pixel
    in reading order, whatever the height of the strips. Memory: the outlines of the open components and one strip.
    Raises UnsuitableRaster when an area is asked of a raster without CRS, ValueError for strips out of order.
    """
    lowest, highest = level(threshold), level(seed)
    sieve, front = Sieve(grid, min_area), Front(0)
    for row, values in _rows(strips, grid.width):
        if row < front.row:
            raise ValueError(f"the strip at row {row} overlaps the one before, which ended at row {front.row}")
        front = front if row == front.row else Front(row)  # a gap, closed by an empty row
        front, finished = advance(front, values, lowest, sieve.fewest)
        if finished:
            yield from _patches(finished, grid, highest, sieve)


def level(probability: float) -> int:
    """The lowest value of a probability raster that stands for at least this probability; 251 where none does."""
    return int(np.searchsorted(np.arange(LEVELS + 1) / LEVELS, probability))


def _rows(strips: Iterable[Strip], width: int) -> Iterator[Strip]:
    """The strips in blocks of bounded size, an empty row after each gap and at the end."""
    empty, step, following = np.full((1, width), NODATA, np.uint8), max(1, BLOCK // width), 0
    for row, values in strips:
        if row > following:
            yield Strip(following, empty)
        for start in range(0, len(values), step):
            yield Strip(row + start, values[start:start + step])
        following = row + len(values)
    yield Strip(following, empty)


def _patches(finished: Finished, grid: Grid, highest: int, sieve: Sieve) -> Iterator[Patch]:
    if not len(finished.first):
        return
    pixels, mean, p90, top = statistics(finished.table)
    keep = top >= highest
    edges = keep[finished.owner]
    polygons = polygons_of(finished.edges[edges], (np.cumsum(keep) - 1)[finished.owner[edges]], grid)
    for polygon, i in zip(polygons, np.flatnonzero(keep)):
        if sieve.passes(int(pixels[i]), polygon):
            row, col = divmod(int(finished.first[i]), grid.width + 1)
            yield Patch(polygon, int(pixels[i]), mean[i] / LEVELS, p90[i] / LEVELS, float(top[i]) / LEVELS, row, col)
