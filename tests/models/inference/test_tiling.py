# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest

from models.inference.tiling import blend_weights, known_weight, starts

CASES = [
    (length, window, overlap)
    for length in (1, 63, 64, 65, 100, 1000, 4097)
    for window in (64, 256)
    for overlap in (0, 0.1, 0.25, 0.5, 0.75)
]


@pytest.mark.parametrize("length, window, overlap", CASES)
def test_windows_cover_every_pixel_stay_inside_and_overlap_enough(
    length, window, overlap
):
    begins = starts(length, window, overlap)
    assert begins[0] == 0 and begins[-1] == max(0, length - window)
    steps = np.diff(begins)
    assert (steps <= max(1, round(window * (1 - overlap)))).all() and (steps > 0).all()
    assert len(steps) < 2 or steps.max() - steps.min() <= 1  # spread evenly


@pytest.mark.parametrize("length, window, overlap", CASES)
def test_weights_are_positive_and_sum_to_one(length, window, overlap):
    begins = starts(length, window, overlap)
    total = np.zeros(begins[-1] + window)
    for begin, weight in zip(begins, blend_weights(begins, window, overlap)):
        assert (weight > 0).all()
        total[begin : begin + window] += weight
    np.testing.assert_allclose(total, 1, atol=1e-6)


def test_a_window_counts_least_at_its_own_edge():
    weights = blend_weights([0, 48, 96], 64, 0.25)[1]
    assert weights[0] < 0.05 and weights[32] == 1


def test_a_window_counts_the_less_the_less_of_it_is_known():
    weights = [known_weight(known) for known in (0.0001, 0.1, 0.5, 0.9, 0.999, 1)]
    assert weights == sorted(weights) and weights[-1] == 1
    assert 0 < weights[0] == weights[1] < weights[2] == 0.5**6
