# SPDX-License-Identifier: GPL-2.0-or-later
"""Smoother and thinner outlines whose vertices stay between their pixel centres, many
polygons at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .contour import Contours

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
    polygon = np.repeat(contours.owner, np.diff(contours.first))
    # column by column: numpy takes a third of the time that it takes for pairs
    middle_x, middle_y = np.ascontiguousarray(contours.middle.T)
    inward_x, inward_y = np.ascontiguousarray(contours.inward.T)
    offset = contours.offset
    best = contours.offset.copy()
    used = np.zeros(contours.count, int)
    for number in range(1, passes + 1):
        for factor in (LAMBDA, MU):
            pull = _pull(middle_x + offset * inward_x, contours.first)
            pull *= inward_x
            pull_y = _pull(middle_y + offset * inward_y, contours.first)
            pull_y *= inward_y
            pull += pull_y
            pull *= factor
            offset = offset + pull
            np.maximum(offset, contours.low, out=offset)
            np.minimum(offset, contours.high, out=offset)
        if number in (passes, passes // 2, passes // 4):
            within = _within(contours.moved(offset), target_areas, max_change)
            used[within] = number
            best[within[polygon]] = offset[within[polygon]]
    return contours.moved(best), used


def _pull(x: np.ndarray, first: np.ndarray) -> np.ndarray:
    """From each vertex to the middle of its two neighbours along the ring, along one
    axis (n,).
    """
    begins = first[:-1]
    ends = first[1:] - 1
    pull = np.empty_like(x)
    np.add(x[2:], x[:-2], out=pull[1:-1])
    pull[begins] = x[begins + 1] + x[ends]
    pull[ends] = x[begins] + x[ends - 1]
    pull /= 2
    pull -= x
    return pull


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
        undecided = used == 0
        if not undecided.any():
            break
        some = contours.of(undecided)
        thinned = _thinned(some, tolerance * share, np.asarray(metres, float))
        good = _within(some.part(thinned), target_areas[undecided], max_change)
        used[np.flatnonzero(undecided)[good]] = share
        vertices = np.flatnonzero(undecided[polygon])
        of_good = good[np.repeat(some.owner, np.diff(some.first))]
        stays[vertices[of_good]] = thinned[of_good]
    return contours.part(stays), used


def _within(
    contours: Contours, target_areas: np.ndarray, max_change: float
) -> np.ndarray:
    return np.abs(contours.areas() - target_areas) <= max_change * target_areas


class _Vertices(NamedTuple):
    """Vertices of contours column by column, each (n,)."""

    x: np.ndarray
    y: np.ndarray
    middle_x: np.ndarray
    middle_y: np.ndarray
    inward_x: np.ndarray
    inward_y: np.ndarray
    offset: np.ndarray
    low: np.ndarray  # of the offset, a little lower
    high: np.ndarray  # a little higher
    axis_metres: np.ndarray  # ground length of the offset's unit

    @classmethod
    def of(cls, contours: Contours, metres: np.ndarray) -> _Vertices:
        """`metres` as in `simplify`."""
        inward_x, inward_y = np.ascontiguousarray(contours.inward.T)
        return cls(
            *np.ascontiguousarray(contours.points.T),
            *np.ascontiguousarray(contours.middle.T),
            inward_x,
            inward_y,
            contours.offset,
            contours.low - TINY,
            contours.high + TINY,
            np.abs(inward_x * metres[0] + inward_y * metres[1]),
        )

    def take(self, which: np.ndarray) -> _Vertices:
        """Only some, by index."""
        return _Vertices(*(column.take(which) for column in self))


def _thinned(contours: Contours, tolerance: float, metres: np.ndarray) -> np.ndarray:
    """Which vertices stay: bool (n,)."""
    points = contours.points
    first = contours.first
    stays = ~contours.inward.any(axis=1)
    stays[first[:-1]] = True
    stays[_farthest(points * metres, first)] = True
    ring = np.repeat(np.arange(len(contours.owner)), np.diff(first))
    active = np.flatnonzero(~stays)
    vertices = _Vertices.of(contours, metres)
    active_vertices = vertices.take(active)
    while len(active):
        ends = np.flatnonzero(stays)
        segment = np.searchsorted(ends, active) - 1
        begins = np.flatnonzero(np.diff(segment, prepend=-1))
        sizes = np.diff(np.append(begins, len(active)))
        number = segment[begins]
        start = ends[number]
        stop = ends[np.minimum(number + 1, len(ends) - 1)]
        # the last segment of a ring closes it
        closes = (ring[stop] != ring[start]) | (stop <= start)
        stop = np.where(closes, first[ring[start]], stop)
        wrong, away = _deviation(
            active_vertices, vertices, start, stop, sizes, tolerance, metres
        )
        broken = np.logical_or.reduceat(wrong, begins)
        stays[_first_largest(away, begins, active)[broken]] = True
        remaining = np.flatnonzero(np.repeat(broken, sizes) & ~stays[active])
        active = active[remaining]
        active_vertices = active_vertices.take(remaining)
    return stays


def _deviation(
    active: _Vertices,
    vertices: _Vertices,
    start: np.ndarray,
    stop: np.ndarray,
    sizes: np.ndarray,
    tolerance: float,
    metres: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Whether each active vertex must not be left out of its segment, and how far it
    lies from that (metres).

    Segment i runs from the vertex `start[i]` to `stop[i]` and holds the next `sizes[i]`
    active vertices.
    """
    metres_x, metres_y = metres
    start_x = vertices.x[start]
    start_y = vertices.y[start]
    step_x = vertices.x[stop] - start_x
    step_y = vertices.y[stop] - start_y
    from_x = np.repeat(start_x, sizes)
    from_y = np.repeat(start_y, sizes)
    way_x = np.repeat(step_x, sizes)
    way_y = np.repeat(step_y, sizes)
    across = way_x * active.inward_y - way_y * active.inward_x
    parallel = np.abs(across) < TINY
    across[parallel] = 1
    # where the segment meets the line of centres
    offset = way_y * (active.middle_x - from_x) - way_x * (active.middle_y - from_y)
    offset /= across
    wrong = np.abs(offset - active.offset) * active.axis_metres > tolerance + TINY
    wrong |= parallel
    wrong |= offset < active.low
    wrong |= offset > active.high
    metre_x = step_x * metres_x
    metre_y = step_y * metres_y
    length = np.maximum(np.hypot(metre_x, metre_y), TINY)
    beside = np.repeat(metre_x, sizes) * ((active.y - from_y) * metres_y)
    beside -= np.repeat(metre_y, sizes) * ((active.x - from_x) * metres_x)
    np.abs(beside, out=beside)
    beside /= np.repeat(length, sizes)
    return wrong, beside


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
