# SPDX-License-Identifier: GPL-2.0-or-later
"""Judged pixels counted by squares of ground: what a verdict is drawn from."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..errors import MrifeError
from ..evaluation.pixel_metrics import LEVELS
from ..geo.grid import Grid, Window
from ..geo.many_shapes import parts_of
from ..geo.overlay import Surface
from ..geo.rasterize import PolygonMask, mask_of
from ..geo.rectangles import Rectangles, slices
from ..geo.repair import sound
from ..inference.levels import NODATA
from ..inference.probability import Probability
from .shift import surroundings_of

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


class HomeSquares:
    """The square of each pixel of a grid, by number; of landslides (WKB in its CRS) all
    pixels are those of the square that holds their middle. Whether one is found or not is
    one thing: parted among squares it would be many, and an interval too narrow.
    """

    def __init__(self, grid: Grid, side: int, landslides: Sequence[bytes]):
        self._grid = grid
        self._side = side
        self._columns = math.ceil(grid.width / side)
        self._parts = [part for wkb in landslides for part in parts_of(sound(wkb))]
        windows = [surroundings_of(part, grid, 0.0) for part in self._parts]
        self._rectangles = Rectangles(windows)

    def read(self, window: Window) -> np.ndarray:
        """(rows, cols) int."""
        rows = window.row + np.arange(window.rows)
        cols = window.col + np.arange(window.cols)
        numbers = self._number(rows[:, None], cols)
        for place, shared in self._rectangles.on(window):
            part = self._parts[place]
            mask = mask_of([part], self._grid.crop(shared))
            numbers[slices(shared, window)][mask] = self._home(part)
        return numbers

    def _home(self, part: Surface) -> int:
        grid = self._grid
        col, row = grid.to_pixel(part.centroid.x, part.centroid.y)
        row = min(max(int(row), 0), grid.height - 1)
        return self._number(row, min(max(int(col), 0), grid.width - 1))

    def _number(self, row, col):
        return row // self._side * self._columns + col // self._side


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
            homes = HomeSquares(grid, self._sides[number], landslides)
            for pair in zip(base.strips(), tuned.strips()):
                levels = np.stack([strip.values for strip in pair])
                rows, cols = levels.shape[1:]
                strip = (pair[0].row, rows, 0, cols)
                counted = (levels != NODATA).all(0)
                if judged is not None:
                    counted &= judged.read(*strip)
                slide = truth.read(*strip)
                squares = homes.read(Window(pair[0].row, 0, rows, cols))
                for fold, band in enumerate(bands):
                    inside = counted & band.read(*strip)
                    pixels = (levels[:, inside], slide[inside], squares[inside])
                    self._add((number, fold), *pixels)

    def _add(
        self,
        key: tuple[int, int],
        levels: np.ndarray,
        slide: np.ndarray,
        squares: np.ndarray,
    ) -> None:
        """Pixels of a raster and fold to their squares: levels (2, n), truth (n,) bool and
        square (n,) of each.
        """
        numbers, place = np.unique(squares, return_inverse=True)
        size = len(numbers) * CLASSES * (LEVELS + 1)
        for network in range(MODELS):
            index = (place * CLASSES + slide) * (LEVELS + 1) + levels[network]
            counts = np.bincount(index, minlength=size)
            counts = counts.reshape(len(numbers), CLASSES, LEVELS + 1)
            for square, part in zip(numbers.tolist(), counts):
                self._unit(*key, square)[network] += part

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
