# SPDX-License-Identifier: GPL-2.0-or-later
"""How many landslides of which size: the power law of the large ones and the rollover of
the small, by likelihood.

Nothing is binned before it is fitted, for logarithmic binning biases the exponent.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from .inverse_gamma import best_gamma, mode_of

# landslides above the lower limit of a power law: with fewer the limit of the smallest KS
# distance is chance, and the exponent with it (Clauset and others 2009, section 3)
MIN_TAIL = 50
MAX_STARTS = 5000  # lower limits that are tried: all, but for larger samples
MAX_RESAMPLED_STARTS = 40  # of each bootstrap sample
CHUNK = 200  # lower limits held against their laws at once
MAX_TAIL_POINTS = 500  # at which a tail is held against its law
SEED = 0  # of bootstrap samples: a report says the same every time
MAX_RESAMPLES = 200
MIN_RESAMPLES = 20
# over all resamples: large samples need fewer, their intervals are narrow
MAX_RESAMPLED_AREAS = 2_000_000
IMPLAUSIBLE_P = 0.1  # below, a power law is ruled out (Clauset and others 2009)


@dataclass(frozen=True)
class Tail:
    """p(A) ~ A^-alpha from `start` on; the cumulative number falls with alpha - 1."""

    alpha: float
    error: float  # standard error, bootstrap, the choice of `start` included
    interval: tuple[float, float]  # 95 %, of the same bootstrap
    start: float  # in the unit of the areas
    n: int  # areas from start on
    distance: float  # Kolmogorov-Smirnov
    p: float | None  # share of samples of this law that lie farther from theirs

    @property
    def plausible(self) -> bool:
        """Whether the areas may follow a power law at all."""
        return self.p is None or self.p >= IMPLAUSIBLE_P


@dataclass(frozen=True)
class Rollover:
    """Three-parameter inverse gamma (Malamud and others 2004): p(A) = a^rho (A -
    s)^-(rho+1) exp(-a/(A - s)) / G(rho).

    `mode` is where p is largest: the rollover.
    """

    rho: float
    a: float
    s: float
    interval: tuple[float, float]  # 95 % of the mode, bootstrap
    exponent_interval: tuple[float, float]  # 95 % of `exponent`, bootstrap

    @property
    def exponent(self) -> float:
        """rho + 1, with which the density of the largest falls: what Malamud and others
        2004 give as about 2.4.
        """
        return self.rho + 1

    @property
    def mode(self) -> float:
        """Area of the rollover, in the unit of the areas."""
        return mode_of(self.rho, self.a, self.s)

    def density(self, areas: np.ndarray) -> np.ndarray:
        """Probability density (n,) at areas (n,), by unit of area."""
        x = np.maximum(np.asarray(areas, float) - self.s, 1e-300)
        return np.exp(
            self.rho * math.log(self.a)
            - math.lgamma(self.rho)
            - (self.rho + 1) * np.log(x)
            - self.a / x
        )


def power_law(areas: np.ndarray, least: float = 0.0) -> Tail | None:
    """Clauset, Shalizi and Newman 2009: maximum likelihood from the lower limit with the
    smallest KS distance, of all that leave MIN_TAIL areas; goodness of fit by samples of
    the law above the limit and of the areas below it, each fitted anew.

    `areas` (n,) in any unit, above 0; limits below `least`, the rollover, are not tried,
    for there the density does not fall. None with fewer than MIN_TAIL areas from there on
    or no spread among them.
    """
    areas = np.sort(areas)
    best = _best_tail(areas, least, MAX_STARTS)
    if best is None:
        return None
    distance, alpha, start, n = best

    def fits(samples: Iterable[np.ndarray]) -> list[tuple]:
        tails = (_best_tail(each, least, MAX_RESAMPLED_STARTS) for each in samples)
        return [tail for tail in tails if tail is not None]

    exponents = [tail[1] for tail in fits(_resampled(areas))]
    error = (alpha - 1) / math.sqrt(n)
    if len(exponents) >= MIN_RESAMPLES:
        error = float(np.std(exponents))
    interval = _interval(exponents, alpha)
    farther = [tail[0] for tail in fits(_of_law(areas, alpha, start))]
    p = None
    if len(farther) >= MIN_RESAMPLES:
        # by as many limits as the samples
        own = _best_tail(areas, least, MAX_RESAMPLED_STARTS)[0]
        p = float(np.mean(np.array(farther) >= own))
    return Tail(alpha, error, interval, start, n, distance, p)


def _best_tail(
    areas: np.ndarray, least: float, max_starts: int
) -> tuple[float, float, float, int] | None:
    """(KS distance, alpha, lower limit, n) of sorted areas."""
    last = len(areas) - MIN_TAIL
    first = int(np.searchsorted(areas, least))
    if last < first:
        return None
    n_starts = min(max_starts, last - first + 1)
    firsts = np.unique(np.linspace(first, last, n_starts).astype(int))
    firsts = np.unique(np.searchsorted(areas, areas[firsts]))  # the first of equal ones
    logs = np.log(areas)
    n = len(areas) - firsts
    totals = np.cumsum(logs[::-1])[::-1][firsts] - n * logs[firsts]
    spread = totals > 1e-9 * n
    firsts = firsts[spread]
    n = n[spread]
    alphas = 1 + n / totals[spread]
    tails = []
    for i in range(0, len(firsts), CHUNK):
        here = slice(i, i + CHUNK)
        distances = _distances(logs, firsts[here], alphas[here])
        best = int(np.argmin(distances))
        place = i + best
        start = float(areas[firsts[place]])
        tail = (float(distances[best]), float(alphas[place]), start, int(n[place]))
        tails.append(tail)
    return min(tails, default=None)


def _distances(logs: np.ndarray, firsts: np.ndarray, alphas: np.ndarray) -> np.ndarray:
    """Largest difference between the distribution of each tail (s,) and its law, at
    MAX_TAIL_POINTS of its steps; `logs` of sorted areas, `firsts` and `alphas` (s,).
    """
    n = (len(logs) - firsts)[:, None]
    shares = np.linspace(0, 1, min(MAX_TAIL_POINTS, int(n.max())))
    at = ((n - 1) * shares + 0.5).astype(int)  # (s, points)
    above = logs[firsts[:, None] + at] - logs[firsts][:, None]
    law = 1 - np.exp((1 - alphas)[:, None] * above)
    return np.maximum(np.abs(law - at / n), np.abs(law - (at + 1) / n)).max(axis=1)


def _of_law(areas: np.ndarray, alpha: float, start: float) -> Iterator[np.ndarray]:
    """Samples as large as the sorted areas, sorted: from `start` on of the power law, below
    it of the areas themselves.
    """
    rng = np.random.default_rng(SEED + 1)
    below = areas[areas < start]
    share = 1 - len(below) / len(areas)
    for _ in range(_resamples(len(areas))):
        n = int(rng.binomial(len(areas), share))
        tail = start * (1 - rng.random(n)) ** (-1 / (alpha - 1))
        body = rng.choice(below, len(areas) - n) if len(below) else below
        yield np.sort(np.concatenate((body, tail)))


def rollover(areas: np.ndarray) -> Rollover | None:
    """The inverse gamma by maximum likelihood of areas (n,); None with fewer than
    MIN_LANDSLIDES of them or no spread among them.
    """
    areas = np.sort(areas)
    best = best_gamma(areas)
    if best is None:
        return None
    fits = list(filter(None, map(best_gamma, _resampled(areas))))
    interval = _interval([mode_of(*fit) for fit in fits], mode_of(*best))
    exponents = _interval([rho + 1 for rho, _, _ in fits], best[0] + 1)
    return Rollover(*best, interval, exponents)


def _resampled(areas: np.ndarray) -> Iterator[np.ndarray]:
    """Bootstrap samples of `areas`, sorted; always the same ones."""
    rng = np.random.default_rng(SEED)
    for _ in range(_resamples(len(areas))):
        yield np.sort(rng.choice(areas, len(areas)))


def _resamples(n: int) -> int:
    """How many samples of n areas each."""
    return max(MIN_RESAMPLES, min(MAX_RESAMPLES, MAX_RESAMPLED_AREAS // n))


def _interval(values: list[float], value: float) -> tuple[float, float]:
    """95 % of bootstrapped values; `value` itself where there are none."""
    low, high = np.percentile(values or [value], (2.5, 97.5))
    return float(low), float(high)


def binned_density(
    areas: np.ndarray, per_decade: int = 6
) -> tuple[np.ndarray, np.ndarray]:
    """Middles (geometric) and probability densities of logarithmic bins that hold
    something; only to be looked at.
    """
    logs = np.log10(areas)
    first = math.floor(logs.min() * per_decade)
    last = math.ceil(logs.max() * per_decade)
    edges = np.arange(first, last + 1.5) / per_decade
    counts = np.histogram(logs, edges)[0]
    widths = np.diff(10.0**edges)
    filled = counts > 0
    middles = 10.0 ** ((edges[:-1] + edges[1:]) / 2)
    densities = counts / widths / len(areas)
    return middles[filled], densities[filled]
