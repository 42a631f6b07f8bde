# SPDX-License-Identifier: GPL-2.0-or-later
"""Very wide rasters, searched in bands of columns, one after the other: what is held of a
row of windows is that of one band. Each band is the cut of the whole, and comes to lie in
a raster of its own until all of them are there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import count, takewhile

import numpy as np

from ..geo.grid import Grid, Window, spans
from ..geo.whole_files import UNFINISHED
from .level_file import TILE, strip_rows
from .levels import Strip
from .plan import Plan
from .probability import Probability

MAX_COLUMNS = 1 << 14  # of a band, of the raster and of what the network sees


def in_bands(plan: Plan, grid: Grid, max_columns: int) -> list[Plan]:
    """A plan on a raster of this grid, parted into bands of whole tiles; it alone where
    it is no wider than one.
    """
    widest = max(plan.out.cols, plan.region.cols)
    if widest <= max_columns:
        return [plan]
    tiles = plan.out.cols * max_columns // (widest * TILE)
    width = max(1, tiles) * TILE
    bands = []
    for begin, cols in spans(0, plan.out.cols, width):
        out = plan.out._replace(col=plan.out.col + begin, cols=cols)
        bands.append(plan.cut(grid, out))
    return bands


def band_path(path: str, number: int) -> str:
    """Of the raster of a band, beside the one of all of them."""
    return f"{path}.band{number}"


@contextmanager
def removed_bands(path: str) -> Iterator[None]:
    """No band is left behind the block, but by a program that was killed."""
    try:
        yield
    finally:
        # not all files of the folder are looked at, in which thousands of sheets may lie
        files = (f"{band_path(path, number)}{UNFINISHED}" for number in count())
        for file in reversed(list(takewhile(os.path.exists, files))):
            with suppress(OSError):
                os.remove(file)


def joined_strips(paths: Sequence[str], begin: int) -> Iterator[Strip]:
    """Full rows of the rasters of bands, from row `begin` on, which is one of tiles."""
    # a part of a row of tiles at a time: GDAL's cache holds the rest meanwhile
    with ExitStack() as stack:
        bands = [stack.enter_context(Probability(path)) for path in paths]
        height = bands[0].grid.height
        step = strip_rows(sum(band.grid.width for band in bands))
        for row, rows in spans(begin, height, step):
            spread = None
            if bands[0].has_spread:
                spread = _joined(bands, [band.read_spread for band in bands], row, rows)
            values = _joined(bands, [band.read for band in bands], row, rows)
            yield Strip(row, values, spread)


def _joined(
    bands: Sequence[Probability],
    readers: Sequence[Callable[[Window], np.ndarray]],
    row: int,
    rows: int,
) -> np.ndarray:
    """Levels (rows, columns of all bands)."""
    levels = np.empty((rows, sum(band.grid.width for band in bands)), np.uint8)
    col = 0
    for band, read in zip(bands, readers):
        width = band.grid.width
        levels[:, col : col + width] = read(Window(row, 0, rows, width))
        col += width
    return levels
