# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons as arrays and back, whatever their holes, parts, heights and byte order."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import wkb
from shapely.geometry import MultiPolygon, Point, Polygon, box

from models.geo.coordinates import inner_point, mapped, part_rings, ring_table, rings

DISC = Point(3, 4).buffer(5)
HOLED = box(0, 0, 10, 10).difference(box(2, 2, 4, 4)).difference(box(6, 6, 7, 9))
SHAPES = [DISC, HOLED, MultiPolygon([HOLED, box(20, 20, 21, 22)])]


@pytest.mark.parametrize("shape", SHAPES, ids=["disc", "holes", "parts"])
@pytest.mark.parametrize("big_endian", [False, True])
def test_rings_are_those_of_shapely(shape, big_endian):
    if big_endian:
        shape = wkb.loads(wkb.dumps(shape, big_endian=True))
    parts = list(getattr(shape, "geoms", [shape]))
    assert [len(lines) for lines in part_rings(shape)] == [
        1 + len(part.interiors) for part in parts
    ]
    expected = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    for line, ring in zip(rings(shape), expected):
        assert np.array_equal(line, np.asarray(ring.coords))


@pytest.mark.parametrize("shape", SHAPES, ids=["disc", "holes", "parts"])
def test_a_mapped_polygon_has_the_other_coordinates(shape):
    there = mapped(shape, lambda points: points * (2, 3) + (1, 0))
    assert there.geom_type == shape.geom_type and there.is_valid
    assert there.area == pytest.approx(6 * shape.area)
    back = mapped(there, lambda points: (points - (1, 0)) / (2, 3))
    assert back.equals_exact(shape, 1e-12)


def test_heights_are_passed_over():
    flat = Polygon([(0, 0), (4, 0), (4, 4)])
    raised = Polygon([(x, y, 100 + x) for x, y in flat.exterior.coords])
    assert np.array_equal(rings(raised)[0], rings(flat)[0])
    assert mapped(raised, lambda points: points + 1).area == flat.area


def test_a_table_holds_the_rings_of_all():
    table = ring_table(SHAPES)
    lines = [ring for shape in SHAPES for ring in rings(shape)]
    assert np.array_equal(table.points, np.concatenate(lines))
    assert table.polygons.tolist() == [0, 1, 1, 1, 2, 2, 2, 2]
    assert table.is_shell.tolist() == [1, 1, 0, 0, 1, 0, 0, 1]
    assert [len(part) for part in np.split(table.points, table.starts[1:])] == [
        len(line) for line in lines
    ]
    assert table.sums(np.ones(8)).tolist() == [1, -1, 0]
    assert table.areas() == pytest.approx([shape.area for shape in SHAPES])
    assert table.points[table.polygon_starts].tolist() == [
        rings(shape)[0][0].tolist() for shape in SHAPES
    ]
    steps = np.concatenate([np.diff(line, axis=0, append=line[-1:]) for line in lines])
    assert np.array_equal(table.edges(), steps)


@pytest.mark.parametrize("shape", SHAPES, ids=["disc", "holes", "parts"])
def test_the_inner_point_is_inside(shape):
    assert shape.contains(Point(inner_point(shape)))
