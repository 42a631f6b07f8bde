# SPDX-License-Identifier: GPL-2.0-or-later
"""What is counted of records, and the ground under several landslides."""

from __future__ import annotations

import pytest
from overlays import LAKE, boxes_in_a_lake, intersections, random_boxes
from samples import wkt
from shapely.affinity import translate
from shapely.ops import unary_union

from models.geo.crs import Crs
from models.inventory.report.columns import collect
from models.inventory.report.recorded import counted, recorded, shared_ground
from models.watch import unwatched

UTM = Crs(wkt(32648))


def landslides(shapes, **values):
    moved = (translate(shape, 500_000, 4e6) for shape in shapes)
    return collect([(shape.wkb, values) for shape in moved], UTM, keep_whole=True)


def test_shared_ground_is_what_a_sum_of_areas_has_more_than_all_of_it():
    shapes = random_boxes(60)
    number, doubled = shared_ground(landslides(shapes), unwatched)
    alone = [
        shape
        for shape in shapes
        if not any(shape.intersection(other).area for other in shapes if other != shape)
    ]
    more = sum(shape.area for shape in shapes) - unary_union(shapes).area
    assert number == 60 - len(alone) > 50
    assert doubled == pytest.approx(more, rel=2e-3)  # on the ellipsoid


@pytest.mark.parametrize("place", [0, 81], ids=["first", "last"])
def test_of_a_lake_only_what_lies_on_its_shore_is_cut(monkeypatch, place):
    shapes = boxes_in_a_lake()
    shapes.insert(place, LAKE)
    layer = landslides(shapes)
    cut = intersections(monkeypatch)
    number, _ = shared_ground(layer, unwatched)
    assert number == 52
    assert len(cut) == 1


def test_words_are_counted_in_one_pass():
    """Those of an old inventory that says something else of each landslide."""

    class Word(str):
        compared = 0
        __hash__ = str.__hash__

        def __eq__(self, other):
            Word.compared += 1
            return str(self) == str(other)

    words = [Word(f"stone {number % 500}") for number in range(1000)]
    values = counted(words, ("stone 7",))
    assert values[0] == ("stone 7", 2) and len(values) == 500
    assert {n for _, n in values} == {2}
    assert Word.compared < 20 * 1000


def test_areas_are_summed_by_word():
    shapes = random_boxes(4)
    layer = landslides(shapes)
    layer.texts["material"][:] = ["rock", "", "rock", "clay"]
    (table,) = recorded(layer).values()
    m2 = layer.numbers["area_m2"]
    numbers = {value: n for value, n, _ in table}
    areas = {value: area for value, _, area in table}
    assert numbers == {"rock": 2, "": 1, "clay": 1}
    assert areas["rock"] == pytest.approx(m2[0] + m2[2])
    assert areas[""] == m2[1] and areas["clay"] == m2[3]
