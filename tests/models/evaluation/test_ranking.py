# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidates ranked by their confidence: which count, and what may be said of it."""

import tracemalloc

import numpy as np
import pytest
from shapely.geometry import box

from models.evaluation.matching import survey
from models.evaluation.ranking import rank
from models.geo.overlay import overlay


def row(*places):
    """Squares of 1 m along a line."""
    return [box(place, 0, place + 1, 1) for place in places]


def ranked(candidates, landslides, confidence, field="conf"):
    table = overlay(row(*candidates), row(*landslides))
    return rank(table, np.array(confidence, float), field, survey(table))


@pytest.mark.parametrize("count, field", [(9, "conf"), (10, "conf"), (10, "p_mean")])
def test_only_ten_with_a_calibrated_confidence_say_whether_it_can_be_trusted(
    count, field
):
    places = range(0, 2 * count, 2)
    ranking = ranked(places, [0], np.linspace(0.1, 0.9, count), field)
    assert (ranking.reliability is not None) == (count == 10 and field == "conf")


def test_a_candidate_without_confidence_finds_nothing_and_does_not_count():
    """Of two on landslides one has no confidence."""
    ranking = ranked([0, 2, 4], [0, 2], [0.9, np.nan, 0.4])
    assert ranking.thresholds.tolist() == [0.9, 0.4]
    assert ranking.counts.tolist() == [1, 2]
    assert ranking.recall.tolist() == [0.5, 0.5]
    assert ranking.precision.tolist() == [1, 0.5]


def test_candidates_of_one_confidence_come_together():
    ranking = ranked([0, 2, 4, 6], [0, 4, 8, 10], [0.9, 0.4, 0.4, 0.4])
    assert ranking.counts.tolist() == [1, 4]
    assert ranking.precision.tolist() == [1, 2 / 4]
    assert ranking.recall.tolist() == [1 / 4, 2 / 4]


def test_a_landslide_is_found_as_soon_as_half_of_it_is_covered():
    """From the surest on: of one landslide 3 and 3 of 10 m, the last 4 m are not needed; of
    another 5 of 10 m at once.
    """
    parts = [box(0, 0, 3, 1), box(3, 0, 6, 1), box(6, 0, 10, 1)]
    halves = [box(20, 0, 25, 1), box(25, 0, 30, 1)]
    table = overlay(parts + halves, [box(0, 0, 10, 1), box(20, 0, 30, 1)])
    confidence = np.array([0.9, 0.7, 0.2, 0.8, 0.3])
    ranking = rank(table, confidence, "conf", survey(table))
    assert ranking.thresholds.tolist() == [0.9, 0.8, 0.7, 0.3, 0.2]
    assert ranking.recall.tolist() == [0, 0.5, 1, 1, 1]


def test_candidates_over_each_other_find_no_more_than_all_of_them_cover():
    """Twice the same third of a landslide, as neighbouring sheets have it, is a third."""
    table = overlay([box(0, 0, 1, 1)] * 2, [box(0, 0, 3, 1)])
    matches = survey(table)
    ranking = rank(table, np.array([0.9, 0.8]), "conf", matches)
    assert not matches.found.any()
    assert ranking.recall.tolist() == [0, 0]


def test_without_confidences_or_landslides_there_is_no_ranking():
    assert ranked([0, 2], [0], [np.nan, np.nan]) is None
    assert ranked([0, 2], [], [0.5, 0.6]) is None


def test_recall_that_is_just_reached_is_reached():
    ranking = ranked([0, 2, 4], [0, 2, 6, 8], [0.9, 0.8, 0.7])
    assert ranking.reaching(0.5).threshold == 0.8
    assert ranking.reaching(0.51) is None
    assert ranking.most(2).threshold == 0.8 and ranking.most(0) is None


def test_confidences_that_all_differ_are_counted_without_a_table_of_each_by_each():
    """4,000 squares of which every third is on a landslide: 16 million pairs."""
    count = 4000
    confidence = np.random.default_rng(1).random(count)
    table = overlay(row(*range(0, 2 * count, 2)), row(*range(0, 2 * count, 6)))
    matches = survey(table)
    tracemalloc.start()
    ranking = rank(table, confidence, "conf", matches)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < count * count / 2
    order = np.argsort(-confidence)
    hits = np.cumsum(matches.right[order])
    assert ranking.thresholds.tolist() == confidence[order].tolist()
    assert ranking.counts.tolist() == list(range(1, count + 1))
    assert ranking.precision.tolist() == (hits / ranking.counts).tolist()
    assert ranking.recall.tolist() == (hits / hits[-1]).tolist()
