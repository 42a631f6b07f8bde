# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines beside what they outline: how far, and whether that is sure."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from samples import PLACE
from shapely.affinity import scale
from tuned_by_hand import square, write_levels

from models.finetune.shift import (
    LATTICES,
    STEP_M,
    Lattice,
    Shift,
    averaged,
    estimate_shift,
    fit_at_shifts,
)
from models.inference.levels import NODATA
from models.inference.probability import Probability

PLACES = [(60 + 90 * i, 60 + 100 * j) for i in range(2) for j in range(4)]


def moved(east, north, places=PLACES, side=24):
    """Levels (300, 500) with squares that lie so many pixels beside their places."""
    rng = np.random.default_rng(0)
    values = rng.integers(5, 40, (300, 500)).astype(np.uint8)
    for row, col in places:
        values[row - north : row - north + side, col + east : col + east + side] = 220
    return values


def outlines(places=PLACES):
    return [square(row, col, 24) for row, col in places]


@pytest.mark.parametrize("east, north", [(12, 0), (-12, 0), (0, 16), (20, -10)])
def test_moved_landslides_are_found(tmp_path, east, north):
    path = write_levels(tmp_path / "p.tif", moved(east, north))
    shift = estimate_shift([(path, outlines())])
    assert (shift.east, shift.north) == pytest.approx((east, north), abs=STEP_M)
    assert shift.is_sure and shift.polygons == len(PLACES)
    assert shift.length == pytest.approx(np.hypot(east, north), abs=2 * STEP_M)


def turned_about(levels):
    """(levels, geotransform) of the same ground with rows from south to north, and with
    rows that run to the east.
    """
    west, north = PLACE[0], PLACE[3]
    yield levels[::-1], (west, 1, 0, north - len(levels), 0, 1)
    yield levels.T, (west, 0, 1, north, -1, 0)


@pytest.mark.parametrize("kind", [0, 1])
def test_east_and_north_are_those_of_the_map_not_of_the_raster(tmp_path, kind):
    levels, geotransform = list(turned_about(moved(20, -10)))[kind]
    path = write_levels(tmp_path / "p.tif", levels, geotransform)
    shift = estimate_shift([(path, outlines())])
    assert (shift.east, shift.north) == pytest.approx((20, -10), abs=STEP_M)
    assert shift.is_sure


def test_a_far_shift_is_found(tmp_path):
    """As of another datum, or a false easting that was dropped."""
    rng = np.random.default_rng(1)
    values = rng.integers(5, 40, (900, 900)).astype(np.uint8)
    places = [(80 + 110 * i, 80 + 130 * (i % 4)) for i in range(7)]
    for row, col in places:
        values[row : row + 40, col + 288 : col + 288 + 40] = 220
    path = write_levels(tmp_path / "p.tif", values)
    shift = estimate_shift([(path, [square(row, col, 40) for row, col in places])])
    assert shift.is_sure and (shift.east, shift.north) == pytest.approx((288, 0), abs=16)


def test_outlines_in_place_are_not_shifted(tmp_path):
    path = write_levels(tmp_path / "p.tif", moved(0, 0))
    shift = estimate_shift([(path, outlines())])
    assert not shift.is_sure and shift.length <= STEP_M


def test_noise_is_no_shift(tmp_path):
    path = write_levels(tmp_path / "p.tif", moved(0, 0, places=[]))
    assert not estimate_shift([(path, outlines())]).is_sure


def test_metres_not_pixels(tmp_path):
    """Pixels of half a metre: 24 of them are 12 m."""
    place = (PLACE[0], 0.5, 0, PLACE[3], 0, -0.5)
    halves = np.kron(moved(12, 0), np.ones((2, 2), np.uint8))
    path = write_levels(tmp_path / "p.tif", halves, place)
    shift = estimate_shift([(path, outlines())])
    assert shift.east == pytest.approx(12, abs=STEP_M) and shift.is_sure


@pytest.mark.parametrize("fine, place", [((1, 2), (1, 0.5)), ((2, 1), (0.5, 1))])
def test_pixels_that_are_no_squares(tmp_path, fine, place):
    high, wide = place
    geotransform = (PLACE[0], wide, 0, PLACE[3], 0, -high)
    values = np.kron(moved(12, 0), np.ones(fine, np.uint8))
    path = write_levels(tmp_path / "p.tif", values, geotransform)
    shift = estimate_shift([(path, outlines())])
    assert (shift.east, shift.north) == pytest.approx((12, 0), abs=STEP_M)


@pytest.mark.parametrize("pixel", [0.6, 0.8, 1.6, 3.0, 5.0, 10.0])
def test_a_step_that_is_no_whole_number_of_pixels(tmp_path, pixel):
    """Known to a step, or to a pixel where that is larger."""
    values = moved(3, -2)
    path = write_levels(
        tmp_path / "p.tif", values, (PLACE[0], pixel, 0, PLACE[3], 0, -pixel)
    )
    shift = estimate_shift([(path, [enlarged(place, pixel) for place in outlines()])])
    known = max(STEP_M, pixel)
    assert shift.step == known
    assert (shift.east, shift.north) == pytest.approx(
        (3 * pixel, -2 * pixel), abs=known / 2
    )


def enlarged(outline, factor):
    return scale(outline, factor, factor, origin=(PLACE[0], PLACE[3]))


def test_a_shift_at_the_end_of_the_near_lattice_is_looked_for_beyond(tmp_path):
    """60 m to the east of outlines 80 m wide, which overlap with it by a quarter."""
    places = [(60 + 140 * i, 80 + 37 * i * i % 400) for i in range(6)]
    values = np.full((900, 700), 10, np.uint8)
    for row, col in places:
        values[row : row + 80, col + 60 : col + 140] = 220
    path = write_levels(tmp_path / "p.tif", values)
    shift = estimate_shift([(path, [square(row, col, 80) for row, col in places])])
    assert shift.is_sure and (shift.east, shift.north) == pytest.approx((60, 0), abs=16)


def test_the_spread_is_in_metres(tmp_path):
    """Three lie 20 m to the east, two as far to the west: of five that are drawn most
    are of the three with a probability of 0.683.
    """
    five = PLACES[:5]
    values = np.full((300, 500), 10, np.uint8)
    for (row, col), east in zip(five, (20, 20, 20, -20, -20)):
        values[row : row + 24, col + east : col + east + 24] = 220
    path = write_levels(tmp_path / "p.tif", values)
    shift = estimate_shift([(path, outlines(five))])
    assert (shift.east, shift.north) == (20, 0) and not shift.is_sure
    assert shift.spread == pytest.approx(40 * (0.683 * 0.317) ** 0.5, rel=0.1)


def test_the_gain_is_the_share_by_which_it_fits_better(tmp_path):
    """220 on 10 m, 12 of 24 m aside: under the outlines 115, at the shift 220, less the
    mean of 184 x 184 m around them.
    """
    places = [(100 + 160 * i, 100 + 160 * j) for i in range(2) for j in range(3)]
    values = np.full((400, 560), 10, np.uint8)
    for row, col in places:
        values[row : row + 24, col + 12 : col + 36] = 220
    path = write_levels(tmp_path / "p.tif", values)
    shift = estimate_shift([(path, outlines(places))])
    mean = 10 + 210 * 24**2 / 184**2
    assert shift.gain == pytest.approx((220 - 115) / (115 - mean), rel=1e-3)


def test_gaps_of_the_image_move_nothing(tmp_path):
    """Ground alike everywhere; half of each outline lies in a gap."""
    values = moved(0, 0, places=[]) + 80
    for row, col in PLACES:
        values[row : row + 24, col - 10 : col + 12] = NODATA
    path = write_levels(tmp_path / "p.tif", values)
    assert not estimate_shift([(path, outlines())]).is_sure


def test_surroundings_of_which_little_is_known_say_nothing(tmp_path):
    """80 m around a square of 24 m: 184 rows, of which half is just enough."""
    near = LATTICES[0]
    polygon = square(100, 200, 24)
    for rows, is_enough in ((91, False), (92, True)):
        values = np.full((300, 500), NODATA, np.uint8)
        values[20 : 20 + rows] = 10
        path = write_levels(tmp_path / f"{rows}.tif", values)
        with Probability(path) as probability:
            fit = fit_at_shifts(probability, polygon, near)
        assert (fit is not None) == is_enough


def test_outlines_of_less_than_a_pixel_are_left_out(tmp_path):
    path = write_levels(tmp_path / "p.tif", moved(12, 0))
    shift = estimate_shift([(path, [*outlines(), square(20.3, 20.3, 0.2)])])
    assert shift.polygons == len(PLACES) and shift.is_sure


def test_so_many_polygons_are_enough_on_all_images_together(tmp_path):
    path = write_levels(tmp_path / "p.tif", moved(12, 0))
    images = [(path, outlines() * 10), (path, outlines() * 10)]
    assert estimate_shift(images).polygons == 150


def test_too_few_or_nothing_known_is_no_estimate(tmp_path):
    path = write_levels(tmp_path / "p.tif", moved(12, 0))
    assert estimate_shift([(path, outlines()[:4])]) is None
    assert estimate_shift([(path, outlines()[:5])]).polygons == 5
    blank = write_levels(tmp_path / "n.tif", np.full((300, 500), NODATA, np.uint8))
    assert estimate_shift([(blank, outlines())]) is None


def test_a_shift_is_sure_when_it_is_long_for_its_spread_and_fits_better():
    assert Shift(12, 0, 1, 0.5, 9).is_sure
    assert not Shift(12, 0, 5, 0.5, 9).is_sure
    assert Shift(12, 0, 1, 0.1, 9).is_sure
    assert not Shift(12, 0, 1, 0.09, 9).is_sure
    assert not Shift(2, 0, 0, 0.5, 9).is_sure


def test_surroundings_of_fine_pixels_are_not_held_at_once(tmp_path):
    """200 m around a square in pixels of 0.1 m, of which a drone has so many: 16 million,
    some hundred megabytes.
    """
    levels = np.kron(moved(24, 0)[:200, :200], np.ones((10, 10), np.uint8))
    path = write_levels(tmp_path / "p.tif", levels, (PLACE[0], 0.1, 0, PLACE[3], 0, -0.1))
    lattice = Lattice(reach=100.0, step=8.0, polygons=1, min_known=0.1)
    tracemalloc.start()
    with Probability(path) as probability:
        fits = fit_at_shifts(probability, outlines()[0], lattice)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150e6
    row, col = np.unravel_index(fits.argmax(), fits.shape)
    assert (row - 12, col - 12) == (0, 3)  # steps of 8 m


def test_means_of_blocks():
    values = np.arange(20.0).reshape(4, 5)
    assert averaged(values, 2, 2).tolist() == [[3, 5], [13, 15]]
    assert averaged(values, 1, 1).tolist() == values.tolist()
