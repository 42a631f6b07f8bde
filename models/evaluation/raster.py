# SPDX-License-Identifier: GPL-2.0-or-later
"""A probability raster against a reference inventory, pixel by pixel, at all thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..errors import MrifeError
from ..geo.grid import Grid
from ..geo.overlay import joined
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
    folds: Sequence[ConfusionCounts],
) -> Iterator[float]:
    """Fill `folds`, bands of ground from top to bottom, with the searched pixels of a
    raster whose centre lies in the area; yields the share of rows that is through.

    References and area are WKB polygons in the raster's CRS. Raises MrifeError where no
    pixel that was searched lies in the area.
    """
    grid = probability.grid
    truths = PolygonMask(references, grid)
    inside = PolygonMask(area, grid)
    first, last = row_range(area, grid)
    for strip in probability.strips():
        rows, cols = strip.values.shape
        window = (strip.row, rows, 0, cols)
        counted = inside.read(*window) & (strip.values != NODATA)
        if counted.any():
            truth = truths.read(*window)
            places = (strip.row + np.arange(rows) + 0.5 - first) / (last - first)
            bands = np.clip(places * len(folds), 0, len(folds) - 1).astype(int)
            for band in np.unique(bands).tolist():
                in_band = counted & (bands == band)[:, None]
                values = strip.values[in_band].astype(np.float32) / LEVELS
                folds[band].add(values, truth[in_band])
        yield (strip.row + rows) / grid.height
    if not sum(fold.slide.sum() + fold.background.sum() for fold in folds):
        raise MrifeError(
            "The probability raster holds nothing inside the evaluation area; choose an "
            "area on the raster, or look at the coordinate systems of both."
        )


def row_range(polygons: Sequence[bytes], grid: Grid) -> tuple[float, float]:
    """The first row of a grid that polygons (WKB in its CRS) reach, and one past the
    last.
    """
    bounds = joined(polygons).bounds
    corners = np.array(bounds)[[[0, 1], [0, 3], [2, 1], [2, 3]]]
    rows = grid.to_pixel(*corners.T)[1].clip(0, grid.height)
    return float(rows.min()), float(rows.max())


def searched_share(
    folds: Sequence[ConfusionCounts], grid: Grid, area: EvaluationArea
) -> float:
    """Share of an area, 0-1, under pixels of a grid that were counted."""
    across, down = grid.pixel_metres()
    counted = sum(fold.slide.sum() + fold.background.sum() for fold in folds)
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
    scores = counts.reaching(recall)
    if scores is None:
        return None
    return cut_at(counts, scores.threshold)
