# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons of one layer that lie over each other."""

from __future__ import annotations

import numpy as np
import pytest
from overlays import LAKE, boxes_in_a_lake, intersections, random_boxes

from models.geo.overlaps import MIN_OVERLAP_SHARE, common_ground


def test_pairs_are_those_of_all_held_against_all():
    polygons = random_boxes(60)
    expected = []
    for second, other in enumerate(polygons):
        for first, polygon in enumerate(polygons[:second]):
            common = polygon.intersection(other).area
            if common and common >= MIN_OVERLAP_SHARE * min(polygon.area, other.area):
                expected.append((first, second, common))
    made = [(pair[0], pair[1], pair.polygon.area) for pair in common_ground(polygons)]
    assert len(made) > 100
    assert made == sorted(made)
    assert np.array(made) == pytest.approx(np.array(sorted(expected)))


@pytest.mark.parametrize("place", [0, 81], ids=["first", "last"])
def test_of_a_lake_only_what_lies_on_its_shore_is_cut(monkeypatch, place):
    polygons = boxes_in_a_lake()
    polygons.insert(place, LAKE)
    cut = intersections(monkeypatch)
    assert len(list(common_ground(polygons))) == 51
    assert len(cut) == 1
