# SPDX-License-Identifier: GPL-2.0-or-later
"""A probability raster of known values."""

from __future__ import annotations

import numpy as np
from samples import PLACE, wkt

from models.geo.grid import Grid
from models.inference.levels import Strip

VALUES = np.random.default_rng(0).integers(0, 251, (700, 300)).astype(np.uint8)


GRID = Grid(300, 700, PLACE, wkt(32647))


def strips(height):
    return [Strip(row, VALUES[row : row + height]) for row in range(0, 700, height)]
