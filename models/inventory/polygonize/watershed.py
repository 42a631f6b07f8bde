# SPDX-License-Identifier: GPL-2.0-or-later
"""A small image parted into basins: each cell goes to the peak that is reached uphill
from it.
"""

from __future__ import annotations

import numpy as np

from .run_length import find_runs, label_runs

MIN_DIP_SHARE = 0.9  # a dip to this share of the lower peak parts nothing
STRAIGHTENING_CELLS = 3  # on each side of the one that a square is looked at around
STRAIGHTENING_PASSES = 8


def distance(mask: np.ndarray) -> np.ndarray:
    """Cells from the edge of a mask (rows, cols), 1 at the edge, in octagons: squares
    and diamonds peeled in turn.
    """
    left = np.pad(mask, 1)
    result = np.zeros(mask.shape)
    square = False
    while left.any():
        result += left[1:-1, 1:-1]
        core = (
            left[1:-1, 1:-1]
            & left[:-2, 1:-1]
            & left[2:, 1:-1]
            & left[1:-1, :-2]
            & left[1:-1, 2:]
        )
        if square:
            core &= left[:-2, :-2] & left[:-2, 2:] & left[2:, :-2] & left[2:, 2:]
        left[1:-1, 1:-1], square = core, not square
    return result


def basins(height: np.ndarray) -> np.ndarray:
    """Basin 1, 2, ... of each cell (rows, cols) with height > 0, 0 elsewhere; 8-connected,
    ties in reading order.
    """
    padded = np.pad(height, 1)
    stride = padded.shape[1]
    flat = padded.ravel()
    around = [
        side + down
        for down in (-stride, 0, stride)
        for side in (-1, 0, 1)
        if side or down
    ]
    basin = np.zeros(flat.size, int)
    parent = [0]
    peak = [0.0]

    def root(name: int) -> int:
        while parent[name] != name:
            name = parent[name]
        return name

    for cell in np.argsort(-flat, kind="stable")[: np.count_nonzero(flat > 0)].tolist():
        beside = sorted(
            {root(basin[cell + step]) for step in around if basin[cell + step]},
            key=lambda r: -peak[r],
        )
        if not beside:
            parent.append(len(parent))
            peak.append(flat[cell])
            beside = [len(parent) - 1]
        basin[cell] = beside[0]
        for lower in beside[1:]:
            if flat[cell] > MIN_DIP_SHARE * peak[lower]:
                parent[lower] = beside[0]
    names = np.array([root(name) for name in range(len(parent))])
    numbers = np.unique(names, return_inverse=True)[1]
    return numbers[basin].reshape(padded.shape)[1:-1, 1:-1]


def borders(labels: np.ndarray, height: np.ndarray) -> dict[tuple[int, int], float]:
    """The highest pass between each two labels (rows, cols), from 1 on, that share a side
    of a cell: height by pair, the lower label first.
    """
    passes: dict[tuple[int, int], float] = {}
    for a, b, low in (
        (labels[:-1], labels[1:], np.minimum(height[:-1], height[1:])),
        (labels[:, :-1], labels[:, 1:], np.minimum(height[:, :-1], height[:, 1:])),
    ):
        meets = (a != b) & (a > 0) & (b > 0)
        for one, other, value in zip(
            a[meets].tolist(), b[meets].tolist(), low[meets].tolist()
        ):
            pair = (min(one, other), max(one, other))
            passes[pair] = max(passes.get(pair, 0.0), value)
    return passes


def straightened(labels: np.ndarray) -> np.ndarray:
    """Shorter borders: each cell goes to the label that holds most of the square around
    it (Merriman and others 1994).

    `labels` from 1, 0 outside; a border moves to the narrowest place near by.
    """
    names = np.unique(labels[labels > 0])
    for _ in range(STRAIGHTENING_PASSES):
        shares = [blurred(labels == name, STRAIGHTENING_CELLS) for name in names]
        labels = np.where(labels > 0, names[np.argmax(shares, axis=0)], 0)
    return labels


def blurred(values: np.ndarray, reach: int) -> np.ndarray:
    """Mean of the square of 2 reach + 1 cells around each cell (rows, cols), the edge
    repeated.
    """
    size = 2 * reach + 1
    for _ in range(2):
        sums = np.cumsum(
            np.pad(values.astype(float), ((reach + 1, reach), (0, 0)), "edge"), axis=0
        )
        values = ((sums[size:] - sums[:-size]) / size).T
    return values


def spread(labels: np.ndarray) -> np.ndarray:
    """Labels (rows, cols) of all cells: of those that have none (0) that of the nearest."""
    labels = labels.copy()
    while not labels.all():
        padded = np.pad(labels, 1)
        for beside in (
            padded[:-2, 1:-1],
            padded[2:, 1:-1],
            padded[1:-1, :-2],
            padded[1:-1, 2:],
        ):
            np.copyto(labels, beside, where=labels == 0)
    return labels


def pieces(mask: np.ndarray) -> np.ndarray:
    """4-connected pieces of a mask (rows, cols) numbered from 1, 0 outside."""
    starts, ends = find_runs(np.where(mask, np.uint8(1), np.uint8(0)), 1)
    stride = mask.shape[1] + 1
    names = label_runs(starts, ends, stride, np.arange(len(starts)))
    flat = np.zeros(len(mask) * stride + 1, int)
    np.add.at(flat, starts, names + 1)
    np.add.at(flat, ends, -names - 1)
    return np.cumsum(flat)[:-1].reshape(len(mask), stride)[:, :-1]
