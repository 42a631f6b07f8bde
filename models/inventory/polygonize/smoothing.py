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
    offset = outlines.offset
    best = outlines.offset.copy()
    used = np.zeros(outlines.count, int)
    for number in range(1, passes + 1):
        for factor in (LAMBDA, MU):
            points = outlines.moved(offset).points
            pull = (points[following] + points[before]) / 2 - points
            offset = np.clip(
                offset + factor * (pull * outlines.inward).sum(axis=1),
                outlines.low,
                outlines.high,
            )
        if number in (passes, passes // 2, passes // 4):
            kept = _within(outlines.moved(offset), wanted, most)
            used[kept] = number
            best[kept[polygon]] = offset[kept[polygon]]
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
    a = points[start]
    way = points[stop] - points[start]
    axis = outlines.inward[vertex]
    to = outlines.middle[vertex] - a
    across = way[:, 0] * axis[:, 1] - way[:, 1] * axis[:, 0]
    safe = np.where(np.abs(across) < TINY, 1, across)
    offset = (
        -(way[:, 0] * to[:, 1] - way[:, 1] * to[:, 0]) / safe
    )  # where the segment meets the line of centres
    moved = np.abs(offset - outlines.offset[vertex]) * np.abs(axis @ metres)
    wrong = (
        (np.abs(across) < TINY)
        | (moved > tolerance + TINY)
        | (offset < outlines.low[vertex] - TINY)
        | (offset > outlines.high[vertex] + TINY)
    )
    way = way * metres
    to = (points[vertex] - a) * metres
    length = np.maximum(np.hypot(*way.T), TINY)
    return wrong, np.abs(way[:, 0] * to[:, 1] - way[:, 1] * to[:, 0]) / length


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
