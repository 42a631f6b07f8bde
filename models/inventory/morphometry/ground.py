# SPDX-License-Identifier: GPL-2.0-or-later
"""The cells inside one polygon as one list, whatever the strips that they are read in."""

from __future__ import annotations

import math

import numpy as np

from ...geo.dem_window import DemStrip, DemWindow

MAX_CELLS = 1 << 20  # that are held; of more only each second, third ...


class GroundInside:
    """`cells` of a cut lie inside and have a height. `places` (n, 2), metres east and
    north from the first corner of the cut, and `heights` (n,), metres, are theirs: evenly
    chosen where they are too many to be held. `height_error`: standard error of single
    heights, metres, by how far they lie from the mean of their four neighbours, robustly.
    """

    def __init__(self, cut: DemWindow, max_cells: int = MAX_CELLS):
        self.cut = cut
        self.cells = 0
        every = max(1, math.ceil(cut.plane.area / cut.size**2 / max_cells))
        places = []
        heights = []
        off = []
        for strip in cut.strips():
            self.cells += int(strip.inside.sum())
            places.append(strip.places(strip.inside)[::every])
            heights.append(strip.heights[strip.inside][::every])
            off.append(_off(strip)[::every])
        self.places = np.concatenate(places)
        self.heights = np.concatenate(heights)
        self.height_error = _standard_error(np.concatenate(off))


def _off(strip: DemStrip) -> np.ndarray:
    """How far the heights inside lie above the mean of their four neighbours (n,)."""
    z = strip.z[1:-1, 1:-1]
    mean = (z[:-2, 1:-1] + z[2:, 1:-1] + z[1:-1, :-2] + z[1:-1, 2:]) / 4
    off = (strip.heights - mean)[strip.inside]
    return off[np.isfinite(off)]


def _standard_error(off: np.ndarray) -> float:
    if len(off):
        return 1.4826 * float(np.median(np.abs(off - np.median(off)))) / math.sqrt(1.25)
    return 0.0
