# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons of any system on a raster: what lies elsewhere does no harm."""

from __future__ import annotations

import numpy as np
import pytest
from samples import wkt
from shapely import wkb
from shapely.affinity import translate
from shapely.geometry import Polygon, box
from shapely.ops import unary_union

from models.errors import UnsuitableRaster
from models.geo.crs import Crs
from models.geo.grid import Grid
from models.geo.reproject import Surroundings, in_one_piece, into, near
from models.geo.search_area import search_area, searched_share

DEGREES = Crs(wkt(4326))
UTM = Crs(wkt(32648))  # 102 to 108 degrees east
WORLD = box(-180, -90, 180, 90)
# a raster of 400 x 300 m
GRID = Grid(200, 150, (500000.0, 2.0, 0.0, 3000000.0, 0.0, -2.0), UTM.text)


def share(polygon, grid=GRID, crs=DEGREES):
    return searched_share(search_area([polygon.wkb], crs, grid), grid)


def test_the_whole_earth_covers_everything():
    assert share(WORLD) == pytest.approx(1)
    assert share(box(0, -90, 360, 90)) == pytest.approx(1)
    assert share(box(104, -90, 106, 90)) == pytest.approx(1)
    with pytest.raises(UnsuitableRaster, match="do not overlap"):
        share(WORLD.difference(box(100, 20, 110, 30)))


def test_a_half_of_the_earth_covers_half_of_a_raster_on_its_edge():
    grid = Grid(200, 150, (499800.0, 2.0, 0.0, 3000000.0, 0.0, -2.0), UTM.text)
    assert share(box(105, -90, 180, 90), grid) == pytest.approx(0.5, abs=1e-4)
    assert share(box(105 - 360, -90, -180, 90), grid) == pytest.approx(0.5, abs=1e-4)


@pytest.mark.parametrize("west", [-181.0, 179.0])
@pytest.mark.parametrize("start", [-180.005, 179.995])
def test_both_sides_of_the_antimeridian(west, start):
    """A mask of two degrees around it, however either counts the longitudes."""
    place = (start, 1e-4, 0.0, -17.0, 0.0, -1e-4)
    grid = Grid(100, 100, place, DEGREES.text)
    assert share(box(west, -20, west + 2, -16), grid) == pytest.approx(1)
    halves = [box(179, -20, 180, -16), box(-180, -20, -179, -16)]
    assert share(unary_union(halves), grid) == pytest.approx(1)
    assert share(halves[0], grid) == pytest.approx(0.5)
    fiji = Crs(wkt(32760))  # the same ground in metres
    x, y = DEGREES.transform([(180, -17)], fiji)[0]
    metres = Grid(100, 100, (x - 500, 10, 0, y + 500, 0, -10), fiji.text)
    assert share(unary_union(halves), metres) == pytest.approx(1)
    assert share(box(west, -20, west + 1, -16), metres) == pytest.approx(0.5, abs=0.01)


def test_around_the_pole():
    north = Crs(wkt(3413))
    grid = Grid(200, 200, (-1e6, 1e4, 0, 1e6, 0, -1e4), north.text)
    assert share(box(-180, 60, 180, 90), grid) == pytest.approx(1, abs=1e-3)
    assert share(WORLD, grid) == pytest.approx(1, abs=1e-3)
    # straight down from the pole runs the meridian of 45 degrees west
    assert share(box(-45, 60, 135, 90), grid) == pytest.approx(0.5, abs=1e-3)
    assert share(box(-45, 60, 45, 90), grid) == pytest.approx(0.25, abs=1e-3)


def test_elsewhere_and_nothing_are_refused():
    with pytest.raises(UnsuitableRaster, match="do not overlap"):
        share(box(10, 40, 11, 41))
    with pytest.raises(UnsuitableRaster, match="do not overlap"):
        share(box(600000, 2900000, 600500, 2900500), crs=UTM)
    with pytest.raises(UnsuitableRaster, match="holds no polygon"):
        search_area([b"", b""], UTM, GRID)


def test_edges_bend_with_the_system():
    """A mask whose edge is a parallel of 40 degrees, on a conic map."""
    albers = Crs("+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=WGS84")
    x, y = DEGREES.transform([(105, 40)], albers)[0]
    (piece,) = near(
        [box(85, 40, 125, 60).wkb], DEGREES, (x - 2e4, y - 1e4, x + 2e4, y + 1e4), albers
    )
    edge = DEGREES.transform([(105.1, 40.0)], albers)[0]
    low = piece.intersection(box(edge[0] - 1, y - 1e4, edge[0] + 1, y + 1e4)).bounds[1]
    assert low == pytest.approx(edge[1], abs=1)


def test_a_whole_area_stays_whole_where_it_has_a_place():
    county = box(104.9, 26.9, 105.3, 27.3)
    bounds = GRID.bounds
    (moved,) = into([county.wkb], DEGREES, bounds, UTM)
    corners = DEGREES.transform([(105.3, 27.3)], UTM)[0]
    assert np.allclose(moved.bounds[2:], corners, atol=200)
    (part,) = into([WORLD.wkb], DEGREES, bounds, UTM)
    assert part.contains(box(*bounds)) and part.area < 1e6
    (same,) = into([box(0, 0, 1, 1).wkb], UTM, bounds, UTM)
    assert same.equals(box(0, 0, 1, 1))


@pytest.mark.parametrize(
    "xs, middle",
    [((179.9, -179.7), -179.9), ((-179.9, 179.7), 179.9), ((10.0, 10.4), 10.2)],
)
def test_what_crosses_180_degrees_stays_in_one_piece(xs, middle):
    first, second = xs
    ring = [(first, 1), (second, 1), (second, 2), (first, 2)]
    west, _, east, _ = wkb.loads(in_one_piece(Polygon(ring).wkb, DEGREES)).bounds
    assert (east - west, (east + west) / 2) == pytest.approx((0.4, middle))


def test_what_is_wider_than_half_the_earth_stays_as_it_is():
    assert in_one_piece(WORLD.wkb, DEGREES) == WORLD.wkb
    assert in_one_piece(WORLD.wkb, UTM) == WORLD.wkb


@pytest.mark.parametrize("turn", [-360, 0, 360])
def test_surroundings_are_all_those_that_near_finds_something_in(turn):
    """Maps of UTM on both sides of 180 degrees, whatever way longitudes are counted."""
    zones = [Crs(wkt(code)) for code in (32660, 32601, 32648)]
    bounds = [
        ((x, 4e6, x + 5e4, 4.1e6), zone)
        for zone in zones
        for x in range(200_000, 800_000, 50_000)
    ]
    nearby = Surroundings(bounds, DEGREES)
    rng = np.random.default_rng(3)
    for lon, lat in zip(rng.uniform(176, 184, 40), rng.uniform(35.9, 37.3, 40)):
        polygon = box(lon, lat, lon + 0.1, lat + 0.1)
        polygon = translate(polygon, turn)
        places = [
            number
            for number, (ground, zone) in enumerate(bounds)
            if any(True for _ in near([polygon.wkb], DEGREES, ground, zone))
        ]
        of_polygon = nearby.of(polygon)
        assert set(places) <= set(of_polygon) and len(of_polygon) <= len(places) + 4
        assert of_polygon == sorted(of_polygon)
