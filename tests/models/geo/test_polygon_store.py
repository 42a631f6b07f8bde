# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import itertools

import numpy as np
import pytest
from shapely.geometry import Point

from models.geo.polygon_store import PolygonStore, near


def test_polygons_come_back_by_number_in_any_order():
    shapes = [Point(i, -i).buffer(1 + i % 3) for i in range(200)]
    with PolygonStore() as shelf:
        for shape in shapes:
            shelf.add(shape)
        assert len(shelf) == 200 and shelf.bounds == pytest.approx(
            np.array([s.bounds for s in shapes])
        )
        for number in (199, 0, 63, 0, 150):
            assert shelf[number].equals(shapes[number])


def test_nothing_is_near_on_an_empty_shelf():
    with PolygonStore() as shelf:
        assert shelf.bounds.shape == (0, 4)


@pytest.mark.parametrize("number", range(5))
def test_near_pairs_are_those_of_brute_force(number):
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
    found = list(near(bounds, reach))
    assert len(found) == len(set(found)) and set(found) == wanted


def _close(a, b, reach):
    """Whether the gaps of two boxes along x and y are within reach."""
    return all(
        max(a[axis] - b[axis + 2], b[axis] - a[axis + 2], 0) <= reach[axis]
        for axis in (0, 1)
    )
