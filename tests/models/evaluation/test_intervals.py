# SPDX-License-Identifier: GPL-2.0-or-later
"""The interval of a score: that of the binomial where it is known, none from few blocks."""

import math

import numpy as np
import pytest

from models.evaluation.intervals import Interval, bootstrap, f1, ratio, score_interval


def share(sums):
    return ratio(sums[..., 0], sums[..., 1])


def test_interval_of_a_share_is_that_of_the_binomial():
    """Blocks of one landslide each: 30 with a recall of 0.6 have about 0.42 to 0.77."""
    counts = np.array([[1, 1]] * 18 + [[0, 1]] * 12)
    interval = bootstrap(counts, share)
    assert interval.value == pytest.approx(0.6)
    assert interval.low == pytest.approx(0.43, abs=0.02)
    assert interval.high == pytest.approx(0.77, abs=0.02)
    assert bootstrap(counts, share) == interval


def test_seven_blocks_have_no_interval_and_eight_have_one():
    few = bootstrap(np.ones((7, 2)), share)
    assert few.value == 1 and math.isnan(few.low) and math.isnan(few.high)
    assert bootstrap(np.ones((8, 2)), share) == (1, 1, 1)


def test_draws_without_anything_to_score_do_not_count():
    """One block of eight holds landslides: (7/8)^8, a third of the draws, have none."""
    counts = np.zeros((8, 2))
    counts[0] = 1
    assert bootstrap(counts, share) == (1, 1, 1)
    nothing = bootstrap(np.zeros((8, 2)), share)
    assert all(math.isnan(end) for end in nothing)


@pytest.mark.parametrize("found", [0, 1])
def test_where_all_draws_agree_there_is_no_interval(found):
    """15 landslides found, or none, in 100 squares: the next one may be otherwise."""
    counts = np.zeros((100, 2))
    counts[:15] = (found, 1)
    interval = score_interval(counts, share)
    assert interval.value == found
    assert math.isnan(interval.low) and math.isnan(interval.high)


def test_grounds_that_are_the_same_but_for_rounding_have_no_interval():
    counts = np.random.default_rng(0).uniform(1, 2, (100, 1)) * (1, 1)
    counts[:, 1] *= 1 + 1e-13 * np.arange(100)
    assert math.isnan(score_interval(counts, share).low)


def test_an_interval_with_any_spread_stays():
    counts = np.array([[1, 1]] * 14 + [[0, 1]])
    assert score_interval(counts, share) == bootstrap(counts, share)


def test_harmonic_means():
    precision = np.array([0.5, 0.0, np.nan])
    recall = np.array([1.0, 0.0, 1.0])
    assert f1(precision, recall) == pytest.approx([2 / 3, 0, np.nan], nan_ok=True)


def test_of_eight_landslides_an_interval_is_known_and_of_seven_none():
    interval = Interval(0.5, 0.3, 0.7)
    assert interval.drawn_from(8) == interval
    value, *ends = interval.drawn_from(7)
    assert value == 0.5 and np.isnan(ends).all()
