# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground that two outlines share is taught once."""

from __future__ import annotations

import math

import pytest
from overlays import LAKE, boxes_in_a_lake, joined_in
from samples import wkt
from shapely import affinity, wkb
from shapely.geometry import Polygon, box

from models.geo.crs import Crs
from models.geo.geodesic import Geodesic
from models.inventory.review import training_labels as module
from models.inventory.review.training_labels import (
    REJECTED_FIELDS,
    REVIEWED_FIELDS,
    TRAINING_FIELDS,
    teach_once,
)

MEASURE = Geodesic(Crs(wkt(32647)))
BORDER = [(0, 0), (7.3, 11.1), (3.9, 25.7), (11.2, 40.3)]


def taught(slide, look_alike):
    labels = [(wkb.dumps(slide), {"cls": 1}), (wkb.dumps(look_alike), {"cls": 0})]
    return labels, *teach_once(labels, MEASURE)


@pytest.mark.parametrize("turn", range(0, 360, 30))
def test_neighbours_share_nothing(turn):
    """Whatever the last digits of their common border make of it."""
    pair = [Polygon([(x, 0), *BORDER, (x, 40.3)]) for x in (-50, 60)]
    slide, look_alike = (
        affinity.translate(affinity.rotate(one, turn, (0, 0)), 500_000.1, 4_000_000.3)
        for one in pair
    )
    labels, kept, lost = taught(slide, look_alike)
    assert (kept, lost) == (labels, [])


def test_a_landslide_takes_the_ground_of_what_looks_like_one():
    slide = box(500_000, 4_000_000, 500_100, 4_000_100)
    _, kept, (lost,) = taught(slide, affinity.translate(slide, 60))
    assert lost == pytest.approx(4000 / 0.9996**2, rel=1e-4)
    assert math.isclose(wkb.loads(kept[1][0]).area, 6000)


def test_a_large_landslide_is_laid_over_nothing_but_what_lies_on_its_border(monkeypatch):
    joined = joined_in(module, monkeypatch)
    slide, *others = (
        affinity.translate(shape, 500_000, 4_000_000)
        for shape in (LAKE, *boxes_in_a_lake())
    )
    labels = [(wkb.dumps(slide), {"cls": 1})]
    labels += [(wkb.dumps(other), {"cls": 0}) for other in others]
    kept, lost = teach_once(labels, MEASURE)
    assert kept[:-1] == [labels[0], *labels[51:81]]
    rest = others[-1].difference(slide)
    assert wkb.loads(kept[-1][0]).symmetric_difference(rest).area < 1e-6
    assert len(lost) == 51
    assert max(len(wkb.dumps(shape)) for shape in joined) < 1000


@pytest.mark.parametrize("fields", [TRAINING_FIELDS, REJECTED_FIELDS, REVIEWED_FIELDS])
def test_a_layer_has_each_field_once(fields):
    names = [field.name for field in fields]
    assert sorted(names) == sorted(set(names))
