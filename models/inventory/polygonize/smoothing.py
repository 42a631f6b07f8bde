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
    contours: Contours, passes: int, target_areas: np.ndarray, max_change: float
) -> tuple[Contours, np.ndarray]:
    """Taubin smoothing: the most passes of `passes`, its half and its quarter that keep
    each area.

    `target_areas` are those (pixels) not to be changed by more than the share `max_change`.
    Returns with the passes of each polygon, 0 where none kept its area.
    """
    following = after(contours.first)
    before = np.empty(contours.first[-1], int)
    before[following] = np.arange(len(before))
    polygon = np.repeat(contours.owner, np.diff(contours.first))
    # column by column: numpy takes a third of the time that it takes for pairs
    middle_x, middle_y = np.ascontiguousarray(contours.middle.T)
    inward_x, inward_y = np.ascontiguousarray(contours.inward.T)
    offset = contours.offset
    best = contours.offset.copy()
    used = np.zeros(contours.count, int)
    for number in range(1, passes + 1):
        for factor in (LAMBDA, MU):
            x = middle_x + offset * inward_x
            y = middle_y + offset * inward_y
            pull_x = (x[following] + x[before]) / 2 - x
            pull_y = (y[following] + y[before]) / 2 - y
            pull = pull_x * inward_x + pull_y * inward_y
            offset = offset + factor * pull
            np.maximum(offset, contours.low, out=offset)
            np.minimum(offset, contours.high, out=offset)
        if number in (passes, passes // 2, passes // 4):
            within = _within(contours.moved(offset), target_areas, max_change)
            used[within] = number
            best[within[polygon]] = offset[within[polygon]]
    return contours.moved(best), used


def simplify(
    contours: Contours,
    tolerance: float,
    metres: Sequence[float],
    target_areas: np.ndarray,
    max_change: float,
) -> tuple[Contours, np.ndarray]:
    """Vertices left out (Douglas and Peucker 1973): the outline moves by at most
    `tolerance` metres.

    A half and a quarter of it where more would change an area as in `smooth`, else all
    stay. `metres`: ground length of a step of one column and of one row. Returns with the
    share of the tolerance used for each polygon, 0-1.
    """
    polygon = np.repeat(contours.owner, np.diff(contours.first))
    stays = np.ones(contours.first[-1], bool)
    used = np.zeros(contours.count)
    for share in (1.0, 0.5, 0.25):
        open_ones = used == 0
        if not open_ones.any():
            break
        thinned = _thinned(contours, tolerance * share, np.asarray(metres, float))
        good = open_ones & _within(contours.part(thinned), target_areas, max_change)
        used[good] = share
        stays[good[polygon]] = thinned[good[polygon]]
    return contours.part(stays), used


def _within(
    contours: Contours, target_areas: np.ndarray, max_change: float
) -> np.ndarray:
    return np.abs(contours.areas() - target_areas) <= max_change * target_areas


def _thinned(contours: Contours, tolerance: float, metres: np.ndarray) -> np.ndarray:
    """Which vertices stay: bool (n,)."""
    points = contours.points
    first = contours.first
    stays = ~contours.inward.any(axis=1)
    stays[first[:-1]] = True
    stays[_farthest(points * metres, first)] = True
    ring = np.repeat(np.arange(len(contours.owner)), np.diff(first))
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
        wrong, away = _deviation(contours, points, active, start, stop, tolerance, metres)
        begins = np.flatnonzero(np.diff(segment, prepend=-1))
        broken = np.logical_or.reduceat(wrong, begins)
        which = np.repeat(broken, np.diff(np.append(begins, len(active))))
        stays[_first_largest(away, begins, active)[broken]] = True
        active = active[which & ~stays[active]]
    return stays


def _deviation(
    contours: Contours,
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
    axis_x, axis_y = contours.inward[vertex].T
    middle_x, middle_y = contours.middle[vertex].T
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
    moved = np.abs(offset - contours.offset[vertex]) * axis_metres
    wrong = (
        parallel
        | (moved > tolerance + TINY)
        | (offset < contours.low[vertex] - TINY)
        | (offset > contours.high[vertex] + TINY)
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
