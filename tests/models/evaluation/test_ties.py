# SPDX-License-Identifier: GPL-2.0-or-later
"""What exactly reaches a limit: areas of whole numbers, so that nothing is rounded."""

from shapely.geometry import box

from models.evaluation.matching import strict, survey
from models.evaluation.recalibrate import ThresholdChoice
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


def test_what_is_no_better_does_not_help():
    assert not ThresholdChoice(0.4, 0.5, 0.3, 0.3).helps
    assert ThresholdChoice(0.4, 0.5, 0.3, 0.31).helps
