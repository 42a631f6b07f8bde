# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows of a layer file, which are written many together and told one by one."""

from __future__ import annotations

from osgeo import ogr
from samples import wkt
from shapely.geometry import box

from models.inventory.export.column import same
from models.inventory.export.vector_file import write_vector_file

COLUMNS = [same("n", "int", 0, "n")]


def rows(count: int) -> list[tuple[bytes, dict]]:
    return [(box(i, 0, i + 1, 1).wkb, {"n": i}) for i in range(count)]


def test_each_row_is_told_and_there(tmp_path):
    path = str(tmp_path / "many.gpkg")
    steps = write_vector_file(path, rows(150), COLUMNS, wkt(32633))
    assert list(steps) == list(range(1, 151))
    source = ogr.Open(path)  # a layer does not keep it open
    assert [feature["n"] for feature in source.GetLayer()] == list(range(150))
