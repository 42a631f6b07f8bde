# SPDX-License-Identifier: GPL-2.0-or-later
"""predict: raster and detector to finished strips of landslide probability, in bounded
memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .batches import batches
from .blend import BlendedRows, blended
from .level_file import to_levels
from .levels import Strip
from .plan import Plan
from .raster import RasterReader
from .resample import on_raster
from .symmetries import moments


def predict(
    raster: RasterReader, detector, plan: Plan, batch_size: int = 8, begin: int = 0
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
    reader = raster
    if plan.resampled:
        reader = raster.resized(plan.model_grid)
    windows = batches(reader, plan, batch_size)
    rows = blended(moments(detector, windows, plan.symmetries), plan)
    if plan.resampled:
        levels = on_raster(raster, rows, plan)
    else:
        levels = map(_levels, rows)
    row = begin
    for values, spread in levels:
        yield Strip(row, values, spread)
        row += len(values)


def _levels(rows: BlendedRows) -> tuple[np.ndarray, np.ndarray | None]:
    """Of the probabilities and of their spread."""
    spread = None
    if rows.spread is not None:
        spread = to_levels(rows.spread, rows.searched)
    return to_levels(rows.sums, rows.searched), spread
