# SPDX-License-Identifier: GPL-2.0-or-later
"""The fields of a polygon: frozen names, stable identifiers, numbers as they are reported."""
from __future__ import annotations

import re

import numpy as np
import pytest
from osgeo import osr
from shapely.geometry import box

from models.errors import UnsuitableRaster
from models.inference.grid import Grid, Strip
from models.inventory.attributes import FIELDS, Inventory, Run, attributes, fields, identifier, sheet_name
from models.inventory.measures import Measure
from models.inventory.polygons import Patch, polygonize

RUN = Run("mrife 1 0a1b2c3d", "H48E006012 ortho.tif")
SQUARE = box(500010, 3299900, 500110, 3300000)


def grid(epsg=32648, transform=(5e5, 1, 0, 3.3e6, 0, -1), size=200):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    return Grid(size, size, transform, srs.ExportToWkt())


def patch(shape=SQUARE):
    return Patch(shape, 10000, 0.61244, 0.9, 1.0, 0, 10)


def test_names_are_frozen_and_fit_a_shapefile():
    assert [f.name for f in FIELDS] == ["ls_id", "p_mean", "p_p90", "area_m2", "perim_m", "model_id", "src_img"]
    assert [f.name for f in fields(True)][7:] == ["z_min", "z_max", "relief_m", "slope_mean", "azim_deg", "dem_cells"]
    for field in fields(True):
        assert re.fullmatch("[a-z][a-z0-9_]{1,9}", field.name) and field.kind in ("text", "real", "int")
        assert (field.length > 0) == (field.kind == "text")


def test_values_are_rounded_measures():
    values = attributes(patch(), Measure(grid()), RUN)
    assert list(values) == [f.name for f in FIELDS]
    assert values["p_mean"] == 0.612 and values["p_p90"] == 0.9
    assert values["area_m2"] == 10008.0 and values["perim_m"] == 400.2
    assert values["model_id"] == RUN.model_id and values["src_img"] == RUN.src_img


def test_texts_fit_their_fields():
    values = attributes(patch(), Measure(grid()), Run("m" * 99, "影像" * 99))
    assert all(len(values[f.name]) <= f.length for f in FIELDS if f.kind == "text")


@pytest.mark.parametrize("name, sheet, expected", [
    ("H48E006012 ortho.tif", "", "H48E006012_orth"), ("四川 图幅.tif", "", "四川_图幅"), ("a.tif", "J-48", "J-48"),
    ("...", "", "sheet"), ("/some where/scene.v2.tif", "", "scene_v2"), ("", "", "sheet")])
def test_sheet_names(name, sheet, expected):
    assert sheet_name(Run("m", name, sheet)) == expected


def test_identifier_depends_on_place_and_model_only():
    measure = Measure(grid())
    first = identifier(patch(), measure, RUN)
    assert re.fullmatch("H48E006012_orth_[0-9a-f]{8}", first)
    shaken = patch(box(500010 + 1e-6, 3299900, 500110 + 1e-6, 3300000))
    assert identifier(shaken, measure, RUN) == first
    assert identifier(patch(box(500011, 3299900, 500111, 3300000)), measure, RUN) != first
    assert identifier(patch(), measure, Run("mrife 2 0a1b2c3d", RUN.src_img)) != first


def test_degrees_are_told_apart_as_finely_as_metres():
    measure = Measure(grid(4326, (103.0, 1e-5, 0, 30.0, 0, -1e-5)))
    ids = {identifier(patch(box(x, 29.0, x + 1e-5, 29.00001)), measure, RUN) for x in 103 + 1e-5 * np.arange(50)}
    assert len(ids) == 50


def test_identifiers_are_unique_and_repeatable():
    values = np.where(np.random.default_rng(0).random((60, 60)) < 0.3, 200, 0).astype(np.uint8)
    where = grid(transform=(5e5, 0.01, 0, 3.3e6, 0, -0.01), size=60)  # many polygons share one rounded point
    runs = []
    for _ in range(2):
        inventory = Inventory(where, RUN)
        patches = polygonize([Strip(0, values)], where, 0.5, 0.5, 0)
        runs.append([inventory.describe(found)["ls_id"] for found in patches])
    assert runs[0] == runs[1] and len(set(runs[0])) == len(runs[0]) > 300


def test_a_raster_without_crs_is_named():
    with pytest.raises(UnsuitableRaster, match="coordinate reference system"):
        Inventory(Grid(2, 2, (0, 1, 0, 0, 0, -1), ""), RUN)
