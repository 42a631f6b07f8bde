# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of a landslide map against the truth, pooled over all windows, at every threshold at once."""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

LEVELS = 250    # probabilities are counted in steps of 1/250, as probability rasters store them


@dataclass(frozen=True)
class Scores:
    """Landslide class at one threshold."""

    threshold: float
    precision: float
    recall: float
    f1: float
    iou: float


@dataclass
class Tally:
    """Pixels per probability level, filled window by window; `background` and `slide` are (251,)."""

    background: np.ndarray = field(default_factory=lambda: np.zeros(LEVELS + 1))
    slide: np.ndarray = field(default_factory=lambda: np.zeros(LEVELS + 1))
    negatives: list[np.ndarray] = field(default_factory=list)   # (251,) per window without landslide

    def add(self, probability: np.ndarray, truth: np.ndarray, negative: bool = False, weight: float = 1.0) -> None:
        """`probability` (H, W) in 0-1 and `truth` (H, W) bool; `negative`: a window of an image without landslide;
        `weight`: what one of its pixels counts."""
        level = np.rint(probability * LEVELS).astype(np.int64)
        self.slide += weight * np.bincount(level[truth], minlength=LEVELS + 1)
        count = np.bincount(level[~truth], minlength=LEVELS + 1)
        self.background += weight * count
        if negative:
            self.negatives.append(count)

    def curve(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(precision, recall, IoU), each (250,), for the thresholds 1/250, 2/250 ... 1."""
        hit, false = (np.cumsum(c[::-1])[::-1][1:] for c in (self.slide, self.background))
        total = self.slide.sum()
        tiny = 1e-12                                    # no pixel at all: 0 of 0 is 0
        return hit / (hit + false + tiny), hit / (total + tiny), hit / (total + false + tiny)

    def at(self, threshold: float) -> Scores:
        precision, recall, iou = (float(c[max(1, round(threshold * LEVELS)) - 1]) for c in self.curve())
        return Scores(threshold, precision, recall, 2 * iou / (1 + iou), iou)

    def best(self) -> Scores:
        """The threshold with the highest IoU (and with it the highest F1)."""
        return self.at((int(np.argmax(self.curve()[2])) + 1) / LEVELS)

    def average_precision(self) -> float:
        """Area under the precision-recall curve."""
        precision, recall, _ = self.curve()
        return float(-np.sum(np.diff(np.append(recall, 0.0)) * precision))

    def false_windows(self, threshold: float, share: float = 0.01) -> float:
        """Share of the negative windows in which more than `share` of the pixels is called landslide."""
        level = max(1, round(threshold * LEVELS))
        painted = [count[level:].sum() / count.sum() for count in self.negatives]
        return float(np.mean(np.array(painted) > share)) if painted else float("nan")

    def calibration_error(self, bins: int = 10) -> float:
        """Expected calibration error: mean gap between probability and landslide share over equal bins, by pixel."""
        total = self.slide + self.background
        edges = np.minimum(np.arange(LEVELS + 1) * bins // LEVELS, bins - 1)
        value = np.arange(LEVELS + 1) / LEVELS
        gap = [abs(np.sum((total * value - self.slide)[edges == i])) for i in range(bins)]
        return float(np.sum(gap) / total.sum())
