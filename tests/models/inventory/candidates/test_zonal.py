# SPDX-License-Identifier: GPL-2.0-or-later
"""What the probability raster says of a polygon and its ring."""

from __future__ import annotations

import math

import numpy as np
import pytest
from samples import wkt
from shapely.affinity import affine_transform, translate
from shapely.geometry import MultiPolygon, Point, box

from models.geo.crs import Crs
from models.geo.grid import Grid
from models.geo.rasterize import burn, rings_of
from models.inference.level_buffer import LevelBuffer
from models.inference.levels import Strip
from models.inference.probability import Probability
from models.inference.probability_writer import ProbabilityWriter
from models.inventory.candidates import zonal
from models.inventory.candidates.batches import CandidateBatch
from models.inventory.candidates.ring import ring_width
from models.inventory.polygonize.polygonize import Candidate

SIDE = 120
GRID = Grid(SIDE, SIDE, (5e5, 2.0, 0.0, 3.3e6, 0.0, -2.0), wkt(32648))
DISC = Point(5e5 + 120, 3.3e6 - 120).buffer(40, 64)  # radius 20 pixels in the middle


def surroundings(polygon, probability, **options):
    return zonal.surroundings([polygon], probability, **options)[0]


@pytest.fixture
def raster(tmp_path):
    def write(levels, spread=None, grid=GRID):
        path = str(tmp_path / f"p{len(list(tmp_path.iterdir()))}.tif")
        has_spread = spread is not None
        with ProbabilityWriter(path, grid, has_spread=has_spread) as writer:
            writer.write(Strip(0, levels, spread))
        return Probability(path)

    return write


def test_inside_and_ring_are_what_was_put_there(raster):
    distance = np.hypot(*np.mgrid[-59.5:60.5, -59.5:60.5])
    levels = np.where(distance < 20, 200, np.where(distance < 30, 50, 240)).astype(
        np.uint8
    )
    found = surroundings(DISC, raster(levels))
    assert found == {
        "p_mean": 0.8,
        "p_p90": 0.8,
        "p_ctr": 0.6,
        "edge": 0,
        "valid_fr": 1.0,
    }


def test_statistics_are_those_of_the_pixels_whose_centre_lies_inside(raster):
    levels = np.random.default_rng(1).integers(0, 251, (SIDE, SIDE)).astype(np.uint8)
    found, inside = (
        surroundings(DISC, raster(levels)),
        burn(rings_of(DISC, GRID), GRID.whole),
    )
    assert abs(inside.sum() - math.pi * 400) < 12
    assert found["p_mean"] == pytest.approx(levels[inside].mean() / 250, abs=5e-4)
    assert found["p_p90"] == pytest.approx(
        np.percentile(levels[inside], 90) / 250, abs=5e-4
    )


def test_the_spread_is_averaged_over_the_pixels_inside_alone(raster):
    levels = np.full((SIDE, SIDE), 100, np.uint8)
    spread = np.full((SIDE, SIDE), 200, np.uint8)
    spread[48:72, 48:60] = 30
    spread[48:72, 60:72] = 50
    spread[50:60, 50:60] = 255  # nodata
    square = box(5e5 + 96, 3.3e6 - 144, 5e5 + 144, 3.3e6 - 96)
    values = surroundings(square, raster(levels, spread))
    # 188 pixels of 30 and 288 of 50
    assert values["p_std"] == round((188 * 30 + 288 * 50) / 476 / 250, 3) == 0.168
    assert values["p_mean"] == 0.4
    spread[:] = 255
    assert surroundings(square, raster(levels, spread))["p_std"] is None
    assert "p_std" not in surroundings(square, raster(levels))


@pytest.mark.parametrize("rows", [1, 7, 50])
def test_a_large_polygon_read_in_blocks_gives_the_same(raster, rows):
    levels = np.random.default_rng(2).integers(0, 256, (SIDE, SIDE)).astype(np.uint8)
    levels[levels > 250] = 255
    probability = raster(levels, np.roll(levels, 5))
    whole = surroundings(DISC, probability)
    assert whole["p_std"] > 0
    assert surroundings(DISC, probability, max_block_pixels=rows * 64) == whole


@pytest.mark.parametrize(
    "shape, edge",
    [
        (box(5e5 + 100, 3.3e6 - 140, 5e5 + 140, 3.3e6 - 100), 0),
        (box(5e5, 3.3e6 - 140, 5e5 + 40, 3.3e6 - 100), 1),  # at the raster's border
        (box(5e5 + 4, 3.3e6 - 140, 5e5 + 40, 3.3e6 - 100), 0),
        (box(5e5 + 160, 3.3e6 - 140, 5e5 + 200, 3.3e6 - 100), 1),  # beside the gap
        (box(5e5 + 160, 3.3e6 - 140, 5e5 + 196, 3.3e6 - 100), 0),
        (box(5e5 + 210, 3.3e6 - 140, 5e5 + 230, 3.3e6 - 100), 1),  # on its other side
        (box(5e5 + 100, 3.3e6 - 200, 5e5 + 140, 3.3e6 - 180), 1),  # above another gap
        (box(5e5 + 100, 3.3e6 - 198, 5e5 + 140, 3.3e6 - 180), 0),
        (box(5e5 + 100, 3.3e6 - 230, 5e5 + 140, 3.3e6 - 210), 1),  # below it
    ],
)
def test_edge_means_touching_what_was_not_seen(raster, shape, edge):
    levels = np.full((SIDE, SIDE), 100, np.uint8)
    levels[:, 100:105] = 255
    levels[100:105] = 255
    assert surroundings(shape, raster(levels))["edge"] == edge


def test_share_with_data_counts_the_ring_and_what_lies_beyond_the_raster(raster):
    levels = np.full((SIDE, SIDE), 100, np.uint8)
    assert surroundings(translate(DISC, 120), raster(levels))[
        "valid_fr"
    ] == pytest.approx(0.5, abs=0.02)
    levels[:, :60] = 255
    assert surroundings(DISC, raster(levels))["valid_fr"] == pytest.approx(0.5, abs=0.02)


def test_a_thread_as_narrow_as_its_outline_is_simplified_keeps_its_ring(raster):
    levels = np.full((SIDE, SIDE), 100, np.uint8)
    thread = box(5e5 + 20, 3.3e6 - 101.3, 5e5 + 220, 3.3e6 - 100.7)  # 0.6 m wide
    levels[50] = 200
    found = surroundings(thread, raster(levels))
    assert found["p_mean"] == 0.8 and found["p_ctr"] > 0.3 and found["valid_fr"] == 1


def test_the_ring_of_a_single_pixel_is_a_pixel_wide(raster):
    levels = np.full((SIDE, SIDE), 240, np.uint8)
    levels[59:62, 59:62] = 50
    levels[60, 60] = 200
    pixel = box(5e5 + 120, 3.3e6 - 122, 5e5 + 122, 3.3e6 - 120)
    found = surroundings(pixel, raster(levels))
    assert (found["p_mean"], found["p_ctr"]) == (0.8, 0.6)


def test_a_pixel_is_as_wide_as_the_square_of_its_ground():
    """Of 6 m2 each: 2 by 3 units of which those of y are as long as those of x; 1 by 3 where
    they are twice as long; 2 by 3 turned by 45 degrees.
    """
    half = math.sqrt(0.5)
    turned = (0.0, 2 * half, 3 * half, 0.0, 2 * half, -3 * half)
    cases = [
        ((0.0, 2.0, 0.0, 0.0, 0.0, -3.0), 1.0),
        ((0.0, 1.0, 0.0, 0.0, 0.0, -3.0), 2.0),
        (turned, 1.0),
    ]
    for place, stretch in cases:
        grid = Grid(SIDE, SIDE, place, wkt(32648))
        width = ring_width(np.zeros(1), np.array([stretch]), grid)
        assert width == pytest.approx(math.sqrt(6))


def test_without_any_pixel_of_its_own_nothing_is_said(raster):
    levels = np.full((SIDE, SIDE), 100, np.uint8)
    speck = box(5e5 + 0.2, 3.3e6 - 0.4, 5e5 + 0.4, 3.3e6 - 0.2)
    found = surroundings(speck, raster(levels))
    assert found["p_mean"] is found["p_p90"] is found["p_ctr"] is None
    levels[:] = 255
    found = surroundings(DISC, raster(levels))
    assert (
        found["p_mean"] is found["p_ctr"] is None
        and found["valid_fr"] == 0
        and found["edge"] == 1
    )


def test_parts_and_holes(raster):
    levels = np.full((SIDE, SIDE), 50, np.uint8)
    levels[burn(rings_of(DISC, GRID), GRID.whole)] = 250
    ring = DISC.buffer(16).difference(DISC)
    assert surroundings(ring, raster(levels))["p_mean"] == 0.2
    both = MultiPolygon([DISC, box(5e5 + 10, 3.3e6 - 30, 5e5 + 30, 3.3e6 - 10)])
    assert surroundings(both, raster(levels))["p_mean"] == pytest.approx(
        (1256 + 100 * 0.2) / 1356, abs=2e-3
    )


@pytest.mark.parametrize("block", [64, 1 << 21])
def test_many_are_read_as_each_alone(raster, block):
    levels = np.random.default_rng(3).integers(0, 251, (SIDE, SIDE)).astype(np.uint8)
    levels[:, 100:105] = 255
    shapes = [
        translate(DISC, dx, dy) for dx in (-120, -30, 0, 50, 90) for dy in (-80, 0, 110)
    ]
    shapes += [
        box(5e5 + 0.2, 3.3e6 - 0.4, 5e5 + 0.4, 3.3e6 - 0.2),  # holds no centre
        MultiPolygon([DISC, box(5e5 + 10, 3.3e6 - 30, 5e5 + 30, 3.3e6 - 10)]),
        DISC.buffer(16).difference(DISC),
    ]
    source = raster(levels)
    together = zonal.surroundings(shapes, source, max_block_pixels=block)
    assert together == [surroundings(shape, source) for shape in shapes]
    assert len({each["p_mean"] for each in together}) > 10


def test_a_batch_waits_for_the_rows_around_it(raster):
    values = np.random.default_rng(3).integers(0, 250, (SIDE, SIDE)).astype(np.uint8)
    source = raster(values)
    levels = LevelBuffer(GRID, source)

    def batches():
        for row in range(0, SIDE, 5):
            levels.add(Strip(row, values[row : row + 5]))
            if row == 75:  # the disc's last row is the 80th
                yield CandidateBatch([Candidate(DISC)])
            if row > 75:
                yield CandidateBatch([Candidate(translate(DISC, 0, -80))])

    whole = zonal.surroundings([DISC], source)
    first, *others = (
        (levels.rows, around) for _, around in zonal.surrounded(batches(), levels)
    )
    # half a radius around
    assert first == (95, whole)
    assert [rows for rows, _ in others] == [SIDE] * 8


@pytest.mark.parametrize("epsg", [4326, 4087])
def test_a_ring_is_as_wide_on_the_ground_where_the_map_is_stretched(raster, epsg):
    """Pixels of 1 m to the east and 2 m to the north, twice: of a map, and at 60 degrees
    north. A ring that is too wide to the north is told by probability, and by the
    edge of the ground in the ring.
    """
    rows = np.arange(SIDE)[:, None]
    levels = np.repeat((rows + 0.03 * (rows - 60) ** 2).astype(np.uint8), SIDE, axis=1)
    levels[:33] = 255
    metres = Grid(SIDE, SIDE, (5e5, 1.0, 0.0, 6.6e6, 0.0, -2.0), wkt(32648))
    # WGS 84 at 60 degrees: 55,800 m and 111,412 m by degree
    corner = np.array((100.0, 60.0 + 60 * 2 / 111_412))
    beside = corner + (1 / 55_800, -2 / 111_412)
    (x, y), (east, south) = Crs(wkt(4326)).transform([corner, beside], Crs(wkt(epsg)))
    east, step = east - x, y - south
    stretched = Grid(SIDE, SIDE, (x, east, 0.0, y, 0.0, -step), wkt(epsg))
    disc = Point(5e5 + 60, 6.6e6 - 120).buffer(40, 64)
    onto = (east, 0, 0, step / 2, x - 5e5 * east, y - 3.3e6 * step)
    turned = affine_transform(disc, onto)
    expected = surroundings(disc, raster(levels, grid=metres))
    found = surroundings(turned, raster(levels, grid=stretched))
    assert expected["valid_fr"] < 0.99
    assert found == pytest.approx(expected, abs=1.5e-3)
    buffer = LevelBuffer(stretched, raster(levels, grid=stretched))

    def batches():
        for row in range(0, SIDE, 5):
            buffer.add(Strip(row, levels[row : row + 5]))
            if row >= 75:
                yield CandidateBatch([Candidate(turned)])

    # the disc's last row is the 80th, and half of its radius are 10 more
    rows, around = next((buffer.rows, each) for _, each in zonal.surrounded(batches(), buffer))
    assert (rows, around) == (95, [found])
