# SPDX-License-Identifier: GPL-2.0-or-later
"""The rasters of a job, searched by base and tuned network, and the verdict on both."""

from __future__ import annotations

from collections.abc import Sequence

from ..evaluation.intervals import MIN_BLOCKS
from .folds import Folds
from .held_out import search_area
from .labels import on_grid
from .prepare import TuneJob
from .searched_ground import searched_landslides, searched_pixels
from .square_counts import SquareCounts, pixel_weights, square_side
from .verdict import Verdict, pass_verdict


def verdict_of(
    job: TuneJob, before: Sequence[str], after: Sequence[str], folds: Folds
) -> Verdict:
    """The verdict on two searches of all rasters; without intervals where fewer
    landslides are judged than one takes blocks, as squares of the same few are alike.
    Raises MrifeError where no landslide was searched.
    """
    grids = [raster.grid for raster in job.rasters]
    areas = [search_area(grid, job.reviewed, job.crs, folds, None) for grid in grids]
    weights = pixel_weights(grids)
    pixels = sum(weight * searched_pixels(path) for weight, path in zip(weights, before))
    squares = SquareCounts(square_side(pixels), weights)
    for number, grid in enumerate(grids):
        squares.add(
            number,
            (before[number], after[number]),
            [polygon.wkb for polygon in on_grid(job.landslides, job.crs, grid)],
            areas[number],
            [folds.on(fold, grid, buffered=False) for fold in range(folds.count)],
        )
    verdict = pass_verdict(*squares.table(), job.base.contract.threshold)
    if len(searched_landslides(job, before)) < MIN_BLOCKS:
        return verdict.without_intervals()
    return verdict
