# SPDX-License-Identifier: GPL-2.0-or-later
"""Small masks as strips, brute-force labels, and their polygons on pixel edges."""

from __future__ import annotations

import numpy as np
from samples import wkt

from models.geo.grid import Grid
from models.inference.level_file import padded, single_levels
from models.inference.levels import Strip
from models.inventory.polygonize.options import OutlineOptions, Thresholds
from models.inventory.polygonize.polygonize import polygonize

NORTH_UP, ROTATED, SOUTH_UP = (
    (0, 1, 0, 0, 0, -1),
    (5e5, 2, 0.3, 3e6, 0.1, -1),
    (10, 0.5, 0, 20, 0, 1.5),
)


PIXEL_EDGES = OutlineOptions(contour=False, holes=False, smooth=False, simplify=0.0)
UTM = wkt(32648)


class Levels:
    """Levels in memory that are read as those of a probability raster."""

    has_spread = False

    def __init__(self, values, grid):
        self.values = values
        self.grid = grid

    def read(self, window):
        return padded(window, self.grid, self._read)

    def at(self, rows, cols):
        return single_levels(rows, cols, self.grid, self.read)

    def _read(self, window):
        rows = slice(window.row, window.row + window.rows)
        return self.values[rows, window.col : window.col + window.cols]


def grid_of(values, transform=NORTH_UP, wkt=UTM):
    return Grid(values.shape[1], values.shape[0], transform, wkt)


def strips_of(values, height):
    return [
        Strip(row, values[row : row + height]) for row in range(0, len(values), height)
    ]


def trace(values, threshold=0.5, seed=None, height=3, transform=NORTH_UP):
    """Polygons on pixel edges, as users get them without any step."""
    values = np.asarray(values, np.uint8)
    grid = grid_of(values, transform)
    return trace_strips(strips_of(values, height), grid, threshold, seed, values=values)


def trace_strips(strips, grid, threshold=0.5, seed=None, min_area=0.0, values=None):
    seed = threshold if seed is None else seed
    levels = Levels(values, grid)  # not read by outlines on pixel edges
    thresholds = Thresholds(threshold, seed, min_area)
    found = polygonize(strips, levels, grid, thresholds, PIXEL_EDGES)
    return [candidate.polygon for candidate in found]


def flood(mask):
    """Brute-force 4-connected labels, 0 outside."""
    labels = np.zeros(mask.shape, int)
    for start in np.argwhere(mask):
        if labels[tuple(start)]:
            continue
        label, stack = labels.max() + 1, [tuple(start)]
        while stack:
            row, col = stack.pop()
            if (
                0 <= row < mask.shape[0]
                and 0 <= col < mask.shape[1]
                and mask[row, col]
                and not labels[row, col]
            ):
                labels[row, col] = label
                stack += [(row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1)]
    return labels
