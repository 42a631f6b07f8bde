# SPDX-License-Identifier: GPL-2.0-or-later
"""Laws of tracing: whatever the raster, polygons are valid and rasterise back to the
mask they came from.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from masks import (
    NORTH_UP,
    PIXEL_EDGES,
    ROTATED,
    SOUTH_UP,
    UTM,
    flood,
    grid_of,
    strips_of,
    trace,
    trace_strips,
)
from osgeo import gdal, ogr, osr
from shapely.geometry import Point, box

from models.errors import UnsuitableRaster
from models.geo.geodesic import Geodesic
from models.geo.grid import Grid
from models.inference.levels import NODATA, Strip, level
from models.inventory.polygonize.components import MAX_BLOCK_PIXELS, components
from models.inventory.polygonize.options import Thresholds
from models.inventory.polygonize.polygonize import polygonize


def drawn(text):
    return np.array(
        [[200 if c == "#" else 0 for c in line] for line in text.split()], np.uint8
    )


def burnt(polygons, grid):
    """The polygons as GDAL rasterises them: number + 1."""
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(32648)
    raster = gdal.GetDriverByName("MEM").Create(
        "", grid.width, grid.height, 1, gdal.GDT_Int32
    )
    raster.SetGeoTransform(grid.geotransform)
    raster.SetProjection(srs.ExportToWkt())
    source = ogr.GetDriverByName("Memory").CreateDataSource("")
    layer = source.CreateLayer("", srs)
    layer.CreateField(ogr.FieldDefn("number", ogr.OFTInteger))
    for number, polygon in enumerate(polygons, 1):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkb(polygon.wkb))
        feature.SetField("number", number)
        layer.CreateFeature(feature)
    gdal.RasterizeLayer(raster, [1], layer, options=["ATTRIBUTE=number"])
    return raster.ReadAsArray()


def random_raster(number):
    rng = np.random.default_rng(number)
    shape = tuple(rng.integers(1, 24, 2))
    if number % 2:
        return (
            rng.integers(0, 256, shape).astype(np.uint8),
            rng.random() * 0.9,
            rng.random(),
        )
    return np.where(rng.random(shape) < rng.random(), 200, 0).astype(np.uint8), 0.5, 0.5


@pytest.mark.parametrize("number", range(60))
def test_any_raster_comes_back(number):
    values, threshold, seed = random_raster(number)
    transform = (NORTH_UP, ROTATED, SOUTH_UP)[number % 3]
    polygons = trace(values, threshold, seed, height=4, transform=transform)
    labels = flood((values / 250 >= threshold) & (values <= 250))
    wanted = {
        n for n in range(1, labels.max() + 1) if values[labels == n].max() / 250 >= seed
    }
    pixel = abs(transform[1] * transform[5] - transform[2] * transform[4])
    burn = burnt(polygons, grid_of(values, transform))
    traced = []
    for order, polygon in enumerate(polygons, 1):
        (label,) = np.unique(labels[burn == order])
        inside = labels == label
        assert polygon.is_valid and polygon.exterior.is_ccw
        assert polygon.area == pytest.approx(inside.sum() * pixel, rel=1e-9)
        assert np.array_equal(burn == order, inside)
        traced.append(label)
    assert sorted(traced) == sorted(wanted)


@pytest.mark.parametrize("number", range(20))
def test_strip_height_changes_nothing(number):
    values, threshold, seed = random_raster(100 + number)
    results = [trace(values, threshold, seed, height) for height in (1, 2, 7, 100)]
    for other in results[1:]:
        assert [p.wkb for p in other] == [p.wkb for p in results[0]]


def test_order_is_by_last_row_then_first_pixel():
    polygons = trace(drawn("#.#.# #..## #....".replace(" ", "\n")))
    assert [p.bounds for p in polygons] == [(2, -1, 3, 0), (3, -2, 5, 0), (0, -3, 1, 0)]


def test_a_block_of_100_metres_is_exactly_that():
    values = np.zeros((300, 400), np.uint8)
    values[60:160, 130:230] = 250
    (polygon,) = trace(values, height=64, transform=(5e5, 1, 0, 3.3e6, 0, -1))
    assert polygon.equals(box(500130, 3299840, 500230, 3299940))
    assert len(polygon.exterior.coords) == 5


def test_holes_and_islands_in_holes():
    outer, island = sorted(
        trace(
            drawn(
                "####### #.....# #.###.# #.#.#.# #.###.# #.....# #######".replace(
                    " ", "\n"
                )
            )
        ),
        key=lambda p: -p.area,
    )
    assert outer.equals(box(0, -7, 7, 0).difference(box(1, -6, 6, -1)))
    assert island.equals(box(2, -5, 5, -2).difference(box(3, -4, 4, -3)))


def test_checkerboard_pixels_stay_apart():
    values = np.indices((8, 9)).sum(axis=0) % 2 * 200
    polygons = trace(values)
    assert len(polygons) == 36
    assert all(p.area == 1 and len(p.exterior.coords) == 5 for p in polygons)


@pytest.mark.parametrize(
    "picture",
    [
        "### #.# ##.",
        "##. #.# ###",
        "#### #..# #.#. ####",
        "###. #.## ##.# .###",
        "##### #.#.# ##.## #.#.# #####",
        "##### ##.## #.#.# ##.## #####",
    ],
)
def test_an_outline_that_touches_itself_is_cut_into_simple_rings(picture):
    mask = drawn(picture)
    for turned in (mask, mask[::-1], mask[:, ::-1], mask.T):
        polygons = trace(turned)
        assert sum(p.area for p in polygons) == (turned > 0).sum()
        for polygon in polygons:
            assert polygon.is_valid
            for ring in (polygon.exterior, *polygon.interiors):
                corners = list(ring.coords)[:-1]
                assert len(set(corners)) == len(corners)


def test_no_vertex_lies_on_a_straight_line():
    values, _, _ = random_raster(201)
    for polygon in trace(values):
        for ring in (polygon.exterior, *polygon.interiors):
            steps = np.diff(np.array(ring.coords)[:, :2], axis=0)
            steps = np.vstack((steps, steps[:1]))
            assert np.all((steps[1:] == 0) != (steps[:-1] == 0))


def test_arms_that_meet_late_are_one():
    comb = np.zeros((40, 41), np.uint8)
    comb[:, ::2], comb[39] = 100, 100
    comb[0, 40] = 240  # the only seed is at the far end of one tooth
    for height in (1, 6, 40):
        (polygon,) = trace(comb, 0.4, 0.9, height)
        assert polygon.area == (comb > 0).sum()


def test_a_spiral_is_one():
    size = 41
    spiral = np.zeros((size, size), np.uint8)
    row, col, dr, dc = 0, 0, 0, 1
    for length in (
        size - 1,
        *itertools.chain.from_iterable((n, n) for n in range(size - 1, 0, -2)),
    ):
        for _ in range(length):
            spiral[row, col] = 200
            row, col = row + dr, col + dc
        dr, dc = dc, -dr
    labels = flood(spiral > 0)
    for height in (1, 5, size):
        assert len(trace(spiral, height=height)) == labels.max()


def test_nodata_is_never_inside():
    values = np.full((9, 9), 250, np.uint8)
    values[3:5, 2:6] = NODATA
    (polygon,) = trace(values, threshold=0.0)
    assert polygon.area == 81 - 8 and not polygon.contains(Point(3.5, -3.5))


def test_threshold_counts_from_the_value_that_stands_for_it():
    assert [level(p) for p in (0, 0.5, 0.501, 1, 1.01)] == [0, 125, 126, 250, 251]
    values = np.array([[124, 125, 0, 126]], np.uint8)
    assert [p.area for p in trace(values, 0.5)] == [1, 1]
    assert trace(values, 1.01) == []


@pytest.mark.parametrize("value, count", [(200, 1), (0, 0), (NODATA, 0)])
def test_one_pixel_raster(value, count):
    assert len(trace([[value]])) == count


def test_rows_left_out_are_nodata():
    values = np.full((2, 4), 200, np.uint8)
    grid = Grid(4, 12, NORTH_UP, UTM)
    strips = [Strip(1, values), Strip(3, values), Strip(6, values), Strip(11, values[:1])]
    polygons = trace_strips(strips, grid)
    assert [p.bounds for p in polygons] == [
        (0, -5, 4, -1),
        (0, -8, 4, -6),
        (0, -12, 4, -11),
    ]


def test_overlapping_strips_are_refused():
    values = np.full((4, 4), 200, np.uint8)
    with pytest.raises(ValueError, match="overlaps"):
        trace_strips([Strip(0, values), Strip(2, values)], Grid(4, 8, NORTH_UP, UTM))


def test_polygons_come_before_the_last_strip_is_read():
    values, read = np.full((3, 3), 200, np.uint8), []

    def strips():
        for row, level_ in ((0, values), (3, values * 0), (6, values)):
            read.append(row)
            yield Strip(row, level_)

    grid = Grid(3, 9, NORTH_UP, UTM)
    next(polygonize(strips(), None, grid, Thresholds(0.5, 0.5, 0.0), PIXEL_EDGES))
    assert read == [0, 3]


@pytest.mark.parametrize("easting, kept", [(5e5, [25, 100]), (3e5, [100])])
def test_minimum_area_is_in_square_metres_on_the_ground(easting, kept):
    values = np.zeros((30, 90), np.uint8)
    for i, side in enumerate((2, 4, 5, 10)):
        values[1 : 1 + side, 20 * i : 20 * i + side] = 200
    grid = grid_of(values, (easting, 10, 0, 3.3e6, 0, -10))
    polygons = trace_strips(strips_of(values, 8), grid, min_area=2500)
    assert (
        sorted(p.area / 100 for p in polygons) == kept
    )  # 25 pixels: 2502 m2 at the central meridian, 2499.5 off it
    assert all(round(Geodesic(grid.crs).area(p), 1) >= 2500 for p in polygons)


def test_an_area_needs_a_crs():
    with pytest.raises(UnsuitableRaster, match="coordinate reference system"):
        trace_strips([], Grid(4, 4, NORTH_UP, ""), min_area=100)


@pytest.mark.parametrize("share", [0.5, 0.7])
def test_noise_is_no_special_case(share):
    mask = np.random.default_rng(1).random((200, 300)) < share
    polygons = trace(np.where(mask, 200, 0), height=32)
    assert len(polygons) == flood(mask).max()
    assert sum(p.area for p in polygons) == mask.sum() and all(
        p.is_valid for p in polygons
    )


def test_what_a_tall_strip_finishes_comes_together_as_of_low_strips():
    width = 1024
    border = MAX_BLOCK_PIXELS // width  # rows of the strip that are looked at together
    values = np.zeros((border + 100, width), np.uint8)
    values[10:20, 5:9] = 200
    values[border - 40 : border + 60, 100:200] = 200  # a ring over the border ...
    values[border - 20 : border + 40, 120:180] = 0
    values[border - 15 : border - 5, 130:140] = 200  # ... around a piece above it
    values[border + 70 : border + 80, 50:60] = 200
    whole = trace(values, height=len(values))
    low = trace(values, height=100)
    assert [polygon.wkb for polygon in whole] == [polygon.wkb for polygon in low]
    strips = strips_of(values, len(values))
    (finished,) = components(strips, grid_of(values), 125, 125, min_pixels=1)
    assert len(finished.first) == len(whole) == 4
    assert np.unique(finished.owner).tolist() == [0, 1, 2, 3]
