# SPDX-License-Identifier: GPL-2.0-or-later
"""predict: raster and detector to finished strips of landslide probability, in bounded
memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from .batches import batches
from .blend import blended
from .levels import Strip
from .plan import Plan
from .probability import to_levels
from .raster import Raster
from .resample import on_raster


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
    reader = raster
    if plan.resampled:
        reader = raster.resized(plan.model_grid)
    answers = detector.stream(batches(reader, plan, batch_size))
    rows = blended(answers, plan)
    if plan.resampled:
        levels = on_raster(raster, rows, plan)
    else:
        levels = (to_levels(part.sums, part.searched) for part in rows)
    row = begin
    for values in levels:
        yield Strip(row, values)
        row += len(values)
