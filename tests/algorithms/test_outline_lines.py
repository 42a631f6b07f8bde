# SPDX-License-Identifier: GPL-2.0-or-later
"""OUTPUT_LINES of mrife:morphometry: head scarps, flanks and toes as a layer of lines."""

from __future__ import annotations

import os

import pytest
from samples import wkt
from shapely.geometry import box
from slopes import X, Y, dem, plane

pytest.importorskip("qgis.core")
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

from models.inventory.morphometry.lines import PARTS


def slides(*outlines, fields="field=ls_id:string"):
    layer = QgsVectorLayer(f"Polygon?{fields}", "slides", "memory")
    from qgis.core import QgsCoordinateReferenceSystem

    layer.setCrs(QgsCoordinateReferenceSystem.fromWkt(wkt(32648)))
    for outline, attributes in outlines:
        feature = QgsFeature(layer.fields())
        geometry = QgsGeometry()
        geometry.fromWkb(outline.wkb)
        feature.setGeometry(geometry)
        feature.setAttributes(attributes)
        layer.dataProvider().addFeature(feature)
    return layer


SLIDE = box(X - 40, Y - 100, X + 40, Y + 100)


def test_lines_by_the_elevation_model(run, tmp_path):
    slope = dem(tmp_path / "z.tif", plane(180, 20))
    layer = slides((SLIDE, ["a_1"]))
    path = str(tmp_path / "lines.gpkg")
    asked = {"INPUT": layer, "DEM": slope, "OUTPUT": "memory:"}
    result = run("morphometry", {**asked, "OUTPUT_LINES": path})
    lines = QgsVectorLayer(result["OUTPUT_LINES"], "lines", "ogr")
    assert (
        QgsWkbTypes.geometryType(lines.wkbType()) == QgsWkbTypes.GeometryType.LineGeometry
    )
    found = {line["ls_part"]: line for line in lines.getFeatures()}
    assert set(found) == set(PARTS)
    assert {line["ls_id"] for line in found.values()} == {"a_1"}
    assert {line["dir_from"] for line in found.values()} == {"dem"}
    lengths = {part: line["line_m"] for part, line in found.items()}
    assert lengths == {"scarp": 80.0, "toe": 80.0, "left": 200.1, "right": 200.1}
    assert found["scarp"].geometry().boundingBox().yMinimum() == pytest.approx(Y + 100)
    assert found["left"].geometry().boundingBox().xMinimum() == pytest.approx(X + 40)
    assert "4 lines of head scarps, flanks and toes; 0 polygons have none" in run.log
    assert "OUTPUT_LINES" not in run("morphometry", asked)
    assert (tmp_path / "lines.qml").exists()


def test_lines_by_the_attributes_of_the_layer(run):
    fields = "field=ls_id:string&field=azim_deg:double&field=azim_r:double"
    moved = box(X + 200, Y - 100, X + 280, Y + 100)
    unknown = box(X + 400, Y - 100, X + 480, Y + 100)
    layer = slides(
        (SLIDE, ["a_1", 180.0, 0.9]),
        (moved, ["b_2", 180.0, 0.3]),
        (unknown, ["c_3", None, None]),
        fields=fields,
    )
    result = run(
        "morphometry", {"INPUT": layer, "OUTPUT": "memory:", "OUTPUT_LINES": "memory:"}
    )
    lines = result["OUTPUT_LINES"]
    rows = [(f["ls_id"], f["dir_from"], f["azim_deg"]) for f in lines.getFeatures()]
    assert rows == [("a_1", "layer", 180.0)] * 4
    assert "2 polygons have none, for their direction of movement is not known" in run.log


def test_ticks_of_the_head_scarp_point_down_the_slope(package, tmp_path):
    from mrife.algorithms.layers.classes import part_symbol
    from qgis.core import QgsSingleSymbolRenderer

    layer = QgsVectorLayer("LineString?crs=EPSG:32648", "scarp", "memory")
    feature = QgsFeature()
    # the polygon lies on the left hand, that is below
    feature.setGeometry(QgsGeometry.fromWkt(f"LINESTRING({X + 40} {Y}, {X - 40} {Y})"))
    layer.dataProvider().addFeature(feature)
    layer.setRenderer(QgsSingleSymbolRenderer(part_symbol("scarp")))
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(QgsRectangle(X - 50, Y - 50, X + 50, Y + 50))
    settings.setOutputSize(QSize(200, 200))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    picture.save(os.path.join(os.environ.get("MRIFE_PICTURES") or str(tmp_path), "t.png"))
    dark = [
        sum(QColor(picture.pixel(x, y)).lightness() < 128 for x in range(40, 160))
        for y in range(200)
    ]
    assert sum(dark[104:110]) > 20 and sum(dark[90:96]) == 0
