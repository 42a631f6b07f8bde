# SPDX-License-Identifier: GPL-2.0-or-later
"""Ellipsoidal measures against closed formulas and QGIS's own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pyproj import Geod
from samples import wkt
from shapely.affinity import scale, translate
from shapely.geometry import MultiPolygon, Point, Polygon, box
from systems import qgis_measure

from models.errors import UnsuitableRaster
from models.geo.coordinates import ring_table, rings
from models.geo.crs import Crs
from models.geo.geodesic import AreaFilter, Geodesic, pixel_areas
from models.geo.grid import Grid

PLACES = {  # EPSG: a place well inside the system's area, and 100 m in its unit
    32648: ((300000.0, 3300000.0), 100.0),  # UTM 48N
    4547: ((520000.0, 3300000.0), 100.0),  # CGCS2000 3-degree Gauss-Kruger
    2414: ((38500000.0, 3300000.0), 100.0),  # Beijing 1954, Krassowsky ellipsoid
    4326: ((103.5, 30.2), 0.001),
    4490: ((103.5, 30.2), 0.001),
    3857: ((11500000.0, 3500000.0), 100.0),
    3031: ((1500000.0, 400000.0), 100.0),  # polar stereographic
    2225: ((6100000.0, 2200000.0), 328.0),  # California zone 1, US survey feet
    27572: ((600000.0, 2200000.0), 100.0),  # from Paris, in grads
}


def blob(place, unit):
    x, y = place
    return (
        Point(x, y).buffer(3.0 * unit, 32).difference(box(x, y, x + unit, y + 0.5 * unit))
    )


@pytest.mark.parametrize("epsg", PLACES)
def test_agrees_with_qgis(epsg):
    theirs = qgis_measure(epsg)
    from qgis.core import QgsGeometry

    shape = blob(*PLACES[epsg])
    geometry = QgsGeometry.fromWkt(shape.wkt)
    area, length = Geodesic(Crs(wkt(epsg))).both(shape)
    assert area == pytest.approx(theirs.measureArea(geometry), rel=1e-4)
    assert length == pytest.approx(theirs.measurePerimeter(geometry), rel=1e-4)


def test_a_hectare_in_utm_is_larger_than_a_hectare_on_the_central_meridian():
    square = box(500000, 3300000, 500100, 3300100)
    area, length = Geodesic(Crs(wkt(32648))).both(square)
    assert area == pytest.approx(10000 / 0.9996**2, rel=1e-6)
    assert length == pytest.approx(400 / 0.9996, rel=1e-6)


def test_feet_are_measured_in_metres():
    x, y = PLACES[2225][0]
    assert Geodesic(Crs(wkt(2225))).area(box(x, y, x + 1000, y + 1000)) == pytest.approx(
        304.8006**2, rel=5e-4
    )


def test_a_zone_of_the_earth_has_its_closed_area():
    a, f = 6378137.0, 1 / 298.257223563
    e = math.sqrt(f * (2 - f))
    sine = math.sin(math.radians(30))
    q = (1 - e**2) * (
        sine / (1 - (e * sine) ** 2) - math.log((1 - e * sine) / (1 + e * sine)) / (2 * e)
    )
    assert Geodesic(Crs(wkt(4326))).area(box(10, 0, 12, 30)) == pytest.approx(
        math.radians(2) * a**2 * q / 2, rel=1e-9
    )


def test_a_meridian_quadrant_has_its_known_length():
    thin = Geodesic(Crs(wkt(4326))).perimeter(box(0, 0, 1e-9, 90))
    assert thin == pytest.approx(2 * 10001965.729, rel=1e-6)


def test_a_sphere_is_no_special_case():
    sphere = 'GEOGCS["s",DATUM["s",SPHEROID["s",6371000,0]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    assert Geodesic(Crs(sphere)).area(box(0, 0, 90, 90)) == pytest.approx(
        4 * math.pi * 6371000**2 / 8, rel=1e-7
    )


def test_area_does_not_jump_across_the_date_line():
    measure = Geodesic(Crs(wkt(32660)))  # 180 degrees lie at x = 828000 here
    east, west = box(820000, 1.1e6, 840000, 1.12e6), box(160000, 1.1e6, 180000, 1.12e6)
    assert measure.both(east) == pytest.approx(measure.both(west), rel=1e-9)


@pytest.mark.parametrize("epsg, size", [(32648, 100.0), (32648, 9000.0), (4326, 0.5)])
def test_many_are_measured_as_each_alone(epsg, size):
    x, y = (500000, 3e6) if epsg == 32648 else (103.0, 30.0)
    square = box(x, y, x + size, y + size)
    holed = square.difference(box(x + size / 4, y + size / 4, x + size / 3, y + size / 2))
    shapes = [
        square,
        translate(holed, 7 * size),
        MultiPolygon([square, translate(holed, -2 * size)]),
    ]
    measure = Geodesic(Crs(wkt(epsg)))
    areas, perimeters = measure.measure(ring_table(shapes))
    for shape, *both in zip(shapes, areas, perimeters):
        assert both == pytest.approx(measure.both(shape), rel=1e-12)


def test_parts_add_up_and_holes_are_left_out():
    measure = Geodesic(Crs(wkt(32648)))
    whole, hole = box(500000, 3e6, 500100, 3000100), box(500020, 3000020, 500050, 3000060)
    other = translate(whole, 1000)
    ring = whole.difference(hole)
    assert measure.area(ring) == pytest.approx(
        measure.area(whole) - measure.area(hole), rel=1e-9
    )
    assert measure.perimeter(ring) == pytest.approx(
        measure.perimeter(whole) + measure.perimeter(hole), rel=1e-9
    )
    assert measure.area(MultiPolygon([ring, other])) == pytest.approx(
        measure.area(ring) + measure.area(other)
    )


def test_a_long_edge_is_curved_as_its_projection_says():
    measure = Geodesic(Crs(wkt(32648)))
    large, tiles = box(200000, 3e6, 800000, 3600000), 0.0
    for i in range(6):
        tiles += sum(
            measure.area(
                box(200000 + 1e5 * i, 3e6 + 1e5 * j, 300000 + 1e5 * i, 3.1e6 + 1e5 * j)
            )
            for j in range(6)
        )
    assert measure.area(large) == pytest.approx(tiles, rel=1e-9)


@pytest.mark.parametrize("text", ["", "no CRS", 'LOCAL_CS["drawing",UNIT["metre",1]]'])
def test_a_missing_crs_is_named(text):
    with pytest.raises(UnsuitableRaster, match="coordinate reference system"):
        Geodesic(Crs(text))


@pytest.mark.parametrize("epsg", [32648, 4326, 3857])
def test_the_sieve_decides_as_the_measured_area_does(epsg):
    (x, y), unit = PLACES[epsg]
    grid = Grid(400, 300, (x, unit / 100, 0.0, y, 0.0, -unit / 100), wkt(epsg))
    measure = Geodesic(grid.crs)
    limit = round(measure.area(box(x, y - unit, x + unit, y)), 1)
    sieve = AreaFilter(grid, limit)
    for side in range(80, 121):
        square = box(x, y - unit, x + unit * side / 100, y)
        decided = side * 100 >= sieve.fewest and sieve.passes(measure.area(square))
        assert decided == (round(measure.area(square), 1) >= limit)
    assert sieve.fewest > 5000


def test_without_a_minimum_no_crs_is_needed():
    assert AreaFilter(Grid(4, 4, (0, 1, 0, 0, 0, -1), ""), 0).passes(0.0)


@pytest.mark.parametrize("epsg", [32648, 4326, 27572, 2225])
def test_areas_and_lengths_are_those_of_geodesics(epsg):
    """Karney's, for polygons of the size of landslides."""
    crs = Crs(wkt(epsg))
    middle = {32648: (5e5, 3e6), 4326: (98, 27), 27572: (6e5, 2.2e6), 2225: (6.5e6, 2e6)}
    x, y = middle[epsg]
    east, north = crs.metres_per_unit(y)
    disc = Point(0, 0).buffer(90).difference(Point(20, 10).buffer(15))
    shape = translate(scale(disc, 1 / east, 1 / north, origin=(0, 0)), x, y)
    geod = Geod(a=crs.semi_major, b=crs.semi_minor)
    in_degrees = [
        crs.transform(ring, crs.geographic) * math.degrees(crs.angular_unit)
        for ring in rings(shape)
    ]
    areas, lengths = zip(*(geod.polygon_area_perimeter(*ring.T) for ring in in_degrees))
    area, length = Geodesic(crs).both(shape)
    assert area == pytest.approx(abs(areas[0]) - abs(areas[1]), rel=2e-7)
    assert length == pytest.approx(sum(lengths), rel=1e-8)


@pytest.mark.parametrize("epsg", [32633, 4326, 3857, 4087])
def test_long_edges_are_those_of_the_map(epsg):
    """A triangle of a kilometre at 70 degrees, where a parallel runs 9 m beside the
    geodesic between its ends over 5 km: Karney's, of edges in pieces of some metres.
    """
    crs = Crs(wkt(epsg))
    ((x, y),) = Crs(wkt(4326)).transform([(15.7, 70.0)], crs)
    east, north = crs.metres_at(x, y)
    corners = np.array([(0, 0), (1000, 150), (300, 800), (0, 0)]) / (east, north) + (x, y)
    shares = np.linspace(0, 1, 200, endpoint=False)[:, None]
    pieces = [a + shares * (b - a) for a, b in zip(corners, corners[1:])]
    lon, lat = crs.transform(np.concatenate(pieces), Crs(wkt(4326))).T
    expected = abs(Geod(ellps="WGS84").polygon_area_perimeter(lon, lat)[0])
    assert Geodesic(crs).area(Polygon(corners)) == pytest.approx(expected, rel=5e-7)


def test_pixels_of_a_grid_in_degrees_shrink_towards_the_pole():
    grid = Grid(40, 3000, (98.0, 1e-3, 0, 63.0, 0, -1e-3), wkt(4326))
    areas = pixel_areas(grid)
    assert (np.diff(areas.by_row) > 0).all()  # rows run south
    row = int(areas.rows[4])
    corner = grid.to_map(20, row)
    pixel = box(corner[0], corner[1] - 1e-3, corner[0] + 1e-3, corner[1])
    measured = Geodesic(grid.crs).area(pixel)
    assert areas.by_row[4] == pytest.approx(measured, rel=1e-4)


@pytest.mark.parametrize("place", [(500000, 3000000), (105, 95), (500, 20)])
def test_degrees_that_are_none_have_no_area(place):
    crs = Crs("EPSG:4326")
    with pytest.raises(UnsuitableRaster, match="not defined"):
        Geodesic(crs).both(box(place[0], place[1], place[0] + 0.01, place[1] + 0.01))


def test_metres_taken_for_degrees_are_not_cut_into_pieces():
    side = 1e12  # whose pieces no memory holds; some hundred metres were gigabytes
    with pytest.raises(UnsuitableRaster, match="not defined"):
        Geodesic(Crs("EPSG:4326")).both(box(0, 0, side, side))
