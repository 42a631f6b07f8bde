# SPDX-License-Identifier: GPL-2.0-or-later
"""What methods without a network score on the southern part of the plateau: its slope
alone, and gradient-boosted trees on terrain measures of single cells.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from scipy.ndimage import maximum_filter, minimum_filter, uniform_filter
from sklearn.ensemble import HistGradientBoostingClassifier

from ..evaluation.pixel_metrics import ConfusionCounts
from ..training.landscapes import MOLDAVIA, MOLDAVIA_ROWS
from ..training.terrain_channels import PLANES, terrain_channels

# of the measures that are those of a cell and its neighbours
NEAREST = (
    "slope",
    "slope_east",
    "slope_north",
    "profile_curvature",
    "plan_curvature",
)
SIDES = (3, 7, 15, 31)  # cells of the squares of the others: 60 to 620 m


class Floor(NamedTuple):
    """Of the southern part: IoU at the threshold that is best on the northern part, and
    at the one that is best on the southern itself; average precision.
    """

    iou: float
    best_iou: float
    average_precision: float


def slope_floor(heights: np.ndarray, truth: np.ndarray) -> Floor:
    """Of calling all ground a landslide that is steeper than an angle; `heights` (H, W) in
    m, `truth` (H, W) bool.
    """
    steep = np.hypot(*np.gradient(heights.astype(float), MOLDAVIA))
    return floor_of(np.arctan(steep) / (np.pi / 2), truth)


def trees_floor(heights: np.ndarray, truth: np.ndarray) -> Floor:
    """Of trees that learned the cells of the northern part."""
    measures = terrain_measures(heights)
    north = slice(*MOLDAVIA_ROWS["train"])
    count = measures.shape[-1]
    trees = HistGradientBoostingClassifier(random_state=0)
    trees.fit(measures[north].reshape(-1, count), truth[north].ravel())
    answer = trees.predict_proba(measures.reshape(-1, count))[:, 1]
    return floor_of(answer.reshape(truth.shape), truth)


def floor_of(shown: np.ndarray, truth: np.ndarray) -> Floor:
    """Of values (H, W) from 0 to 1, higher where a landslide is likelier."""
    parts = []
    for part in ("train", "test"):
        place = slice(*MOLDAVIA_ROWS[part])
        parts.append(ConfusionCounts())
        parts[-1].add(shown[place], truth[place])
    north, south = parts
    return Floor(
        south.at(north.best().threshold).iou, south.best().iou, south.average_precision()
    )


def terrain_measures(heights: np.ndarray) -> np.ndarray:
    """(H, W, 21) of heights (H, W) in m: slope, aspect and curvatures as the network sees
    them; mean slope, topographic position, roughness and relief in squares of four sizes.
    """
    elevation = torch.from_numpy(heights.astype(np.float32))[None, None]
    planes = terrain_channels(elevation, MOLDAVIA)[0].numpy()
    slope = planes[PLANES.index("slope")]
    heights = heights.astype(float)
    measures = [planes[PLANES.index(name)] for name in NEAREST]
    for side in SIDES:
        mean = uniform_filter(heights, side)
        variance = uniform_filter((heights - mean) ** 2, side)
        measures.append(uniform_filter(slope, side))
        measures.append(heights - mean)
        measures.append(np.sqrt(variance))
        measures.append(maximum_filter(heights, side) - minimum_filter(heights, side))
    return np.stack(measures, -1)
