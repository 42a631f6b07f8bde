# SPDX-License-Identifier: GPL-2.0-or-later
"""The store gives back what it was given, in order or by number, and leaves nothing
behind.
"""

from __future__ import annotations

import os
import tempfile

import numpy as np
import pytest
from shapely import wkb
from shapely.geometry import MultiPolygon, Point, box

from models.geo.polygon_store import PolygonStore

SHAPES = [
    box(i, 0, i + 0.1, 1 / 3).difference(box(i + 0.02, 0.1, i + 0.05, 0.2))
    for i in range(50)
]


def values(number):
    return {
        "ls_id": f"图幅_{number:08x}",
        "p_mean": 0.1 * number,
        "z_min": None,
        "dem_cells": number,
    }


def test_what_goes_in_comes_out_twice():
    with PolygonStore() as store:
        for number, shape in enumerate(SHAPES):
            store.add(shape, values(number))
        for _ in range(2):
            found = list(store)
            assert [wkb.loads(geometry) for geometry, _ in found] == SHAPES
            assert [kept for _, kept in found] == [values(i) for i in range(50)]
        store.add(SHAPES[0], {"late": 1})
        assert len(store) == 51 and list(store)[-1][1] == {"late": 1}


def test_a_multipolygon_is_a_geometry_too():
    with PolygonStore() as store:
        store.add(MultiPolygon(SHAPES[:2]), {})
        assert [wkb.loads(geometry) for geometry, _ in store] == [
            MultiPolygon(SHAPES[:2])
        ]


def test_an_empty_store_is_empty():
    with PolygonStore() as store:
        assert len(store) == 0 and list(store) == []


def test_nothing_stays_even_after_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(KeyError), PolygonStore() as store:
        store.add(SHAPES[0], {})
        raise KeyError
    assert os.listdir(tmp_path) == []


def test_polygons_come_back_by_number_in_any_order():
    shapes = [Point(i, -i).buffer(1 + i % 3) for i in range(200)]
    with PolygonStore() as store:
        for shape in shapes:
            store.add(shape)
        assert len(store) == 200 and store.bounds == pytest.approx(
            np.array([s.bounds for s in shapes])
        )
        for number in (199, 0, 63, 0, 150):
            assert store[number].equals(shapes[number])


def test_nothing_is_near_on_an_empty_store():
    with PolygonStore() as store:
        assert store.bounds.shape == (0, 4)
