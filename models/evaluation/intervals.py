# SPDX-License-Identifier: GPL-2.0-or-later
"""How far a score can be trusted: it is computed again from blocks of ground drawn anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

REPEATS = 2000
SEED = 20240607
CONFIDENCE = (2.5, 97.5)  # percent of the repeats
MIN_BLOCKS = 8  # with fewer there is no interval worth the name
LEAST_SPREAD = 1e-9  # of the draws, by their score: less is rounding


class Interval(NamedTuple):
    """A score and the ends of its 95 % interval; NaN where there is none."""

    value: float
    low: float
    high: float

    def without_ends(self) -> Interval:
        """Of the same score, where it is not known how far it can be trusted."""
        return Interval(self.value, np.nan, np.nan)

    def drawn_from(self, landslides: int) -> Interval:
        """What is known of a score of so many landslides: without ends where they are
        fewer than MIN_BLOCKS. Draws hold the same few again and again: of two landslides
        every second interval of a recall would miss it.
        """
        return self if landslides >= MIN_BLOCKS else self.without_ends()


def bootstrap(counts: np.ndarray, score: Callable[[np.ndarray], np.ndarray]) -> Interval:
    """The score of the sums of `counts` (blocks, k), and its percentile interval over
    REPEATS draws of as many blocks with replacement (Efron 1979); the same every time.

    `score` takes (..., k) and gives (...,), NaN where it is not defined. Blocks are the
    unit, as neighbouring landslides and pixels are alike.
    """
    value = float(score(counts.sum(0)))
    blocks = len(counts)
    if blocks < MIN_BLOCKS:
        return Interval(value, np.nan, np.nan)
    scores = score(draws(blocks) @ counts)
    scores = scores[np.isfinite(scores)]
    if not len(scores):
        return Interval(value, np.nan, np.nan)
    low, high = np.percentile(scores, CONFIDENCE)
    return Interval(value, float(low), float(high))


def score_interval(
    counts: np.ndarray, score: Callable[[np.ndarray], np.ndarray]
) -> Interval:
    """The same without ends where all draws agree: where each of 15 landslides is found,
    every draw finds all it has, though a recall of 0.8 may do so by chance.
    """
    interval = bootstrap(counts, score)
    if interval.high - interval.low <= LEAST_SPREAD * abs(interval.high):
        return interval.without_ends()
    return interval


def of_columns(score: Callable[..., np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """What takes (..., k) sums, of a score that takes each of the k (...,) by itself."""
    return lambda sums: score(*np.moveaxis(sums, -1, 0))


@lru_cache(maxsize=1)  # scores of one survey have the same blocks
def draws(blocks: int) -> np.ndarray:
    """(REPEATS, blocks): how often each block is drawn. Not to be written to."""
    rng = np.random.default_rng(SEED)
    drawn = rng.multinomial(blocks, np.full(blocks, 1 / blocks), REPEATS)
    drawn.flags.writeable = False
    return drawn


def ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """(...,) of two of this shape; NaN where nothing stands below."""
    below = np.asarray(denominator, float)
    return np.where(below > 0, numerator / np.where(below > 0, below, 1), np.nan)


def f1(precision: np.ndarray, recall: np.ndarray) -> np.ndarray:
    """Harmonic mean (...,) of precision and recall (...,); NaN where either is not
    defined, 0 where both are 0.
    """
    total = precision + recall
    return np.where(
        total == 0, 0.0, 2 * precision * recall / np.where(total == 0, 1, total)
    )
