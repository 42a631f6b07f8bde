# SPDX-License-Identifier: GPL-2.0-or-later
"""A layer whose file is damaged is refused, wherever its loss is hidden from QGIS; one
that is whole is not, however it is read.
"""

from __future__ import annotations

import re

import pytest
from damaged import LAYERS, cut_short, damage, polygons
from odd import write_layer
from osgeo import gdal, ogr
from running import refused

pytest.importorskip("qgis.core")
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsVectorLayer,
    QgsVectorLayerJoinInfo,
)

SQUARE = "POLYGON ((0 20,0.4 20,0.4 20.4,0 20.4,0 20))"  # in metres or degrees


@pytest.fixture
def project(qgis_app):
    """Takes layers in until the test ends."""
    yield QgsProject.instance()
    QgsProject.instance().clear()


def opened(project, path):
    layer = QgsVectorLayer(str(path), "v", "ogr")
    assert layer.isValid()
    project.addMapLayer(layer)
    return layer


@pytest.mark.parametrize(("name", "driver", "part"), LAYERS)
def test_a_damaged_layer_is_not_merged(run, tmp_path, name, driver, part):
    polygons(tmp_path / name, driver)
    given = {"INPUTS": [str(tmp_path / name)], "OUTPUT": "memory:"}
    damage(tmp_path / part)
    sentence = refused(run, "merge", given)
    if part == "v.shp":  # as many come, without outlines
        assert "'v' cannot be read to its end (Error in fread()" in sentence
    else:
        only = re.search(r"'v' .* its end, only (\d+) of 3000 features", sentence)
        assert 1000 < int(only[1]) < 3000


def test_what_counts_itself_up_to_its_damage_is_not_merged(run, tmp_path):
    polygons(tmp_path / "v.gml", "GML")
    cut_short(tmp_path / "v.gml")
    given = {"INPUTS": [str(tmp_path / "v.gml")], "OUTPUT": "memory:"}
    assert "cannot be read to its end (XML" in refused(run, "merge", given)


@pytest.mark.parametrize(("name", "driver", "part"), LAYERS)
@pytest.mark.parametrize("way", ["filter", "selection", "edits"])
def test_damage_is_not_hidden(run, project, tmp_path, name, driver, part, way):
    """GDAL counts what passes a filter up to the damage only, and says nothing of rows of
    a GeoPackage that are asked for by their numbers.
    """
    polygons(tmp_path / name, driver)
    damage(tmp_path / part)
    layer = opened(project, tmp_path / name)
    if way == "filter":
        layer.setSubsetString("name <> 'q'")
    elif way == "selection":
        layer.selectByIds(list(range(1500, 2900)))
    else:
        layer.startEditing()
        layer.deleteFeature(3)
    source = QgsProcessingFeatureSourceDefinition(layer.id(), way == "selection")
    sentence = refused(run, "morphometry", {"INPUT": source, "OUTPUT": "memory:"})
    assert "'v' cannot be read to its end" in sentence


def test_a_damaged_layer_without_a_system_is_refused(run, project, tmp_path):
    """It is read from a copy, by the numbers of its rows."""
    polygons(tmp_path / "v.shp", "ESRI Shapefile")
    damage(tmp_path / "v.dbf")
    layer = opened(project, tmp_path / "v.shp")
    layer.setCrs(type(layer.crs())())
    given = {"INPUT": layer.id(), "OUTPUT": "memory:"}
    assert "only 2249 of 3000 features" in refused(run, "morphometry", given)


def test_a_damaged_review_is_not_overwritten(run, tmp_path):
    """What was decided in it cannot be counted."""
    polygons(tmp_path / "v.gpkg", "GPKG")
    review = tmp_path / "r.gpkg"
    given = {"INPUT": str(tmp_path / "v.gpkg"), "OUTPUT": str(review)}
    run("preparereview", given)
    dataset = gdal.OpenEx(str(review), gdal.OF_VECTOR | gdal.OF_UPDATE)
    dataset.ExecuteSQL("UPDATE review SET status = 'candidate'")
    dataset = None
    damage(review, 0.2)
    assert "r.gpkg' cannot be read to its end" in refused(run, "preparereview", given)


# driver and suffix of what a layer of polygons, some without an outline, can be
WHOLE = {
    "gpkg": "GPKG",
    "shp": "ESRI Shapefile",
    "fgb": "FlatGeobuf",
    "geojson": "GeoJSON",
    "geojsonl": "GeoJSONSeq",
    "csv": "CSV",
    "kml": "KML",
    "gml": "GML",
    "sqlite": "SQLite",
    "tab": "MapInfo File",
}
COUNT = 600
DELETED = range(5, 55)  # rows


@pytest.fixture(params=WHOLE)
def whole(request, tmp_path):
    """A file whose rows are gapped, not packed, and not all outlines, where its format
    bears that.
    """
    path = tmp_path / f"v.{request.param}"
    rows = [(SQUARE, {"name": str(number)}) for number in range(COUNT)]
    system = 4326 if request.param in ("kml", "geojsonl") else 32647
    options = ["GEOMETRY=AS_WKT", "CREATE_CSVT=YES"] if request.param == "csv" else []
    kind = ogr.wkbPolygon
    write_layer(path, rows, system, kind, WHOLE[request.param], options)
    if request.param in ("gpkg", "shp", "geojson", "sqlite"):
        dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR | gdal.OF_UPDATE)
        layer = dataset.GetLayer(0)
        for number in DELETED:
            layer.DeleteFeature(number)
        layer.CreateFeature(ogr.Feature(layer.GetLayerDefn()))
        layer = dataset = None
    return path


def taken(run, layer, selected=False):
    """How many features are measured or said to have no outline."""
    source = QgsProcessingFeatureSourceDefinition(layer.id(), selected)
    result = run("morphometry", {"INPUT": source, "OUTPUT": "memory:"})
    return result["COUNT"] + result["SKIPPED"]


def test_a_whole_layer_is_taken(run, project, whole):
    layer = opened(project, whole)
    if not layer.crs().isValid():
        layer.setCrs(QgsProject.instance().crs().fromEpsgId(32647))
    ids = [feature.id() for feature in layer.getFeatures()]
    assert taken(run, layer) == len(ids)
    layer.setSubsetString("name <> '7'")
    assert taken(run, layer) in (len(ids), len(ids) - 1)  # row 7 may be deleted
    layer.setSubsetString("")
    layer.selectByIds(ids[100:400])
    assert taken(run, layer, True) == 300
    join = QgsVectorLayerJoinInfo()
    join.setJoinLayer(opened(project, whole))
    join.setJoinFieldName("name")
    join.setTargetFieldName("name")
    layer.addJoin(join)
    assert taken(run, layer) == len(ids)


def test_numbers_of_rows_that_are_gone_are_no_damage(run, project, whole):
    """GDAL calls them errors in a Shapefile and in FlatGeobuf."""
    layer = opened(project, whole)
    if not layer.crs().isValid():
        layer.setCrs(QgsProject.instance().crs().fromEpsgId(32647))
    ids = [feature.id() for feature in layer.getFeatures()]
    layer.selectByIds([*ids[100:110], DELETED[3], ids[-1] + 1000])
    assert taken(run, layer, True) >= 10


def test_edits_that_are_not_saved_are_no_damage(run, project, whole):
    """Rows that the file does not have yet are asked for by numbers below 0."""
    layer = opened(project, whole)
    ids = [feature.id() for feature in layer.getFeatures()]
    if not layer.crs().isValid() or not layer.startEditing():
        pytest.skip("QGIS does not edit it")
    deleted = layer.deleteFeature(ids[20])
    layer.changeGeometry(ids[30], QgsGeometry.fromWkt(SQUARE))
    for geometry in (QgsGeometry.fromWkt(SQUARE), QgsGeometry()):
        added = QgsFeature(layer.fields())
        added.setGeometry(geometry)
        layer.addFeature(added)
        ids.append(added.id())
    assert taken(run, layer) == len(ids) - deleted
    layer.selectByIds(ids[10:300] + ids[-2:])
    assert taken(run, layer, True) >= 290
