# SPDX-License-Identifier: GPL-2.0-or-later
"""Common ground, squares and distances of outlines, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import MultiPolygon, Point, Polygon, box

from models.geo import overlay as geo


def test_pairs_and_what_is_covered():
    first = [box(0, 0, 10, 10), box(20, 0, 30, 10), box(50, 50, 60, 60)]
    second = [box(5, 0, 25, 10), box(0, 0, 7, 10)]
    table = geo.overlay(first, second)
    pairs = list(zip(table.first.tolist(), table.second.tolist(), table.common.tolist()))
    assert pairs == [(0, 0, 50.0), (0, 1, 70.0), (1, 0, 50.0)]
    # 5-10 and 0-7 lie over each other by 2
    assert table.first_covered.tolist() == [100.0, 50.0, 0.0]
    assert table.second_covered.tolist() == [100.0, 70.0]
    assert table.first_areas.tolist() == [100.0, 100.0, 100.0]


def test_polygons_that_touch_share_nothing():
    table = geo.overlay([box(0, 0, 1, 1)], [box(1, 0, 2, 1)])
    assert not len(table.common) and table.first_covered.tolist() == [0.0]


def test_no_polygons_at_all():
    table = geo.overlay([], [])
    assert table.common.shape == (0,) and table.first.dtype == int


def test_squares_are_the_area():
    area = Polygon([(0, 0), (100, 0), (0, 100)])
    pieces = geo.squares(area, 16)
    assert sum(piece.area for piece in pieces) == pytest.approx(5000)
    assert len(pieces) == 10  # of 16 squares, six lie beyond the slope
    assert max(piece.area for piece in pieces) == pytest.approx(625)


def test_areas_by_block_count_ground_once():
    twice = [box(0, 0, 10, 10), box(0, 0, 10, 10)]
    truth = [box(2, 0, 6, 10), box(4, 0, 8, 10)]
    blocks = [box(0, 0, 10, 20), box(10, 0, 20, 20)]
    rows = geo.areas_by_block(twice, truth, blocks, np.zeros(2, int))
    assert rows.tolist() == [[200, 100, 60, 60], [200, 0, 0, 0]]


def test_a_polygon_counts_in_its_own_block_with_what_covers_it():
    """One of 10 over three blocks, the middle of it painted, and what is painted beside."""
    blocks = [box(x, 0, x + 4, 20) for x in (0, 4, 8)]
    painted = [box(3, 0, 9, 2)]
    rows = geo.areas_by_block(painted, [box(1, 0, 11, 1)], blocks, np.array([1]))
    assert rows.tolist() == [[77, 1, 0, 0], [86, 4 + 6, 10, 6], [77, 1, 0, 0]]


def test_outlines_that_run_along_each_other_are_laid_over_as_they_lie():
    """What one landslide leaves of another is a thread here beside its ground: GEOS would
    count the candidate twice, which lies within the first of them.
    """
    candidate = Polygon(
        [
            (-1044.0598023119278, -344.91833076096395),
            (-1074.8772999653459, -368.62720907675254),
            (-1077.3932606634407, -370.5628172593708),
            (-1077.7220639484083, -328.6002745502286),
            (-1022.2844568941994, -328.16586541645097),
        ]
    )
    earlier = Polygon(
        [
            (-1040.3934550223378, -350.10262992295895),
            (-1071.210953236061, -373.8115080249533),
            (-1077.330912735376, -378.5197864073602),
            (-1077.7220639484083, -328.6002745502286),
            (-1017.7071009569559, -328.1299972516194),
            (-1017.671901586842, -332.6222171526925),
        ]
    )
    later = Polygon(
        [
            (-1073.2850521463004, -328.56550612215364),
            (-1017.7071009569559, -328.1299972516194),
            (-1017.2368458689897, -388.14497075559916),
            (-1047.0823254169961, -388.37883560714516),
            (-1054.5087469010364, -379.89724545136187),
            (-1077.526100550337, -353.60952122426505),
            (-1077.6832249814154, -333.5569823622619),
        ]
    )
    rows = geo.areas_by_block(
        [candidate], [earlier, later], [box(-2000, -1000, 0, 0)], np.zeros(2, int)
    )
    assert rows[0, 1] == pytest.approx(candidate.area)
    assert rows[0, 3] == pytest.approx(candidate.area)


def test_what_touches_a_block_does_not_count_there():
    blocks = [box(0, 0, 10, 10), box(10, 0, 20, 10)]
    painted = [box(2, 2, 4, 4), box(10, 0, 12, 2), Polygon([(9, 9), (10, 10), (9, 10)])]
    truth = [box(5, 5, 6, 6), box(10, 5, 12, 7)]
    rows = geo.areas_by_block(painted, truth, blocks, np.array([0, 1]))
    assert rows.tolist() == [[100, 4.5, 1, 0], [100, 4, 4, 0]]


def test_ground_that_is_all_landslide_leaves_none_beside():
    """However its outline runs, the last digits of areas are no ground."""
    area = Polygon([(0, 0), (997.3, 31.1), (1003.7, 811.9), (13.3, 703.1)])
    blocks = geo.squares(area, 100)
    rows = geo.areas_by_block([area], [area], blocks, np.array([7]))
    assert np.flatnonzero(rows.any(axis=1)).tolist() == [7]
    assert rows[7] == pytest.approx(area.area)


def test_distances_of_outlines():
    inner = box(3, 3, 7, 7).boundary
    outer = box(0, 0, 10, 10).boundary
    assert geo.outline_distances(inner, outer, 1.0) == pytest.approx(np.full(16, 3.0))
    far = geo.outline_distances(outer, inner, 10.0)  # the middle of its four sides
    assert far == pytest.approx(np.full(4, 3.0))


def test_distances_know_holes_and_parts():
    ring = Polygon(
        box(0, 0, 100, 100).exterior.coords, [box(40, 40, 60, 60).exterior.coords]
    )
    parts = MultiPolygon([box(45, 45, 55, 55), box(200, 0, 210, 10)])
    distances = geo.outline_distances(parts.boundary, ring.boundary, 10.0)
    far = [100, 105, 105, 110]
    assert sorted(distances) == pytest.approx([5.0] * 4 + far)


def test_distances_count_by_length_not_by_vertices():
    slide = box(0, 0, 100, 100).boundary
    dense = np.linspace(0, 100, 2001)
    # the lower side has a vertex every 5 cm
    detailed = Polygon([*zip(dense, np.zeros(2001)), (100, 100), (0, 100)]).boundary
    moved = box(20, 0, 120, 100).boundary
    for outline in (slide, detailed):
        assert geo.outline_distances(outline, moved, 1.0).mean() == pytest.approx(10)


def test_within_leaves_out_what_lies_elsewhere():
    ground = geo.SurfaceIndex([box(0, 0, 20, 20)])
    assert ground.within(box(-5, 0, 5, 10)).area == 50
    assert ground.within(box(50, 50, 60, 60)) is None


def test_joined_repairs_and_knows_nothing():
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert geo.joined([bow_tie.wkb]).area == pytest.approx(50)
    assert geo.joined([]) is None and geo.joined([b""]) is None


def test_a_surface_of_many_parts_is_laid_over_where_it_is_near(monkeypatch):
    """A country's landslides as one polygon: 400 parts, of which two lie on each."""
    laid = []
    areal = geo.areal

    def counted(shape):
        laid.append(shape)
        return areal(shape)

    monkeypatch.setattr(geo, "areal", counted)
    parts = [box(x, y, x + 8, y + 8) for x in range(0, 200, 10) for y in range(0, 200, 10)]
    many = [box(10 * n + 5, 1, 10 * n + 12, 3) for n in range(19)]
    one_by_one = geo.overlay(many, parts)
    del laid[:]
    table = geo.overlay(many, [MultiPolygon(parts)])
    turned = geo.overlay([MultiPolygon(parts)], many)
    assert len(laid) == 4 * len(many)
    assert table.common.tolist() == turned.common.tolist() == [10.0] * len(many)
    assert table.first_covered.tolist() == one_by_one.first_covered.tolist()
    assert table.second_covered == turned.first_covered == 10.0 * len(many)
    assert table.second.tolist() == turned.first.tolist() == [0] * len(many)


def test_an_area_of_many_rings_cuts_only_what_lies_on_its_border(monkeypatch):
    """Of what lies inside, beside or between its rings nothing is computed."""
    laid = []
    areal = geo.areal
    monkeypatch.setattr(geo, "areal", lambda shape: laid.append(shape) or areal(shape))
    rings = [Point(10 * x, 0).buffer(4, 64) for x in range(300)]
    ground = geo.SurfaceIndex([MultiPolygon(rings)])
    inside = box(1999, -1, 2001, 1)
    assert ground.within(inside) is inside
    assert ground.within(box(2003.9, 3.9, 2004, 4)) is None  # in the corner of its bounds
    assert ground.within(box(2004.5, -1, 2005.5, 1)) is None
    assert not laid
    assert ground.within(box(2000, -1, 2010, 1)).area == pytest.approx(15.8317, 1e-3)
    assert len(laid) == 2


def test_distances_from_long_outlines_are_those_of_shapely(monkeypatch):
    """Whose points are held against the edges beside them: no table of each by each."""
    turn = np.linspace(0, 2 * np.pi, 3000, endpoint=False)
    wave = 200 + 9 * np.sin(37 * turn)
    first = Polygon(np.stack((wave * np.cos(turn), wave * np.sin(turn)), axis=1))
    hole = Point(10, 10).buffer(60, 40).exterior.coords
    second = Polygon(Point(6, -3).buffer(200, 500).exterior.coords, [hole])
    pairs = []
    to_edges = geo._to_edges
    monkeypatch.setattr(
        geo,
        "_to_edges",
        lambda points, *edges: (
            pairs.append(len(points) * len(edges[0])) or to_edges(points, *edges)
        ),
    )
    lines = (first.boundary, second.boundary)
    for outline, other in (lines, lines[::-1]):
        del pairs[:]
        distances = geo.outline_distances(outline, other, 1.0)
        places = [
            geo.evenly_along(line, 1.0) for line in getattr(outline, "geoms", [outline])
        ]
        points = map(Point, np.concatenate(places))
        wanted = [other.distance(point) for point in points]
        assert distances == pytest.approx(wanted, abs=1e-9)
        edges = sum(len(line.coords) - 1 for line in getattr(other, "geoms", [other]))
        assert sum(pairs) < len(distances) * edges / 4
