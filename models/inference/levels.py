# SPDX-License-Identifier: GPL-2.0-or-later
"""How a probability raster stores probabilities: one byte a pixel, in 250 steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


def level(probability: float) -> int:
    """The lowest value of a probability raster that stands for at least this
    probability; 251 where none does.
    """
    return int(np.searchsorted(np.arange(LEVELS + 1) / LEVELS, probability))


def stacked(strips: Iterable[Strip], min_rows: int) -> Iterator[Strip]:
    """The same rows in strips of at least `min_rows`, but for the last one."""
    waiting: list[Strip] = []
    rows = 0
    for strip in strips:
        waiting.append(strip)
        rows += len(strip.values)
        if rows >= min_rows:
            yield _joined(waiting)
            waiting = []
            rows = 0
    if waiting:
        yield _joined(waiting)


def _joined(strips: list[Strip]) -> Strip:
    if len(strips) == 1:
        return strips[0]
    values = np.concatenate([strip.values for strip in strips])
    spread = None
    if strips[0].spread is not None:
        spread = np.concatenate([strip.spread for strip in strips])
    return Strip(strips[0].row, values, spread)
