# SPDX-License-Identifier: GPL-2.0-or-later
"""How outlines of two layers overlap."""

from __future__ import annotations

import pytest
from overlays import LAKE, boxes_in_a_lake, intersections, random_boxes

from models.inventory.merge.outline import MatchOutline
from models.inventory.merge.overlap import OutlineIndex, overlap


def test_overlaps_are_shares_of_both():
    outlines = [MatchOutline(shape, {}, wkb=shape.wkb) for shape in random_boxes(40)]
    for a in outlines:
        for b in outlines:
            common = a.shape.intersection(b.shape).area
            both = a.shape.area + b.shape.area - common
            shares = (common / both, common / a.shape.area, common / b.shape.area)
            assert overlap(a, b) == pytest.approx(shares)


def test_of_a_lake_only_what_lies_on_its_shore_is_cut(monkeypatch):
    lake = MatchOutline(LAKE, {}, wkb=LAKE.wkb)
    others = [MatchOutline(shape, {}, wkb=shape.wkb) for shape in boxes_in_a_lake()]
    among_others = OutlineIndex(others)
    of_lake = OutlineIndex([lake])
    cut = intersections(monkeypatch)
    assert sum(1 for _ in among_others.overlapping(lake)) == 51
    assert sum(any(of_lake.overlapping(other)) for other in others) == 51
    assert len(cut) == 2
