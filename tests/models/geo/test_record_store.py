# SPDX-License-Identifier: GPL-2.0-or-later
"""The spool gives back what it was given, in order, and leaves nothing behind."""

from __future__ import annotations

import os
import tempfile

import pytest
from shapely import wkb
from shapely.geometry import MultiPolygon, box

from models.geo.record_store import RecordStore

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
    with RecordStore() as spool:
        for number, shape in enumerate(SHAPES):
            spool.add(shape, values(number))
        for _ in range(2):
            found = list(spool)
            assert [wkb.loads(geometry) for geometry, _ in found] == SHAPES
            assert [kept for _, kept in found] == [values(i) for i in range(50)]
        spool.add(SHAPES[0], {"late": 1})
        assert len(spool) == 51 and list(spool)[-1][1] == {"late": 1}


def test_a_multipolygon_is_a_geometry_too():
    with RecordStore() as spool:
        spool.add(MultiPolygon(SHAPES[:2]), {})
        assert [wkb.loads(geometry) for geometry, _ in spool] == [
            MultiPolygon(SHAPES[:2])
        ]


def test_an_empty_spool_is_empty():
    with RecordStore() as spool:
        assert len(spool) == 0 and list(spool) == []


def test_nothing_stays_even_after_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(KeyError), RecordStore() as spool:
        spool.add(SHAPES[0], {})
        raise KeyError
    assert os.listdir(tmp_path) == []
