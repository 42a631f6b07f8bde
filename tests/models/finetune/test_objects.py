# SPDX-License-Identifier: GPL-2.0-or-later
"""Landslides gained, lost, missed, and false candidates, counted by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from shapely import wkb
from tuned_by_hand import (
    COLS,
    NEW,
    OTHER,
    ROWS,
    UTM,
    A,
    B,
    C,
    D,
    label,
    levels,
    square,
    tuned,
)

from models.finetune.labels import UNDECIDED
from models.finetune.object_change import FALSE_FIELDS, LANDSLIDE_FIELDS
from models.finetune.objects import ObjectComparison, thresholds_of
from models.geo.crs import Crs

GROUND_KM2 = ROWS * COLS / 1e6


def compared(made):
    comparison = ObjectComparison(made)
    shares = list(comparison.run())
    assert shares == sorted(shares) and shares[-1] == 1
    return comparison.result


@pytest.fixture(scope="module")
def change(tmp_path_factory):
    """The base finds A and B, the tuned network A and C; both see OTHER, it NEW, too."""
    folder = tmp_path_factory.mktemp("change")
    return compared(tuned(folder, levels(A, B, OTHER), levels(A, C, OTHER, NEW)))


def names(records):
    return [values["name"] for _, values in records]


def test_landslides_and_candidates_are_counted(change):
    before = change.before
    after = change.after
    assert (before.right, before.false, before.missed) == (2, 1, 2)
    assert (after.right, after.false, after.missed) == (2, 2, 2)
    assert before.evaluation.survey.precision.value == pytest.approx(2 / 3)
    assert after.evaluation.survey.recall.value == pytest.approx(1 / 2)
    assert after.false_per_km2.value == pytest.approx(2 / GROUND_KM2, rel=2e-3)


def test_gains_are_differences_with_an_interval_around_them(change):
    assert change.precision_gain.value == pytest.approx(2 / 4 - 2 / 3)
    assert change.recall_gain.value == 0
    assert change.false_gain.value == pytest.approx(1 / GROUND_KM2, rel=2e-3)
    for gain in (change.precision_gain, change.false_gain):
        assert gain.low <= gain.value <= gain.high
    # four landslides say no more
    assert math.isnan(change.recall_gain.low) and math.isnan(change.recall_gain.high)


def test_each_layer_holds_its_landslides_with_their_own_attributes(change):
    assert names(change.gained()) == ["C"]
    assert names(change.lost()) == ["B"]
    assert names(change.missed()) == ["B", "D"]
    ((outline, values),) = change.gained()
    assert wkb.loads(outline).equals(square(*C))
    assert {field.name for field in LANDSLIDE_FIELDS} <= set(values)
    assert values["ev_result"] == "right" and values["ev_cover"] > 0.8
    assert values["cmp_change"] == "gained"
    assert [row["cmp_change"] for _, row in change.lost()] == ["lost"]
    assert {row["cmp_change"] for _, row in change.missed()} == {None}


def test_false_candidates_say_whether_the_base_has_them(change):
    false = change.false()
    at = {
        name: [
            v["cmp_change"] for w, v in false if wkb.loads(w).intersects(square(*place))
        ]
        for name, place in (("other", OTHER), ("new", NEW))
    }
    assert len(false) == 2 and at == {"other": ["same"], "new": ["gained"]}
    for _, values in false:
        assert {field.name for field in FALSE_FIELDS} <= set(values)
        assert values["ev_result"] == "false"


def test_swapping_the_networks_swaps_gained_and_lost(change, tmp_path):
    swapped = compared(tuned(tmp_path, levels(A, C, OTHER, NEW), levels(A, B, OTHER)))
    assert names(swapped.gained()) == names(change.lost())
    assert names(swapped.lost()) == names(change.gained())
    gain = change.precision_gain
    assert swapped.precision_gain == pytest.approx((-gain.value, -gain.high, -gain.low))


def test_labels_in_degrees_on_an_image_in_metres(tmp_path):
    degrees = Crs("EPSG:4326")
    labels = []
    for place in (A, B, C, D):
        given = label(*place)
        corners = UTM.transform(np.array(given.polygon.exterior.coords), degrees)
        labels.append(given._replace(polygon=type(given.polygon)(corners)))
    made = tuned(tmp_path, levels(A), levels(A, NEW), labels, degrees)
    change = compared(made)
    assert (change.after.right, change.after.false, change.after.missed) == (1, 1, 3)
    ((outline, _),) = change.false()
    middle = wkb.loads(outline).centroid
    ((x, y),) = degrees.transform([(middle.x, middle.y)], UTM)
    assert (x, y) == pytest.approx(square(*NEW).centroid.coords[0], abs=1)


def test_where_the_image_has_no_pixels_nothing_is_missed(tmp_path):
    half = COLS // 2
    before = levels(A, OTHER, missing=half)
    change = compared(tuned(tmp_path, before, before))
    assert len(change.landslides) == 2 and names(change.missed()) == ["B"]
    per_km2 = change.after.false_per_km2.value
    assert per_km2 == pytest.approx(1 / (GROUND_KM2 / 2), rel=2e-3)


def test_what_is_undecided_is_neither_missed_nor_false(tmp_path):
    labels = [label(*place, name="x") for place in (A, B, C, D)]
    labels.append(label(OTHER[0] - 5, OTHER[1] - 5, UNDECIDED, side=30))
    change = compared(tuned(tmp_path, levels(A, OTHER), levels(A, OTHER), labels))
    assert len(change.landslides) == 4
    assert (change.after.right, change.after.false) == (1, 0)


def at_half(made):
    """With a threshold of one half for both networks."""
    contract = replace(made.contract, threshold=0.5, seed=0.5)
    verdict = replace(made.verdict, thresholds=(0.5, 0.5))
    return replace(made, contract=contract, verdict=verdict)


def test_nothing_outlined_at_all(tmp_path):
    change = compared(at_half(tuned(tmp_path, levels(), levels(D))))
    assert change.before.right == change.before.false == 0
    assert names(change.gained()) == ["D"]


def test_nothing_outlined_by_either(tmp_path):
    change = compared(at_half(tuned(tmp_path, levels(), levels())))
    assert change.changes is None and change.after.missed == 4
    assert change.false() == [] and change.gained() == []


def test_each_network_at_its_own_thresholds(tmp_path):
    made = tuned(tmp_path, levels(A, B, C), levels(A, B, C))
    contract = replace(made.job.base.contract, threshold=0.4, seed=0.5)
    made = replace(
        made, job=replace(made.job, base=replace(made.job.base, contract=contract))
    )
    made = replace(made, verdict=replace(made.verdict, thresholds=(0.3, 0.6)))
    made = replace(made, contract=replace(contract, threshold=0.6, seed=0.7))
    before, after = thresholds_of(made)
    assert (before.threshold, before.seed, before.min_area) == (0.3, 0.4, 50.0)
    assert (after.threshold, after.seed) == (0.6, 0.7)
    own, new = thresholds_of(replace(made, model=None))
    assert (own.threshold, own.seed) == (0.4, 0.5) and new == after
