# SPDX-License-Identifier: GPL-2.0-or-later
"""A probability raster against a reference inventory, pixel by pixel, at all thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..errors import MrifeError
from ..geo.geodesic import pixel_areas
from ..geo.grid import Grid
from ..geo.overlay import joined
from ..geo.rasterize import PolygonMask
from ..inference.levels import LEVELS, NODATA
from ..inference.probability import Probability
from .evaluate import EvaluationArea, Layer
from .pixel_metrics import ConfusionCounts
from .ranking import WANTED_RECALL, Cut

# share of an area from which on all of it was searched: what is left are halves of pixels
WHOLE = 0.995


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
    areas = pixel_areas(grid)
    middle = np.array(area.outline.centroid.coords)
    _, row = _on_grid(middle, grid, area)
    # there, in m2: in degrees, or on Web Mercator, pixels shrink towards the poles
    pixel = float(np.interp(row, areas.rows, areas.by_row)[0])
    counted = sum(fold.slide.sum() + fold.background.sum() for fold in folds)
    return min(1.0, float(counted) * pixel / area.outline.area)


def searched_for(
    candidates: Layer, grid: Grid, area: EvaluationArea, searched: float
) -> float:
    """Share of an area, 0-1, in which candidates on its plane were searched for: what a
    raster's grid has `searched` of it; all where some of them lie beside the grid, for
    another raster has searched there.
    """
    if searched >= WHOLE:
        return 1.0
    cols, rows = _on_grid(candidates.middles, grid, area)
    on_grid = (cols >= 0) & (cols <= grid.width) & (rows >= 0) & (rows <= grid.height)
    return searched if on_grid.all() else 1.0


def _on_grid(
    places: np.ndarray, grid: Grid, area: EvaluationArea
) -> tuple[np.ndarray, np.ndarray]:
    """Columns and rows (n,) of places (n, 2) on the plane of an area."""
    places = area.plane.transform(places, grid.crs)
    return grid.to_pixel(*grid.crs.turned(places, grid.centre[0]).T)


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
