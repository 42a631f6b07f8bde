# SPDX-License-Identifier: GPL-2.0-or-later
"""The one logistic fit against known solutions, and what calibration is judged by."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.calibration import (
    Calibration,
    calibrate,
    fit_logistic,
    reliability,
)
from models.evaluation.pixel_metrics import ConfusionCounts


def logistic(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logit))


def test_two_groups_have_a_solution_on_paper():
    """One binary predictor: the maximum of the likelihood are the groups' log odds."""
    x = np.array([[0.0], [1.0]])
    intercept, slope = fit_logistic(x, np.array([1.0, 3.0]), np.array([5.0, 4.0]))
    assert intercept == pytest.approx(np.log(1 / 4))
    assert intercept + slope == pytest.approx(np.log(3 / 1))


def test_exact_shares_give_back_their_coefficients():
    x = np.random.default_rng(0).normal(3, 2, (50, 3))
    true = np.array([-1.0, 0.5, 2.0, -0.3])
    total = np.random.default_rng(1).uniform(1, 9, 50)
    positive = total * logistic(true[0] + x @ true[1:])
    assert np.allclose(fit_logistic(x, positive, total), true, atol=1e-7)
    assert np.allclose(fit_logistic(x, 7 * positive, 7 * total, 2.0)[1:].shape, (3,))


def test_only_relative_weights_count_and_the_ridge_shrinks():
    rng = np.random.default_rng(2)
    x = rng.normal(0, 1, (30, 2))
    right = (rng.random(30) < logistic(2 * x[:, 0])).astype(float)
    weight = rng.uniform(0.5, 2, 30)
    fitted = fit_logistic(x, right * weight, weight, 1.0)
    assert np.allclose(fit_logistic(x, 7 * right * weight, 7 * weight, 1.0), fitted)
    free = fit_logistic(x, right * weight, weight)
    assert np.linalg.norm(fitted[1:]) < np.linalg.norm(free[1:])


def test_separable_cases_stay_finite():
    x = np.arange(8.0)[:, None]
    right = (x[:, 0] > 3.5).astype(float)
    for ridge in (0.0, 3.0):
        fitted = fit_logistic(x, right, np.ones(8), ridge)
        assert np.isfinite(fitted).all()
        assert ((fitted[0] + x[:, 0] * fitted[1] > 0) == (right > 0)).all()


def test_calibration_finds_scale_and_shift():
    rng = np.random.default_rng(0)
    logit = rng.normal(0, 2, (400, 500))
    truth = rng.random(logit.shape) < logistic(0.5 * logit - 1)
    before = ConfusionCounts()
    before.add(logistic(logit), truth)
    calibration = calibrate(before)
    assert calibration.scale == pytest.approx(0.5, abs=0.05)
    assert calibration.shift == pytest.approx(-1, abs=0.05)
    after = ConfusionCounts()
    after.add(logistic(calibration.scale * logit + calibration.shift), truth)
    assert after.calibration_error() < 0.02 < before.calibration_error()


def test_a_threshold_keeps_its_pixels_through_calibration():
    calibration = Calibration(0.5, -1.0)
    assert calibration.of(0.5) == round(250 / (1 + np.exp(1.0))) / 250
    assert Calibration().of(0.3) == 0.3 and calibration.of(1.0) > 0.99
    # a threshold of 0 would call everything a landslide
    assert Calibration(1.0, -5.0).of(0.004) == 1 / 250


def test_reliability_by_hand():
    confidence = np.array([0.9, 0.1, 0.7, 0.3])
    right = np.array([True, False, False, False])
    judged = reliability(confidence, right, np.ones(4), bins=2)
    assert judged.bins == [
        (pytest.approx(0.2), 0.0, 2),
        (pytest.approx(0.8), pytest.approx(0.5), 2),
    ]
    assert judged.calibration_error == pytest.approx(0.5 * 0.2 + 0.5 * 0.3)
    assert judged.brier == pytest.approx((0.01 + 0.01 + 0.49 + 0.09) / 4)
    assert judged.mean == 0.25 and judged.brier_of_mean == pytest.approx(0.25 * 0.75)


def test_a_bin_counts_by_the_cases_that_it_holds():
    """Seven cases in five bins: one, two, one, two, one; what is right is the last one."""
    confidence = np.array([0.1, 0.2, 0.2, 0.5, 0.8, 0.8, 0.9])
    judged = reliability(confidence, np.arange(7) == 6, np.ones(7), bins=5)
    assert [count for _, _, count in judged.bins] == [1, 2, 1, 2, 1]
    gaps = 0.1 + 2 * 0.2 + 0.5 + 2 * 0.8 + (1 - 0.9)
    assert judged.calibration_error == pytest.approx(gaps / 7)


def test_weights_count_as_copies_do():
    confidence = np.array([0.8, 0.2, 0.6])
    right = np.array([True, False, True])
    copies = reliability(confidence.repeat(3), right.repeat(3), np.ones(9), bins=1)
    heavy = reliability(confidence, right, np.full(3, 5.0), bins=1)
    assert heavy.calibration_error == pytest.approx(copies.calibration_error)
    assert heavy.brier == pytest.approx(copies.brier)


def test_equal_confidences_are_judged_alike_in_whatever_order_they_come():
    """Of ten at 0.5 every second one is right, and of ten at 0.9 nine."""
    confidence = np.array([0.5] * 10 + [0.9] * 10)
    right = np.array([True] * 5 + [False] * 5 + [False] + [True] * 9)
    for order in (np.arange(20), np.arange(20)[::-1], np.arange(20).reshape(4, 5).T):
        order = order.ravel()
        judged = reliability(confidence[order], right[order], np.ones(20), bins=4)
        assert judged.calibration_error == pytest.approx(0)
        assert [row[1] for row in judged.bins] == pytest.approx([0.5, 0.5, 0.9, 0.9])
