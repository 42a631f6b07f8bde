# SPDX-License-Identifier: GPL-2.0-or-later
"""The heights around one polygon, cut out of an elevation model, and the steps between
them in metres.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon

from .grid import Grid, Window
from .rasterize import burn, rings_of

# of the ring around a polygon, by the radius of the circle of equal area
RING_WIDTH = 0.5


@dataclass(frozen=True)
class DemWindow:
    """The cells around one polygon; `z` has a margin of one cell on each side and NaN
    where there is no height.
    """

    # (rows + 2, cols + 2) metres
    z: np.ndarray
    # (2, 2) metres east and north (rows) of a step of one column and one row (columns)
    cell: np.ndarray
    # the outline in columns and rows of the window
    rings: list[np.ndarray]
    # the outline in metres east and north of the window's first corner
    plane: Polygon | MultiPolygon
    # rows and columns of the file by those here
    every: int = 1
    # where these are several: (first row, z) of strips with all rows and columns
    read: Callable[[], Iterator[tuple[int, np.ndarray]]] | None = None
    # metres east and north of the first corner, in those of `places`
    corner: tuple[float, float] = (0.0, 0.0)

    @property
    def size(self) -> float:
        """Side of a square cell of equal area, metres."""
        return math.sqrt(
            abs(self.cell[0, 0] * self.cell[1, 1] - self.cell[0, 1] * self.cell[1, 0])
        )

    @property
    def whole(self) -> Window:
        """All cells but the margin."""
        return Window(0, 0, self.z.shape[0] - 2, self.z.shape[1] - 2)

    @cached_property
    def heights(self) -> np.ndarray:
        """(rows, cols) without the margin."""
        return self.z[1:-1, 1:-1]

    @cached_property
    def inside(self) -> np.ndarray:
        """Cells (rows, cols) bool whose centre lies inside and that have a height."""
        return burn(self.rings, self.whole) & np.isfinite(self.heights)

    @property
    def has_heights(self) -> bool:
        """Whether there are any inside, or around an outline that is too small to hold
        the centre of a cell.
        """
        if burn(self.rings, self.whole).any():
            return bool(self.inside.any())
        corners = np.concatenate(self.rings)
        left, top = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int)
        right, bottom = np.maximum(np.ceil(corners.max(axis=0)), 0).astype(int)
        return bool(np.isfinite(self.heights[top:bottom, left:right]).any())

    @cached_property
    def ring(self) -> np.ndarray:
        """Cells (rows, cols) bool with a height around the polygon, to half its equivalent
        radius.
        """
        width = RING_WIDTH * math.sqrt(self.plane.area / math.pi)
        wide = self.plane.simplify(width / 8).buffer(width, 4)
        (xc, xr), (yc, yr) = self.cell
        around = burn(rings_of(wide, Grid(0, 0, (0, xc, xr, 0, yc, yr), "")), self.whole)
        return around & np.isfinite(self.heights) & ~burn(self.rings, self.whole)

    @cached_property
    def gradient(self) -> np.ndarray:
        """Rise per metre east and north (2, rows, cols) by Horn's (1981) weighted 3 x
        3 differences; NaN at voids.
        """
        z = self.z
        down = z[:-2] + 2 * z[1:-1] + z[2:]
        across = z[:, :-2] + 2 * z[:, 1:-1] + z[:, 2:]
        steps = (down[:, 2:] - down[:, :-2]) / 8, (across[2:] - across[:-2]) / 8
        (a, b), (c, d) = self.cell
        return np.stack((d * steps[0] - c * steps[1], a * steps[1] - b * steps[0])) / (
            a * d - b * c
        )

    def strips(self) -> Iterator[DemWindow]:
        """This window or, where it holds every third, fifth ... row and column, one below
        the other with all of them: slopes between far cells are gentler ones.
        """
        if self.read is None:
            yield self
            return
        cell = self.cell / self.every
        for row, z in self.read():
            corner = tuple(row * cell[:, 1])
            rings = [ring * self.every - (0, row) for ring in self.rings]
            plane = translate(self.plane, -corner[0], -corner[1])
            yield DemWindow(z, cell, rings, plane, corner=corner)

    def places(self, mask: np.ndarray) -> np.ndarray:
        """Metres east and north (n, 2) of the centres of the cells of a mask, from the
        first corner, of a strip from that of the whole window.
        """
        rows, cols = np.nonzero(mask)
        return np.stack((cols + 0.5, rows + 0.5), axis=1) @ self.cell.T + self.corner
