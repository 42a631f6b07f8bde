# SPDX-License-Identifier: GPL-2.0-or-later
"""What polygons teach, in whatever words their layer says it, and what is wrong with
them.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from samples import PLACE
from shapely import wkb
from shapely.geometry import Polygon, box
from tuned_by_hand import COLS, ROWS, UTM, square

from models.errors import MrifeError
from models.finetune.labels import (
    LANDSLIDE,
    LOOK_ALIKE,
    UNDECIDED,
    Label,
    LabelCount,
    is_same,
    kind_of,
    on_grid,
    read_labels,
    reviewed_ground,
)
from models.geo.crs import Crs
from models.geo.grid import Grid

SQUARE = box(0, 0, 100, 100)


@pytest.mark.parametrize(
    "values, kind",
    [
        ({}, LANDSLIDE),
        ({"name": "x"}, LANDSLIDE),
        ({"cls": 1}, LANDSLIDE),
        ({"CLS": "1"}, LANDSLIDE),
        ({"cls": 2.0}, LANDSLIDE),
        ({"cls": 0}, LOOK_ALIKE),
        ({"Cls": "0"}, LOOK_ALIKE),
        ({"cls": None}, UNDECIDED),
        ({"cls": "?"}, UNDECIDED),
        ({"cls": 0, "status": "confirmed"}, LOOK_ALIKE),
        ({"status": "confirmed"}, LANDSLIDE),
        ({"STATUS": "Modified"}, LANDSLIDE),
        ({"status": "CONFIRMED"}, LANDSLIDE),
        ({"status": "确认"}, LANDSLIDE),
        ({"status": "修改后确认"}, LANDSLIDE),
        ({"status": "rejected"}, LOOK_ALIKE),
        ({"Status": "REJECTED"}, LOOK_ALIKE),
        ({"status": "剔除"}, LOOK_ALIKE),
        ({"status": "candidate"}, UNDECIDED),
        ({"status": "待审"}, UNDECIDED),
        ({"status": "Field check"}, UNDECIDED),
        ({"status": "需野外核查"}, UNDECIDED),
        ({"status": None}, UNDECIDED),
        ({"status": ""}, UNDECIDED),
        ({"status": "odd"}, UNDECIDED),
    ],
)
def test_what_a_polygon_teaches(values, kind):
    assert kind_of(values) == kind


def test_faults_are_counted_and_what_can_be_is_mended():
    bow_tie = Polygon([(300, 0), (400, 100), (400, 0), (300, 100)])
    records = [
        (SQUARE.wkb, {"id": 1}),
        (box(0, 0, 100, 100.5).wkb, {"id": 2}),  # the same
        (box(0, 0, 100, 80).wkb, {"id": 3}),  # another
        (bow_tie.wkb, {"id": 4}),
        (Polygon([(0, 0), (1, 1), (2, 2)]).wkb, {"id": 5}),
    ]
    labels, count = read_labels(records)
    assert count == LabelCount(5, 1, 1, 1)
    assert [made.values["id"] for made in labels] == [1, 3, 4]
    assert labels[2].polygon.is_valid and labels[2].polygon.area == pytest.approx(5000)
    assert len(count.notes()) == 3
    assert LabelCount(5, 0, 0, 0).notes() == ()


def test_of_two_reviews_in_one_layer_what_somebody_decided_counts():
    """Of one outline the first counted, also where nobody had decided of it."""
    left_open, rejected, confirmed = (
        (SQUARE.wkb, {"status": status})
        for status in ("candidate", "rejected", "confirmed")
    )
    elsewhere = (box(500, 0, 600, 100).wkb, {"status": "confirmed"})
    for pair, kind in (
        ((left_open, confirmed), LANDSLIDE),
        ((rejected, confirmed), LANDSLIDE),
        ((left_open, rejected), LOOK_ALIKE),
    ):
        for records in (pair, pair[::-1]):
            labels, count = read_labels([*records, elsewhere])
            assert [made.kind for made in labels] == [kind, LANDSLIDE]
            assert count.duplicates == 1


def test_what_is_one_outline():
    assert is_same(SQUARE, box(0, 0, 100, 99))
    assert is_same(SQUARE, box(0, 0, 100, 98))  # exactly
    assert not is_same(SQUARE, box(0, 0, 100, 95))
    assert not is_same(SQUARE, box(2, 0, 102, 100))


def test_no_landslide_no_lesson():
    for records in ([], [(SQUARE.wkb, {"status": "rejected"})]):
        with pytest.raises(MrifeError, match=f"None of the {len(records)} polygons"):
            read_labels(records)


def layer(name, *words):
    """A square for each word of a field."""
    return [
        (box(200 * place, 0, 200 * place + 100, 100).wkb, {name: word})
        for place, word in enumerate(words)
    ]


@pytest.mark.parametrize(
    "name, words, said",
    [
        ("Status", ["dormant", "active", "dormant"], "'Status'.*('dormant', 'active')"),
        ("cls", ["earth slide"] * 2, "'cls'.*('earth slide')"),
        ("status", [None, ""], "'status'.*(it is empty)"),
        ("cls", list("abcdef"), "'a', 'b', 'c', 'd', 'e', …"),
    ],
)
def test_a_field_of_another_inventory_is_not_looked_at(name, words, said):
    labels, count = read_labels(layer(name, *words))
    assert {label.kind for label in labels} == {LANDSLIDE}
    (note,) = count.notes()
    assert "is not looked at" in str(note)
    assert re.search(said.replace("(", r"\(").replace(")", r"\)"), str(note))


def test_a_field_of_another_inventory_leaves_the_word_to_ours():
    records = [
        (polygon, {**values, "status": status})
        for (polygon, values), status in zip(
            layer("cls", "earth slide", "rock fall"), ("confirmed", "rejected")
        )
    ]
    labels, _ = read_labels(records)
    assert [label.kind for label in labels] == [LANDSLIDE, LOOK_ALIKE]


def test_words_that_nobody_knows_beside_known_ones_are_said():
    """They are undecided, and all of them where nothing is a landslide."""
    labels, count = read_labels(layer("status", "confirmed", "dormant", "dormant", None))
    assert [label.kind for label in labels] == [LANDSLIDE, *[UNDECIDED] * 3]
    (note,) = count.notes()
    assert "2 polygons are undecided" in str(note) and "'dormant'" in str(note)
    with pytest.raises(MrifeError, match="'status' of 1 of them says \\('dormant'\\)"):
        read_labels(layer("status", "candidate", "dormant"))
    known = [(SQUARE.wkb, {"cls": 1, "status": "dormant"})]
    assert read_labels(known)[1].notes() == ()


def test_a_class_that_is_true_or_false():
    labels, count = read_labels(layer("cls", True, False))
    assert [label.kind for label in labels] == [LANDSLIDE, LOOK_ALIKE]
    assert count.notes() == ()


def test_the_reviewed_ground():
    labels = [Label(SQUARE, LANDSLIDE)]
    assert reviewed_ground(labels, UTM, None, True) is None
    with pytest.raises(MrifeError, match="Leave one of both out"):
        reviewed_ground(labels, UTM, [SQUARE.wkb], True)
    given = reviewed_ground(labels, UTM, [box(-50, -50, 400, 400).wkb], False)
    assert given.equals(box(-50, -50, 400, 400))
    with pytest.raises(MrifeError, match="holds no polygon with an area"):
        reviewed_ground(labels, UTM, [], False)
    with pytest.raises(MrifeError, match="Where was everything looked at"):
        reviewed_ground(labels, UTM, None, False)
    rejected = box(300, 0, 400, 100)
    ring = reviewed_ground([*labels, Label(rejected, LOOK_ALIKE)], UTM, None, False)
    assert ring.contains(SQUARE) and ring.contains(rejected)
    assert ring.area > 1.5 * (SQUARE.area + rejected.area)
    assert not ring.contains(box(195, 45, 205, 55))


def test_labels_are_read_from_any_surface():
    raised = wkb.dumps(Polygon([(0, 0, 5), (10, 0, 5), (10, 10, 5)]))
    (made,), count = read_labels([(raised, {})])
    assert made.polygon.area == 50 and not made.polygon.has_z and count.given == 1


def test_labels_in_degrees_on_a_grid_in_metres():
    degrees = Crs("EPSG:4326")
    grid = Grid(COLS, ROWS, PLACE, UTM.srs().ExportToWkt())
    wanted = square(50, 40)
    corners = UTM.transform(np.array(wanted.exterior.coords), degrees)
    (polygon,) = on_grid([Polygon(corners)], degrees, grid)
    assert polygon.symmetric_difference(wanted).area < 1e-3 * wanted.area


@pytest.mark.parametrize(
    "kind, values, weight",
    [
        (LANDSLIDE, {}, 1),
        (LANDSLIDE, {"geo_conf": "high"}, 1),
        (LANDSLIDE, {"GEO_CONF": "moderate"}, 0.75),
        (LANDSLIDE, {"geo_conf": "low"}, 0.5),
        (LANDSLIDE, {"geo_conf": None}, 1),
        (LANDSLIDE, {"geo_conf": "low", "weight": 0.9}, 0.9),
        (LOOK_ALIKE, {"geo_conf": "low"}, 1),
        (LOOK_ALIKE, {"weight": "0.3"}, 0.3),
        (LANDSLIDE, {"weight": 75}, 1),
        (LANDSLIDE, {"weight": -1}, 0),
        (LANDSLIDE, {"weight": "sure"}, 1),
    ],
)
def test_how_much_a_label_counts(kind, values, weight):
    assert Label(box(0, 0, 1, 1), kind, values).weight == weight
