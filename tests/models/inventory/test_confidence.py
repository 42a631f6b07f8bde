# SPDX-License-Identifier: GPL-2.0-or-later
"""Confidence, its classes, and the order of review."""

from __future__ import annotations

import math

import pytest

from models.inventory.confidence import classes, confidence, priority, ranks

VALUES = {"p_mean": 0.6, "p_p90": 0.8, "p_ctr": 0.3, "area_m2": 40_000.0}


def test_confidence_is_logistic_in_what_it_is_made_of():
    assert confidence(VALUES, (0.0, 0.0, 0.0, 0.0, 0.0)) == 0.5
    assert confidence(VALUES, (-1.0, 1.0, 2.0, 3.0, 0.5)) == pytest.approx(
        1 / (1 + math.exp(-(-1 + 0.6 + 1.6 + 0.9 + 0.5 * math.log10(4))))
    )


@pytest.mark.parametrize("missing", ["p_mean", "p_p90", "p_ctr", "area_m2"])
def test_without_a_predictor_or_a_calibration_there_is_no_confidence(missing):
    assert confidence({**VALUES, missing: None}, (0.0,) * 5) is None
    assert confidence(VALUES, ()) is None
    assert classes(None) == {"conf": None, "conf_cls": None, "usgs_conf": None}


@pytest.mark.parametrize(
    "conf, name, usgs",
    [
        (0.95, "high", 3),
        (0.8, "high", 3),
        (0.79, "moderate", 2),
        (0.5, "moderate", 2),
        (0.49, "low", 1),
        (0.0, "low", 1),
    ],
)
def test_classes_and_the_cap_before_review(conf, name, usgs):
    assert classes(conf) == {"conf": conf, "conf_cls": name, "usgs_conf": usgs}


def test_the_class_is_that_of_the_confidence_as_it_is_stored():
    assert classes(0.7996) == {"conf": 0.8, "conf_cls": "high", "usgs_conf": 3}
    assert classes(0.4994) == {"conf": 0.499, "conf_cls": "low", "usgs_conf": 1}


def test_review_goes_by_confidence_and_size():
    large, small = {"conf": 0.5, "area_m2": 250_000.0}, {"conf": 0.5, "area_m2": 5_000.0}
    sure = {"conf": 0.9, "area_m2": 250_000.0}
    assert priority(sure) > priority(large) > priority(small) > 0
    assert priority(large) == pytest.approx(0.5 * 2) and priority(
        large, 25_000
    ) == pytest.approx(0.5)
    assert priority({"conf": None, "p_mean": 0.5, "area_m2": 250_000.0}) == priority(
        large
    )
    assert priority({"conf": 0.9, "area_m2": 100.0}) == 0 and priority({}) == 0


def test_ranks_are_a_permutation_and_ties_keep_their_order():
    assert ranks([0.2, 0.9, 0.2, 0.5]) == [3, 1, 4, 2]
    assert ranks([]) == []
