# SPDX-License-Identifier: GPL-2.0-or-later
"""How often each probability value occurs in each component: counted exactly, merged
by adding.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class SparseHistogram(NamedTuple):
    """Sparse histograms: sorted `keys` = component * 256 + value, and their `counts`."""

    keys: np.ndarray
    counts: np.ndarray

    @property
    def owner(self) -> np.ndarray:
        """Component of each key."""
        return self.keys >> 8


def histogram(owner: np.ndarray, values: np.ndarray) -> SparseHistogram:
    """Count pixels by component (n,) and value (n,)."""
    keys = (owner << 8) | values
    if not len(keys):
        return SparseHistogram(keys, keys)
    if keys.max() < 1 << 16 or keys.max() < 4 * len(keys):
        counts = np.bincount(keys)
        found = np.flatnonzero(counts)
        return SparseHistogram(found, counts[found])
    return SparseHistogram(
        *np.unique(keys, return_counts=True)
    )  # many small components: no room for 256 bins each


def merged(*tallies: SparseHistogram) -> SparseHistogram:
    """The sum of histograms."""
    keys = np.concatenate([t.keys for t in tallies])
    counts = np.concatenate([t.counts for t in tallies])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    counts = counts[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    return SparseHistogram(
        keys[first], np.add.reduceat(counts, first) if len(first) else counts
    )


def renumbered(table: SparseHistogram, number: np.ndarray) -> SparseHistogram:
    """Component i becomes `number[i]`, -1 drops it; two that become one are added."""
    owner = number[table.owner]
    stays = owner >= 0
    return merged(
        SparseHistogram(
            (owner[stays] << 8) | (table.keys[stays] & 255), table.counts[stays]
        )
    )


def statistics(
    table: SparseHistogram,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Pixels, mean, 90th percentile (linear between ranks, as numpy's) and maximum of
    the values of each component.
    """
    values = table.keys & 255
    owner = table.owner
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    pixels = np.add.reduceat(table.counts, first)
    mean = np.add.reduceat(table.counts * values, first) / pixels
    total = np.cumsum(table.counts)
    rank = 0.9 * (pixels - 1)
    below = np.floor(rank).astype(int)
    start = total[first] - table.counts[first]
    low = values[np.searchsorted(total, start + below, "right")]
    high = values[
        np.searchsorted(total, start + np.minimum(below + 1, pixels - 1), "right")
    ]
    last = np.append(first[1:], len(values)) - 1
    return pixels, mean, low + (rank - below) * (high - low), values[last]


def part(table: SparseHistogram, start: int, stop: int) -> SparseHistogram:
    """Components start ... stop - 1, numbered from 0."""
    a, b = np.searchsorted(table.keys, (start << 8, stop << 8))
    return SparseHistogram(table.keys[a:b] - (start << 8), table.counts[a:b])
