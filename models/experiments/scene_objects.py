# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidates of a scene beside the landslides that were mapped there, also of the surest
candidates alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from .plugin_run import Detection

SHARE = 0.5  # of a landslide that is found, and of a candidate that is right
BEYOND = 1.01  # what no probability reaches


class SceneObjects:
    """`landslides` in the CRS of what was detected; `km2` that were looked at by whoever
    mapped them.
    """

    def __init__(
        self, detection: Detection, landslides: Sequence[BaseGeometry], km2: float
    ) -> None:
        self._candidates = detection.polygons
        self._landslides = landslides
        self._km2 = km2
        mapped = unary_union(landslides)
        self._is_false = np.array(
            [
                candidate.intersection(mapped).area < SHARE * candidate.area
                for candidate in self._candidates
            ],
            bool,
        )
        peaks = [_peak(detection, candidate) for candidate in self._candidates]
        self._peaks = np.array(peaks, float)

    def found(self, seed: float = 0.0) -> np.ndarray:
        """(m,) bool of the landslides: whether the candidates that reach the seed (0-1)
        somewhere cover half of it.
        """
        sure = [
            candidate
            for candidate, peak in zip(self._candidates, self._peaks)
            if peak >= seed
        ]
        covered = unary_union(sure)
        return np.array(
            [
                landslide.intersection(covered).area >= SHARE * landslide.area
                for landslide in self._landslides
            ],
            bool,
        )

    def false_per_km2(self, seed: float = 0.0) -> float:
        """Of the candidates that reach the seed, those that lie on no landslide by half;
        to a hundredth, as tables have it.
        """
        count = int((self._is_false & (self._peaks >= seed)).sum())
        return round(count / self._km2, 2)

    def seed_for(self, false_per_km2: float) -> float:
        """The lowest seed that leaves no more false candidates than that."""
        seeds = np.unique(np.append(self._peaks, 0.0))
        for seed in seeds:
            if self.false_per_km2(seed) <= false_per_km2:
                return float(seed)
        return BEYOND


def _peak(detection: Detection, candidate: BaseGeometry) -> float:
    """The highest probability (0-1) under a candidate."""
    return float(detection.probability[detection.mask_of(candidate)].max(initial=0))
