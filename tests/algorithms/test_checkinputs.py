# SPDX-License-Identifier: GPL-2.0-or-later
"""Check inputs through the dialog's algorithm and through the command line: the same
verdicts, layers and pages; what QGIS cannot open is a row.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("qgis.core")
from everything import two_on_the_block
from odd import write_layer
from osgeo import ogr
from running import block_image, refused
from samples import write_raster

from models.__main__ import main

OPTIONS = {
    "MODEL": "model",
    "DEM": "dem",
    "POLYGONS": "polygons",
    "LANGUAGE": "language",
}


@pytest.fixture
def inputs(tmp_path, model):
    """An image, one beside it, one that is cut short, and what goes with them."""
    east = (500200.0, 1.0, 0.0, 3000000.0, 0.0, -1.0)
    z = np.tile(np.arange(120, dtype=np.float32), (60, 1))
    place = (500000.0, 5.0, 0.0, 3000000.0, 0.0, -5.0)
    broken = tmp_path / "broken.tif"
    broken.write_bytes(
        Path(write_raster(tmp_path / "x.tif", block_image())).read_bytes()[:90]
    )
    return {
        "INPUTS": [
            write_raster(tmp_path / "west.tif", block_image()),
            write_raster(tmp_path / "east.tif", block_image() + 1, east),
            str(broken),
        ],
        "MODEL": model,
        "DEM": write_raster(tmp_path / "heights.tif", z, place),
        "POLYGONS": two_on_the_block(tmp_path / "two.gpkg"),
    }


def rows_of(path):
    from qgis.core import NULL, QgsVectorLayer

    layer = QgsVectorLayer(path, "checked", "ogr")
    assert layer.isValid() and layer.crs().authid() == "EPSG:32647"
    names = [name for name in layer.fields().names() if name != "fid"]
    return [
        (
            feature.geometry().asWkt(0),
            {name: None if feature[name] == NULL else feature[name] for name in names},
        )
        for feature in layer.getFeatures()
    ]


def without_moment(path):
    text = Path(path).read_text(encoding="utf-8")
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "", text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_doors_say_the_same(run, inputs, tmp_path, capsys, language):
    given = {**inputs, "LANGUAGE": language}
    files = {"OUTPUT": "d.gpkg", "REPORT": "d.html"}
    dialog = run(
        "checkinputs", {**given, **{k: str(tmp_path / v) for k, v in files.items()}}
    )
    arguments = ["checkinputs", *given["INPUTS"]]
    for name, option in OPTIONS.items():
        arguments += [f"--{option}", given[name]]
    arguments += [
        "--output",
        str(tmp_path / "l.gpkg"),
        "--report",
        str(tmp_path / "l.html"),
    ]
    assert main(arguments) == 0
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    counts = {name: dialog[name.upper()] for name in ("passed", "warned", "failed")}
    assert said[-1] == counts
    assert counts["failed"] == 1
    assert rows_of(str(tmp_path / "d.gpkg")) == rows_of(str(tmp_path / "l.gpkg"))
    page = without_moment(tmp_path / "d.html")
    assert page == without_moment(tmp_path / "l.html")
    assert ("不通过" in page) == (language == "zh")
    failures = [line for line in said if line.get("verdict") == "fail"]
    assert [line["input"] for line in failures] == ["broken"]


def test_the_layer_says_what_and_where(run, inputs, tmp_path):
    out = str(tmp_path / "o.gpkg")
    run("checkinputs", {**inputs, "OUTPUT": out})
    rows = rows_of(out)
    words = {
        values["in_name"]: (values["in_kind"], values["in_verdict"]) for _, values in rows
    }
    assert words["broken"] == ("image", "fail")
    assert words["heights"] == ("dem", "pass")
    assert words["two"] == ("polygons", "pass")
    outlines = {values["in_name"]: outline for outline, values in rows}
    assert "500200 2999840" in outlines["east"]
    assert "(" not in outlines["broken"]


def test_the_numbers_alone_are_enough(run, inputs):
    result = run(
        "checkinputs", {"INPUTS": inputs["INPUTS"][:1], "MODEL": inputs["MODEL"]}
    )
    assert set(result) == {"PASSED", "WARNED", "FAILED"}
    assert result["PASSED"] + result["WARNED"] == 1


def test_images_that_nobody_can_open_are_all_told(run, tmp_path, model):
    from qgis.core import QgsProcessingFeedback

    feedback = QgsProcessingFeedback(False)
    broken = [str(tmp_path / "none.tif"), str(tmp_path / "nor.tif")]
    given = {"INPUTS": broken, "MODEL": model}
    assert run("checkinputs", given, feedback)["FAILED"] == 2
    assert f"none: '{broken[0]}' cannot be opened as a raster" in feedback.textLog()


def test_a_service_is_a_row_with_the_way_out(run, inputs):
    from qgis.core import QgsProcessingFeedback, QgsRasterLayer

    source = "type=xyz&url=http://127.0.0.1:1/%7Bz%7D/%7Bx%7D/%7By%7D.png&zmax=1&zmin=0"
    tiles = QgsRasterLayer(source, "tiles", "wms")
    assert tiles.isValid()
    feedback = QgsProcessingFeedback(False)
    given = {**inputs, "INPUTS": [tiles, inputs["INPUTS"][0]]}
    assert run("checkinputs", given, feedback)["FAILED"] == 1
    said = "'tiles' comes from a 'wms' service; save it as a raster file first."
    assert said in feedback.textLog()


def test_the_map_tells_images_from_elevation_models(run, inputs, tmp_path):
    from mrife.algorithms.layers.classes import show_verdicts
    from mrife.algorithms.layers.styles import with_style
    from qgis.core import QgsExpression, QgsExpressionContext, QgsVectorLayer

    out = str(tmp_path / "o.gpkg")
    run("checkinputs", {**inputs, "OUTPUT": out})
    layer = QgsVectorLayer(out, "checked", "ogr")
    with_style(show_verdicts, labelled=True)(layer)
    shown = {}
    label = QgsExpression(layer.labeling().settings().fieldName)
    for feature in layer.getFeatures():
        context = QgsExpressionContext()
        context.setFeature(feature)
        rules = [
            (heading.label(), rule.label())
            for heading in layer.renderer().rootRule().children()
            for rule in heading.children()
            if QgsExpression(rule.filterExpression()).evaluate(context)
        ]
        shown[feature["in_name"]] = (rules, bool(label.evaluate(context)))
    assert shown["broken"] == ([("image", "failed")], True)
    assert shown["heights"] == ([("elevation model", "passed")], False)
    assert shown["two"] == ([], False)


def test_wrong_parameters_are_refused(run, inputs, tmp_path):
    assert "nothing to check" in refused(run, "checkinputs", {"INPUTS": []})
    junk = tmp_path / "junk.onnx"
    junk.write_bytes(b"no model")
    wrong = {**inputs, "MODEL": str(junk)}
    assert "junk.onnx" in refused(run, "checkinputs", wrong)
    wrong = {**inputs, "OUTPUT": str(tmp_path / "no" / "o.gpkg")}
    assert "does not exist" in refused(run, "checkinputs", wrong)
    wrong = {**inputs, "DEM": str(tmp_path / "no.tif")}
    assert "cannot be opened as a raster" in refused(run, "checkinputs", wrong)


def test_cancel_leaves_nothing(run, inputs, tmp_path):
    from qgis.core import QgsProcessingFeedback

    class Impatient(QgsProcessingFeedback):
        def setProgress(self, share):
            self.cancel()

    out = tmp_path / "o.gpkg"
    run("checkinputs", {**inputs, "OUTPUT": str(out)}, feedback=Impatient())
    assert not out.exists()


def test_the_log_says_that_a_shift_is_not_measured(run, inputs, capsys):
    run("checkinputs", inputs)
    assert "shifted beside what the images show is not measured here" in run.log
    options = ["--model", inputs["MODEL"], "--polygons", inputs["POLYGONS"]]
    assert main(["checkinputs", *inputs["INPUTS"][:1], *options]) == 0
    assert "is not measured here" in capsys.readouterr().out


def test_polygons_without_a_system_are_a_row(run, inputs, tmp_path):
    rows = [("POLYGON ((0 0, 0 9, 9 9, 9 0, 0 0))", {"name": "a"})]
    kind = ogr.wkbPolygon
    bare = write_layer(tmp_path / "bare.shp", rows, kind=kind, driver="ESRI Shapefile")
    (tmp_path / "bare.prj").unlink()
    result = run("checkinputs", {**inputs, "POLYGONS": bare})
    assert result["FAILED"] == 2
