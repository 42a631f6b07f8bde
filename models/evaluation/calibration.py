# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a probability means what it says, and the logistic regression that makes it so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .pixel_metrics import LEVELS, ConfusionCounts

NEWTON_STEPS = 50
MIN_STEP = 1e-9  # of a coefficient: shorter steps are rounding


@dataclass(frozen=True)
class Calibration:
    """Platt scaling: logits become scale * logit + shift, so that a probability means
    what it says.
    """

    scale: float = 1.0
    shift: float = 0.0

    def of(self, probability: float) -> float:
        """A probability before calibration to the one after it, on the grid of the
        probability rasters, never 0.
        """
        logit = math.log(probability / max(1e-9, 1 - probability))
        level = LEVELS / (1 + math.exp(-self.scale * logit - self.shift))
        return max(1, round(level)) / LEVELS


class Reliability(NamedTuple):
    """Confidence against truth: the expected calibration error, the Brier score beside
    that of always saying the mean, and per bin (mean confidence, share that is right,
    number of cases).
    """

    mean: float
    calibration_error: float
    brier: float
    brier_of_mean: float
    bins: list[tuple[float, float, int]]


def fit_logistic(
    x: np.ndarray, positive: np.ndarray, total: np.ndarray, ridge: float = 0.0
) -> np.ndarray:
    """Coefficients (1 + k,), the intercept first, of a weighted logistic regression.

    `x` (n, k); `total` (n,) is the weight of each row and `positive` (n,) how much of it
    is positive, so that single cases and counted pixels are fitted alike; only relative
    weights matter. `ridge` is the penalty on the coefficients of the standardised columns
    for rows of mean weight 1. Maximum likelihood by Newton's method (iteratively
    reweighted least squares), a step halved while it overshoots.
    """
    centre = x.mean(0)
    spread = x.std(0) + 1e-9
    z = np.column_stack((np.ones(len(x)), (x - centre) / spread))
    weight = total / total.mean()
    target = positive / total.mean()
    penalty = np.diag([0.0] + [ridge] * x.shape[1])
    floor = 1e-9 * weight.sum() * np.eye(z.shape[1])  # separable data stay solvable

    def cost(b: np.ndarray) -> float:
        logit = z @ b
        likelihood = target @ logit - weight @ np.logaddexp(0, logit)
        return float(0.5 * b @ penalty @ b - likelihood)

    b = np.zeros(z.shape[1])
    for _ in range(NEWTON_STEPS):
        p = 0.5 * (1 + np.tanh(0.5 * (z @ b)))
        gradient = z.T @ (weight * p - target) + penalty @ b
        hessian = (z * (weight * p * (1 - p))[:, None]).T @ z + penalty
        step = np.linalg.solve(hessian + floor, gradient)
        while cost(b - step) > cost(b) and np.abs(step).max() > MIN_STEP:
            step = step / 2
        b = b - step
        if np.abs(step).max() <= MIN_STEP:
            break
    slopes = b[1:] / spread
    return np.array([b[0] - slopes @ centre, *slopes])


def calibrate(counts: ConfusionCounts) -> Calibration:
    """Platt's scale and shift of the logit, fitted to the counts of a validation run."""
    p = np.clip(np.arange(LEVELS + 1) / LEVELS, 0.25 / LEVELS, 1 - 0.25 / LEVELS)
    logit = np.log(p / (1 - p))
    shift, scale = fit_logistic(
        logit[:, None], counts.slide, counts.slide + counts.background
    )
    return Calibration(float(scale), float(shift))


def reliability(
    confidence: np.ndarray, right: np.ndarray, weight: np.ndarray, bins: int = 5
) -> Reliability:
    """How far `confidence` (n,) can be trusted where `right` (n,) bool is known, over
    `bins` of equal weight; the same in whatever order the cases come.
    """
    order = np.lexsort((weight, confidence))
    p = confidence[order]
    y = right[order].astype(float)
    w = weight[order] / weight.sum()
    # bins may part equal confidences, whose order says nothing
    group = np.unique(p, return_inverse=True)[1]
    shares = (np.bincount(group, w * y) / np.bincount(group, w))[group]
    index = np.minimum((np.cumsum(w) - w / 2) * bins, bins - 1).astype(int)
    error = 0.0
    rows = []
    for members in (index == i for i in range(bins)):
        if not members.any():
            continue
        stated = float(np.average(p[members], weights=w[members]))
        share = float(np.average(shares[members], weights=w[members]))
        error += float(w[members].sum()) * abs(stated - share)
        rows.append((stated, share, int(members.sum())))
    mean = float(np.average(y, weights=w))
    brier = float(np.average((p - y) ** 2, weights=w))
    return Reliability(mean, error, brier, mean * (1 - mean), rows)
