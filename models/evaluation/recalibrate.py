# SPDX-License-Identifier: GPL-2.0-or-later
"""Threshold, seed and confidence of a model for one's own ground, from landslides that
are known there: nothing is trained, and what does not hold on ground left out stays as it
was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import MrifeError
from ..inventory.confidence import confidence, predictors
from .calibration import Reliability, fit_logistic, reliability
from .pixel_metrics import ConfusionCounts, pooled

FOLDS = 5  # groups of neighbouring ground; each is judged by what the others say
# penalty on the standardised coefficients; of 0.3 to 100 the best for the shipped model,
# each polygon left out in turn
RIDGE = 3.0
MIN_EACH = 5  # right and wrong polygons; with fewer a confidence cannot be fitted
MAX_SEED = 0.96
# of the IoU of painting everything, up to which a threshold is no better than that: of a
# model that ranks the ground by chance the best one paints nearly all of it
CHANCE = 1.1


@dataclass(frozen=True)
class ThresholdChoice:
    """A threshold and what it is worth: landslide IoU by pixel on ground that it was not
    chosen on, beside that of the model's own and of painting everything on the same
    ground.
    """

    threshold: float
    before: float
    iou_before: float
    iou: float
    iou_everything: float

    @property
    def is_chance(self) -> bool:
        """Whether no threshold is clearly better than painting everything."""
        return max(self.iou, self.iou_before) <= CHANCE * self.iou_everything

    @property
    def helps(self) -> bool:
        """Whether it holds on ground left out."""
        return self.iou > self.iou_before and not self.is_chance

    @property
    def for_use(self) -> float:
        """The model's own where it does not."""
        return self.threshold if self.helps else self.before


@dataclass(frozen=True)
class ConfidenceChoice:
    """Coefficients of the confidence and how well they hold on polygons left out, beside
    the model's own; `before` is None where it has none.
    """

    coefficients: tuple[float, ...]
    before: Reliability | None
    after: Reliability

    @property
    def helps(self) -> bool:
        """Whether the Brier score on polygons left out is lower."""
        other = self.after.brier_of_mean
        if self.before is not None:
            other = self.before.brier
        return self.after.brier < other


def choose_threshold(folds: Sequence[ConfusionCounts], own: float) -> ThresholdChoice:
    """The threshold with the best IoU over all folds of ground; judged on each fold by
    the one that the others choose. `own`: the model's.

    Raises MrifeError where no landslide was counted.
    """
    whole = pooled(folds)
    if not whole.slide.any():
        raise MrifeError(
            "The evaluation area holds no pixel of a landslide that was searched; "
            "calibration needs landslides of the reference on the raster."
        )
    hits = np.zeros(2)
    unions = np.zeros(2)
    for left_out, fold in enumerate(folds):
        others = pooled(fold for place, fold in enumerate(folds) if place != left_out)
        threshold = own
        if others.slide.any():
            threshold = others.best().threshold
        for place, value in enumerate((own, threshold)):
            hit, union = hit_and_union(fold, value)
            hits[place] += hit
            unions[place] += union
    before, after = (hits / np.maximum(unions, 1)).tolist()
    slide = whole.slide.sum()
    everything = float(slide / (slide + whole.background.sum()))
    return ThresholdChoice(whole.best().threshold, own, before, after, everything)


def hit_and_union(counts: ConfusionCounts, threshold: float) -> tuple[float, float]:
    """Pixels at or above a threshold that are landslide, and those that are either."""
    level = max(1, round(threshold * (len(counts.slide) - 1)))
    hit = counts.slide[level:].sum()
    return float(hit), float(counts.slide.sum() + counts.background[level:].sum())


def moved_seed(threshold: float, own: float, own_seed: float) -> float:
    """The seed that lies as far above a threshold as the model's above its own."""
    return round(max(threshold, min(MAX_SEED, threshold + own_seed - own)), 4)


def choose_confidence(
    polygons: Sequence[dict],
    right: np.ndarray,
    places: np.ndarray,
    own: tuple[float, ...],
) -> ConfidenceChoice | None:
    """Coefficients of `confidence.predictors` for polygons with attributes, of which
    `right` (n,) bool is known, judged in FOLDS by `places` (n, 2), neighbours together.
    `own`: the model's coefficients, () where it has none.

    None where fewer than MIN_EACH are right, or wrong.
    """
    complete = [place for place, row in enumerate(polygons) if predictors(row)]
    x = np.array([predictors(polygons[place])[1:] for place in complete]).reshape(-1, 4)
    y = right[complete]
    if min(y.sum(), (~y).sum()) < MIN_EACH:
        return None
    stated = np.zeros(len(y))
    fold = folds_of(places[complete])
    for left_out in range(FOLDS):
        taught = fold != left_out
        coefficients = fit(x[taught], y[taught])
        for place in np.flatnonzero(~taught).tolist():
            stated[place] = confidence(polygons[complete[place]], coefficients)
    weight = np.ones(len(y))
    before = None
    if own:
        old = [confidence(polygons[place], own) for place in complete]
        before = reliability(np.array(old), y, weight)
    return ConfidenceChoice(fit(x, y), before, reliability(stated, y, weight))


def fit(x: np.ndarray, right: np.ndarray) -> tuple[float, ...]:
    """Coefficients by ridge-penalised maximum likelihood; of one class alone its share."""
    if right.all() or not right.any():
        share = (right.sum() + 0.5) / (len(right) + 1)
        return (float(np.log(share / (1 - share))), *[0.0] * x.shape[1])
    weight = np.ones(len(right))
    coefficients = fit_logistic(x, right.astype(float), weight, RIDGE)
    return tuple(round(float(value), 4) for value in coefficients)


def folds_of(places: np.ndarray) -> np.ndarray:
    """(n,) the fold of each place (n, 2): bands along the longer side of the ground, as
    many polygons in each.
    """
    spans = np.ptp(places, axis=0)
    along = places[:, int(np.argmax(spans))]
    order = np.argsort(along, kind="stable")
    folds = np.empty(len(places), int)
    folds[order] = np.arange(len(places)) * FOLDS // max(1, len(places))
    return folds
