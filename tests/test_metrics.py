# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores against counting by hand."""
from __future__ import annotations

import numpy as np
import pytest

from models.training.metrics import Tally


def filled(count: int = 5000, seed: int = 0) -> tuple[Tally, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.random((count // 50, 50)) < 0.2
    probability = np.rint(250 * np.clip(0.5 * truth + 0.5 * rng.random(truth.shape), 0, 1)) / 250
    tally = Tally()
    tally.add(probability, truth)
    return tally, probability, truth


@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.5, 0.9])
def test_scores_at_a_threshold_are_the_counted_ones(threshold):
    tally, probability, truth = filled()
    called = probability >= threshold
    hit, false, missed = (called & truth).sum(), (called & ~truth).sum(), (~called & truth).sum()
    scores = tally.at(threshold)
    assert scores.precision == pytest.approx(hit / (hit + false))
    assert scores.recall == pytest.approx(hit / (hit + missed))
    assert scores.iou == pytest.approx(hit / (hit + false + missed))
    assert scores.f1 == pytest.approx(2 * hit / (2 * hit + false + missed))


def test_the_best_threshold_is_the_best():
    tally, _, _ = filled()
    best = tally.best()
    assert all(tally.at(t).iou <= best.iou + 1e-12 for t in np.arange(1, 251) / 250)


def test_average_precision_at_its_limits():
    perfect, blind = Tally(), Tally()
    truth = np.zeros((10, 100), bool)
    truth[:, :30] = True
    perfect.add(truth.astype(float), truth)
    blind.add(np.full(truth.shape, 0.5), truth)
    assert perfect.average_precision() == pytest.approx(1)
    assert blind.average_precision() == pytest.approx(0.3)


def test_false_windows_counts_windows_and_not_pixels():
    tally, nothing = Tally(), np.zeros((20, 20), bool)
    for painted in (0, 4, 5, 400):      # 0, 1, 1.25 and 100 %
        p = np.zeros(400)
        p[:painted] = 0.8
        tally.add(p.reshape(20, 20), nothing, negative=True)
    assert tally.false_windows(0.8) == 0.5
    assert tally.false_windows(0.9) == 0


def test_calibration_error_is_the_gap():
    honest, loud = Tally(), Tally()
    truth = np.arange(1000).reshape(20, 50) % 10 < 3
    honest.add(np.full(truth.shape, 0.3), truth)
    loud.add(np.full(truth.shape, 0.9), truth)
    assert honest.calibration_error() == pytest.approx(0, abs=1e-9)
    assert loud.calibration_error() == pytest.approx(0.6, abs=1e-9)


def test_weights_make_windows_count_alike():
    tally = Tally()
    small, large = np.ones((2, 2), bool), np.zeros((40, 40), bool)
    tally.add(small.astype(float), small, weight=1 / small.size)
    tally.add(np.ones(large.shape), large, weight=1 / large.size)
    assert tally.at(0.5).precision == pytest.approx(0.5)


def test_nothing_counted_is_no_crash():
    tally = Tally()
    assert tally.best().iou == 0 and np.isnan(tally.false_windows(0.5))
