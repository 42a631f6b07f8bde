# SPDX-License-Identifier: GPL-2.0-or-later
"""The three-parameter inverse gamma distribution (Malamud and others 2004) fitted to areas
by maximum likelihood.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

MIN_LANDSLIDES = 20  # of a fitted rollover
GOLDEN = (math.sqrt(5) - 1) / 2
GOLDEN_STEPS = 20
MIN_SPREAD = 1e-6  # largest by smallest area, less 1


def mode_of(rho: float, a: float, s: float) -> float:
    """Where the density is largest."""
    return s + a / (rho + 1)


def best_gamma(areas: np.ndarray) -> tuple[float, float, float] | None:
    """(rho, a, s) of sorted areas: the best pair for every shift, and the shift by its
    profile; None with fewer than MIN_LANDSLIDES areas or no spread among them.
    """
    if len(areas) < MIN_LANDSLIDES or areas[-1] < areas[0] * (1 + MIN_SPREAD):
        return None
    low = float(areas[0])
    middle = float(np.median(areas))

    def profile(step: float) -> tuple[float, tuple[float, float, float]]:
        return _gamma(areas, low - middle * math.exp(step))

    steps = np.linspace(-7, 1, 17).tolist()
    best = max(range(len(steps)), key=lambda i: profile(steps[i])[0])
    left = steps[max(0, best - 1)]
    right = steps[min(best + 1, len(steps) - 1)]
    step = _highest(lambda step: profile(step)[0], left, right)
    return profile(step)[1]


def _highest(function: Callable[[float], float], left: float, right: float) -> float:
    """Where a function with one peak between two places is largest, by the golden
    section.
    """
    a = right - GOLDEN * (right - left)
    b = left + GOLDEN * (right - left)
    at_a = function(a)
    at_b = function(b)
    for _ in range(GOLDEN_STEPS):
        if at_a < at_b:
            left = a
            a = b
            at_a = at_b
            b = left + GOLDEN * (right - left)
            at_b = function(b)
        else:
            right = b
            b = a
            at_b = at_a
            a = right - GOLDEN * (right - left)
            at_a = function(a)
    return (left + right) / 2


def _gamma(areas: np.ndarray, s: float) -> tuple[float, tuple[float, float, float]]:
    """Mean log-likelihood and (rho, a, s): 1 / (A - s) is a gamma variable."""
    inverse = 1 / (areas - s)
    mean = float(inverse.mean())
    log = -float(np.log(inverse).mean())
    rho = _shape(math.log(mean) + log)
    a = rho / mean
    likelihood = rho * math.log(a) - math.lgamma(rho) - (rho + 1) * log - a * mean
    return likelihood, (rho, a, s)


def _shape(spread: float) -> float:
    """rho with ln rho - digamma(rho) = spread: within 2 % at once (Minka 2002), then
    Newton's steps.
    """
    spread = max(spread, 1e-9)
    rho = (3 - spread + math.sqrt((spread - 3) ** 2 + 24 * spread)) / (12 * spread)
    for _ in range(3):
        first, second = polygamma(rho)
        rho -= (math.log(rho) - first - spread) / (1 / rho - second)
    return rho


def polygamma(x: float) -> tuple[float, float]:
    """First and second derivative of ln Gamma, x > 0 (Abramowitz and Stegun 6.3.5,
    6.3.18, 6.4.6, 6.4.12).
    """
    first = second = 0.0
    while x < 8:
        first = first - 1 / x
        second = second + 1 / (x * x)
        x = x + 1
    y = 1 / (x * x)
    first += (
        math.log(x) - 0.5 / x - y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y / 240)))
    )
    second += (1 + (0.5 + (1 / 6 - y * (1 / 30 - y * (1 / 42 - y / 30))) / x) / x) / x
    return first, second
