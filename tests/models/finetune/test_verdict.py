# SPDX-License-Identifier: GPL-2.0-or-later
"""The verdict on a tuned network: laws that hold whatever the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.evaluation.intervals import Interval
from models.evaluation.pixel_metrics import LEVELS, ConfusionCounts
from models.finetune.verdict import pass_verdict

SCORES = ("precision", "recall", "f1", "iou", "average_precision")


def pixels(rng, squares=20, skill=0.0):
    """(n, 2, 251) counts of a network whose landslides lie `skill` levels higher."""
    made = np.zeros((squares, 2, LEVELS + 1))
    for square in made:
        for kind, count in enumerate((400, 60)):
            level = rng.normal(80 + kind * skill, 25, count).clip(0, LEVELS).astype(int)
            square[kind] += np.bincount(level, minlength=LEVELS + 1)
    return made


OWN = 1.0  # a threshold of the base that finds nothing


def paired(base, tuned):
    return np.stack([base, tuned], axis=1), np.arange(len(base)) % 2, OWN


def test_equal_probabilities_gain_nothing():
    base = pixels(np.random.default_rng(0), skill=40)
    verdict = pass_verdict(*paired(base, base))
    assert verdict.iou_gain == (0, 0, 0) and verdict.average_precision_gain == (0, 0, 0)
    assert not verdict.is_better and not verdict.is_worse
    assert verdict.base == verdict.tuned
    assert verdict.thresholds[0] == verdict.thresholds[1]


def test_a_base_that_ranks_by_chance_keeps_its_threshold():
    """The best one for it paints nearly all of the ground."""
    noise = pixels(np.random.default_rng(2))
    verdict = pass_verdict(*paired(noise, noise))
    assert verdict.counts[0].best().threshold < 0.2
    assert verdict.thresholds == (OWN, OWN) and verdict.is_chance == (True, True)


def test_a_perfect_network_is_better_than_noise_and_noise_is_worse():
    noise = pixels(np.random.default_rng(1))
    perfect = np.zeros_like(noise)
    perfect[:, 0, 10] = 400
    perfect[:, 1, 200] = 60
    verdict = pass_verdict(*paired(noise, perfect))
    assert verdict.is_better and not verdict.is_worse
    for name in SCORES:
        assert getattr(verdict.tuned, name) == (1, 1, 1)
    back = pass_verdict(*paired(perfect, noise))
    assert back.is_worse and not back.is_better


def test_swapping_the_networks_negates_the_gain():
    rng = np.random.default_rng(2)
    base = pixels(rng, skill=30)
    tuned = pixels(rng, skill=40)
    one = pass_verdict(*paired(base, tuned))
    other = pass_verdict(*paired(tuned, base))
    for name in ("iou_gain", "average_precision_gain"):
        value, low, high = getattr(one, name)
        assert value != 0
        assert getattr(other, name) == pytest.approx((-value, -high, -low))
    for here, there in zip(one.counts, other.counts[::-1]):
        assert (here.slide == there.slide).all()
    assert (one.counts[0].slide != one.counts[1].slide).any()
    assert one.base == other.tuned and one.thresholds == other.thresholds[::-1]


def test_average_precision_is_that_of_the_counts():
    base = pixels(np.random.default_rng(3), skill=35)
    base[0, 0, 0] += 77  # level 0 is below every threshold
    base[1, 1, 0] += 5
    base[2, :, LEVELS] += 3  # and the last level above none
    counts = ConfusionCounts(*base.sum(0))
    verdict = pass_verdict(*paired(base, base))
    assert verdict.base.average_precision.value == pytest.approx(
        counts.average_precision()
    )
    assert verdict.thresholds[0] == counts.best().threshold
    assert verdict.landslide_share == pytest.approx(base[:, 1].sum() / base.sum())


def test_each_fold_is_judged_at_the_threshold_of_the_other():
    """Fold 0: landslides at 200, ground at 100; fold 1: at 50 and at 20; other ground at 0.
    The level of fold 1, 21, paints all but that of fold 0; that of fold 0, 101, nothing
    of fold 1.
    """
    counts = np.zeros((2, 2, 2, LEVELS + 1))
    counts[:, :, 0, 0] = 20
    counts[0, :, 1, 200] = counts[0, :, 0, 100] = 10
    counts[1, :, 1, 50] = counts[1, :, 0, 20] = 10
    verdict = pass_verdict(counts, np.array([0, 1]), OWN)
    assert verdict.base.iou.value == pytest.approx(10 / 30)
    assert verdict.base.precision.value == pytest.approx(10 / 20)
    assert verdict.base.recall.value == pytest.approx(10 / 20)


@pytest.mark.parametrize("low, threshold, iou", [(10, 0.6, 1 / 2), (140, 0.404, 2 / 3)])
def test_a_threshold_for_use_holds_on_ground_that_did_not_choose_it(low, threshold, iou):
    """Landslides of fold 0 lie at 200, its ground at 100; in fold 1 at `low`, its ground at
    50. With landslides at 10 the best threshold on both paints all, 20 of 35 pixels; but
    neither fold's own serves the other (10 of 30), and the base's 0.6 does (10 of 20).
    With landslides at 140 it does no more, and theirs do (20 of 30).
    """
    counts = np.zeros((2, 2, 2, LEVELS + 1))
    counts[0, :, 1, 200] = counts[0, :, 0, 100] = 10
    counts[1, :, 1, low] = 10
    counts[1, :, 0, 50] = 5
    verdict = pass_verdict(counts, np.array([0, 1]), 0.6)
    assert verdict.thresholds == (threshold, threshold)
    assert verdict.tuned.iou.value == pytest.approx(iou)  # judged as it is used


def test_the_gain_of_a_threshold_is_over_the_bases_own_on_the_same_ground():
    """As above, in ten squares: each fold's threshold paints 20 of 30, the base's 10 of
    20; where each keeps the base's there is none.
    """
    square = np.zeros((2, 2, 2, LEVELS + 1))
    square[0, :, 1, 200] = square[0, :, 0, 100] = 10
    square[1, :, 1, 140] = 10
    square[1, :, 0, 50] = 5
    counts = np.tile(square, (5, 1, 1, 1))
    verdict = pass_verdict(counts, np.arange(10) % 2, 0.6)
    value, low, high = verdict.threshold_gain
    assert value == pytest.approx(2 / 3 - 1 / 2) and low <= value <= high
    kept = pass_verdict(counts, np.arange(10) % 2, verdict.thresholds[1])
    assert kept.threshold_gain == (0, 0, 0)


def test_pixels_at_the_threshold_are_painted():
    """Landslides at 200, ground just below."""
    counts = np.zeros((2, 2, 2, LEVELS + 1))
    counts[:, :, 1, 200] = counts[:, :, 0, 199] = 10
    verdict = pass_verdict(counts, np.array([0, 1]), OWN)
    assert verdict.base.iou.value == 1 and verdict.thresholds == (0.8, 0.8)


def test_a_fold_without_landslides_chooses_no_threshold():
    """All landslides lie in fold 0, at 200; ground at 100 there, at 50 in fold 1: nothing
    tells what fold 0 is to be judged by but the base's threshold, which paints all of it.
    """
    counts = np.zeros((2, 2, 2, LEVELS + 1))
    counts[0, :, 1, 200] = counts[0, :, 0, 100] = counts[1, :, 0, 50] = 10
    verdict = pass_verdict(counts, np.array([0, 1]), 0.3)
    assert verdict.thresholds == (0.3, 0.3)
    assert verdict.base.iou.value == 10 / 20


UP, DOWN, LEVEL = (Interval(*ends) for ends in ((2, 1, 3), (-2, -3, -1), (0, -1, 1)))


@pytest.mark.parametrize(
    "iou, ranked, better, worse, deciding",
    [
        (UP, UP, True, False, "iou"),
        (UP, LEVEL, True, False, "iou"),
        (LEVEL, UP, True, False, "average_precision"),
        (UP, DOWN, False, False, "iou"),
        (DOWN, UP, False, False, "iou"),
        (LEVEL, LEVEL, False, False, "iou"),
        (LEVEL, DOWN, False, True, "average_precision"),
        (DOWN, LEVEL, False, True, "iou"),
    ],
)
def test_better_is_what_gains_and_loses_nothing(iou, ranked, better, worse, deciding):
    base = pixels(np.random.default_rng(5))
    verdict = replace(
        pass_verdict(*paired(base, base)), iou_gain=iou, average_precision_gain=ranked
    )
    assert (verdict.is_better, verdict.is_worse) == (better, worse)
    gains = {"iou": iou, "average_precision": ranked}
    assert verdict.deciding == (deciding, gains[deciding])


def test_few_squares_have_no_interval_and_prove_nothing():
    noise = pixels(np.random.default_rng(4), squares=4)
    perfect = np.zeros_like(noise)
    perfect[:, 0, 10] = 400
    perfect[:, 1, 200] = 60
    verdict = pass_verdict(*paired(noise, perfect))
    assert verdict.iou_gain.value > 0 and np.isnan(verdict.iou_gain.low)
    assert not verdict.is_better and not verdict.is_worse
