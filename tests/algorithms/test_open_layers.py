# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers as people have them open: with polygons that are drawn and not saved yet."""

from __future__ import annotations

import pytest
from odd import SQUARE, geometry, write_layer
from osgeo import ogr, osr

pytest.importorskip("qgis.core")
from qgis.core import (
    NULL,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)


def square(place):
    return geometry(f"POLYGON {SQUARE.format(x=100 * place, e=100 * place + 40)}")


def named(place):
    return {"ls_id": f"a{place}", "status": "confirmed", "n": place}


@pytest.fixture
def saved(tmp_path):
    """Four squares in a GeoPackage."""
    rows = [(square(place), named(place)) for place in range(4)]
    return write_layer(tmp_path / "saved.gpkg", rows)


@pytest.fixture
def drawn(tmp_path):
    """The same, of which the last two are drawn and not saved: QGIS calls them first, and
    their row number is a text, "Autogenerate".
    """
    rows = [(square(place), named(place)) for place in range(2)]
    layer = QgsVectorLayer(write_layer(tmp_path / "drawn.gpkg", rows), "drawn", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.startEditing()
    for place in (2, 3):
        values = {
            layer.fields().lookupField(name): value
            for name, value in named(place).items()
        }
        outline = QgsGeometry.fromWkt(square(place).ExportToWkt())
        layer.addFeature(QgsVectorLayerUtils.createFeature(layer, outline, values))
    yield layer
    layer.rollBack()
    QgsProject.instance().removeMapLayer(layer.id())


@pytest.fixture
def with_defaults(tmp_path):
    """A square that is drawn and not saved in a GeoPackage whose fields have defaults."""
    path = str(tmp_path / "defaults.gpkg")
    system = osr.SpatialReference()
    system.ImportFromEPSG(32647)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    table = dataset.CreateLayer("defaults", system, ogr.wkbPolygon)
    for name, (kind, default, _) in DEFAULTS.items():
        field = ogr.FieldDefn(name, kind)
        field.SetDefault(default)
        table.CreateField(field)
    table = dataset = None
    layer = QgsVectorLayer(path, "defaults", "ogr")
    QgsProject.instance().addMapLayer(layer)
    layer.startEditing()
    outline = QgsGeometry.fromWkt(square(1).ExportToWkt())
    layer.addFeature(QgsVectorLayerUtils.createFeature(layer, outline, {}))
    yield layer
    layer.rollBack()
    QgsProject.instance().removeMapLayer(layer.id())


DEFAULTS = {  # what they are of a square that is not saved
    "n": (ogr.OFTInteger, "7", 7),
    "status": (ogr.OFTString, "'confirmed'", "confirmed"),
    "made": (ogr.OFTDateTime, "CURRENT_TIMESTAMP", NULL),
}


def test_defaults_of_a_database_are_kept(run, with_defaults):
    given = {"INPUT": with_defaults, "OUTPUT": "memory:"}
    written = run("morphometry", given)["OUTPUT"]
    (row,) = written.getFeatures()
    assert [row[name] for name in DEFAULTS] == [value for *_, value in DEFAULTS.values()]


WITH_ROW_NUMBERS = {
    "morphometry": ("INPUT", {}, "OUTPUT"),
    "evaluate": ("INPUT", {"REFERENCE": "saved", "REPORT": "o.html"}, "HITS"),
    "merge": ("EXISTING", {"INPUTS": "saved"}, "OUTPUT"),
}


@pytest.mark.parametrize("ending", ["gpkg", "shp", "geojson", ""])
@pytest.mark.parametrize("name", WITH_ROW_NUMBERS)
def test_polygons_that_are_not_saved_get_the_next_row_numbers(
    run, saved, drawn, folder, name, ending
):
    parameter, others, output = WITH_ROW_NUMBERS[name]
    values = {"saved": saved, "o.html": str(folder / "o.html")}
    given = {key: values[value] for key, value in others.items()}
    place = str(folder / f"o.{ending}") if ending else "memory:"
    written = run(name, {**given, parameter: drawn, output: place})[output]
    if ending:
        written = QgsVectorLayer(written, "o", "ogr")
    rows = {feature["ls_id"]: feature for feature in written.getFeatures()}
    assert sorted(rows) == ["a0", "a1", "a2", "a3"]
    assert [rows[f"a{place}"]["n"] for place in range(4)] == [0, 1, 2, 3]
    numbers = [rows[f"a{place}"]["fid"] for place in range(4)]
    assert numbers[:2] == [1, 2]
    if ending == "gpkg":
        assert sorted(numbers[2:]) == [3, 4]
    else:
        assert numbers[2:] == [None, None]


def test_polygons_that_are_not_saved_are_numbered_after_all_others(run, saved):
    """QGIS gives them a number below zero, another one each time that they are drawn."""
    old = QgsVectorLayer("Polygon?crs=EPSG:32647", "old", "memory")
    places = [QgsGeometry.fromWkt(square(place).ExportToWkt()) for place in range(3)]
    for outline in places[:2]:
        feature = QgsFeature()
        feature.setGeometry(outline)
        old.dataProvider().addFeature(feature)
    old.startEditing()
    old.addFeature(QgsVectorLayerUtils.createFeature(old, places[2]))
    given = {"EXISTING": old, "INPUTS": [saved], "OUTPUT": "memory:"}
    written = run("merge", given)["OUTPUT"]
    names = [feature["inv_id"] for feature in written.getFeatures()]
    assert sorted(names[:3]) == ["1", "2", "3"]
    old.rollBack()
