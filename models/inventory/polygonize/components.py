# SPDX-License-Identifier: GPL-2.0-or-later
"""Probability raster to polygons, streaming: a polygon is yielded as soon as its
component can no longer grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from shapely.geometry import Polygon

from ...geo.geodesic import AreaFilter
from ...geo.grid import Grid
from ...inference.levels import LEVELS, NODATA, Strip, level
from .histogram import statistics
from .rings import polygons_of
from .sweep import ActiveComponents, Finished, advance

BLOCK = (
    1 << 21
)  # pixels looked at together: bounds the memory, whatever the height of the strips


@dataclass(frozen=True)
class Patch:
    """Connected pixels above the threshold; probabilities 0-1; `row`, `col`: its first
    pixel in reading order.
    """

    polygon: Polygon
    pixels: int
    p_mean: float
    p_p90: float
    p_max: float
    row: int
    col: int


class Components(NamedTuple):
    """Finished components in order; `owner` is the component of an edge (see `rings`),
    values 0-250 as floats.
    """

    first: np.ndarray  # first pixel in reading order, row * (width + 1) + col
    pixels: np.ndarray
    mean: np.ndarray
    p90: np.ndarray
    top: np.ndarray
    edges: np.ndarray  # int32 (n, 4)
    owner: np.ndarray
    specks: int = 0  # components left out before for their few pixels, and those
    speck_pixels: int = 0


def polygonize(
    strips: Iterable[Strip], grid: Grid, threshold: float, seed: float, min_area: float
) -> Iterator[Patch]:
    """Trace the 4-connected components of probability >= threshold that reach `seed`
    somewhere and `min_area` (m2).

    Strips are uint8 (rows, grid.width) from top to bottom; rows left out count as nodata.
    Outlines follow pixel edges in the grid's CRS, shells counter-clockwise, holes kept,
    geometries valid. Order: by last row, then by first pixel in reading order, whatever
    the height of the strips. Memory: the outlines of the open components and one strip.
    Raises UnsuitableRaster when an area is asked of a raster without CRS, ValueError for
    strips out of order.
    """
    sieve = AreaFilter(grid, min_area)
    for found in components(strips, grid, level(threshold), level(seed), sieve.fewest):
        for i, polygon in enumerate(polygons_of(found.edges, found.owner, grid)):
            if sieve.passes(int(found.pixels[i]), polygon):
                row, col = divmod(int(found.first[i]), grid.width + 1)
                yield Patch(
                    polygon,
                    int(found.pixels[i]),
                    found.mean[i] / LEVELS,
                    found.p90[i] / LEVELS,
                    float(found.top[i]) / LEVELS,
                    row,
                    col,
                )


def components(
    strips: Iterable[Strip], grid: Grid, lowest: int, highest: int, fewest: int
) -> Iterator[Components]:
    """The components of `polygonize` as edges, some finished ones at a time: `fewest`
    pixels, one at `highest`.
    """
    front = ActiveComponents(0)
    for row, values in _rows(strips, grid.width):
        if row < front.row:
            raise ValueError(
                f"the strip at row {row} overlaps the one before, which ended at row "
                f"{front.row}"
            )
        # a gap, closed by an empty row
        if row != front.row:
            front = ActiveComponents(row)
        front, finished = advance(front, values, lowest, fewest)
        if finished and (len(finished.first) or finished.specks):
            yield _reaching(finished, highest)


def _rows(strips: Iterable[Strip], width: int) -> Iterator[Strip]:
    """The strips in blocks of bounded size, an empty row after each gap and at the end."""
    empty = np.full((1, width), NODATA, np.uint8)
    step = max(1, BLOCK // width)
    following = 0
    for row, values in strips:
        if row > following:
            yield Strip(following, empty)
        for start in range(0, len(values), step):
            yield Strip(row + start, values[start : start + step])
        following = row + len(values)
    yield Strip(following, empty)


def _reaching(finished: Finished, highest: int) -> Components:
    if not len(finished.first):
        none = np.zeros(0)
        return Components(
            none.astype(int),
            none,
            none,
            none,
            none,
            finished.edges,
            finished.owner,
            *finished[4:],
        )
    pixels, mean, p90, top = statistics(finished.table)
    keep = top >= highest
    edges = keep[finished.owner]
    return Components(
        finished.first[keep],
        pixels[keep],
        mean[keep],
        p90[keep],
        top[keep],
        finished.edges[edges],
        (np.cumsum(keep) - 1)[finished.owner[edges]],
        *finished[4:],
    )
