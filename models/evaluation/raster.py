# SPDX-License-Identifier: GPL-2.0-or-later
"""A probability raster against a reference inventory, pixel by pixel, at all thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..errors import MrifeError
from ..geo.grid import Grid
from ..geo.rasterize import PolygonMask
from ..inference.levels import LEVELS, NODATA
from ..inference.probability import Probability
from .evaluate import EvaluationArea
from .pixel_metrics import ConfusionCounts
from .ranking import WANTED_RECALL, Cut


def count_pixels(
    probability: Probability,
    references: Sequence[bytes],
    area: Sequence[bytes],
    counts: ConfusionCounts,
) -> Iterator[float]:
    """Fill `counts` with the searched pixels of a raster whose centre lies in the area;
    yields the share of rows that is through.

    Both are WKB polygons in the raster's CRS. Raises MrifeError where no pixel of the
    raster lies in the area.
    """
    grid = probability.grid
    truths = PolygonMask(references, grid)
    inside = PolygonMask(area, grid)
    for strip in probability.strips():
        rows, cols = strip.values.shape
        window = (strip.row, rows, 0, cols)
        counted = inside.read(*window) & (strip.values != NODATA)
        if counted.any():
            values = strip.values[counted].astype(np.float32) / LEVELS
            counts.add(values, truths.read(*window)[counted])
        yield (strip.row + rows) / grid.height
    if not counts.slide.sum() + counts.background.sum():
        raise MrifeError(
            "The probability raster holds nothing inside the evaluation area; choose an "
            "area on the raster, or look at the coordinate systems of both."
        )


def searched_share(counts: ConfusionCounts, grid: Grid, area: EvaluationArea) -> float:
    """Share of an area, 0-1, under pixels of a grid that were counted."""
    across, down = grid.pixel_metres()
    counted = counts.slide.sum() + counts.background.sum()
    return min(1.0, float(counted) * across * down / area.outline.area)


def cut_at(counts: ConfusionCounts, threshold: float) -> Cut:
    """What a threshold of the probability leaves, by pixel."""
    scores = counts.at(threshold)
    return Cut(threshold, scores.precision, scores.recall, scores.f1, 0)


def best_cut(counts: ConfusionCounts) -> Cut:
    """The threshold with the highest F1."""
    return cut_at(counts, counts.best().threshold)


def reaching_cut(counts: ConfusionCounts, recall: float = WANTED_RECALL) -> Cut | None:
    """The highest threshold that finds this share of the landslides' ground."""
    reached = counts.curve()[1]
    enough = np.flatnonzero(reached >= recall - 1e-9)
    if len(enough):
        return cut_at(counts, (int(enough[-1]) + 1) / LEVELS)
    return None
