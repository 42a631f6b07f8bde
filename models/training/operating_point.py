# SPDX-License-Identifier: GPL-2.0-or-later
"""Threshold and seed of a model, chosen on validation maps made as the plugin makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..evaluation.components import label_components
from ..evaluation.pixel_metrics import LEVELS, ConfusionCounts
from ..inference.levels import level

MAX_SEED = 0.9
SEED_STEP = 0.02  # of the levels that are tried, from the threshold to MAX_SEED
EQUAL_F1 = 0.005  # what the draw of the windows decides
SHARE_FOUND = 0.5  # of a landslide that is covered, of a candidate that is right


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
    """The threshold with the best IoU, and the seed with the best F1 of objects beside
    it.
    """
    threshold = weighted_counts(maps, windows, share).best().threshold
    return OperatingPoint(threshold, choose_seed(maps, windows, share, threshold))


def choose_seed(
    maps: Sequence[np.ndarray],
    windows: Sequence[Labelled],
    share: float,
    threshold: float,
) -> float:
    """The level that one pixel of a candidate must reach."""
    seeds = seeds_from(threshold)
    counts = object_counts(maps, windows, share, threshold, seeds)
    return round(float(seeds[best_seed(counts)]), 3)


def seeds_from(threshold: float) -> np.ndarray:
    """Levels (s,) that may be the seed beside a threshold."""
    return np.append(threshold, np.arange(threshold + SEED_STEP, MAX_SEED, SEED_STEP))


def best_seed(counts: np.ndarray) -> int:
    """The place of the highest level whose F1 of `object_counts` is hardly less than the
    best: of levels that a few windows would order anew, the one that leaves the fewest
    candidates to look at.
    """
    f1 = object_f1(counts)
    return int(np.flatnonzero(f1 >= f1.max() - EQUAL_F1)[-1])


def object_f1(counts: np.ndarray) -> np.ndarray:
    """(s,) of `object_counts`."""
    found, landslides, right, candidates = counts
    recall = found / np.maximum(landslides, 1e-12)
    precision = right / np.maximum(candidates, 1e-12)
    return 2 * recall * precision / np.maximum(recall + precision, 1e-12)


def object_counts(
    maps: Sequence[np.ndarray],
    windows: Sequence[Labelled],
    share: float,
    threshold: float,
    seeds: np.ndarray,
) -> np.ndarray:
    """(4, s) for `seeds` (s,): landslides found, landslides, candidates that are right,
    and candidates, which are components of p >= threshold with a pixel that reaches the
    seed; found is what is half covered, right what lies half on landslides. Windows count
    as for all choices.
    """
    counts = np.zeros((4, len(seeds)))
    cuts = np.array([level(seed) for seed in seeds])
    for probability, window, weight in zip(maps, windows, window_weights(windows, share)):
        values = np.rint(probability * LEVELS)
        components = label_components(values >= level(threshold))
        counts += weight * window.truth.size * _counted(values, components, window, cuts)
    return counts


def _counted(
    values: np.ndarray, components: np.ndarray, window: Labelled, cuts: np.ndarray
) -> np.ndarray:
    """(4, s) of one window, unweighted, for levels `cuts` (s,)."""
    slides = label_components(window.truth)
    peaks = np.zeros(components.max() + 1)
    np.maximum.at(peaks, components, values)
    sizes = np.bincount(components.ravel())[1:]
    on_slides = np.bincount(components.ravel(), window.truth.ravel())[1:]
    is_right = on_slides >= SHARE_FOUND * sizes
    areas = np.bincount(slides.ravel())[1:]
    rows = []
    for cut in cuts:
        is_kept = peaks >= cut
        is_kept[0] = False  # what is no component
        covered = np.bincount(slides.ravel(), is_kept[components].ravel())[1:]
        found = (covered >= SHARE_FOUND * areas).sum()
        right = (is_kept[1:] & is_right).sum()
        rows.append((found, len(areas), right, is_kept.sum()))
    return np.array(rows, float).T
