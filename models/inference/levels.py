# SPDX-License-Identifier: GPL-2.0-or-later
"""How a probability raster stores probabilities: one byte a pixel, in 250 steps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

NODATA = 255
LEVELS = 250  # stands for probability 1; value / 250 is the probability


class Strip(NamedTuple):
    """Finished full-width rows of a probability raster: `values` uint8 (rows, width),
    0-250 and 255 for nodata; `spread` the same of its standard deviation over flips and
    rotations, None where there were none.
    """

    row: int
    values: np.ndarray
    spread: np.ndarray | None = None

    @property
    def end(self) -> int:
        """Past its last row."""
        return self.row + len(self.values)


def level(probability: float) -> int:
    """The lowest value of a probability raster that stands for at least this
    probability; 251 where none does.
    """
    return int(np.searchsorted(np.arange(LEVELS + 1) / LEVELS, probability))
