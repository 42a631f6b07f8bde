# SPDX-License-Identifier: GPL-2.0-or-later
"""The heights around one polygon, cut out of an elevation model in strips of bounded
memory, and the steps between them in metres.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon

from .grid import Grid, Window
from .rasterize import burn, rings_of

# of the ring around a polygon, by the radius of the circle of equal area
RING_WIDTH = 0.5
# cells around those of a strip: a slope takes one, a median between two of them two
MARGIN = 2


@dataclass(frozen=True)
class DemStrip:
    """All cells of some rows around one polygon; `z` has a margin on each side and NaN
    where there is no height.
    """

    # (rows + 2 MARGIN, cols + 2 MARGIN) metres
    z: np.ndarray
    # (2, 2) metres east and north (rows) of a step of one column and one row (columns)
    cell: np.ndarray
    # the outline in columns and rows of the strip
    rings: list[np.ndarray]
    # the outline in metres east and north of the strip's first corner
    plane: Polygon | MultiPolygon
    # its first row in those of the whole window
    row: int = 0

    @property
    def whole(self) -> Window:
        """All cells but the margin."""
        return Window(0, 0, *self.heights.shape)

    @cached_property
    def heights(self) -> np.ndarray:
        """(rows, cols) without the margin."""
        return self.z[MARGIN:-MARGIN, MARGIN:-MARGIN]

    @cached_property
    def centres(self) -> np.ndarray:
        """Cells (rows, cols) bool whose centre lies inside."""
        return burn(self.rings, self.whole)

    @cached_property
    def inside(self) -> np.ndarray:
        """The same, those that have a height."""
        return self.centres & np.isfinite(self.heights)

    @property
    def around(self) -> np.ndarray:
        """Heights (rows, cols) within the bounds of the outline."""
        corners = np.concatenate(self.rings)
        left, top = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int)
        right, bottom = np.maximum(np.ceil(corners.max(axis=0)), 0).astype(int)
        return self.heights[top:bottom, left:right]

    @cached_property
    def ring(self) -> np.ndarray:
        """Cells (rows, cols) bool with a height around the polygon, to half its equivalent
        radius.
        """
        width = RING_WIDTH * math.sqrt(self.plane.area / math.pi)
        wide = self.plane.simplify(width / 8).buffer(width, 4)
        (xc, xr), (yc, yr) = self.cell
        around = burn(rings_of(wide, Grid(0, 0, (0, xc, xr, 0, yc, yr), "")), self.whole)
        return around & np.isfinite(self.heights) & ~self.centres

    @cached_property
    def gradient(self) -> np.ndarray:
        """Rise per metre east and north (2, rows, cols) by Horn's (1981) weighted 3 x
        3 differences; NaN at voids.
        """
        z = self.z[1:-1, 1:-1]
        down = z[:-2] + 2 * z[1:-1] + z[2:]
        across = z[:, :-2] + 2 * z[:, 1:-1] + z[:, 2:]
        steps = (down[:, 2:] - down[:, :-2]) / 8, (across[2:] - across[:-2]) / 8
        (a, b), (c, d) = self.cell
        return np.stack((d * steps[0] - c * steps[1], a * steps[1] - b * steps[0])) / (
            a * d - b * c
        )

    @cached_property
    def sloping(self) -> np.ndarray:
        """Cells (rows, cols) bool whose slope is known."""
        return np.isfinite(self.gradient).all(axis=0)

    def places(self, mask: np.ndarray) -> np.ndarray:
        """Metres east and north (n, 2) of the centres of the cells of a mask, from the
        first corner of the whole window.
        """
        rows, cols = np.nonzero(mask)
        return np.stack((cols + 0.5, rows + self.row + 0.5), axis=1) @ self.cell.T


@dataclass(frozen=True)
class DemWindow:
    """All cells around one polygon: of a small one they are one strip, which is held."""

    # (2, 2) metres east and north (rows) of a step of one column and one row (columns)
    cell: np.ndarray
    # the outline in columns and rows of the window
    rings: list[np.ndarray]
    # the outline in metres east and north of the window's first corner
    plane: Polygon | MultiPolygon
    # (first row, z) of each strip, one below the other
    read: Callable[[], Iterable[tuple[int, np.ndarray]]]
    held: tuple[DemStrip, ...] = ()

    @property
    def size(self) -> float:
        """Side of a square cell of equal area, metres."""
        return math.sqrt(
            abs(self.cell[0, 0] * self.cell[1, 1] - self.cell[0, 1] * self.cell[1, 0])
        )

    @property
    def has_heights(self) -> bool:
        """Whether there are any inside, or around an outline that is too small to hold
        the centre of a cell.
        """
        if any(strip.centres.any() for strip in self.strips()):
            return any(strip.inside.any() for strip in self.strips())
        return any(np.isfinite(strip.around).any() for strip in self.strips())

    def strips(self) -> Iterable[DemStrip]:
        """One below the other."""
        return self.held or (self._strip(row, z) for row, z in self.read())

    def _strip(self, row: int, z: np.ndarray) -> DemStrip:
        rings = [ring - (0, row) for ring in self.rings]
        plane = translate(self.plane, *(-row * self.cell[:, 1]))
        return DemStrip(z, self.cell, rings, plane, row)
