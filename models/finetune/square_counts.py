# SPDX-License-Identifier: GPL-2.0-or-later
"""Judged pixels counted by squares of ground: what a verdict is drawn from."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..errors import MrifeError
from ..evaluation.pixel_metrics import LEVELS
from ..geo.grid import Grid
from ..geo.rasterize import PolygonMask
from ..inference.levels import NODATA
from ..inference.probability import Probability

SQUARES = 120  # of all judged ground, about
MIN_SIDE = 24  # pixels of a square
MODELS = 2  # base, tuned
CLASSES = 2  # background, landslide


def square_side(pixels: float) -> int:
    """Pixels a side of the squares that so much judged ground is cut into."""
    return max(MIN_SIDE, round((pixels / SQUARES) ** 0.5))


def pixel_weights(grids: Sequence[Grid]) -> list[float]:
    """The ground under a pixel of each grid, by that of the smallest pixel."""
    areas = [math.prod(grid.pixel_metres()) for grid in grids]
    return [area / min(areas) for area in areas]


class SquareCounts:
    """Judged pixels by square and fold, network, class and level of probability. Each
    raster's count by their `weights`, so that all ground counts alike; squares have `side`
    of the pixels whose weight is 1, and MIN_SIDE of others at least.
    """

    def __init__(self, side: int, weights: Sequence[float]):
        self._weights = weights
        self._sides = [max(MIN_SIDE, round(side / weight**0.5)) for weight in weights]
        self._units: dict[tuple, np.ndarray] = {}

    def add(
        self,
        number: int,
        paths: tuple[str, str],
        landslides: Sequence[bytes],
        area: Sequence[bytes] | None,
        folds: Sequence[Sequence[bytes]],
    ) -> None:
        """Count raster `number`, searched by base and tuned network; polygons are WKB in
        its CRS, `area` None where all of it is judged, `folds` the ground of each.
        """
        with Probability(paths[0]) as base, Probability(paths[1]) as tuned:
            grid = base.grid
            truth = PolygonMask(landslides, grid)
            judged = PolygonMask(area, grid) if area is not None else None
            bands = [PolygonMask(fold, grid) for fold in folds]
            for pair in zip(base.strips(), tuned.strips()):
                row = pair[0].row
                levels = np.stack([strip.values for strip in pair])
                rows, cols = levels.shape[1:]
                window = (row, rows, 0, cols)
                counted = (levels != NODATA).all(0)
                if judged is not None:
                    counted &= judged.read(*window)
                slide = truth.read(*window)
                for fold, band in enumerate(bands):
                    inside = counted & band.read(*window)
                    self._add(number, fold, row, levels, slide, inside)

    def _add(
        self,
        number: int,
        fold: int,
        first: int,
        levels: np.ndarray,
        slide: np.ndarray,
        inside: np.ndarray,
    ) -> None:
        """Pixels `inside` of a strip to their squares."""
        rows, cols = np.nonzero(inside)
        if not len(rows):
            return
        side = self._sides[number]
        down = (rows + first) // side
        across = cols // side
        squares, place = np.unique(
            np.stack([down, across], axis=1), axis=0, return_inverse=True
        )
        place = place.ravel()
        truth = slide[rows, cols].astype(int)
        size = len(squares) * CLASSES * (LEVELS + 1)
        for network in range(MODELS):
            level = levels[network, rows, cols].astype(int)
            index = (place * CLASSES + truth) * (LEVELS + 1) + level
            counts = np.bincount(index, minlength=size)
            counts = counts.reshape(len(squares), CLASSES, LEVELS + 1)
            for square, part in zip(squares.tolist(), counts):
                self._unit(number, fold, *square)[network] += part

    def _unit(self, *key: int) -> np.ndarray:
        empty = np.zeros((MODELS, CLASSES, LEVELS + 1))
        return self._units.setdefault(key, empty)

    def table(self) -> tuple[np.ndarray, np.ndarray]:
        """((n, 2, 2, 251) counts of the squares, (n,) their folds). Raises MrifeError
        where no landslide was searched.
        """
        if not any(counts[:, 1].any() for counts in self._units.values()):
            raise MrifeError(
                "Nothing can be judged: the images have no pixels where the landslides "
                "lie. Choose images that show them, or digitize where these have pixels."
            )
        keys = sorted(self._units)
        counts = np.stack([self._weights[key[0]] * self._units[key] for key in keys])
        return counts, np.array([key[1] for key in keys])


def judged_pixels(grid: Grid, area: Sequence[bytes] | None) -> int:
    """Pixels of a grid inside an area, by rows of it."""
    if area is None:
        return grid.width * grid.height
    mask = PolygonMask(area, grid)
    step = 256
    rows = range(0, grid.height, step)
    blocks = (mask.read(row, min(step, grid.height - row), 0, grid.width) for row in rows)
    return int(sum(block.sum() for block in blocks))
