# SPDX-License-Identifier: GPL-2.0-or-later
"""The interval of a score: that of the binomial where it is known, none from few blocks."""

import math

import numpy as np
import pytest

from models.evaluation.intervals import bootstrap, f1, ratio


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


def test_harmonic_means():
    precision = np.array([0.5, 0.0, np.nan])
    recall = np.array([1.0, 0.0, 1.0])
    assert f1(precision, recall) == pytest.approx([2 / 3, 0, np.nan], nan_ok=True)
