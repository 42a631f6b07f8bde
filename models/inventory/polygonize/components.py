# SPDX-License-Identifier: GPL-2.0-or-later
"""Probability raster to polygons, streaming: a polygon is yielded as soon as its
component can no longer grow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ...geo.grid import Grid
from ...inference.levels import NODATA, Strip
from .sweep import ActiveComponents, Finished, advance

# pixels looked at together: bounds the memory, whatever the height of the strips
MAX_BLOCK_PIXELS = 1 << 21


def components(
    strips: Iterable[Strip], grid: Grid, lowest: int, seed: int, min_pixels: int
) -> Iterator[Finished]:
    """The 4-connected components of levels from `lowest` that have `min_pixels` and
    reach the level `seed` somewhere, as edges; those finished together at a time.

    Raises ValueError for strips out of order.
    """
    front = ActiveComponents(0)
    for row, levels, _ in _blocks(strips, grid.width):
        if row < front.row:
            raise ValueError(
                f"the strip at row {row} overlaps the one before, which ended at row "
                f"{front.row}"
            )
        # a gap, closed by an empty row
        if row != front.row:
            front = ActiveComponents(row)
        front, finished = advance(front, levels, lowest, min_pixels)
        if finished and (len(finished.first) or finished.specks):
            yield _reaching(finished, seed)


def _blocks(strips: Iterable[Strip], width: int) -> Iterator[Strip]:
    """The strips in blocks of bounded size, an empty row after each gap and at the end."""
    empty = np.full((1, width), NODATA, np.uint8)
    step = max(1, MAX_BLOCK_PIXELS // width)
    following = 0
    for row, values, _ in strips:
        if row > following:
            yield Strip(following, empty)
        for start in range(0, len(values), step):
            yield Strip(row + start, values[start : start + step])
        following = row + len(values)
    yield Strip(following, empty)


def _reaching(finished: Finished, seed: int) -> Finished:
    """Without the components that lie below the seed everywhere."""
    reaches = finished.top >= seed
    edges = reaches[finished.owner]
    number = np.cumsum(reaches) - 1
    return finished._replace(
        first=finished.first[reaches],
        top=finished.top[reaches],
        edges=finished.edges[edges],
        owner=number[finished.owner[edges]],
    )
