# SPDX-License-Identifier: GPL-2.0-or-later
"""The seed of a tuned network: the probability that one pixel of a candidate must reach,
as high as may be without losing a landslide that is found on ground left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..evaluation.evaluate import Evaluation
from ..evaluation.matching import found_at
from ..geo.crs import Crs
from ..geo.overlay import Surface
from ..geo.rasterize import mask_of
from ..inference.levels import LEVELS, NODATA
from ..inference.probability import Probability
from .labels import joined_on_grid
from .shift import surroundings_of

MIN_FOUND = 5  # landslides; fewer say nothing of the next one
MAX_SEED = 0.9  # on new ground a landslide may be less sure than all of them


def choose_seed(evaluation: Evaluation, peaks: np.ndarray, own: float) -> float:
    """The highest level at which all landslides that are found stay found, at most
    MAX_SEED; `peaks` (p,) are the highest probabilities (0-1) of the candidates by their
    pieces. `own`, which they all reach, where fewer than MIN_FOUND are found.
    """
    if evaluation.survey.matches.found.sum() < MIN_FOUND:
        return own
    levels = found_at(evaluation.on_landslides, peaks)
    lowest = float(levels[evaluation.survey.matches.found].min())
    return round(max(own, min(MAX_SEED, lowest)), 4)


def peaks_of(polygons: Sequence[Surface], crs: Crs, paths: Sequence[str]) -> np.ndarray:
    """The highest probability (n,), 0-1, under each of some polygons in `crs` on any of
    the probability rasters.
    """
    peaks = np.zeros(len(polygons))
    for path in paths:
        with Probability(path) as probability:
            for place, polygon in enumerate(polygons):
                piece = joined_on_grid(polygon, crs, probability.grid)
                if piece is None:
                    continue
                levels = levels_under(probability, piece)
                highest = levels[levels != NODATA].max(initial=0) / LEVELS
                peaks[place] = max(peaks[place], highest)
    return peaks


def levels_under(probability: Probability, polygon: Surface) -> np.ndarray:
    """Levels (n,) uint8 of the pixels under a polygon in the CRS of the raster."""
    grid = probability.grid
    window = surroundings_of(polygon, grid, 0.0)
    return probability.read(window)[mask_of([polygon], grid.crop(window))]
