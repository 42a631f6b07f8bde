# SPDX-License-Identifier: GPL-2.0-or-later
"""Threshold and seed of a model, chosen on validation maps made as the plugin makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..evaluation.components import component_maxima
from ..evaluation.pixel_metrics import LEVELS, ConfusionCounts
from ..inference.levels import level

MAX_SEED = 0.9
SEEDS = 6  # levels that are tried, from the threshold to MAX_SEED


class Labelled(Protocol):
    """A window whose ground is known: `truth` (H, W) bool."""

    landslide: bool
    truth: np.ndarray


@dataclass(frozen=True)
class OperatingPoint:
    """Hysteresis of the polygons: pixels from `threshold` on, of which one must reach
    `seed`.
    """

    threshold: float
    seed: float


def window_weights(windows: Sequence[Labelled], share: float) -> list[float]:
    """What one pixel of each window counts when something is chosen.

    Every window counts the same, as one image holds a third of the validation county's
    landslide pixels; and windows without landslide count so much more that landslides
    make up `share` of the ground, as they would in a scene.

    Where windows come from several sources, the landslides of each count the same: one
    that has many does not decide alone.
    """
    names = sorted({window.source for window in windows})
    if len(names) == 1:
        return _weights(windows, share)
    weights = np.zeros(len(windows))
    for name in names:
        members = [i for i, window in enumerate(windows) if window.source == name]
        part = [windows[i] for i in members]
        own = np.array(_weights(part, share))
        slides = own @ [window.truth.sum() for window in part]
        weights[members] = own / max(slides, 1e-12)
    return weights.tolist()


def _weights(windows: Sequence[Labelled], share: float) -> list[float]:
    """Of the windows of one source."""
    slides = sum(window.landslide for window in windows)
    cover = sum(float(window.truth.mean()) for window in windows)
    negative = max(1.0, (cover / share - slides) / max(1, len(windows) - slides))
    weights = []
    for window in windows:
        if window.landslide:
            weights.append(1.0 / window.truth.size)
        else:
            weights.append(negative / window.truth.size)
    return weights


def weighted_counts(
    maps: Sequence[np.ndarray], windows: Sequence[Labelled], share: float
) -> ConfusionCounts:
    """Counts of probability maps (H, W) on their windows, weighted for choices."""
    counts = ConfusionCounts()
    for probability, window, weight in zip(maps, windows, window_weights(windows, share)):
        counts.add(probability, window.truth, not window.landslide, weight)
    return counts


def choose(
    maps: Sequence[np.ndarray], windows: Sequence[Labelled], share: float
) -> OperatingPoint:
    """The threshold with the best IoU, and the seed with the best IoU beside it."""
    threshold = weighted_counts(maps, windows, share).best().threshold
    return OperatingPoint(threshold, choose_seed(maps, windows, share, threshold))


def choose_seed(
    maps: Sequence[np.ndarray],
    windows: Sequence[Labelled],
    share: float,
    threshold: float,
) -> float:
    """The level that one pixel of a landslide must reach: best IoU when components of
    p >= threshold without it are dropped.
    """
    seeds = np.linspace(threshold, max(threshold, MAX_SEED), SEEDS)
    counts = [ConfusionCounts() for _ in seeds]
    for probability, window, weight in zip(maps, windows, window_weights(windows, share)):
        value = np.rint(probability * LEVELS)
        maxima = component_maxima(value, value >= level(threshold))
        for seed, count in zip(seeds, counts):
            polygons = maxima >= level(seed)
            count.add(polygons.astype(float), window.truth, weight=weight)
    best = int(np.argmax([count.at(0.5).iou for count in counts]))
    return round(float(seeds[best]), 3)
