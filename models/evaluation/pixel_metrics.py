# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of a landslide map against the truth, pooled over all windows; by pixel at
every threshold at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..inference.levels import LEVELS

PAINTED_SHARE = 0.01  # of a window's pixels, above which it counts as painted
BINS = 10  # of probabilities, by which calibration is judged


@dataclass(frozen=True)
class Scores:
    """Landslide class at one threshold."""

    threshold: float
    precision: float
    recall: float
    f1: float
    iou: float
    miou: float  # mean of the two classes' IoU; flatters where landslides are rare


def called(probability: np.ndarray, threshold: float) -> np.ndarray:
    """Which pixels are called landslide at a threshold, by level as they are counted."""
    return np.rint(probability * LEVELS) >= round(threshold * LEVELS)


@dataclass
class ConfusionCounts:
    """Pixels per probability level, filled window by window; `background` and `slide`
    are (251,).
    """

    background: np.ndarray = field(default_factory=lambda: np.zeros(LEVELS + 1))
    slide: np.ndarray = field(default_factory=lambda: np.zeros(LEVELS + 1))
    # (251,) per window without landslide
    negatives: list[np.ndarray] = field(default_factory=list)

    def add(
        self,
        probability: np.ndarray,
        truth: np.ndarray,
        negative: bool = False,
        weight: float = 1.0,
    ) -> None:
        """`probability` (H, W) in 0-1 and `truth` (H, W) bool; `negative`: a window of
        an image without landslide; `weight`: what one of its pixels counts.
        """
        level = np.rint(probability * LEVELS).astype(np.int64)
        self.slide += weight * np.bincount(level[truth], minlength=LEVELS + 1)
        count = np.bincount(level[~truth], minlength=LEVELS + 1)
        self.background += weight * count
        if negative:
            self.negatives.append(count)

    def curve(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(precision, recall, IoU, IoU of the background), each (250,), for the
        thresholds 1/250, 2/250 ... 1.
        """
        hit, false = (np.cumsum(c[::-1])[::-1][1:] for c in (self.slide, self.background))
        total = self.slide.sum()
        ground = self.background.sum()
        tiny = 1e-12  # no pixel at all: 0 of 0 is 0
        return (
            hit / (hit + false + tiny),
            hit / (total + tiny),
            hit / (total + false + tiny),
            (ground - false) / (ground + total - hit + tiny),
        )

    def at(self, threshold: float) -> Scores:
        precision, recall, iou, other = (
            float(c[max(1, round(threshold * LEVELS)) - 1]) for c in self.curve()
        )
        return Scores(
            threshold, precision, recall, 2 * iou / (1 + iou), iou, (iou + other) / 2
        )

    def reaching(self, recall: float) -> Scores | None:
        """At the highest threshold that still reaches this recall; None where none
        does.
        """
        enough = np.flatnonzero(self.curve()[1] >= recall - 1e-9)
        if len(enough):
            return self.at((int(enough[-1]) + 1) / LEVELS)
        return None

    def precision_at(self, recall: float) -> float:
        """Precision at that threshold; NaN where there is none."""
        scores = self.reaching(recall)
        return float("nan") if scores is None else scores.precision

    def best(self) -> Scores:
        """The threshold with the highest IoU (and with it the highest F1)."""
        return self.at((int(np.argmax(self.curve()[2])) + 1) / LEVELS)

    def average_precision(self) -> float:
        """Area under the precision-recall curve."""
        precision, recall = self.curve()[:2]
        gained = recall - np.append(recall[1:], 0.0)
        return float(np.sum(gained * precision))

    def false_windows(self, threshold: float) -> float:
        """Share of the negative windows in which more than PAINTED_SHARE of the pixels is
        called landslide.
        """
        level = max(1, round(threshold * LEVELS))
        painted = [count[level:].sum() / count.sum() for count in self.negatives]
        if painted:
            return float(np.mean(np.array(painted) > PAINTED_SHARE))
        return float("nan")

    def calibration_error(self) -> float:
        """Expected calibration error: mean gap between probability and landslide share
        over BINS equal bins, by pixel.
        """
        total = self.slide + self.background
        edges = np.minimum(np.arange(LEVELS + 1) * BINS // LEVELS, BINS - 1)
        value = np.arange(LEVELS + 1) / LEVELS
        gap = [abs(np.sum((total * value - self.slide)[edges == i])) for i in range(BINS)]
        return float(np.sum(gap) / total.sum())


def boundary(guess: np.ndarray, truth: np.ndarray, tolerance: int = 3) -> np.ndarray:
    """(4,) outline pixels: of the guess near the truth's outline, of the guess; of the
    truth near the guess's, of the truth. `tolerance` in pixels (chessboard); sum over
    images, then see `boundary_f1` (Csurka and others 2013).
    """
    guess_rim = rim(guess)
    truth_rim = rim(truth)
    return np.array(
        [
            (guess_rim & dilate(truth_rim, tolerance)).sum(),
            guess_rim.sum(),
            (truth_rim & dilate(guess_rim, tolerance)).sum(),
            truth_rim.sum(),
        ]
    )


def boundary_f1(counts: np.ndarray) -> float:
    """F1 of outline pixels from the summed `boundary` of all images."""
    precision = counts[0] / max(1, counts[1])
    recall = counts[2] / max(1, counts[3])
    return float(2 * precision * recall / max(1e-12, precision + recall))


def rim(mask: np.ndarray) -> np.ndarray:
    """Pixels of a mask (H, W) bool that touch what is not; the border of the image is no
    outline.
    """
    return mask & dilate(~mask, 1)


def dilate(mask: np.ndarray, radius: int) -> np.ndarray:
    """(H, W) bool grown by a square of 2 * radius + 1 pixels a side."""
    padded = np.pad(mask, radius)
    columns = sliding_window_view(padded, 2 * radius + 1, axis=1).any(-1)
    return sliding_window_view(columns, 2 * radius + 1, axis=0).any(-1)


def pooled(parts: Iterable[ConfusionCounts]) -> ConfusionCounts:
    """The counts of several grounds as one."""
    total = ConfusionCounts()
    for counts in parts:
        total.slide += counts.slide
        total.background += counts.background
        total.negatives += counts.negatives
    return total
