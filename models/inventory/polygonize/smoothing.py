# SPDX-License-Identifier: GPL-2.0-or-later
"""Smoother and thinner outlines whose vertices stay between their pixel centres, many
polygons at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...geo.coordinates import group_numbers
from .contour import Contours

LAMBDA = 0.5  # Taubin (1995): a step that shrinks and one that swells
MU = -0.53
TINY = 1e-9  # pixels
BEYOND_ROUNDING = 1.001  # times a length: more than what rounding may add to it


def smooth(
    contours: Contours, passes: int, target_areas: np.ndarray, max_change: float
) -> tuple[Contours, np.ndarray]:
    """Taubin smoothing: the most passes of `passes`, its half and its quarter that keep
    each area.

    `target_areas` are those (pixels) not to be changed by more than the share `max_change`.
    Returns with the passes of each polygon, 0 where none kept its area.
    """
    middle_x, middle_y = contours.middle.T
    inward_x, inward_y = contours.inward.T
    offset = contours.offset
    offsets = {}
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
            offsets[number] = offset
    return _kept_areas(contours, offsets, target_areas, max_change)


def _kept_areas(
    contours: Contours,
    offsets: dict[int, np.ndarray],
    target_areas: np.ndarray,
    max_change: float,
) -> tuple[Contours, np.ndarray]:
    """The most passes that keep each area, of the offsets after so many passes; and the
    passes of each polygon, 0 where none do.
    """
    best = contours
    used = np.zeros(contours.count, int)
    for number in sorted(offsets, reverse=True):
        moved = contours.moved(offsets[number])
        good = (used == 0) & _within(moved, target_areas, max_change)
        used[good] = number
        if good.all():  # as nearly always: what was measured of them is used again
            return moved, used
        chosen = good.take(contours.owner).take(contours.ring)
        best = contours.moved(np.where(chosen, offsets[number], best.offset))
        if used.all():
            break
    return best, used


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
    pull *= 0.5  # a division takes three times as long
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
    polygon = contours.owner.take(contours.ring)
    stays = np.ones(contours.first[-1], bool)
    used = np.zeros(contours.count)
    for share in (1.0, 0.5, 0.25):
        undecided = used == 0
        if not undecided.any():
            break
        some = contours.of(undecided)
        thinned = _thinned(some, tolerance * share, np.asarray(metres, float))
        fewer = some.part(thinned)
        good = _within(fewer, target_areas[undecided], max_change)
        used[np.flatnonzero(undecided)[good]] = share
        if good.all() and undecided.all():  # as nearly always
            return fewer, used
        vertices = np.flatnonzero(undecided[polygon])
        of_good = good.take(some.owner).take(some.ring)
        stays[vertices[of_good]] = thinned[of_good]
    return contours.part(stays), used


def _within(
    contours: Contours, target_areas: np.ndarray, max_change: float
) -> np.ndarray:
    return np.abs(contours.areas() - target_areas) <= max_change * target_areas


class _Stretches(NamedTuple):
    """Stretches of outline between two vertices that stay, along their rings; vertices
    by their numbers.
    """

    start: np.ndarray  # (s,)
    stop: np.ndarray  # (s,)
    inner: np.ndarray  # (n,) those between, one stretch after the other
    owner: np.ndarray  # (n,) stretch of each
    begins: np.ndarray  # (s,) the first of `inner` of each stretch

    def halved(self, place: np.ndarray, broken: np.ndarray) -> _Stretches:
        """Those that are broken, bool (s,), each parted at one of its inner vertices, at
        `place` (s,) among them all; without the halves that hold none.
        """
        before = place - self.begins
        behind = np.append(self.begins[1:], len(self.inner)) - place - 1
        middle = self.inner.take(place)
        counts, starts, stops = (
            np.stack(pair, axis=1).compress(broken, axis=0).ravel()
            for pair in ((before, behind), (self.start, middle), (middle, self.stop))
        )
        occupied = np.flatnonzero(counts)
        stays = broken.take(self.owner)
        stays[place] = False
        inner = self.inner.compress(stays)
        begins = (np.cumsum(counts) - counts).take(occupied)
        return _Stretches(
            starts.take(occupied),
            stops.take(occupied),
            inner,
            group_numbers(begins, len(inner)),
            begins,
        )


def _is_first(values: np.ndarray) -> np.ndarray:
    """Which of some values (n,) differ from the one before, bool (n,); the first does."""
    is_first = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=is_first[1:])
    return is_first


def _thinned(contours: Contours, tolerance: float, metres: np.ndarray) -> np.ndarray:
    """Which vertices stay: bool (n,)."""
    x, y = contours.points.T
    first = contours.first
    stays = ~contours.inward.any(axis=1)
    stays[first[:-1]] = True
    stays[_farthest(x * metres[0], y * metres[1], contours)] = True
    # of each vertex, the ground length of a step inward
    scale = np.hypot(*(contours.inward * metres).T)
    stretches = _stretches(stays, first)
    while len(stretches.inner):
        away = _distances(stretches, x, y, metres)
        farthest, place = _largest(away, stretches.begins, stretches.owner)
        # what lies that far off lies farther along the line of its centres
        broken = farthest > BEYOND_ROUNDING * (tolerance + TINY)
        doubtful = np.flatnonzero(~broken.take(stretches.owner))
        wrong = _is_wrong(stretches, doubtful, contours, x, y, tolerance, scale)
        broken[stretches.owner.take(doubtful).compress(wrong)] = True
        stays[stretches.inner.take(place.compress(broken))] = True
        stretches = stretches.halved(place, broken)
    return stays


def _stretches(stays: np.ndarray, first: np.ndarray) -> _Stretches:
    """Those between the vertices that stay, bool (n,), of which each ring has its first
    one; `first` as of Contours.
    """
    ends = np.flatnonzero(stays)
    inner = np.flatnonzero(~stays)
    before = np.searchsorted(ends, inner) - 1
    is_first = _is_first(before)
    begins = np.flatnonzero(is_first)
    number = before.take(begins)
    start = ends[number]
    ring = np.searchsorted(first, start, "right") - 1
    following = np.append(ends, len(stays))[number + 1]
    # the last one of a ring closes it
    stop = np.where(following < first[ring + 1], following, first[ring])
    return _Stretches(start, stop, inner, np.cumsum(is_first) - 1, begins)


def _distances(
    stretches: _Stretches, x: np.ndarray, y: np.ndarray, metres: np.ndarray
) -> np.ndarray:
    """Metres (n,) between inner vertices and the line from end to end of their stretch;
    `x`, `y` of all vertices.
    """
    start = stretches.start
    owner = stretches.owner
    across = (x[stretches.stop] - x[start]) * metres[0]
    down = (y[stretches.stop] - y[start]) * metres[1]
    length = np.maximum(np.hypot(across, down), TINY)
    distances = y.take(stretches.inner)
    distances -= y[start].take(owner)
    distances *= metres[1]
    distances *= across.take(owner)
    other = x.take(stretches.inner)
    other -= x[start].take(owner)
    other *= metres[0]
    other *= down.take(owner)
    distances -= other
    np.abs(distances, out=distances)
    distances /= length.take(owner)
    return distances


def _is_wrong(
    stretches: _Stretches,
    places: np.ndarray,
    contours: Contours,
    x: np.ndarray,
    y: np.ndarray,
    tolerance: float,
    scale: np.ndarray,
) -> np.ndarray:
    """Which inner vertices, at `places` (d,) among those of all stretches, must not be
    left out, bool (d,): the line from end to end of their stretch crosses the line of
    their centres farther off than `tolerance` metres, of which
    `scale` (n,) are in a step inward, or where it may not lie.
    """
    inner = stretches.inner.take(places)
    owner = stretches.owner.take(places)
    start = stretches.start
    middle_x, middle_y = contours.middle.T.take(inner, axis=1)
    inward_x, inward_y = contours.inward.T.take(inner, axis=1)
    way_x = (x[stretches.stop] - x[start]).take(owner)
    way_y = (y[stretches.stop] - y[start]).take(owner)
    across = way_x * inward_y - way_y * inward_x
    parallel = np.abs(across) < TINY
    across[parallel] = 1
    way_y *= middle_x - x[start].take(owner)
    way_x *= middle_y - y[start].take(owner)
    offset = (way_y - way_x) / across
    moved = np.abs(offset - contours.offset.take(inner))
    moved *= scale.take(inner)
    wrong = parallel | (moved > tolerance + TINY)
    wrong |= offset < contours.low.take(inner) - TINY
    wrong |= offset > contours.high.take(inner) + TINY
    return wrong


def _farthest(x: np.ndarray, y: np.ndarray, contours: Contours) -> np.ndarray:
    """The vertex of each ring that lies farthest from the ring's first; `x`, `y` (n,) of
    the contours in metres.
    """
    begins = contours.first[:-1]
    ring = contours.ring
    gap = np.hypot(x - x[begins].take(ring), y - y[begins].take(ring))
    _, vertex = _largest(gap, begins, contours.ring)
    return vertex


def _largest(
    values: np.ndarray, begins: np.ndarray, owner: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The largest value of each stretch (s,), and the place of the first of them."""
    largest = np.maximum.reduceat(values, begins)
    place = np.flatnonzero(values == largest.take(owner))
    return largest, place[np.searchsorted(place, begins)]
