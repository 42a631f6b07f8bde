# SPDX-License-Identifier: GPL-2.0-or-later
"""Fields that a format cannot take as they are: renamed or written as text, and said;
what no format or name can take is refused before the work.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest
from osgeo import gdal
from running import ROOT, left, refused

pytest.importorskip("qgis.core")
from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsField,
    QgsFieldConstraints,
    QgsFields,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingModelAlgorithm,
    QgsProject,
    QgsRasterFileWriter,
    QgsSettings,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QByteArray, QDate, QDateTime, QTime, QVariant

MOMENT = QDateTime(2020, 1, 2, 3, 4, 5)
TYPES = {  # in GeoJSON, as values QGIS may read back, the last one the text
    "list": ([1, 2], "1, 2"),
    "texts": (["x", "y"], "x, y"),
    "parts": ({"a": 1}, '{"a": 1}'),
    "time": ("10:11:12", QTime(10, 11, 12), "10:11:12"),
    "day": ("2020-01-02", QDate(2020, 1, 2), QDateTime(2020, 1, 2, 0, 0), "2020/01/02"),
    "moment": ("2020/01/02 03:04:05", MOMENT, "2020-01-02T03:04:05"),
}
needs_libkml = pytest.mark.skipif(
    gdal.GetDriverByName("LIBKML") is None, reason="GDAL without its driver LIBKML"
)
KML = pytest.param("kml", marks=needs_libkml)
FORMATS = ("gpkg", "shp", "geojson", "sqlite", "fgb", "gml", KML, "csv", "tab")
INTERLIS = pytest.param(
    "mine.itf",
    "does not give them back",
    marks=pytest.mark.skipif(
        not QgsVectorFileWriter.driverForExtension("itf"),
        reason="QGIS without GDAL's driver Interlis 1",
    ),
)


@pytest.fixture
def layer_of(qgis_app):
    """A layer in memory with one square and the given (name, type, value)s."""
    made = []

    def build(*fields):
        layer = QgsVectorLayer("Polygon?crs=epsg:32647", "mine", "memory")
        for name, kind, _ in fields:
            layer.dataProvider().addAttributes([QgsField(name, kind)])
        layer.updateFields()
        feature = QgsFeature(layer.fields())
        square = (
            "Polygon((500000 3000000, 500000 3000100, 500100 3000100, 500000 3000000))"
        )
        feature.setGeometry(QgsGeometry.fromWkt(square))
        feature.setAttributes([value for _, _, value in fields])
        assert layer.dataProvider().addFeature(feature)
        QgsProject.instance().addMapLayer(layer)
        made.append(layer.id())
        return layer

    yield build
    QgsProject.instance().removeMapLayers(made)


@pytest.fixture
def typed(tmp_path):
    """A file with a field of each type."""
    ring = [[104, 35], [104.001, 35], [104, 35.001], [104, 35]]
    feature = {
        "type": "Feature",
        "properties": {name: values[0] for name, values in TYPES.items()},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = tmp_path / "typed.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return str(path)


def measured(run, layer, path):
    """Attributes by name of the one feature that 'Measure' writes to a file."""
    result = run("morphometry", {"INPUT": layer, "OUTPUT": str(path)})
    written = QgsVectorLayer(result["OUTPUT"], "out", "ogr")
    assert written.isValid() and written.featureCount() == 1
    (feature,) = written.getFeatures()
    return {name.lower(): feature[name] for name in written.fields().names()}


@pytest.mark.parametrize("ending", FORMATS)
def test_no_value_is_lost_whatever_the_format(run, typed, folder, ending):
    attributes = measured(run, typed, folder / f"out.{ending}")
    for name, values in TYPES.items():
        assert attributes[name] in values, (name, attributes[name])
    assert float(attributes["area_m2"]) == pytest.approx(5064, rel=1e-3)
    assert "Fields written as text" in run.log and "list" in run.log


def test_bytes_are_kept_or_written_in_digits(run, layer_of, folder):
    layer = layer_of(("raw", QVariant.ByteArray, QByteArray(b"ab")))
    assert measured(run, layer, folder / "o.gpkg")["raw"] == QByteArray(b"ab")
    assert measured(run, layer, folder / "o.gml")["raw"] == "6162"


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(
    "name", ["fid", "FID", "geom", "geometry", "ogc_fid", "shape", "objectid", "area_M2"]
)
def test_columns_of_a_format_s_own_do_not_clash(run, layer_of, folder, ending, name):
    layer = layer_of((name, QVariant.String, "F-12"), ("z", QVariant.Int, 7))
    attributes = measured(run, layer, folder / f"out.{ending}")
    assert str(attributes["z"]) == "7"
    if name != "area_M2":  # which is ours
        kept = [key for key, value in attributes.items() if value == "F-12"]
        assert len(kept) == 1, attributes
        if kept != [name.lower()]:
            assert f"{name} → {kept[0]}" in run.log.replace("FID_own", "fid_own")


def test_numbers_that_come_twice_are_no_row_numbers(run, folder):
    path = folder / "twice.shp"
    source = QgsVectorLayer("Polygon?crs=epsg:32647&field=fid:integer", "x", "memory")
    rows = []
    for place in range(4):
        feature = QgsFeature(source.fields())
        x = 500000 + 200 * place
        feature.setGeometry(
            QgsGeometry.fromWkt(f"Polygon(({x} 0, {x} 100, {x + 100} 100, {x} 0))")
        )
        feature.setAttributes([place // 2])
        rows.append(feature)
    source.dataProvider().addFeatures(rows)
    result = run("morphometry", {"INPUT": source, "OUTPUT": str(path)})
    assert result["COUNT"] == 4 and "renamed" not in run.log
    output = str(folder / "o.gpkg")
    result = run("morphometry", {"INPUT": str(path), "OUTPUT": output})
    written = QgsVectorLayer(output, "x", "ogr")
    rows = [(f["fid"], f["fid_own"]) for f in written.getFeatures()]
    assert rows == [(1, 0), (2, 0), (3, 1), (4, 1)]
    assert "Fields renamed" in run.log and "fid → fid_own" in run.log
    again = run("morphometry", {"INPUT": output, "OUTPUT": str(folder / "p.gpkg")})
    assert "renamed" not in run.log  # its row numbers stay what they are
    assert again["COUNT"] == 4


def test_a_row_s_number_that_comes_twice_is_given_anew(provider):
    layouts = sys.modules["mrife.algorithms.layers.layout"]
    unique = QgsFieldConstraints()
    unique.setConstraint(QgsFieldConstraints.Constraint.ConstraintUnique)
    fields = QgsFields()
    field = QgsField("fid", QVariant.Int)
    field.setConstraints(unique)
    fields.append(field)
    fields.append(QgsField("year", QVariant.Int))
    layout = layouts.Layout(fields, "GPKG")
    rows = [layout.row({"fid": number, "year": 7}) for number in (1, 1, 2, None)]
    assert rows == [[1, 7], [None, 7], [2, 7], [None, 7]]


@pytest.mark.parametrize(
    "ending, is_said", [("tab", True), ("mif", True), ("gpkg", False)]
)
def test_numbers_that_a_format_makes_0_of_are_said(
    run, layer_of, folder, ending, is_said
):
    layer = layer_of(("points", QVariant.Int, None), ("words", QVariant.String, None))
    attributes = measured(run, layer, folder / f"o.{ending}")
    assert (attributes["points"] == 0) == is_said
    assert ("no empty numbers" in run.log) == is_said


def test_yes_and_no_that_are_not_known_are_counted_among_these(provider):
    layouts = sys.modules["mrife.algorithms.layers.layout"]
    fields = QgsFields()
    for name, kind in (("dug", QVariant.Bool), ("n", QVariant.Int), ("day", QVariant.Date)):
        fields.append(QgsField(name, kind))
    layout = layouts.Layout(fields, "MapInfo File")
    assert layout.row({}) == [None, None, None] and layout.zeros == 2


def test_names_of_a_shapefile_are_cut_between_letters_and_said(run, layer_of, folder):
    layer = layer_of(
        ("滑坡名称及编号", QVariant.String, "甲" * 100),
        ("very_long_name_1", QVariant.String, "a"),
        ("very_long_name_2", QVariant.String, "b"),
    )
    attributes = measured(run, layer, folder / "out.shp")
    assert attributes["滑坡名"] == "甲" * 84  # of 254 bytes
    assert attributes["very_long_"] == "a" and attributes["very_lon_2"] == "b"
    assert "滑坡名称及编号 → 滑坡名" in run.log and "1 texts are longer" in run.log


def test_an_exported_shapefile_holds_times_and_lists_as_text(run, typed, folder):
    path = str(folder / "out.shp")
    run("export", {"INPUT": typed, "TARGET": "shapefile", "OUTPUT": path})
    (feature,) = QgsVectorLayer(path, "out", "ogr").getFeatures()
    for name, values in TYPES.items():
        assert feature[name] in (values[-1], QDate(2020, 1, 2))
    assert "Fields written as text" in run.log


@pytest.mark.parametrize(
    "name, words",
    [
        ("gpkg_mine.gpkg", "may not begin with 'gpkg'"),
        ("sqlite_mine.gpkg", "reserved"),
        ("a:b.gpkg", "a:b.gpkg"),
        ("mine.dxf", "does not support"),
        ("mine.gpx", "not supported"),
        ("mine.pdf", "does not give them back"),
        INTERLIS,
        ("mine.mbtiles", "does not give them back"),
        ("x" * 300 + ".gpkg", "cannot be"),
    ],
)
def test_what_cannot_be_a_layer_is_refused_before_the_work(
    run, scene, model, folder, name, words
):
    parameters = {"INPUT": scene, "MODEL": model, "OUTPUT": str(folder / name)}
    said = refused(run, "detect", parameters)
    assert words in said and "Searching" not in said and left(folder) == set()


def test_a_probability_raster_is_not_named_as_another_format(run, scene, model, folder):
    parameters = {"INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
    for name in ("p.img", "p.jpg", "p.vrt"):
        parameters["PROBABILITY"] = str(folder / name)
        assert "will be a GeoTIFF" in refused(run, "detect", parameters)


def test_the_ending_that_qgis_adds_is_looked_at_too(run, inventory):
    """Of `编目 一` it would make `编目 一.gpkg`, the input."""
    before = Path(inventory).read_bytes()
    parameters = {"INPUT": inventory, "OUTPUT": inventory[: -len(".gpkg")]}
    assert "is one of the inputs" in refused(run, "morphometry", parameters)
    assert Path(inventory).read_bytes() == before


def test_a_table_without_outlines_is_said(run, inventory, folder):
    run("morphometry", {"INPUT": inventory, "OUTPUT": str(folder / "o.csv")})
    assert "holds no outlines" in run.log


@pytest.mark.skipif(
    gdal.GetDriverByName("LIBKML") is not None,
    reason="GDAL with LIBKML, whose KML gives fields back",
)
def test_kml_is_refused_where_its_fields_do_not_come_back(run, layer_of, folder):
    parameters = {"INPUT": layer_of(), "OUTPUT": str(folder / "o.kml")}
    assert "does not give them back" in refused(run, "morphometry", parameters)


@pytest.mark.parametrize("ending", [KML, "gml", pytest.param("kmz", marks=needs_libkml)])
def test_names_that_are_none_in_xml_are_renamed(run, layer_of, folder, ending):
    names = ('quo"te', "<b>", "1abc", "\N{GRINNING FACE}", "滑坡 名称")
    layer = layer_of(*((name, QVariant.String, "x") for name in names))
    path = folder / f"o.{ending}"
    run("morphometry", {"INPUT": layer, "OUTPUT": str(path)})
    (feature,) = QgsVectorLayer(str(path), "o", "ogr").getFeatures()
    for name in ("quo_te", "_b_", "_1abc", "_", "滑坡_名称"):
        assert feature[name] == "x"
    assert 'quo"te → quo_te' in run.log


@pytest.mark.parametrize("ending", ["sqlite", "gpkg", "fgb", "geojson", "tab", "shp"])
def test_the_coordinate_system_comes_back(run, layer_of, folder, ending):
    path = folder / f"o.{ending}"
    run("morphometry", {"INPUT": layer_of(), "OUTPUT": str(path)})
    assert QgsVectorLayer(str(path), "o", "ogr").crs().authid() == "EPSG:32647"


@pytest.mark.parametrize("ending", ["gpkg", "shp"])
def test_a_coordinate_system_in_another_unit_is_said(run, layer_of, folder, ending):
    """GDAL takes UTM in kilometres for UTM in metres where it writes a GeoPackage."""
    layer = layer_of()
    kilometres = "+proj=utm +zone=47 +datum=WGS84 +units=km +no_defs"
    layer.setCrs(QgsCoordinateReferenceSystem.fromProj(kilometres))
    square = "Polygon((500 3000, 500 3000.1, 500.1 3000.1, 500 3000))"
    layer.dataProvider().changeGeometryValues({1: QgsGeometry.fromWkt(square)})
    path = str(folder / f"o.{ending}")
    run("morphometry", {"INPUT": layer, "OUTPUT": path})
    written = QgsVectorLayer(path, "o", "ogr")
    (feature,) = written.getFeatures()
    assert feature["area_m2"] == pytest.approx(5000, rel=2e-3)
    elsewhere = "+units=km" not in written.crs().toProj()
    assert ("one that counts in another unit" in run.log) == elsewhere
    assert not (elsewhere and ending == "shp")


def test_a_format_without_coordinate_systems_is_said(run, layer_of, folder):
    result = run("morphometry", {"INPUT": layer_of(), "OUTPUT": str(folder / "o.db")})
    # newer QGIS gives it one
    without = not QgsVectorLayer(result["OUTPUT"], "o", "ogr").crs().isValid()
    assert ("holds no coordinate reference system" in run.log) == without
    assert without == (Qgis.versionInt() < 34000)


def test_dates_stay_dates(run, layer_of, folder):
    layer = layer_of(("day", QVariant.Date, QDate(2020, 1, 2)))
    assert measured(run, layer, folder / "o.gpkg")["day"] == QDate(2020, 1, 2)


def test_a_moment_of_the_hour_that_summer_time_leaves_out(provider, monkeypatch):
    """Moments are in UTC, and QGIS reads them as the time of the place."""
    from mrife.algorithms.layers.layout import plain

    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    skipped = plain(QDateTime(QDate(2026, 3, 8), QTime(2, 30)))
    monkeypatch.undo()
    time.tzset()
    assert skipped == "2026-03-08T02:30:00Z"
    assert plain(QDateTime()) is None


@pytest.fixture
def other_formats(qgis_app):
    """As Settings > Options > Processing > General names them for layers and rasters."""
    formats = {
        "Processing/DefaultOutputVectorLayerExt": (QgsVectorFileWriter, "shp"),
        "Processing/DefaultOutputRasterLayerExt": (QgsRasterFileWriter, "img"),
    }
    for key, (writer, ending) in formats.items():
        place = writer.supportedFormatExtensions().index(ending)
        QgsSettings().setValue(key, place)
    yield
    for key in formats:
        QgsSettings().remove(key)


def test_outputs_of_one_format_have_its_ending(
    other_formats, run, inventory, scene, model
):
    """Also as a model shows them."""
    temporary = QgsProcessing.TEMPORARY_OUTPUT
    review = run("preparereview", {"INPUT": inventory, "OUTPUT": temporary})
    assert review["OUTPUT"].endswith(".gpkg|layername=review")
    asked = {"INPUT": scene, "MODEL": model, "OUTPUT": "memory:"}
    assert run("detect", {**asked, "PROBABILITY": temporary})["PROBABILITY"].endswith(
        ".tif"
    )
    example = QgsProcessingModelAlgorithm()
    assert example.fromFile(str(ROOT / "resources/models/one_sheet_to_a_review.model3"))
    example.initAlgorithm()
    shown = example.parameterDefinition("preparereview:Review")
    assert shown.defaultFileExtension() == "gpkg"
