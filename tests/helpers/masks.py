# SPDX-License-Identifier: GPL-2.0-or-later
"""Small masks as strips, brute-force labels, and their polygons."""

from __future__ import annotations

import numpy as np

from models.geo.grid import Grid
from models.inference.levels import Strip
from models.inventory.polygonize.components import polygonize

NORTH_UP, ROTATED, SOUTH_UP = (
    (0, 1, 0, 0, 0, -1),
    (5e5, 2, 0.3, 3e6, 0.1, -1),
    (10, 0.5, 0, 20, 0, 1.5),
)


def grid_of(values, transform=NORTH_UP, wkt=""):
    return Grid(values.shape[1], values.shape[0], transform, wkt)


def strips_of(values, height):
    return [
        Strip(row, values[row : row + height]) for row in range(0, len(values), height)
    ]


def trace(values, threshold=0.5, seed=0.0, height=3, transform=NORTH_UP):
    values = np.asarray(values, np.uint8)
    return list(
        polygonize(
            strips_of(values, height), grid_of(values, transform), threshold, seed, 0
        )
    )


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
