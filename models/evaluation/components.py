# SPDX-License-Identifier: GPL-2.0-or-later
"""Connected pixels of a mask, labelled as the polygons of the plugin are traced."""

from __future__ import annotations

import numpy as np

from ..inference.levels import LEVELS
from ..inventory.polygonize.run_length import find_runs, label_runs, pixels_of


def label_components(mask: np.ndarray) -> np.ndarray:
    """(H, W) int: the number, from 1, of the 4-connected component a pixel of `mask`
    (H, W) bool belongs to; 0 outside.
    """
    height, width = mask.shape
    stride = width + 1
    starts, ends = find_runs(mask.astype(np.uint8) * np.uint8(LEVELS), LEVELS)
    component = label_runs(starts, ends, stride, np.arange(len(starts)))
    labels = np.zeros(height * stride, int)
    labels[pixels_of(starts, ends)] = np.repeat(component + 1, ends - starts)
    return labels.reshape(height, stride)[:, :width]


def component_maxima(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """(H, W): the highest of `values` (H, W) in each pixel's component of `mask`; 0
    outside of it.
    """
    labels = label_components(mask)
    maxima = np.zeros(labels.max(initial=0) + 1, values.dtype)
    np.maximum.at(maxima, labels[mask], values[mask])
    return maxima[labels]
