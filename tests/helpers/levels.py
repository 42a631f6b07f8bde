# SPDX-License-Identifier: GPL-2.0-or-later
"""Levels of a probability raster with blobs of known place."""

from __future__ import annotations

import numpy as np


def levels(rows, cols, *blobs):
    """Cones of probability: (column, row, radius in pixels)."""
    row, col = np.mgrid[:rows, :cols] + 0.5
    away = [np.hypot(col - x, row - y) - radius for x, y, radius in blobs]
    return np.clip(124.5 - 10 * np.min(away, axis=0), 0, 240).astype(np.uint8)


TWO = (100, 220, (70, 50, 27.5), (128, 50, 27.5))  # 3 pixels, 6 m apart around column 99


GROWN = (
    140,
    150,
    (30, 30, 22),
    (70, 30, 22),
    (110, 30, 22),
    (110, 70, 22),
    (110, 110, 22),
)  # an angle
