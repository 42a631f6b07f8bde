# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.pixel_metrics import ConfusionCounts, boundary, boundary_f1


def filled(
    count: int = 5000, seed: int = 0
) -> tuple[ConfusionCounts, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = rng.random((count // 50, 50)) < 0.2
    probability = (
        np.rint(250 * np.clip(0.5 * truth + 0.5 * rng.random(truth.shape), 0, 1)) / 250
    )
    tally = ConfusionCounts()
    tally.add(probability, truth)
    return tally, probability, truth


@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.5, 0.9])
def test_scores_at_a_threshold_are_the_counted_ones(threshold):
    tally, probability, truth = filled()
    called = probability >= threshold
    hit, false, missed = (
        (called & truth).sum(),
        (called & ~truth).sum(),
        (~called & truth).sum(),
    )
    scores = tally.at(threshold)
    assert scores.precision == pytest.approx(hit / (hit + false))
    assert scores.recall == pytest.approx(hit / (hit + missed))
    assert scores.iou == pytest.approx(hit / (hit + false + missed))
    assert scores.f1 == pytest.approx(2 * hit / (2 * hit + false + missed))
    right = (~called & ~truth).sum()
    assert scores.miou == pytest.approx(
        (scores.iou + right / (right + false + missed)) / 2
    )


def test_the_best_threshold_is_the_best():
    tally, _, _ = filled()
    best = tally.best()
    assert all(tally.at(t).iou <= best.iou + 1e-12 for t in np.arange(1, 251) / 250)


def test_average_precision_at_its_limits():
    perfect, blind = ConfusionCounts(), ConfusionCounts()
    truth = np.zeros((10, 100), bool)
    truth[:, :30] = True
    perfect.add(truth.astype(float), truth)
    blind.add(np.full(truth.shape, 0.5), truth)
    assert perfect.average_precision() == pytest.approx(1)
    assert blind.average_precision() == pytest.approx(0.3)
    silent = ConfusionCounts()
    silent.add(np.zeros((2, 2)), np.eye(2, dtype=bool))
    assert f"{silent.average_precision():.3f}" == "0.000"  # people read it


def test_false_windows_counts_windows_and_not_pixels():
    tally, nothing = ConfusionCounts(), np.zeros((20, 20), bool)
    for painted in (0, 4, 5, 400):  # 0, 1, 1.25 and 100 %
        p = np.zeros(400)
        p[:painted] = 0.8
        tally.add(p.reshape(20, 20), nothing, negative=True)
    assert tally.false_windows(0.8) == 0.5
    assert tally.false_windows(0.9) == 0


def test_calibration_error_is_the_gap():
    honest, loud = ConfusionCounts(), ConfusionCounts()
    truth = np.arange(1000).reshape(20, 50) % 10 < 3
    honest.add(np.full(truth.shape, 0.3), truth)
    loud.add(np.full(truth.shape, 0.9), truth)
    assert honest.calibration_error() == pytest.approx(0, abs=1e-9)
    assert loud.calibration_error() == pytest.approx(0.6, abs=1e-9)


def test_weights_make_windows_count_alike():
    tally = ConfusionCounts()
    small, large = np.ones((2, 2), bool), np.zeros((40, 40), bool)
    tally.add(small.astype(float), small, weight=1 / small.size)
    tally.add(np.ones(large.shape), large, weight=1 / large.size)
    assert tally.at(0.5).precision == pytest.approx(0.5)


def test_nothing_counted_is_no_crash():
    tally = ConfusionCounts()
    assert tally.best().iou == 0 and np.isnan(tally.false_windows(0.5))


def test_miou_flatters_where_landslides_are_rare():
    tally, truth = ConfusionCounts(), np.zeros((100, 100), bool)
    truth[:2, :50] = True
    tally.add(np.zeros(truth.shape), truth)
    assert tally.at(0.5).iou == 0 and tally.at(0.5).miou == pytest.approx(0.99 / 2)


def test_precision_at_a_recall_is_that_of_the_highest_threshold_that_reaches_it():
    tally = ConfusionCounts()
    probability = np.array([[0.9, 0.8, 0.6, 0.6, 0.4, 0.2]])
    tally.add(probability, np.array([[True, False, True, False, True, False]]))
    assert tally.precision_at(0.3) == pytest.approx(1)  # 0.9 alone
    assert tally.precision_at(0.5) == pytest.approx(2 / 4)  # down to 0.6
    assert tally.precision_at(1.0 - 1e-9) == pytest.approx(3 / 5)  # down to 0.4
    assert np.isnan(tally.precision_at(1.1)) and np.isnan(
        ConfusionCounts().precision_at(0.5)
    )


def square(top: int, left: int, side: int, size: int = 40) -> np.ndarray:
    mask = np.zeros((size, size), bool)
    mask[top : top + side, left : left + side] = True
    return mask


def test_the_outline_of_a_square_is_its_rim():
    truth = square(10, 10, 12)
    assert boundary(truth, truth).tolist() == [44, 44, 44, 44]  # 4 * 12 - 4 corners
    assert boundary_f1(boundary(truth, truth)) == 1
    assert (
        boundary(square(0, 0, 12), truth)[1] == 23
    )  # the border of the image is no outline
    assert boundary(np.ones((40, 40), bool), truth)[1] == 0


@pytest.mark.parametrize("tolerance", [1, 3, 5])
def test_outlines_within_the_tolerance_agree(tolerance):
    truth = square(10, 10, 16)
    assert boundary_f1(boundary(square(10 + tolerance, 10, 16), truth, tolerance)) == 1
    moved = boundary(square(11 + tolerance, 10, 16), truth, tolerance)
    assert (
        0 < boundary_f1(moved) < 1 and moved[0] < moved[1] == 60
    )  # top and bottom are too far off
    assert moved[0] == moved[2]


def test_precision_and_recall_of_outlines_are_told_apart():
    truth, both = square(4, 4, 10), square(4, 4, 10) | square(25, 25, 12)
    extra, missing = boundary(both, truth), boundary(truth, both)
    assert extra.tolist() == [36, 80, 36, 36] and missing.tolist() == [36, 36, 36, 80]
    assert boundary_f1(extra) == boundary_f1(missing) == pytest.approx(2 * 36 / (36 + 80))
    assert boundary_f1(boundary(truth & False, truth)) == boundary_f1(np.zeros(4)) == 0
