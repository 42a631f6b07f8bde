# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a tuned network is better than its base, on ground that it did not learn from.

Both are judged on the same squares of ground, each fold at the threshold that the other
folds choose for each of them, or at the base's own where theirs holds less; intervals
come from squares drawn anew, the same for both (a paired bootstrap), so that what is
alike in both drops out of their difference.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..evaluation.intervals import Interval, bootstrap, f1, of_columns, ratio
from ..evaluation.pixel_metrics import LEVELS, ConfusionCounts
from ..evaluation.recalibrate import ThresholdChoice, choose_threshold
from .square_counts import CLASSES

GAINS = ("iou_gain", "average_precision_gain", "threshold_gain")  # of a Verdict


class PixelScores(NamedTuple):
    """Of one network on ground that it did not learn from."""

    precision: Interval
    recall: Interval
    f1: Interval
    iou: Interval
    average_precision: Interval


@dataclass(frozen=True)
class Verdict:
    """Base and tuned network beside each other, and the difference with its interval.

    `thresholds` of base and tuned for use: best on all the ground, where that holds on
    ground left out, else the base's own; `is_chance` (2,): whether none of theirs is
    better than painting everything; `counts` (2,) of both; `threshold_gain`: IoU of the
    tuned network at those that other ground chose less that at the base's own.
    """

    base: PixelScores
    tuned: PixelScores
    iou_gain: Interval
    average_precision_gain: Interval
    threshold_gain: Interval
    thresholds: tuple[float, float]
    is_chance: tuple[bool, bool]
    counts: tuple[ConfusionCounts, ConfusionCounts]
    squares: int
    landslide_share: float  # of the judged ground

    @property
    def is_better(self) -> bool:
        """Whether a gain is beyond chance, and nothing is lost beyond chance."""
        return self._won and not self._lost

    @property
    def is_worse(self) -> bool:
        """Whether something is lost beyond chance, and nothing won."""
        return self._lost and not self._won

    @property
    def _won(self) -> bool:
        gains = (self.iou_gain, self.average_precision_gain)
        return any(gain.low > 0 for gain in gains)

    @property
    def _lost(self) -> bool:
        gains = (self.iou_gain, self.average_precision_gain)
        return any(gain.high < 0 for gain in gains)

    @property
    def deciding(self) -> tuple[str, Interval]:
        """The score that the verdict stands by and its gain: IoU, unless average
        precision alone is beyond chance.
        """
        ranked = ("average_precision", self.average_precision_gain)
        if self.is_better and not self.iou_gain.low > 0:
            return ranked
        if self.is_worse and not self.iou_gain.high < 0:
            return ranked
        return "iou", self.iou_gain

    def without_intervals(self) -> Verdict:
        """The same where it is not known what the gains are worth."""
        unknown = {name: getattr(self, name).without_ends() for name in GAINS}
        return replace(self, **unknown)


def pass_verdict(counts: np.ndarray, folds: np.ndarray, own: float) -> Verdict:
    """Judge by the counts (n, 2, 2, 251) of squares of ground in `folds` (n,); `own` is
    the base's threshold.
    """
    base = counts[:, 0]  # (n, 2, 251)
    tuned = counts[:, 1]
    base_choice, base_cuts = _cuts(base, folds, own)
    tuned_choice, tuned_cuts = _cuts(tuned, folds, own)
    base_pixels = _at_cut(base, base_cuts)
    tuned_pixels = _at_cut(tuned, tuned_cuts)
    tuned_at_own = _at_cut(tuned, _own_cuts(len(counts), own))
    flat = counts.reshape(len(counts), -1)
    return Verdict(
        base=_scores(base_pixels, base),
        tuned=_scores(tuned_pixels, tuned),
        iou_gain=_iou_gain(base_pixels, tuned_pixels),
        average_precision_gain=bootstrap(flat, gain_of_average_precision),
        threshold_gain=_iou_gain(tuned_at_own, tuned_pixels),
        thresholds=(base_choice.for_use, tuned_choice.for_use),
        is_chance=(base_choice.is_chance, tuned_choice.is_chance),
        counts=(ConfusionCounts(*base.sum(0)), ConfusionCounts(*tuned.sum(0))),
        squares=len(counts),
        landslide_share=float(base[:, 1].sum() / base.sum()),
    )


def _cuts(
    counts: np.ndarray, folds: np.ndarray, own: float
) -> tuple[ThresholdChoice, np.ndarray]:
    """From the counts (n, 2, 251) of a network's squares in `folds` (n,): the threshold,
    and the level (n,) at which each is judged.

    The best threshold of a network that ranks some of the ground badly may paint nearly
    all of it: it must be worth more on ground that did not choose it, or `own` stays.
    Both networks are judged as they would be used.
    """
    cuts = _own_cuts(len(counts), own)
    parts = [ConfusionCounts(*counts[folds == fold].sum(0)) for fold in np.unique(folds)]
    choice = choose_threshold(parts, own)
    if not choice.helps:
        return choice, cuts
    for fold in np.unique(folds):
        rest = counts[folds != fold].sum(0)
        if rest[1].any():
            cuts[folds == fold] = _best_level(rest)
    return choice, cuts


def _own_cuts(squares: int, own: float) -> np.ndarray:
    """(squares,) the level of the base's threshold."""
    return np.full(squares, max(1, round(own * LEVELS)))


def _iou_gain(before: np.ndarray, after: np.ndarray) -> Interval:
    """Of the second over the first, both as `_at_cut` counts the same squares."""

    def gain(*columns: np.ndarray) -> np.ndarray:
        return _iou(*columns[3:]) - _iou(*columns[:3])

    both = np.concatenate([before, after], axis=1)  # (n, 6)
    return bootstrap(both, of_columns(gain))


def _best_level(counts: np.ndarray) -> int:
    """Of counts (2, 251) of background and landslide."""
    return round(ConfusionCounts(*counts).best().threshold * LEVELS)


def _at_cut(counts: np.ndarray, cut: np.ndarray) -> np.ndarray:
    """(n, 3): pixels that are rightly painted, painted, and landslide, of squares
    (n, 2, 251) each at its own level (n,).
    """
    painted = np.arange(LEVELS + 1) >= cut[:, None]  # (n, 251)
    hits = (counts[:, 1] * painted).sum(1)
    false = (counts[:, 0] * painted).sum(1)
    return np.stack([hits, hits + false, counts[:, 1].sum(1)], axis=1)


def _scores(at_cut: np.ndarray, counts: np.ndarray) -> PixelScores:
    """Of squares as `_at_cut` counts them (n, 3), and of their counts (n, 2, 251)."""

    def harmonic(hits: np.ndarray, painted: np.ndarray, slide: np.ndarray) -> np.ndarray:
        return f1(ratio(hits, painted), ratio(hits, slide))

    flat = counts.reshape(len(counts), -1)
    return PixelScores(
        precision=bootstrap(at_cut[:, [0, 1]], of_columns(ratio)),
        recall=bootstrap(at_cut[:, [0, 2]], of_columns(ratio)),
        f1=bootstrap(at_cut, of_columns(harmonic)),
        iou=bootstrap(at_cut, of_columns(_iou)),
        average_precision=bootstrap(flat, _average_precision),
    )


def _iou(hits: np.ndarray, painted: np.ndarray, slide: np.ndarray) -> np.ndarray:
    return ratio(hits, painted + slide - hits)


def _average_precision(sums: np.ndarray) -> np.ndarray:
    """Of flat counts (..., 2 * 251), as `ConfusionCounts.average_precision`."""
    shape = (*sums.shape[:-1], CLASSES, LEVELS + 1)
    background, slide = np.moveaxis(sums.reshape(shape), -2, 0)
    hits = np.cumsum(slide[..., ::-1], axis=-1)[..., ::-1][..., 1:]
    false = np.cumsum(background[..., ::-1], axis=-1)[..., ::-1][..., 1:]
    precision = np.nan_to_num(ratio(hits, hits + false))
    recall = ratio(hits, slide.sum(-1, keepdims=True))
    steps = -np.diff(recall, axis=-1, append=0.0)
    return (steps * precision).sum(-1)


def gain_of_average_precision(sums: np.ndarray) -> np.ndarray:
    """Of flat counts (..., 2 * 2 * 251): networks, classes, levels."""
    half = sums.shape[-1] // 2
    return _average_precision(sums[..., half:]) - _average_precision(sums[..., :half])
