# SPDX-License-Identifier: GPL-2.0-or-later
"""Common ground, squares and distances of outlines, against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import LineString, MultiPolygon, Polygon, box

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
    truth = [box(5, 0, 15, 10)]
    blocks = [box(0, 0, 10, 20), box(10, 0, 20, 20)]
    rows = geo.areas_by_block(twice, truth, blocks)
    assert rows.tolist() == [[200, 100, 50, 50], [200, 0, 50, 0]]


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


def test_a_border_is_cut_from_lines_wherever_its_pieces_end():
    angles = np.linspace(0, 2 * np.pi, 1000, endpoint=False)
    circle = 100 * np.stack((np.cos(angles), np.sin(angles)), axis=1)
    area = Polygon(circle, [box(-10, -10, 10, 10).exterior.coords])
    border = geo.Border(area, 0.01)
    assert border.cut_from(area.boundary).is_empty
    assert border.cut_from(box(20, 20, 30, 30).boundary).length == pytest.approx(40)
    crossing = LineString([(-5, 10), (0, 10), (0, 20)])
    assert border.cut_from(crossing).length == pytest.approx(9.99)


def test_within_leaves_out_what_lies_elsewhere():
    pieces = list(geo.within([box(-5, 0, 5, 10), box(50, 50, 60, 60)], box(0, 0, 20, 20)))
    assert pieces[0].area == 50 and pieces[1] is None


def test_joined_repairs_and_knows_nothing():
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert geo.joined([bow_tie.wkb]).area == pytest.approx(50)
    assert geo.joined([]) is None and geo.joined([b""]) is None
