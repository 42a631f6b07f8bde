# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons of exclusions, one by one or as one of many parts."""

import pytest
from overlays import LAKE, boxes_in_a_lake, intersections, joined_in
from shapely import wkb
from shapely.geometry import MultiPolygon, box

from models.inventory.polygonize import exclusion as module
from models.inventory.polygonize.exclusion import Exclusion

LAKES = [box(x, y, x + 3, y + 3) for x in range(0, 100, 10) for y in range(0, 100, 10)]
SLIDE = box(31, 31, 35, 33)  # a quarter of it lies beside the lake at 30, 30


@pytest.fixture
def laid_over(monkeypatch):
    return joined_in(module, monkeypatch)


def test_lakes_of_one_polygon_are_laid_over_a_slide_as_lakes_of_many_are(laid_over):
    """All water of a country as one polygon: only what lies beside a slide counts."""
    answers = []
    for lakes in ([MultiPolygon(LAKES)], LAKES):
        exclusion = Exclusion([lake.wkb for lake in lakes])
        laid_over.clear()
        share = exclusion.share(SLIDE)
        pieces = exclusion.without(SLIDE)
        assert len(laid_over) == 1
        assert sum(len(wkb.dumps(shape)) for shape in laid_over) < 250
        beside = exclusion.touches(box(4, 4, 9, 9)), exclusion.touches(box(2, 2, 9, 9))
        answers.append((share, [piece.bounds for piece in pieces], beside))
    assert answers[0] == answers[1] == (0.5, [(33, 31, 35, 33)], (False, True))


def test_without_any_nothing_is_covered():
    exclusion = Exclusion([])
    assert not len(exclusion)
    assert exclusion.share(SLIDE) == 0
    assert exclusion.without(SLIDE) == [SLIDE]
    assert not exclusion.touches(SLIDE)


def test_of_a_lake_only_what_lies_on_its_shore_is_cut(monkeypatch):
    slides = boxes_in_a_lake()
    exclusion = Exclusion([LAKE.wkb])
    cut = intersections(monkeypatch)
    shares = [exclusion.share(slide) for slide in slides]
    assert shares[:80] == [1.0] * 50 + [0.0] * 30
    assert shares[80] == pytest.approx(0.5, abs=0.01)
    assert len(cut) == 1


def test_of_a_lake_nothing_is_joined_but_what_lies_on_a_slide(laid_over):
    """The whole lake was, for each slide within its bounds."""
    exclusion = Exclusion([LAKE.wkb])
    slides = boxes_in_a_lake()
    pieces = [exclusion.without(slide) for slide in slides]
    assert pieces[:80] == [[]] * 50 + [[slide] for slide in slides[50:80]]
    ((rest,),) = pieces[80:]
    assert rest.symmetric_difference(slides[80].difference(LAKE)).area < 1e-9
    assert max(len(wkb.dumps(shape)) for shape in laid_over) < 1000
    on_shore = [slide for slide in slides if exclusion.touches(slide)]
    assert on_shore == slides[:50] + slides[80:]
