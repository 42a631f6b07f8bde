# SPDX-License-Identifier: GPL-2.0-or-later
"""A made image of rough ground with discs that are smooth, and heights beside it."""

from __future__ import annotations

import math

import numpy as np
from samples import write_raster

SIDE = 320  # pixels of a metre
LAKE = (100, 100, 50)  # column, row, radius
PLANTS = (230, 100, 45)
POND = (100, 230, 20)
LEVEL = (230, 230, 60)  # rough in the image
SILT = (150, 130, 100)  # red, green, blue
GREEN = (60, 120, 50)
LAKE_M2 = math.pi * LAKE[2] ** 2
LEVEL_M2 = math.pi * LEVEL[2] ** 2


def disc(column, row, radius):
    """The pixels (rows, cols) of a disc."""
    rows, cols = np.mgrid[:SIDE, :SIDE] + 0.5
    return np.hypot(cols - column, rows - row) <= radius


def image(path, dtype=np.uint8, factor=1, bands=3, **more):
    """Rough ground, and discs that are smooth but for the last digit."""
    random = np.random.default_rng(7)
    pixels = random.integers(0, 200, (3, SIDE, SIDE))
    for place, colour in ((LAKE, SILT), (POND, SILT), (PLANTS, GREEN)):
        ripples = random.integers(0, 3, (3, SIDE, SIDE))
        inside = disc(*place)
        pixels[:, inside] = (np.array(colour)[:, None, None] + ripples)[:, inside]
    return write_raster(path, (pixels[:bands] * factor).astype(dtype), **more)


def heights(path, *level, degrees=25.0, **more):
    """A slope of so many degrees, and discs in it that are level."""
    rows = np.mgrid[:SIDE, :SIDE][0]
    z = 500 + rows * math.tan(math.radians(degrees))
    for place in level:
        z[disc(*place)] = z[place[1], 0]
    return write_raster(path, z.astype(np.float32), **more)
