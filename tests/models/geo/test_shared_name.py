# SPDX-License-Identifier: GPL-2.0-or-later
"""Which other layer a style beside an output would be taken for."""

from __future__ import annotations

import pytest

from models.geo.shared_name import RASTERS, other_layer


@pytest.mark.parametrize(
    "beside, found",
    [
        ("sheet.tif", "sheet.tif"),
        ("sheet.JP2", "sheet.JP2"),
        ("sheet.shp", "sheet.shp"),
        ("sheet.dbf", ""),
        ("sheet.html", ""),
        ("sheet.tif.aux.xml", ""),
        ("sheet 2.tif", ""),
    ],
)
def test_a_layer_of_the_same_stem(tmp_path, beside, found):
    (tmp_path / "sheet.gpkg").touch()  # what is replaced is no other layer
    (tmp_path / beside).touch()
    assert other_layer(str(tmp_path / "sheet.gpkg")) == found


def test_what_will_be_there_counts_where_it_will_be(tmp_path):
    path = str(tmp_path / "sheet.gpkg")
    assert other_layer(path, [path, str(tmp_path / "sheet.tif")]) == "sheet.tif"
    assert other_layer(path, [path, str(tmp_path / "other" / "sheet.tif")]) == ""
    assert other_layer(path, [str(tmp_path / "sheet.shp")], RASTERS) == ""
