# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts of Shapefiles that do not say their encoding, read by every algorithm from the
layer: with its joins, virtual fields, filter, selection and unsaved edits.
"""

from __future__ import annotations

import zipfile

import pytest
from odd import SQUARE, geometry, write_layer, write_old_shapefile

pytest.importorskip("qgis.core")
from qgis.core import (
    QgsFeature,
    QgsField,
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerJoinInfo,
)
from qgis.PyQt.QtCore import QVariant

NAMES = ["古滑坡", "黄土滑坡", "基岩崩塌"]


def texts(path, field="name"):
    return [feature[field] for feature in QgsVectorLayer(path, "o", "ogr").getFeatures()]


@pytest.fixture
def opened():
    """Opens a layer in the project, which is emptied again."""

    def open_layer(path, name="layer"):
        layer = QgsVectorLayer(path, name, "ogr")
        QgsProject.instance().addMapLayer(layer)
        layers.append(layer.id())
        return layer

    layers = []
    yield open_layer
    QgsProject.instance().removeMapLayers(layers)


@pytest.mark.parametrize("page", [None, "UTF-8", "936"])
def test_every_algorithm_stores_what_was_written(run, tmp_path, page):
    path = write_old_shapefile(tmp_path / "old.shp", NAMES, page=page)
    for name, given in (
        ("morphometry", {"INPUT": path}),
        ("preparereview", {"INPUT": path}),
        ("merge", {"INPUTS": [path]}),
        ("merge", {"INPUTS": [path], "EXISTING": path}),
    ):
        out = str(tmp_path / f"{name}.gpkg")
        run(name, {**given, "OUTPUT": out})
        assert texts(out) == NAMES
        assert ("Texts of 'old' are read as GB18030" in run.log) == (page != "936")
    shapefile = str(tmp_path / "again.shp")
    run("export", {"INPUT": path, "TARGET": "shapefile", "OUTPUT": shapefile})
    assert texts(shapefile) == NAMES


def test_a_status_in_gbk_is_applied(run, tmp_path):
    path = write_old_shapefile(tmp_path / "old.shp", ["确认", "剔除", "待审"], "status")
    given = {"INPUT": path, "INVENTORY": str(tmp_path / "i.gpkg")}
    result = run("applyreview", given)
    assert (result["CONFIRMED"], result["REJECTED_N"], result["OPEN"]) == (1, 1, 1)
    given = {"INPUT": path, "OUTPUT": str(tmp_path / "o.html")}
    assert run("statistics", given)["COUNT"] == 2


def test_bytes_of_an_unknown_encoding_can_be_taken_back(run, tmp_path):
    path = write_old_shapefile(tmp_path / "old.shp", ["оползень"], encoding="cp1251")
    out = str(tmp_path / "o.gpkg")
    run("merge", {"INPUTS": [path], "OUTPUT": out})
    assert "Nothing says in which encoding the texts of 'old' are" in run.log
    (text,) = texts(out)
    assert text.encode("latin-1").decode("cp1251") == "оползень"


def test_the_encoding_that_a_person_set_for_the_layer_stays(run, tmp_path, opened):
    path = write_old_shapefile(tmp_path / "old.shp", ["оползень"], encoding="cp1251")
    layer = opened(path)
    layer.setProviderEncoding("windows-1251")
    out = str(tmp_path / "o.gpkg")
    run("merge", {"INPUTS": [layer], "OUTPUT": out})
    assert texts(out) == ["оползень"]


@pytest.mark.parametrize("page", [None, "936"])
def test_unsaved_edits_are_read(run, tmp_path, opened, page):
    layer = opened(write_old_shapefile(tmp_path / "old.shp", NAMES, page=page))
    layer.startEditing()
    first, second, third = layer.getFeatures()
    larger = geometry("POLYGON ((0 -40,80 -40,80 0,0 0,0 -40))").ExportToWkt()
    layer.changeGeometry(first.id(), QgsGeometry.fromWkt(larger))
    layer.changeAttributeValue(second.id(), 1, "新名")
    layer.deleteFeature(third.id())
    new = QgsFeature(layer.fields())
    square = geometry(f"POLYGON {SQUARE.format(x=500, e=540)}").ExportToWkt()
    new.setGeometry(QgsGeometry.fromWkt(square))
    new.setAttributes(["NEW", "新滑坡"])
    layer.addFeature(new)
    before = [feature.attributes() for feature in layer.getFeatures()]
    result = run("morphometry", {"INPUT": layer, "OUTPUT": "memory:"})
    measured = {f["BH"]: f for f in result["OUTPUT"].getFeatures()}
    assert set(measured) == {"H00", "H01", "NEW"}
    assert measured["H00"]["area_m2"] == pytest.approx(3200, rel=2e-3)
    names = [measured[number]["name"] for number in ("H00", "H01", "NEW")]
    assert names == ["古滑坡", "新名", "新滑坡"]
    layer.selectByIds([new.id(), second.id()])
    chosen = QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True)
    result = run("morphometry", {"INPUT": chosen, "OUTPUT": "memory:"})
    assert {f["name"] for f in result["OUTPUT"].getFeatures()} == {"新名", "新滑坡"}
    # the user's layer is as it was, and nothing was saved
    assert [feature.attributes() for feature in layer.getFeatures()] == before
    assert layer.isEditable() and layer.isModified()
    layer.rollBack()
    assert layer.featureCount() == 3


@pytest.mark.parametrize("page", [None, "936"])
def test_columns_that_are_not_saved_keep_their_values(run, tmp_path, opened, page):
    """Deleted ones stand before those that a value was given to."""
    layer = opened(write_old_shapefile(tmp_path / "old.shp", NAMES, page=page))
    layer.addExpressionField("'v'", QgsField("virtual", QVariant.String))
    layer.startEditing()
    layer.addAttribute(QgsField("added", QVariant.String, "", 20))
    layer.addAttribute(QgsField("number", QVariant.Int))
    layer.deleteAttribute(layer.fields().lookupField("BH"))
    layer.renameAttribute(layer.fields().lookupField("name"), "title")
    number = next(layer.getFeatures()).id()
    values = {"title": "新名", "added": "新", "number": 7}
    for name, value in values.items():
        layer.changeAttributeValue(number, layer.fields().lookupField(name), value)
    new = QgsFeature(layer.fields())
    square = geometry(f"POLYGON {SQUARE.format(x=500, e=540)}").ExportToWkt()
    new.setGeometry(QgsGeometry.fromWkt(square))
    for name, value in values.items():
        new[name] = value
    layer.addFeature(new)
    written = run("morphometry", {"INPUT": layer, "OUTPUT": "memory:"})["OUTPUT"]
    rows = [[f[name] for name in (*values, "virtual")] for f in written.getFeatures()]
    assert sorted(rows, key=str) == sorted(
        [
            ["新名", "新", 7, "v"],
            ["新名", "新", 7, "v"],
            *([name, None, None, "v"] for name in NAMES[1:]),
        ],
        key=str,
    )
    assert not {"BH", "name"}.intersection(written.fields().names())
    layer.rollBack()


@pytest.mark.parametrize("page", [None, "936"])
def test_joins_virtual_fields_and_filters_are_read(run, tmp_path, opened, page):
    layer = opened(write_old_shapefile(tmp_path / "old.shp", NAMES, page=page))
    (tmp_path / "table.csv").write_text("BH,depth\nH00,10\nH01,20\nH02,30\n")
    join = QgsVectorLayerJoinInfo()
    join.setJoinLayer(opened(str(tmp_path / "table.csv"), "table"))
    join.setJoinFieldName("BH")
    join.setTargetFieldName("BH")
    join.setUsingMemoryCache(True)
    join.setPrefix("t_")
    layer.addJoin(join)
    layer.addExpressionField("'v' || \"name\"", QgsField("virt", QVariant.String))
    layer.setSubsetString("\"BH\" <> 'H01'")
    result = run("morphometry", {"INPUT": layer, "OUTPUT": "memory:"})
    rows = [
        (f["BH"], f["name"], f["t_depth"], f["virt"])
        for f in result["OUTPUT"].getFeatures()
    ]
    assert rows == [
        ("H00", "古滑坡", "10", "v古滑坡"),
        ("H02", "基岩崩塌", "30", "v基岩崩塌"),
    ]


def test_edits_in_a_geopackage_are_read_too(run, tmp_path, opened):
    rows = [(geometry(f"POLYGON {SQUARE.format(x=0, e=40)}"), {"status": "candidate"})]
    layer = opened(write_layer(tmp_path / "review.gpkg", rows))
    layer.startEditing()
    layer.changeAttributeValue(1, layer.fields().lookupField("status"), "确认")
    given = {"INPUT": layer, "INVENTORY": str(tmp_path / "i.gpkg")}
    assert run("applyreview", given)["CONFIRMED"] == 1
    layer.rollBack()


class LaterReadOnly(QgsVectorLayer):
    """A layer whose file can be read only from the moment it is copied on, as on a drive
    that was mounted anew.
    """

    def clone(self):
        copy = super().clone()
        copy.setReadOnly(True)
        return copy


def test_edits_that_cannot_be_read_are_never_left_out(run, tmp_path):
    path = write_old_shapefile(tmp_path / "old.shp", NAMES)
    layer = LaterReadOnly(path, "old", "ogr")
    layer.startEditing()
    layer.deleteFeature(0)
    with pytest.raises(
        QgsProcessingException, match="Layer 'old' has edits that are not"
    ):
        run("morphometry", {"INPUT": layer, "OUTPUT": "memory:"})
    assert layer.isModified()
    layer.rollBack()


def test_shapefiles_in_a_zip_and_in_a_folder(run, tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    write_old_shapefile(folder / "old.shp", NAMES)
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    for source in (tmp_path / "old.zip", folder, f"{folder}|layername=old"):
        out = str(tmp_path / "o.gpkg")
        run("merge", {"INPUTS": [str(source)], "OUTPUT": out})
        assert texts(out) == NAMES


def test_lost_characters_are_said(run, tmp_path):
    """Of a GeoJSON that is not in UTF-8, which no setting reads right."""
    square = "[[[99,27],[99.001,27],[99.001,27.001],[99,27]]]"
    feature = (
        '{"type":"Feature","properties":{"name":"古滑坡"},'
        f'"geometry":{{"type":"Polygon","coordinates":{square}}}}}'
    )
    path = tmp_path / "gbk.geojson"
    text = f'{{"type":"FeatureCollection","features":[{feature}]}}'
    path.write_bytes(text.encode("gbk"))
    for name, given in (
        ("morphometry", {"INPUT": str(path)}),
        ("merge", {"INPUTS": [str(path)]}),
    ):
        run(name, {**given, "OUTPUT": str(tmp_path / "o.gpkg")})
        assert "Texts of 'gbk' hold characters that were lost" in run.log
