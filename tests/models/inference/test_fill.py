# SPDX-License-Identifier: GPL-2.0-or-later
"""Missing pixels are the ground beside them, mirrored."""

import numpy as np
import pytest

from models.inference.fill import filled


def test_gaps_on_all_sides_are_what_numpy_reflects():
    ground = np.random.default_rng(0).integers(0, 255, (3, 40, 30), dtype=np.uint8)
    window = np.full((3, 96, 96), 7, np.uint8)
    window[:, 20:60, 30:60] = ground
    valid = np.zeros((96, 96), bool)
    valid[20:60, 30:60] = True
    before = window.copy()
    margins = [(0, 0), (20, 36), (30, 36)]
    assert (filled(window, valid) == np.pad(ground, margins, mode="reflect")).all()
    assert (window == before).all()


@pytest.mark.parametrize("seed", range(5))
def test_what_is_valid_stays_and_the_rest_comes_from_it(seed):
    rng = np.random.default_rng(seed)
    valid = rng.random((31, 47)) > 0.9
    window = np.where(valid, rng.normal(size=(2, 31, 47)), np.nan).astype(np.float32)
    result = filled(window, valid)
    assert (result[:, valid] == window[:, valid]).all()
    assert np.isin(result[0], window[0, valid]).all()


def test_one_valid_pixel_fills_all():
    window = np.zeros((1, 8, 5), np.int16)
    window[0, 3, 2] = -9
    valid = window[0] != 0
    assert (filled(window, valid) == -9).all()
