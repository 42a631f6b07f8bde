# SPDX-License-Identifier: GPL-2.0-or-later
"""Smoother and thinner outlines whose vertices stay between their pixel centres, many
polygons at a time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .contour import Contours, after

LAMBDA = 0.5  # Taubin (1995): a step that shrinks and one that swells
MU = -0.53
TINY = 1e-9  # pixels


def smooth(
    outlines: Contours, passes: int, wanted: np.ndarray, most: float
) -> tuple[Contours, np.ndarray]:
    """Taubin smoothing: the most passes of `passes`, its half and its quarter that keep
    each area.

    `wanted` are the areas (pixels) not to be changed by more than the share `most`.
    Returns with the passes of each polygon, 0 where none kept its area.
    """
    following = after(outlines.first)
    before = np.empty(outlines.first[-1], int)
    before[following] = np.arange(len(before))
    polygon = np.repeat(outlines.owner, np.diff(outlines.first))
    # column by column: numpy takes a third of the time that it takes for pairs
    middle_x, middle_y = np.ascontiguousarray(outlines.middle.T)
    inward_x, inward_y = np.ascontiguousarray(outlines.inward.T)
    offset = outlines.offset
    best = outlines.offset.copy()
    used = np.zeros(outlines.count, int)
    for number in range(1, passes + 1):
        for factor in (LAMBDA, MU):
            x = middle_x + offset * inward_x
            y = middle_y + offset * inward_y
            pull_x = (x[following] + x[before]) / 2 - x
            pull_y = (y[following] + y[before]) / 2 - y
            pull = pull_x * inward_x + pull_y * inward_y
            offset = offset + factor * pull
            np.maximum(offset, outlines.low, out=offset)
            np.minimum(offset, outlines.high, out=offset)
        if number in (passes, passes // 2, passes // 4):
            within = _within(outlines.moved(offset), wanted, most)
            used[within] = number
            best[within[polygon]] = offset[within[polygon]]
    return outlines.moved(best), used


def simplify(
    outlines: Contours,
    tolerance: float,
    metres: Sequence[float],
    wanted: np.ndarray,
    most: float,
) -> tuple[Contours, np.ndarray]:
    """Vertices left out (Douglas and Peucker 1973): the outline moves by at most
    `tolerance` metres.

    A half and a quarter of it where more would change an area as in `smooth`, else all
    stay. `metres`: ground length of a step of one column and of one row. Returns with the
    share of the tolerance used for each polygon, 0-1.
    """
    polygon = np.repeat(outlines.owner, np.diff(outlines.first))
    stays = np.ones(outlines.first[-1], bool)
    used = np.zeros(outlines.count)
    for share in (1.0, 0.5, 0.25):
        open_ones = used == 0
        if not open_ones.any():
            break
        kept = _thinned(outlines, tolerance * share, np.asarray(metres, float))
        good = open_ones & _within(outlines.part(kept), wanted, most)
        used[good] = share
        stays[good[polygon]] = kept[good[polygon]]
    return outlines.part(stays), used


def _within(outlines: Contours, wanted: np.ndarray, most: float) -> np.ndarray:
    return np.abs(outlines.areas() - wanted) <= most * wanted


def _thinned(outlines: Contours, tolerance: float, metres: np.ndarray) -> np.ndarray:
    """Which vertices stay: bool (n,)."""
    points = outlines.points
    first = outlines.first
    stays = ~outlines.inward.any(axis=1)
    stays[first[:-1]] = True
    stays[_farthest(points * metres, first)] = True
    ring = np.repeat(np.arange(len(outlines.owner)), np.diff(first))
    active = np.flatnonzero(~stays)
    while len(active):
        ends = np.flatnonzero(stays)
        segment = np.searchsorted(ends, active) - 1
        start = ends[segment]
        stop = ends[np.minimum(segment + 1, len(ends) - 1)]
        stop = np.where(
            ring[stop] == ring[start], stop, first[ring[start]]
        )  # closes the ring
        stop = np.where(stop > start, stop, first[ring[start]])
        wrong, away = _deviation(outlines, points, active, start, stop, tolerance, metres)
        begins = np.flatnonzero(np.diff(segment, prepend=-1))
        broken = np.logical_or.reduceat(wrong, begins)
        which = np.repeat(broken, np.diff(np.append(begins, len(active))))
        stays[_first_largest(away, begins, active)[broken]] = True
        active = active[which & ~stays[active]]
    return stays


def _deviation(
    outlines: Contours,
    points: np.ndarray,
    vertex: np.ndarray,
    start: np.ndarray,
    stop: np.ndarray,
    tolerance: float,
    metres: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Whether each vertex must not be left out of the segment start-stop, and how far
    it lies from that (metres).
    """
    from_x, from_y = points[start].T
    to_x, to_y = points[stop].T
    axis_x, axis_y = outlines.inward[vertex].T
    middle_x, middle_y = outlines.middle[vertex].T
    x, y = points[vertex].T
    way_x = to_x - from_x
    way_y = to_y - from_y
    across = way_x * axis_y - way_y * axis_x
    parallel = np.abs(across) < TINY
    across[parallel] = 1
    # where the segment meets the line of centres
    offset = -(way_x * (middle_y - from_y) - way_y * (middle_x - from_x)) / across
    metres_x, metres_y = metres
    axis_metres = np.abs(axis_x * metres_x + axis_y * metres_y)
    moved = np.abs(offset - outlines.offset[vertex]) * axis_metres
    wrong = (
        parallel
        | (moved > tolerance + TINY)
        | (offset < outlines.low[vertex] - TINY)
        | (offset > outlines.high[vertex] + TINY)
    )
    way_x = way_x * metres_x
    way_y = way_y * metres_y
    beside = way_x * ((y - from_y) * metres_y) - way_y * ((x - from_x) * metres_x)
    return wrong, np.abs(beside) / np.maximum(np.hypot(way_x, way_y), TINY)


def _farthest(points: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The vertex of each ring that lies farthest from the ring's first."""
    gap = np.hypot(*(points - np.repeat(points[first[:-1]], np.diff(first), axis=0)).T)
    return _first_largest(gap, first[:-1], np.arange(len(points)))


def _first_largest(
    values: np.ndarray, begins: np.ndarray, names: np.ndarray
) -> np.ndarray:
    """The name of the first largest value of each stretch."""
    if not len(values):
        return np.zeros(0, int)
    sizes = np.diff(np.append(begins, len(values)))
    top = np.flatnonzero(values == np.repeat(np.maximum.reduceat(values, begins), sizes))
    stretch = np.repeat(np.arange(len(begins)), sizes)[top]
    return names[top[np.searchsorted(stretch, np.arange(len(begins)))]]
