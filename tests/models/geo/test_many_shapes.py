# SPDX-License-Identifier: GPL-2.0-or-later
"""In one call as one after the other."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import MultiPolygon, Point, box

from models.geo import many_shapes

DISC = Point(3, 4).buffer(2)
RING = DISC.difference(Point(3, 4).buffer(1))
SHAPES = [DISC, RING, MultiPolygon([DISC, box(10, 10, 12, 13)])]
WIDTHS = np.array([0.1, 0.2, 0.3])
STEPS = {
    "wkb": lambda: many_shapes.wkbs(SHAPES),
    "area": lambda: many_shapes.areas(SHAPES).tolist(),
    "shape": lambda: _texts(many_shapes.shapes_of([shape.wkb for shape in SHAPES])),
    "point": lambda: _texts(many_shapes.points_inside(SHAPES)),
    "simplified": lambda: _texts(many_shapes.simplified(SHAPES, WIDTHS, True)),
    "simplified each ring": lambda: _texts(many_shapes.simplified(SHAPES, WIDTHS, False)),
    "buffered": lambda: _texts(many_shapes.buffered(SHAPES, WIDTHS, 8)),
}


def _texts(shapes):
    return [shape.wkb_hex for shape in shapes]


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_all_at_once_is_as_one_after_the_other(step, monkeypatch):
    at_once = step()
    monkeypatch.setattr(many_shapes, "IN_ONE_CALL", False)
    assert at_once == step()


@pytest.mark.parametrize("at_once", [many_shapes.IN_ONE_CALL, False])
def test_of_none_come_none(at_once, monkeypatch):
    monkeypatch.setattr(many_shapes, "IN_ONE_CALL", at_once)
    none = np.zeros(0)
    assert many_shapes.shapes_of([]) == many_shapes.wkbs([]) == []
    assert many_shapes.simplified([], none, True) == []
    assert many_shapes.buffered([], none, 8) == []
    assert not len(many_shapes.areas([]))
