# SPDX-License-Identifier: GPL-2.0-or-later
"""The index finds what a search through all bounds finds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from shapely.geometry import Point, box

from models.geo.spatial_index import SpatialIndex, close_pairs


def test_the_index_finds_what_lies_near():
    rng = np.random.default_rng(0)
    shapes = [Point(x, y).buffer(3) for x, y in rng.uniform(0, 100, (80, 2))]
    index = SpatialIndex(shapes)
    for x, y in rng.uniform(0, 90, (20, 2)):
        area = box(x, y, x + 10, y + 10)
        near = [
            i for i, shape in enumerate(shapes) if area.intersects(box(*shape.bounds))
        ]
        assert index.near(area) == near
    assert SpatialIndex([]).near(box(0, 0, 1, 1)) == []


@pytest.mark.parametrize("number", range(5))
def test_close_pairs_are_those_of_brute_force(number):
    rng = np.random.default_rng(number)
    low = rng.uniform(0, 100, (60, 2))
    bounds = np.hstack((low, low + rng.exponential(5, (60, 2))))
    bounds[0] = (0, 0, 100, 100)
    reach = (3.0, 1.0)
    wanted = {
        (i, j)
        for i, j in itertools.combinations(range(60), 2)
        if _close(bounds[i], bounds[j], reach)
    }
    found = list(close_pairs(bounds, reach))
    assert len(found) == len(set(found)) and set(found) == wanted


def _close(a, b, reach):
    """Whether the gaps of two boxes along x and y are within reach."""
    return all(
        max(a[axis] - b[axis + 2], b[axis] - a[axis + 2], 0) <= reach[axis]
        for axis in (0, 1)
    )
