# SPDX-License-Identifier: GPL-2.0-or-later
"""Smoothing and thinning of rings: beside what polygonize does with them, the laws of
the two functions.
"""

from __future__ import annotations

import numpy as np
import pytest

from models.inventory.polygonize.contour import Contours
from models.inventory.polygonize.smoothing import LAMBDA, MU, simplify, smooth

ROOM = 0.48


def ring(count: int, seed: int, start: int = 0) -> Contours:
    """A wavy ring of `count` vertices that begins at its vertex `start`."""
    rng = np.random.default_rng(seed)
    angle = 2 * np.pi * np.arange(count) / count
    outward = np.stack((np.cos(angle), np.sin(angle)), axis=1)
    offset = rng.uniform(-0.4, 0.4, count)
    room = np.full(count, ROOM)
    columns = (
        20 * outward,
        -outward,
        offset,
        -room,
        room,
    )
    first = np.array([0, count])
    return Contours(
        *(np.roll(column, -start, axis=0) for column in columns), first, np.zeros(1, int)
    )


@pytest.mark.parametrize("start", [0, 1, 17, 39])
def test_smoothing_is_taubin_s_wherever_a_ring_begins(start):
    contours = ring(40, 3, start)
    offset = contours.offset
    for factor in (LAMBDA, MU) * 4:
        points = contours.middle + offset[:, None] * contours.inward
        middle = (np.roll(points, 1, axis=0) + np.roll(points, -1, axis=0)) / 2
        pull = ((middle - points) * contours.inward).sum(axis=1)
        offset = np.clip(offset + factor * pull, -ROOM, ROOM)
    smoothed, used = smooth(contours, 4, contours.areas(), 10.0)
    assert used.tolist() == [4]
    assert smoothed.offset == pytest.approx(offset, abs=1e-12)


def test_a_polygon_is_thinned_alike_whatever_is_thinned_beside_it():
    # the small one would lose its area at the full tolerance, the large one does not
    large = ring(60, 1)
    small = Contours(
        large.middle * 0.15,
        large.inward,
        large.offset * 0.05,
        large.low,
        large.high,
        large.first,
        large.owner,
    )
    both = Contours(
        *(
            np.concatenate((getattr(large, name), getattr(small, name)))
            for name in ("middle", "inward", "offset", "low", "high")
        ),
        np.array([0, 60, 120]),
        np.array([0, 1]),
    )
    together, shares = simplify(both, 0.2, (1.0, 1.0), both.areas(), 0.02)
    assert shares.tolist() == [1.0, 0.25]
    for number, alone in enumerate((large, small)):
        result, share = simplify(alone, 0.2, (1.0, 1.0), alone.areas(), 0.02)
        begin, end = together.first[number : number + 2]
        assert share[0] == shares[number]
        assert np.array_equal(together.points[begin:end], result.points)
