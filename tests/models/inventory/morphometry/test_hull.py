# SPDX-License-Identifier: GPL-2.0-or-later
"""Hulls of many polygons at a time, and the rectangles around them, against Shapely's;
ellipses of known forms.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from shapely import affinity
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon, box

from models.geo.coordinates import ring_table, rings
from models.inventory.morphometry.hull import (
    convex_hulls,
    ellipse_fit,
    extents,
    second_moments,
    smallest_rectangles,
    solidity,
)

STAR = Polygon(
    [
        (r * np.cos(t), r * np.sin(t))
        for r, t in zip([9, 4] * 9, np.arange(18) * np.pi / 9)
    ]
)
FORMS = [
    box(0, 0, 7, 3),
    Polygon([(0, 0), (0, 5), (0, 9), (4, 9), (4, 4), (9, 4), (9, 0), (3, 0)]),
    STAR,
    MultiPolygon(
        [box(0, 0, 1, 1), Point(30, 8).buffer(4).difference(Point(30, 8).buffer(2))]
    ),
]


def blobs(count=40):
    """Rings around random points, some hollow, some with thousands of vertices."""
    for number in range(count):
        rng = np.random.default_rng(number)
        turn = np.sort(
            rng.uniform(0, 2 * np.pi, rng.integers(3, 3000 if number % 9 == 0 else 40))
        )
        radius = 50 * rng.uniform(0.2, 1, len(turn))
        corners = np.stack((radius * np.cos(turn), 3 * radius * np.sin(turn)), axis=1)
        yield Polygon(corners + rng.uniform(-1e4, 1e4, 2))


def test_hulls_are_those_of_shapely():
    shapes = [*FORMS, *blobs()]
    hulls = convex_hulls(ring_table(shapes))
    assert hulls.polygons.tolist() == list(range(len(shapes))) and hulls.is_shell.all()
    for shape, hull in zip(shapes, np.split(hulls.points, hulls.starts[1:])):
        expected = rings(MultiPoint(np.concatenate(rings(shape))).convex_hull)[0]
        assert (hull[0] == hull[-1]).all() and len(hull) == len(expected)
        assert {*map(tuple, hull)} == {*map(tuple, expected)}
        x, y = hull.T
        assert (x[:-1] * y[1:] - x[1:] * y[:-1]).sum() > 0  # anticlockwise


def test_rectangles_are_those_of_shapely_in_any_direction():
    shapes = [affinity.rotate(form, 7 * turn) for turn in range(26) for form in FORMS]
    shapes += blobs()
    sides = smallest_rectangles(convex_hulls(ring_table(shapes)))
    for shape, long, short in zip(shapes, *sides):
        corners = rings(shape.minimum_rotated_rectangle)[0]
        expected = np.hypot(*np.diff(corners, axis=0)[:2].T)
        assert long * short <= expected.prod() * (1 + 1e-9)
        assert long * short == pytest.approx(expected.prod(), rel=1e-9)
        assert long >= short


def test_a_slab_is_as_long_and_wide_as_drawn():
    slab = affinity.rotate(box(0, 0, 30, 10), 40, origin=(0, 0))
    hulls = convex_hulls(ring_table([slab] * 3))
    (long, *_), (short, *_) = smallest_rectangles(hulls)
    assert (long, short) == pytest.approx((30, 10))
    # 40 degrees from east is 50 from north
    along, across = extents(hulls, np.array([50.0, 230.0, 140.0]))
    assert along == pytest.approx([30, 30, 10]) and across == pytest.approx([10, 10, 30])


def test_areas_and_moments_of_a_rectangle_wherever_it_lies():
    shapes = [box(0, 0, 6, 2), box(1e6, 2e6, 1e6 + 6, 2e6 + 2)]
    hulls = convex_hulls(ring_table(shapes))
    assert hulls.areas() == pytest.approx([12, 12])
    centres, moments = second_moments(hulls)
    assert centres == pytest.approx(np.array([(3, 1), (1e6 + 3, 2e6 + 1)]))
    expected = np.diag([6**2 / 12, 2**2 / 12])
    assert moments == pytest.approx(np.stack([expected] * 2))


def _ellipse_fit(polygon):
    table = ring_table([polygon])
    return ellipse_fit(table, table.areas(), convex_hulls(table))[0]


def _solidity(polygon):
    table = ring_table([polygon])
    return solidity(table.areas(), convex_hulls(table))[0]


def test_ellipse_and_solidity_of_known_forms():
    ellipse = affinity.rotate(affinity.scale(Point(0, 0).buffer(100, 64), 3, 1), 33)
    assert _ellipse_fit(ellipse) > 0.999 and _solidity(ellipse) == pytest.approx(
        1, abs=1e-6
    )
    side = 1 / math.sqrt(math.pi)  # of a unit square's circle, whose caps stick out
    cap = side**2 * math.acos(0.5 / side) - 0.5 * math.sqrt(side**2 - 0.25)
    assert _ellipse_fit(box(0, 0, 1, 1)) == pytest.approx(1 - 4 * cap, abs=2e-3)
    assert _ellipse_fit(affinity.scale(box(0, 0, 1, 1), 7, 2)) == pytest.approx(
        1 - 4 * cap, abs=2e-3
    )
    corner = Polygon([(0, 0), (10, 0), (10, 2), (2, 2), (2, 10), (0, 10)])
    assert _solidity(corner) == pytest.approx(36 / 68) and _ellipse_fit(corner) < 0.5
    assert _ellipse_fit(MultiPolygon([box(0, 0, 1, 1), box(3, 0, 4, 1)])) < 0.5


def test_a_touch_that_became_a_crossing_is_measured_all_the_same():
    a, tiny = 5.834477185918078, 2.1365998388987816e-11
    holes = [(a, -tiny), (a + 5, 5), (a - 3, 8)], [(a, -tiny), (a - 5, 3), (a - 6, 1)]
    touching = Polygon(box(0, 0, 40, 30).exterior.coords, holes)
    for turn in range(0, 180, 5):  # whether GEOS minds depends on the last bits
        turned = affinity.rotate(touching, turn)
        assert turned.is_valid or 0.7 < _ellipse_fit(turned) < 1
