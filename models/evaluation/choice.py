# SPDX-License-Identifier: GPL-2.0-or-later
"""Which places a geologist should look at next: those whose review teaches most, ranked.

A stated share of them is uncertain (Lewis and Gale 1994), a share unlike all that was
looked at (farthest first; Sener and Savarese 2018, arXiv 1708.00489), a share large, and a
share drawn by lot, without which nobody would see what the model never doubts. The reasons
alternate by rank, so that also the first few are such a mixture.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

AT_ONCE = 256  # of those seen: from that many it is known which places may be the farthest
SHARES = {"uncertain": 0.4, "diverse": 0.3, "random": 0.2, "large": 0.1}


@dataclass(frozen=True)
class PlacePool:
    """Places to choose from: `doubt` (n,) 0-1, NaN where it is not known; `size` (n,) m2;
    `features` (n, f) by which they are alike or not; `worth` (n,) bool, those that may be
    chosen for being unlike the others; `reviewed` (m, f) features of what was reviewed.
    """

    doubt: np.ndarray
    size: np.ndarray
    features: np.ndarray
    worth: np.ndarray
    reviewed: np.ndarray

    def __len__(self) -> int:
        return len(self.size)


@dataclass(frozen=True)
class Choice:
    """A place that was chosen: its number in the pool, or, where `by_lot`, among the places
    that lots are drawn from; `score` by the measure of its reason, None for a lot.
    """

    place: int
    reason: str
    score: float | None
    by_lot: bool = False


def choose(
    pool: PlacePool, count: int, seed: int, lots: int | None = None
) -> list[Choice]:
    """The best `count` places in the order in which to look at them, fewer where there are
    no more; the same for the same seed.

    Lots are drawn from `lots` other places, or, where that is None, from the pool itself.
    A reason that has no place left leaves its share to the others.
    """
    chooser = _Chooser(pool, seed, lots)
    choices: list[Choice] = []
    counts_by_reason: Counter = Counter()
    while len(choices) < count:
        for reason in _by_need(counts_by_reason, len(choices) + 1):
            choice = chooser.next(reason)
            if choice is not None:
                break
        else:
            break
        counts_by_reason[choice.reason] += 1
        choices.append(choice)
    return choices


def standardised(columns: np.ndarray) -> np.ndarray:
    """Features (n, f) less their mean, by their standard deviation; 0 for what is not
    known, and where all are the same.
    """
    if not len(columns):
        return columns
    is_known = np.isfinite(columns)
    counts = np.maximum(1, is_known.sum(0))
    mean = np.where(is_known, columns, 0).sum(0) / counts
    gaps = np.where(is_known, columns - mean, 0)
    deviation = np.sqrt((gaps**2).sum(0) / counts)
    return gaps / np.where(deviation > 0, deviation, 1)


def _by_need(counts_by_reason: Counter, rank: int) -> list[str]:
    """The reasons, first the one that is most behind its share at a rank."""
    return sorted(
        SHARES, key=lambda reason: counts_by_reason[reason] - SHARES[reason] * rank
    )


class _Chooser:
    """The next place for each reason, none twice."""

    def __init__(self, pool: PlacePool, seed: int, lots: int | None):
        self._pool = pool
        self._left = np.ones(len(pool), bool)
        self._from_pool = lots is None
        count = len(pool) if lots is None else lots
        self._lots: Iterator[int] = iter(
            np.random.default_rng(seed).permutation(count).tolist()
        )
        self._seen = _Seen(pool.features, pool.reviewed)

    def next(self, reason: str) -> Choice | None:
        """None where there is none left."""
        if reason == "random":
            return self._lot()
        if reason == "uncertain":
            score = self._pool.doubt
            possible = score > 0
        elif reason == "large":
            score = self._pool.size / max(self._pool.size.max(initial=0), 1e-9)
            possible = score > 0
        else:
            possible = self._pool.worth
            score = self._seen.distances(possible & self._left)
        possible = possible & self._left
        if not possible.any():
            return None
        place = int(np.argmax(np.where(possible, score, -np.inf)))
        self._take(place)
        return Choice(place, reason, float(score[place]))

    def _lot(self) -> Choice | None:
        for place in self._lots:
            if not self._from_pool:
                return Choice(place, "random", None, by_lot=True)
            if self._left[place]:
                self._take(place)
                return Choice(place, "random", None)
        return None

    def _take(self, place: int) -> None:
        self._left[place] = False
        self._seen.add(self._pool.features[place])


class _Seen:
    """How far places, by their features (n, f), are from the nearest one that was seen or
    chosen, in deviations of the features. It is worked out for those that may be the
    farthest: all places against all seen ones are billions of distances.
    """

    def __init__(self, features: np.ndarray, reviewed: np.ndarray):
        self._features = features
        first = np.linspace(0, len(reviewed) - 1, min(AT_ONCE, len(reviewed))).astype(int)
        others = np.delete(reviewed, first, axis=0)
        room = np.empty_like(features)  # for those that will be chosen
        self._seen = np.concatenate((reviewed[first], others, room))
        self._count = len(reviewed)
        # to the nearest of the first `_known` ones of `_seen` (n,)
        self._distance = np.full(len(features), np.inf)
        self._known = np.full(len(features), len(first))
        for one in reviewed[first]:
            self._approach(one)

    def add(self, features: np.ndarray) -> None:
        """Something like this (f,) will have been looked at."""
        self._seen[self._count] = features
        self._count += 1
        if self._count <= AT_ONCE:
            self._approach(features)
            self._known += 1

    def distances(self, possible: np.ndarray) -> np.ndarray:
        """(n,) of the farthest of the `possible` (n,) bool, of the others as much or more;
        where nothing was seen, from the average.
        """
        if not self._count:
            return _distances(self._features, np.zeros(self._features.shape[1]))
        while possible.any():
            place = int(np.argmax(np.where(possible, self._distance, -np.inf)))
            unknown = self._seen[self._known[place] : self._count]
            if not len(unknown):
                break
            nearest = _distances(unknown, self._features[place]).min()
            self._distance[place] = min(self._distance[place], nearest)
            self._known[place] = self._count
        return self._distance

    def _approach(self, features: np.ndarray) -> None:
        distance = _distances(self._features, features)
        self._distance = np.minimum(self._distance, distance)


def _distances(features: np.ndarray, other: np.ndarray) -> np.ndarray:
    """(n,) root mean square difference of features (n, f) from others (f,)."""
    return np.sqrt(((features - other) ** 2).mean(1))
