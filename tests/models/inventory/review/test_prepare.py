# SPDX-License-Identifier: GPL-2.0-or-later
"""Order of review, and what a layer from anywhere needs before it can be reviewed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from samples import wkt
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon, box

from models.evaluation.looknext import LOOK_FIELDS
from models.geo.coordinates import mapped, rings
from models.geo.crs import Crs
from models.geo.repair import polygon_from_wkb, valid
from models.inventory.language import Language
from models.inventory.review.form import FIRST, TABS, class_groups, class_labels
from models.inventory.review.outlines import (
    fingerprint,
    same_outline,
)
from models.inventory.review.prepare import Preparation, by_schema
from models.inventory.review.provenance import ShownImage
from models.inventory.schema import ALL

UTM = Crs(wkt(32648))
SHEET = ShownImage("S1.tif", UTM, (499000.0, 2999000.0, 509000.0, 3001000.0))


def square(area, x=0.0):
    side = area**0.5
    return box(5e5 + x, 3e6, 5e5 + x + side, 3e6 + side)


def ranked(items, **options):
    """Ranks of (area, values) polygons, and their completed values."""
    prepared = Preparation(UTM, **options)
    values = [
        prepared.take(square(area, 2000.0 * i), {"area_m2": area, **given})
        for i, (area, given) in enumerate(items)
    ]
    return prepared.ranks(), values, prepared


def test_confidence_times_log_of_area():
    ranks, *_ = ranked(
        [
            (1e4, {"conf": 0.5}),
            (1e5, {"conf": 0.4}),
            (1e4, {"conf": 0.9}),
            (1e3, {"conf": 0.99}),
        ],
        min_area=1000.0,
    )
    assert ranks == [3, 2, 1, 4]  # 0.5, 0.8, 0.9, 0 times log10(area / minimum)


def test_most_uncertain_and_largest_first():
    items = [(1e4, {"conf": 0.75}), (1e4, {"conf": 0.52}), (1e6, {"conf": 0.25})]
    assert ranked(items, order="uncertain")[0] == [
        3,
        1,
        2,
    ]  # two equally uncertain: the larger first
    assert ranked(items, order="largest")[0] == [2, 3, 1]


def test_what_counts_without_confidence_is_said():
    ranks, _, prepared = ranked(
        [(2e4, {}), (9e4, {}), (1e4, {"p_mean": 0.6}), (1e4, {"conf": 0.6})]
    )
    assert ranks[1] < ranks[0]
    assert [prepared.notes[key] for key in ("by area", "by mean", "by confidence")] == [
        2,
        1,
        1,
    ]


def test_roads_come_last_and_reviewed_ones_after_them():
    road = box(5e5, 3e6, 5e5 + 900, 3e6 + 10)
    prepared = Preparation(UTM)
    advice = [
        prepared.take(polygon, values)["triage"]
        for polygon, values in (
            (road, {"conf": 0.99}),
            (square(3e4), {"conf": 0.2}),
            (square(9e4), {"conf": 0.9, "status": "confirmed"}),
        )
    ]
    assert advice == ["reject", "check", "accept"]
    assert prepared.ranks() == [2, 1, 3]


def test_a_degree_of_longitude_is_not_one_of_latitude():
    prepared = Preparation(Crs(wkt(4326)))
    ribbon = box(
        100, 60, 100.0085, 60.001
    )  # at 60 degrees north 474 x 111 m, 8.5 : 1 in degrees
    assert prepared.take(ribbon, {"conf": 0.9})["triage"] == "accept"


def test_every_polygon_gets_an_identifier_of_its_own():
    _, values, prepared = ranked(
        [(1e4, {}), (1e4, {"ls_id": "a"}), (1e4, {"ls_id": "a"})], image=SHEET
    )
    names = [v["ls_id"] for v in values]
    assert len(set(names)) == 3 and names[1] == "a" and names[0].startswith("S1_")
    assert (prepared.notes["named"], prepared.notes["renamed"]) == (1, 1)
    assert (
        ranked([(1e4, {})], image=SHEET)[1][0]["ls_id"] == names[0]
    )  # the same in every run


def test_an_image_is_named_for_what_lies_on_it():
    """Of several sheets one is given, and an old inventory lies on all of them."""
    items = [(1e4, {}), (1e4, {"src_img": "S2.tif"}), (1e4, {})]
    narrow = replace(SHEET, bounds=(499000.0, 2999000.0, 503000.0, 3001000.0))
    _, values, _ = ranked(items, image=narrow)
    assert [v["src_img"] for v in values] == ["S1.tif", "S2.tif", None]
    west, north = UTM.transform([(499000.0, 3001000.0)], Crs(wkt(4326)))[0]
    east, south = UTM.transform([(503000.0, 2999000.0)], Crs(wkt(4326)))[0]
    degrees = ShownImage("S1.tif", Crs(wkt(4326)), (west, south, east, north))
    assert [v["src_img"] for v in ranked(items, image=degrees)[1]][::2] == ["S1.tif", None]
    unknown = replace(narrow, crs=Crs(""))
    assert [v["src_img"] for v in ranked(items, image=unknown)[1]][::2] == ["S1.tif", None]


def test_fields_of_any_layer():
    _, (values,), prepared = ranked(
        [
            (
                1e4,
                {
                    "STATUS": "Active",
                    "Remarks": "old",
                    "CONF": "0.75",
                    "name": "滑坡",
                    "p_mean": "high",
                },
            )
        ]
    )
    assert values["status"] == "candidate" and values["remarks"] == "old status: Active"
    assert prepared.notes["status"] == 1
    assert (values["conf"], values["p_mean"], values["name"]) == (0.75, None, "滑坡")
    assert by_schema({"cs_toe": "7", "ls_id": "x" * 99})["ls_id"] == "x" * 24
    cut = Counter()
    by_schema({"ls_id": "x" * 24, "Remarks": "x" * 255, "name": "x" * 999}, cut)
    assert cut == {"cut": 1}


def test_outlines_are_told_by_their_vertices():
    one = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)])
    turned = MultiPolygon([Polygon([(10, 10), (10, 0), (0, 0), (0, 10)])])
    moved = Polygon([(0, 0), (10.01, 0), (10, 10), (0, 10)])
    assert same_outline(one, turned, 0.001) and not same_outline(one, moved, 0.001)
    assert fingerprint(one) == fingerprint(MultiPolygon([one])) != fingerprint(moved)
    high = Polygon([(0, 0, 5), (10, 0, 5), (10, 10, 5), (0, 10, 5)])
    assert fingerprint(polygon_from_wkb(wkb.dumps(high))) == fingerprint(one)


def off_by_rounding(shape, seed):
    """Each vertex moved by some ten millionths."""
    rng = np.random.default_rng(seed)
    places = {tuple(place) for ring in rings(shape) for place in ring}
    steps = {place: rng.uniform(-1e-7, 1e-7, 2) for place in sorted(places)}
    return mapped(shape, lambda points: points + [steps[tuple(p)] for p in points])


@pytest.mark.parametrize("seed", range(10))
def test_an_outline_that_went_through_another_system_is_the_same(seed):
    """Where many of its vertices lie on a line north."""
    stairs = [(0, 0), (6, 0), (6, 4), (4, 4), (4, 8), (2, 8), (2, 4), (0, 4)]
    hole = [(1, 1), (1, 2), (2, 2), (2, 1)]
    one = MultiPolygon([Polygon(stairs, [hole]), box(0, 20, 2, 22), box(0, 30, 2, 32)])
    back = off_by_rounding(one, seed)
    assert same_outline(one, back, 0.001) and same_outline(back, one, 0.001)
    assert not same_outline(one, MultiPolygon(list(back.geoms)[:2]), 0.001)


def test_the_area_of_another_outline_is_measured_anew():
    prepared = Preparation(UTM)
    stated = [1e4, 1.009e4, 2e4, 0.0, None]
    areas = [prepared.take(square(1e4), {"area_m2": a})["area_m2"] for a in stated]
    measured = pytest.approx(1e4, rel=1e-3)  # on the ellipsoid, at the zone's middle
    assert areas[:2] == stated[:2] and areas[2:] == [measured] * 3
    assert prepared.notes["area"] == 1


def test_bow_ties_are_repaired_and_nothing_is_nothing():
    bow = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert valid(bow).is_valid and valid(bow).area == pytest.approx(50)
    assert valid(Polygon([(0, 0), (1, 1), (2, 2)])) is None
    sound = box(0, 0, 1, 1)
    assert valid(sound) is sound


def test_the_form_shows_every_field_once():
    shown = [name for _, names, *_ in (*FIRST, *TABS) for name in names]
    assert sorted(shown) == sorted({field.name for field in (*ALL, *LOOK_FIELDS)})


def test_a_legend_shows_all_classes_of_what_occurs():
    confidence = ("conf_cls", ["high", "moderate", "low"])
    mean = ("p_mean", ["p_high", "p_moderate", "p_low"])
    assert class_groups(set()) == class_groups({"low"}) == [confidence]
    assert class_groups({"p_high", "high"}) == [confidence, mean]
    assert class_groups({"low", ""}) == [("conf_cls", [*confidence[1], ""])]
    assert class_groups({"p_low", ""}) == [("conf_cls", [""]), mean]
    labels = class_labels(Language.of("en"))
    assert [labels[value] for value in confidence[1]] == [
        "high, 0.8 and more",
        "moderate, 0.5 to 0.8",
        "low, below 0.5",
    ]
    assert class_labels(Language.of("zh"))["p_low"] == "低于 0.5"


@pytest.mark.parametrize("merged", [True, False])
def test_of_a_merge_what_has_no_status_is_the_inventorys(merged):
    """Elsewhere it is a candidate."""
    items = [(9e3, {"status": "active"}), (8e3, {"status": "candidate"}), (7e3, {})]
    ranks, values, prepared = ranked(items, merged=merged)
    state = "confirmed" if merged else "candidate"
    assert [row["status"] for row in values] == [state, "candidate", state]
    assert values[0]["remarks"] == "status: active"
    assert ranks[1] == (1 if merged else 2)
    notes = [prepared.notes[name] for name in ("inventory", "other words", "status")]
    assert notes == ([1, 1, 1] if merged else [0, 0, 1])


@pytest.mark.parametrize("mark", [{"inv_rel": "new"}, {"rev_rank": 4}])
def test_what_a_person_reopened_in_a_merge_is_a_candidate(mark):
    """An emptied status turned what a machine had found into a confirmed landslide."""
    _, (row,), prepared = ranked([(9e3, {"status": None, **mark})], merged=True)
    assert (row["status"], prepared.notes["inventory"]) == ("candidate", 0)
