# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines beside what they outline: how far, and whether that is sure."""

from __future__ import annotations

import numpy as np
import pytest
from samples import PLACE
from tuned_by_hand import square, write_levels

from models.finetune.shift import FEWEST, STEP_M, Shift, averaged, estimate_shift
from models.inference.levels import NODATA

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


def test_too_few_or_nothing_known_is_no_estimate(tmp_path):
    path = write_levels(tmp_path / "p.tif", moved(12, 0))
    assert estimate_shift([(path, outlines()[: FEWEST - 1])]) is None
    blank = write_levels(tmp_path / "n.tif", np.full((300, 500), NODATA, np.uint8))
    assert estimate_shift([(blank, outlines())]) is None


def test_a_shift_is_sure_when_it_is_long_for_its_spread_and_fits_better():
    assert Shift(12, 0, 1, 0.5, 9).is_sure
    assert not Shift(12, 0, 5, 0.5, 9).is_sure
    assert not Shift(12, 0, 1, 0.05, 9).is_sure
    assert not Shift(2, 0, 0, 0.5, 9).is_sure


def test_means_of_blocks():
    values = np.arange(20.0).reshape(4, 5)
    assert averaged(values, 2, 2).tolist() == [[3, 5], [13, 15]]
    assert averaged(values, 0.3, 0.3).tolist() == values.tolist()
