# SPDX-License-Identifier: GPL-2.0-or-later
"""Advice: what speaks against accepting, and that a road is told from a slide."""

from __future__ import annotations

import pytest
from shapely.affinity import rotate
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from models.inventory.language import Language
from models.inventory.morphometry.shape import road_like
from models.inventory.review.triage import (
    CODES,
    advise,
    codes_of,
    wordings,
)

SURE = {"conf": 0.9, "area_m2": 9000.0, "dem_chk": "ok"}


@pytest.mark.parametrize(
    "values, advice, why",
    [
        (SURE, "accept", None),
        (
            {"p_mean": 0.8, "dem_chk": "ok"},
            "accept",
            "N",
        ),  # terrain stands in for calibration
        ({"p_mean": 0.8}, "check", "N"),  # nothing does
        ({}, "check", "N"),
        ({**SURE, "conf": 0.8}, "accept", None),
        ({**SURE, "conf": 0.799}, "check", "M"),
        ({**SURE, "conf": 0.5}, "check", "M"),
        ({**SURE, "conf": 0.499}, "check", "C"),
        ({**SURE, "conf": 0.4}, "check", "C"),
        ({**SURE, "conf": 0.4, "dem_chk": "flat"}, "reject", "D,C"),  # two witnesses
        (
            {**SURE, "dem_chk": "flat"},
            "check",
            "D",
        ),  # one is not enough: never a hard slope cut
        ({**SURE, "dem_chk": "partial"}, "accept", None),  # no data is no doubt
        ({**SURE, "excl_fr": 0.3}, "check", "X"),
        ({**SURE, "excl_fr": 0.6}, "reject", "X"),
        ({**SURE, "edge": 1}, "check", "E"),
        ({**SURE, "flags": "EK"}, "check", "E,K"),
        ({**SURE, "flags": "L"}, "reject", "L"),
        ({**SURE, "flags": "none of ours"}, "accept", None),
    ],
)
def test_advice(values, advice, why):
    assert advise(values) == (advice, why)


def test_a_road_is_advised_against_whatever_its_confidence():
    assert advise(SURE, road=True) == ("reject", "L")


def test_small_is_near_the_minimum():
    assert (
        advise(SURE, min_area=6001.0)[1] == "S"
        and advise(SURE, min_area=5999.0)[1] is None
    )


@pytest.mark.parametrize("angle", [0, 30, 45])
def test_ribbons_are_road_like_and_slides_are_not(angle):
    bend = LineString([(0, 0), (150, 20), (260, 120), (400, 130)]).buffer(6, cap_style=2)
    ribbon, short = box(0, 0, 90, 10), box(0, 0, 70, 10)
    spindle = Point(0, 0).buffer(1, 64)
    assert road_like(rotate(bend, angle)) and road_like(rotate(ribbon, angle))
    assert not road_like(rotate(short, angle))
    assert not road_like(
        Polygon([(x * 100, y * 10) for x, y in spindle.exterior.coords])
    )  # 10 x as long, but tapering


def test_stairs_of_pixels_do_not_make_a_road_of_a_slide():
    stairs = box(0, 0, 0, 0)
    for i in range(40):
        stairs = stairs.union(box(i * 5, i * 5, i * 5 + 100, i * 5 + 5))
    assert not road_like(stairs)


def test_holes_and_small_parts_do_not_count():
    ring = Point(0, 0).buffer(100).difference(Point(0, 0).buffer(95))
    assert not road_like(ring)
    assert not road_like(MultiPolygon([box(0, 0, 100, 60), box(200, 0, 300, 1)]))
    assert road_like(MultiPolygon([box(0, 0, 200, 10), box(300, 0, 310, 10)]))


def test_words_for_codes():
    assert (
        codes_of("L,X") == codes_of("LX") == ["L", "X"]
        and codes_of(None) == codes_of("OK then") == []
    )
    ((stored, english),) = wordings(["L,X", "L,X", ""], Language.of("en")).items()
    assert (stored, english) == ("L,X", "road-like; under a mask")
    assert wordings(["L,X"], Language.of("zh")) == {"L,X": "形似道路；掩膜重叠"}
    assert set(wordings(CODES, Language.of("en"))) == set(CODES)
