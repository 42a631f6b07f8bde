# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows of a mask as runs of pixels, which runs belong together, and the edges above and
below them.

A run is a half-open stretch of one row, kept flat: `row * stride + column` with `stride =
width + 1`, so that the spare column keeps the runs of two rows apart and sorted order is
reading order.
"""

from __future__ import annotations

import numpy as np

from ...inference.levels import LEVELS


def find_runs(values: np.ndarray, lowest: int) -> tuple[np.ndarray, np.ndarray]:
    """Flat starts and ends of the runs with `lowest` <= value <= 250 in uint8 (rows,
    width).
    """
    if lowest > LEVELS:
        return np.zeros(0, int), np.zeros(0, int)
    rows, width = values.shape
    mask = np.empty((rows, width + 1), bool)
    # unsigned wrap-around: one comparison keeps [lowest, 250] and drops both the low
    # values and nodata
    np.less_equal(
        values - np.uint8(lowest), np.uint8(LEVELS - lowest), out=mask[:, :width]
    )
    mask[:, width] = False
    flat = mask.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[0]:
        changes = np.concatenate(([0], changes))
    return changes[0::2], changes[1::2]


def pixels_of(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Every flat position (n,) inside the runs (r,), in order."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())


def label_runs(
    starts: np.ndarray, ends: np.ndarray, stride: int, parent: np.ndarray
) -> np.ndarray:
    """4-connected component of each run, numbered in the order of their first runs.

    `parent` (one per run, an earlier or the same run) says which are known to belong
    together already.
    """
    upper, lower = _touching(starts, ends, stride)
    while True:
        a = parent[upper]
        b = parent[lower]
        apart = np.flatnonzero(a != b)
        if not len(apart):
            break
        upper = np.minimum(a[apart], b[apart])
        lower = np.maximum(a[apart], b[apart])
        # several pairs may hook one root: written from the largest down, so that the
        # smallest stays
        order = np.argsort(upper, kind="stable")[::-1]
        parent[lower[order]] = upper[order]
        parent = _compressed(parent)
    is_root = parent == np.arange(len(parent))
    return (np.cumsum(is_root) - 1)[parent]


def _touching(
    starts: np.ndarray, ends: np.ndarray, stride: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of runs, the second in the row below the first, that share a pixel edge."""
    first = np.searchsorted(ends, starts + stride, "right")
    count = np.searchsorted(starts, ends + stride, "left") - first
    upper = np.repeat(np.arange(len(starts)), count)
    lower = pixels_of(first, first + count)
    return upper, lower


def _compressed(parent: np.ndarray) -> np.ndarray:
    """Every run pointing straight at its root."""
    while True:
        grand = parent[parent]
        if np.array_equal(grand, parent):
            return parent
        parent = grand


def edges_of(
    starts: np.ndarray, ends: np.ndarray, stride: int, rows: int
) -> tuple[np.ndarray, np.ndarray]:
    """Edges, as `rings` has them, between each of the rows 0 ... rows - 1 and the next,
    and the run each belongs to: int64 (n, 4), (n,).

    The edge above row 1 has y = 1. The upper side of row 0 and the lower side of the last
    row are left out: they belong to the neighbouring strips.
    """
    second, last = np.searchsorted(starts, (stride, (rows - 1) * stride))
    above = _ends(starts[:last], ends[:last]) + stride
    below = _ends(starts[second:], ends[second:])
    keys = np.concatenate((above, below))
    order = np.argsort(keys, kind="stable")  # two sorted halves: merged in one pass
    keys = keys[order]
    from_below = order >= len(above)
    opens = (order - np.where(from_below, len(above), 0)) % 2 == 0
    # right of each change: 1 where the mask lies below only, -1 above only
    side = np.cumsum(np.where(opens == from_below, 1, -1))
    # where both rows change at one place, what holds right of it is known after the
    # second
    at = np.flatnonzero(np.append(keys[1:] != keys[:-1], True)[: len(keys)])
    run_below = second + np.cumsum(opens & from_below) - 1
    run_above = np.cumsum(opens & ~from_below) - 1
    run = np.where(side > 0, run_below, run_above)
    here = np.flatnonzero(side[at[:-1]])
    to = at[here + 1]
    at = at[here]
    y, x0 = np.divmod(keys[at], stride)
    return np.stack((y, x0, keys[to] - y * stride, side[at] > 0), axis=1), run[at]


def _ends(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    return np.stack((starts, ends), axis=1).ravel()
