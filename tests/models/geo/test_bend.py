# SPDX-License-Identifier: GPL-2.0-or-later
"""Edges are cut where another system bends them, and nowhere else: whatever is not cut lies
within a hundred-millionth of the polygon's size of where all its points would lie.
"""

from __future__ import annotations

import numpy as np
import pytest
from samples import wkt
from shapely.geometry import MultiPolygon, Point, Polygon, box

from models.geo.bend import MAX_BESIDE
from models.geo.coordinates import part_rings, polygon_of, rings, with_edges_cut
from models.geo.crs import Crs
from models.geo.reproject import into

DEGREES = Crs(wkt(4326))
UTM = Crs(wkt(32648))
MERCATOR = Crs(wkt(3857))
FEET = Crs("+proj=lcc +lat_1=30 +lat_2=45 +lon_0=104 +units=us-ft +ellps=GRS80")
PLANE = Crs("+proj=laea +lat_0=29.5 +lon_0=104.2 +datum=WGS84")
EVERYWHERE = (-9e6, -9e6, 9e6, 9e6)
PIECES = 2000  # of each edge, for the truth


def star(corners, size, around=(400_000.0, 3_300_000.0)):
    """A landslide of so many corners in UTM, with a hole."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    reach = size * (1 + 0.3 * np.sin(3 * turn))
    shell = np.stack((reach * np.cos(turn), 0.6 * reach * np.sin(turn)), axis=1)
    return Polygon(shell + around, [(0.2 * shell + around)[::-1]])


def moved(polygon, crs, target):
    (result,) = into([polygon.wkb], crs, EVERYWHERE, target)
    return result


def vertices(polygon):
    return sum(map(len, rings(polygon)))


def through_all_points(polygon, crs, target):
    """Each edge in so many pieces that none of them bends."""
    parts = []
    for lines in part_rings(polygon):
        places = [
            crs.transform(with_edges_cut(line, np.full(len(line) - 1, PIECES)), target)
            for line in lines
        ]
        parts.append(polygon_of([np.append(line, line[:1], axis=0) for line in places]))
    return MultiPolygon(parts)


def farthest(polygon, other):
    """From the vertices of one to the outline of another."""
    outline = other.boundary
    places = np.concatenate(rings(polygon))[:: PIECES // 8]
    return max(outline.distance(Point(place)) for place in places)


def size_of(polygon):
    left, bottom, right, top = polygon.bounds
    return max(right - left, top - bottom)


@pytest.mark.parametrize("corners, size", [(45, 20), (45, 300), (300, 300), (300, 3000)])
@pytest.mark.parametrize("crs", [UTM, FEET], ids=["metres", "feet"])
def test_an_outline_whose_edges_hardly_bend_keeps_its_vertices(crs, corners, size):
    """They were eight to a hundred times as many."""
    polygon = moved(star(corners, size), UTM, crs) if crs != UTM else star(corners, size)
    assert vertices(moved(polygon, crs, PLANE)) == vertices(polygon)


@pytest.mark.parametrize("size", [20, 1000, 5000])
@pytest.mark.parametrize("corners", [4, 45])
@pytest.mark.parametrize("crs", [UTM, DEGREES, MERCATOR, FEET], ids=lambda crs: crs.name)
def test_all_points_lie_where_they_lie(crs, corners, size):
    polygon = star(corners, size)
    if crs != UTM:
        polygon = polygon_of([UTM.transform(ring, crs) for ring in rings(polygon)])
    truth = through_all_points(polygon, crs, PLANE)
    result = moved(polygon, crs, PLANE)
    assert result.area == pytest.approx(truth.area, rel=2e-8)
    assert farthest(truth, result) <= MAX_BESIDE * size_of(truth)


@pytest.mark.parametrize("target", [PLANE, UTM], ids=["plane", "metres"])
def test_a_rectangle_in_degrees_is_cut_along_its_parallels(target):
    result = moved(box(104, 29, 105, 30), DEGREES, target)
    truth = through_all_points(box(104, 29, 105, 30), DEGREES, target)
    assert 100 < vertices(result) <= 4 * 256 + 1
    assert result.area == pytest.approx(truth.area, rel=2e-8)


def test_an_edge_that_bends_to_both_sides_is_cut():
    """Across the equator its middle lies on the chord: there alone no bend would be seen."""
    triangle = Polygon([(-0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    result = moved(triangle, DEGREES, MERCATOR)
    truth = through_all_points(triangle, DEGREES, MERCATOR)
    assert farthest(truth, result) <= MAX_BESIDE * size_of(truth)


def test_where_the_bounds_have_no_place_edges_are_cut_finely():
    """On a map of the half of the Earth that is seen from afar: the corner of the bounds
    lies beside it.
    """
    seen = Crs("+proj=ortho +lat_0=0 +lon_0=0 +a=6371000 +b=6371000")
    triangle = Polygon([(0, 0), (5e6, 0), (0, 5e6)])
    (result,) = into([triangle.wkb], seen, (-180, -90, 180, 90), DEGREES)
    truth = through_all_points(triangle, seen, DEGREES)
    assert result.area == pytest.approx(truth.area, rel=1e-4)
    assert vertices(result) > 600


def test_of_many_rings_each_goes_to_its_own_part():
    parts = MultiPolygon(
        [
            star(30, 100),
            star(20, 50, (401_000, 3_301_000)),
            box(4e5, 33e5 - 900, 4.1e5, 33e5 - 500),
        ]
    )
    result = moved(parts, UTM, PLANE)
    truth = through_all_points(parts, UTM, PLANE)
    areas = [part.area for part in result.geoms]
    assert areas == pytest.approx([part.area for part in truth.geoms], rel=1e-7)
    assert [len(part.interiors) for part in result.geoms] == [1, 1, 0]
