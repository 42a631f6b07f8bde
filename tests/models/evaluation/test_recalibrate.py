# SPDX-License-Identifier: GPL-2.0-or-later
"""Threshold and confidence for one's own ground: right where there is something to learn,
unchanged where it does not hold on ground left out.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.errors import MrifeError
from models.evaluation.pixel_metrics import ConfusionCounts
from models.evaluation.recalibrate import (
    FOLDS,
    MIN_EACH,
    choose_confidence,
    choose_threshold,
    fit,
    folds_of,
    hit_and_union,
    moved_seed,
)


def counts(slide: dict, background: dict) -> ConfusionCounts:
    """Pixels by level of 250."""
    made = ConfusionCounts()
    for level, number in slide.items():
        made.slide[level] += number
    for level, number in background.items():
        made.background[level] += number
    return made


def test_a_shifted_model_gets_the_threshold_of_the_ground():
    """Landslides at 0.2, other ground at 0.1: the model's 0.5 finds nothing."""
    folds = [counts({50: 100}, {25: 900}) for _ in range(FOLDS)]
    choice = choose_threshold(folds, 0.5)
    assert 0.1 < choice.threshold <= 0.2
    assert (choice.iou_before, choice.iou) == (0, 1) and choice.helps


def test_a_threshold_that_holds_in_one_band_alone_is_not_taken():
    """Each band asks for another threshold; on those left out it is worse than the own."""
    folds = [
        counts({200: 100}, {100: 300}),
        counts({200: 100}, {100: 300}),
        counts({60: 1000, 200: 10}, {30: 10}),
        counts({200: 100}, {100: 300}),
        counts({200: 100}, {100: 300}),
    ]
    choice = choose_threshold(folds, 0.6)
    assert choice.threshold <= 0.24  # the best of all ground, for the sake of one band
    assert not choice.helps


def test_a_model_that_ranks_by_chance_keeps_its_threshold():
    """Its own finds nothing, and the best one paints all of the ground."""
    folds = [counts({20: 30, 60: 20}, {20: 600, 60: 400}) for _ in range(FOLDS)]
    choice = choose_threshold(folds, 0.5)
    assert choice.iou == pytest.approx(50 / 1050) == choice.iou_everything
    assert choice.is_chance and choice.for_use == 0.5


def test_without_a_landslide_there_is_nothing_to_choose():
    with pytest.raises(MrifeError, match="no pixel of a landslide"):
        choose_threshold([counts({}, {10: 5})] * FOLDS, 0.5)


def test_a_band_is_judged_by_the_own_threshold_where_no_other_holds_a_landslide():
    """At 0.9 nothing of it is painted, at any lower threshold all of it."""
    folds = [counts({200: 10}, {100: 10}), counts({}, {150: 10})]
    choice = choose_threshold(folds, 0.9)
    assert (choice.iou_before, choice.iou) == (0, 0)
    assert 0.6 < choice.threshold <= 0.8


def test_hits_and_union_at_a_threshold():
    """Level 0 is below every threshold, also below 0."""
    made = counts({0: 3, 100: 5, 200: 7}, {0: 11, 100: 2, 200: 1})
    assert hit_and_union(made, 0.8) == (7, 15 + 1)
    assert hit_and_union(made, 0.4) == (12, 15 + 3)
    assert hit_and_union(made, 0.404) == (7, 15 + 1)
    assert hit_and_union(made, 0.0) == (12, 15 + 3)


def test_the_seed_stays_as_far_above():
    assert moved_seed(0.3, 0.5, 0.7) == 0.5
    assert moved_seed(0.9, 0.5, 0.7) == 0.96
    assert moved_seed(0.97, 0.5, 0.7) == 0.97


def polygons(number: int, seed: int = 0) -> tuple[list[dict], np.ndarray, np.ndarray]:
    """Polygons that are right the more often the higher their mean probability is."""
    rng = np.random.default_rng(seed)
    mean = rng.uniform(0, 1, number)
    right = rng.uniform(0, 1, number) < 1 / (1 + np.exp(-8 * (mean - 0.5)))
    rows = [
        {"p_mean": float(p), "p_p90": float(p), "p_ctr": 0.1, "area_m2": 5000.0}
        for p in mean
    ]
    return rows, right, rng.uniform(0, 1000, (number, 2))


def test_confidence_learns_what_is_right_and_is_judged_on_ground_left_out():
    rows, right, places = polygons(400)
    wrong_way = (4.0, -8.0, 0.0, 0.0, 0.0)
    choice = choose_confidence(rows, right, places, wrong_way)
    assert choice.helps and choice.after.brier < 0.5 * choice.before.brier
    assert choice.after.calibration_error < 0.08
    slope = choice.coefficients[1] + choice.coefficients[2]
    assert 6 < slope < 10  # 8, but for the penalty and chance
    middle = -choice.coefficients[0] / slope
    assert middle == pytest.approx(0.5, abs=0.06)


def test_a_good_confidence_stays():
    rows, right, places = polygons(60, seed=1)
    truth = (-4.0, 8.0, 0.0, 0.0, 0.0)
    choice = choose_confidence(rows, right, places, truth)
    assert choice.before.brier <= choice.after.brier and not choice.helps


def test_confidence_on_noise_is_not_used():
    """What polygons say has nothing to do with what they are."""
    rows, right, places = polygons(80, seed=2)
    right = np.random.default_rng(3).uniform(0, 1, len(right)) < 0.5
    assert not choose_confidence(rows, right, places, ()).helps


def test_too_few_of_a_kind_make_no_confidence():
    rows, right, places = polygons(40)
    right[:] = False
    right[: MIN_EACH - 1] = True
    assert choose_confidence(rows, right, places, ()) is None
    right[MIN_EACH - 1] = True
    assert choose_confidence(rows, right, places, ()) is not None
    assert choose_confidence(rows, ~right, places, ()) is not None


def test_polygons_without_their_attributes_are_left_out():
    rows, right, places = polygons(60)
    more = [*rows, {"p_mean": 0.5}, {**rows[0], "p_ctr": None}]
    given = (more, np.append(right, [True, True]), np.vstack((places, [[0, 0], [1, 1]])))
    assert choose_confidence(*given, ()) == choose_confidence(rows, right, places, ())


def test_of_one_class_alone_its_share_is_stated():
    """3 of 3 are right: 3.5 to 0.5."""
    x = np.zeros((3, 4))
    assert fit(x, np.ones(3, bool)) == pytest.approx((math.log(7), 0, 0, 0, 0))
    assert fit(x, np.zeros(3, bool)) == pytest.approx((-math.log(7), 0, 0, 0, 0))


def test_polygons_are_judged_by_what_the_other_ground_teaches():
    """Ten alike in each of five bands, all right in the first, all wrong in the others:
    four wrong bands teach the share 0.5 / 41, three and the right one 10 / 40.
    """
    row = {"p_mean": 0.5, "p_p90": 0.5, "p_ctr": 0.1, "area_m2": 5000.0}
    places = np.stack((np.arange(50.0), np.zeros(50)), axis=1)
    right = np.arange(50) < 10
    choice = choose_confidence([row] * 50, right, places, ())
    brier = 0.2 * (1 - 0.5 / 41) ** 2 + 0.8 * 0.25**2
    assert choice.after.brier == pytest.approx(brier, abs=1e-4)


def test_neighbours_are_left_out_together():
    places = np.stack((np.arange(50.0), np.zeros(50)), axis=1)
    order = np.random.default_rng(0).permutation(50)
    folds = folds_of(places[order])
    assert np.bincount(folds).tolist() == [10] * FOLDS
    for fold in range(FOLDS):
        along = places[order][folds == fold, 0]
        assert math.isclose(np.ptp(along), 9)
