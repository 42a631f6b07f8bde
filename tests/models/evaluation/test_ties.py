# SPDX-License-Identifier: GPL-2.0-or-later
"""What exactly reaches a limit: areas of whole numbers, so that nothing is rounded."""

import numpy as np
from shapely.geometry import box

from models.evaluation.calibration import Reliability
from models.evaluation.matching import audit, found_at, relations, strict, survey
from models.evaluation.recalibrate import ConfidenceChoice, ThresholdChoice
from models.geo.overlay import overlay


def test_half_in_common_is_enough():
    """2 of 3 x 1 and 2 of 3 x 1 in common: IoU 2 / 4; then half of each."""
    pair = overlay([box(0, 0, 3, 1)], [box(1, 0, 4, 1)])
    matches = strict(pair)
    assert matches.right.tolist() == matches.found.tolist() == [True]
    half = overlay([box(0, 0, 2, 1)], [box(1, 0, 3, 1)])
    matches = survey(half)
    assert matches.right.tolist() == matches.found.tolist() == [True]
    assert strict(half).right.tolist() == [False]
    pieces = relations(half)
    assert pieces.fragments.tolist() == pieces.merged.tolist() == [1]
    assert found_at(half, np.array([0.7])).tolist() == [0.7]


def test_two_thirds_in_common_are_enough_for_an_audit_and_less_is_not():
    pair = overlay([box(0, 0, 3, 1)], [box(1, 0, 4, 1)])
    assert audit(pair).found.tolist() == [True]
    less = overlay([box(0, 0, 3, 1)], [box(1.1, 0, 4.1, 1)])
    assert audit(less).found.tolist() == [False]


def test_of_two_candidates_over_one_landslide_the_better_one_is_right():
    """IoU 0.6 and 0.9."""
    table = overlay([box(0, 0, 6, 1), box(0, 0, 9, 1)], [box(0, 0, 10, 1)])
    matches = strict(table)
    assert matches.right.tolist() == [False, True]
    assert matches.pairs.tolist() == [[1, 0]]


def test_what_is_no_better_does_not_help():
    assert not ThresholdChoice(0.4, 0.5, 0.3, 0.3, 0.1).helps
    assert ThresholdChoice(0.4, 0.5, 0.3, 0.31, 0.1).helps
    assert not ThresholdChoice(0.4, 0.5, 0.1, 0.2, 0.2).helps


def reliability(brier, of_mean=0.25):
    return Reliability(0.5, 0.0, brier, of_mean, [])


def test_a_confidence_helps_where_its_brier_score_is_lower():
    new = reliability(0.2)
    assert not ConfidenceChoice((), reliability(0.2), new).helps
    assert ConfidenceChoice((), reliability(0.21), new).helps
    # without one of the model's, it must be better than always saying the mean
    assert not ConfidenceChoice((), None, reliability(0.25)).helps
    assert ConfidenceChoice((), None, reliability(0.24)).helps
