# SPDX-License-Identifier: GPL-2.0-or-later
"""Where pixels lie: crops, other numbers of pixels, corners, metres."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import osr
from samples import wkt

from models.errors import UnsuitableRaster
from models.geo.grid import Grid, Window, sample_windows, spans

GRID = Grid(100, 60, (500000.0, 2.0, 0.0, 3000000.0, 0.0, -2.0), wkt(32647))
TURNED = Grid(100, 60, (500000.0, 1.6, 1.2, 3000000.0, 1.2, -1.6), wkt(32647))


@pytest.mark.parametrize("grid", [GRID, TURNED], ids=["north up", "turned"])
def test_a_crop_keeps_the_pixels_where_they_are(grid):
    crop = grid.crop(Window(10, 20, 30, 40))
    assert (crop.width, crop.height) == (40, 30)
    assert crop.to_map(3.5, 2.5) == pytest.approx(grid.to_map(23.5, 12.5))
    assert crop.to_pixel(*crop.to_map(7, 9)) == pytest.approx((7, 9))


@pytest.mark.parametrize("grid", [GRID, TURNED], ids=["north up", "turned"])
def test_other_pixels_cover_the_same_ground(grid):
    coarse = grid.resized(25, 15)
    assert np.allclose(coarse.corners, grid.corners)
    assert coarse.pixel_metres() == pytest.approx([4 * m for m in grid.pixel_metres()])


def test_the_window_of_an_extent_holds_every_pixel_it_touches():
    assert GRID.window(500001, 2999881, 500006, 2999900) == Window(50, 0, 10, 3)
    fine = Grid(100, 60, (500000.0, 0.1, 0.0, 3000000.0, 0.0, -0.1), wkt(32647))
    edges = (500000.3, 2999999.1, 500000.7, 2999999.7)  # of pixels, in decimals
    assert fine.window(*edges) == Window(3, 3, 6, 4)
    assert fine.window(499990, 2999990, 500000.05, 3000009) == Window(0, 0, 60, 1)
    with pytest.raises(UnsuitableRaster, match="does not overlap"):
        GRID.window(600000, 2999881, 600006, 2999900)


def test_pixels_in_degrees_and_feet_have_metres_and_without_a_system_none():
    degrees = Grid(10, 10, (98, 1e-5, 0, 60, 0, -1e-5), wkt(4326))
    across, down = degrees.pixel_metres()
    assert down == pytest.approx(1.114, abs=0.001)
    assert across == pytest.approx(0.558, abs=0.001)
    feet = Grid(10, 10, (6.5e6, 2, 0, 2e6, 0, -2), wkt(2225))
    assert feet.pixel_metres() == pytest.approx([2 * 0.3048006] * 2)
    with pytest.raises(UnsuitableRaster, match="no coordinate reference system"):
        Grid(10, 10, (0, 1, 0, 0, 0, -1), "").pixel_metres()


def test_a_raster_where_its_system_is_not_defined_is_refused():
    """Zone 36 written before the easting, in the system without it."""
    geotransform = (36_500_000, 2, 0, 3_000_000, 0, -2)
    with pytest.raises(UnsuitableRaster, match="lies at 36500200, 2999850, where"):
        Grid(200, 150, geotransform, wkt(4545)).check_place()
    Grid(200, 150, (500_000, 2, 0, 3_000_000, 0, -2), wkt(4545)).check_place()
    # a map of the Earth whose corners lie beside it
    world = osr.SpatialReference()
    world.ImportFromProj4("+proj=moll +datum=WGS84")
    whole = Grid(360, 180, (-18e6, 1e5, 0, 9e6, 0, -1e5), world.ExportToWkt())
    corner = whole.crs.transform(whole.corners[:1], whole.crs.geographic)
    assert not np.isfinite(corner).all()
    whole.check_place()
    Grid(2, 2, (0, 1, 0, 0, 0, -1), "").check_place()


@pytest.mark.parametrize("latitude", [15, 30, 60, -45])
def test_pixels_of_web_mercator_are_those_of_the_ground(latitude):
    y = 6378137 * np.log(np.tan(np.pi / 4 + np.radians(latitude) / 2))
    grid = Grid(10, 10, (1.1e7, 2, 0, y, 0, -2), wkt(3857))
    expected = 2 * np.cos(np.radians(latitude))
    np.testing.assert_allclose(grid.pixel_metres(), expected, rtol=0.01)


@pytest.mark.parametrize("epsg, x, y", [(32647, 3e5, 3e6), (4547, 5.2e5, 3.3e6)])
def test_pixels_of_a_true_map_are_its_units(epsg, x, y):
    assert Grid(10, 10, (x, 0.5, 0, y, 0, -0.5), wkt(epsg)).pixel_metres() == (0.5, 0.5)


@pytest.mark.parametrize(
    "epsg, x, y",
    [
        (4326, 500000, 3000000),  # metres called degrees
        (4326, 27.0, 105.0),  # latitude first
        (4545, 36512000, 3000000),  # the zone's number in a system without one
        (4524, 512000, 3000000),  # none in a system with one
        (4524, 3000000, 36512000),  # axes swapped
    ],
)
def test_a_raster_off_the_earth_is_refused(epsg, x, y):
    grid = Grid(10, 10, (x, 1e-4, 0, y, 0, -1e-4), wkt(epsg))
    with pytest.raises(UnsuitableRaster, match="is not defined"):
        grid.check_place()


@pytest.mark.parametrize(
    "epsg, x, y", [(4326, 190, 60), (4326, 359, -60), (32647, 5e5, 3e6), (3413, 0, 0)]
)
def test_a_raster_on_the_earth_is_not(epsg, x, y):
    side = 1e-4 if epsg == 4326 else 10
    Grid(10, 10, (x, side, 0, y, 0, -side), wkt(epsg)).check_place()


@pytest.mark.parametrize(
    "epsg, x, y, side",
    [
        (4326, 103.5, 30.2, 1e-8),
        (32648, 103.5, 30.2, 1 / 3600),  # degrees called metres
    ],
)
def test_pixels_that_no_survey_has_are_refused(epsg, x, y, side):
    """Outlines were cut at each cell of an elevation model: memory was full."""
    grid = Grid(10, 10, (x, side, 0, y, 0, -side), wkt(epsg))
    with pytest.raises(UnsuitableRaster, match="too small to be true"):
        grid.check_place()


@pytest.mark.parametrize("side", [(1, 1), (99, 150), (240, 1000), (1001, 40)])
def test_sampled_blocks_do_not_overlap(side):
    width, height = side
    seen = np.zeros((height, width), int)
    for row, col, rows, cols in sample_windows(width, height):
        seen[row : row + rows, col : col + cols] += 1
    assert seen.max() == 1
    assert seen.all() or max(side) > 1000


def test_pieces_of_a_side_end_with_what_is_left():
    assert list(spans(0, 10, 4)) == [(0, 4), (4, 4), (8, 2)]
    assert list(spans(6, 10, 4)) == [(6, 4)]
    assert list(spans(3, 3, 4)) == []
