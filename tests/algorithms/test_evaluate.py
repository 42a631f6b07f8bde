# SPDX-License-Identifier: GPL-2.0-or-later
"""Evaluate against an inventory, through the registry: figures, layers, page, refusals."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("qgis.core")
from odd import write_layer
from osgeo import ogr
from qgis.core import QgsVectorLayer
from running import block_image, refused
from samples import write_raster

JINSHA = Path(__file__).resolve().parents[3] / "shared" / "data" / "jinsha"
# map units of the scenes: UTM 48 N, near its axis, where a metre is 0.9996
LEFT, TOP, PIXEL = 500_000, 3_000_000, 2.0


def square(col, row, cols, rows):
    """A rectangle of pixels of the scenes as WKT."""
    x0 = LEFT + PIXEL * col
    x1 = x0 + PIXEL * cols
    y1 = TOP - PIXEL * row
    y0 = y1 - PIXEL * rows
    return f"POLYGON (({x0} {y0}, {x1} {y0}, {x1} {y1}, {x0} {y1}, {x0} {y0}))"


def layer(path, shapes, **values):
    """A layer of rectangles of pixels."""
    rows = [
        (square(*shape), {"ls_id": f"l{place}", **values})
        for place, shape in enumerate(shapes)
    ]
    return write_layer(path, rows, kind=ogr.wkbPolygon)


@pytest.fixture
def sheet(tmp_path):
    return layer(tmp_path / "sheet.gpkg", [(0, 0, 200, 160)])


@pytest.fixture
def reference(tmp_path):
    """What the scene shows as landslide, and one that it does not show."""
    return layer(tmp_path / "known.gpkg", [(40, 30, 100, 100), (150, 120, 20, 20)])


@pytest.fixture
def probability(tmp_path):
    values = (block_image() / 250).astype(np.float32)
    return write_raster(tmp_path / "p.tif", values, (LEFT, PIXEL, 0, TOP, 0, -PIXEL))


def test_candidates_against_a_reference(run, tmp_path, sheet, reference):
    candidates = layer(tmp_path / "found.gpkg", [(40, 30, 100, 60), (10, 140, 10, 10)])
    places = {
        name: str(tmp_path / f"{name}.gpkg") for name in ("HITS", "MISSED", "FALSE")
    }
    given = {"INPUT": candidates, "REFERENCE": reference, "AREA": sheet, **places}
    page = str(tmp_path / "r.html")
    table = str(tmp_path / "r.csv")
    result = run("evaluate", {**given, "REPORT": page, "CSV": table})
    assert (result["FOUND"], result["REFERENCES"], result["CANDIDATES"]) == (1, 2, 2)
    assert result["IOU"] == pytest.approx(6000 / (10_000 + 400 + 100))
    assert result["OBJECT_RECALL"] == 0.5 and result["STRICT_PRECISION"] == 0.5
    ground = 32_000 * PIXEL**2 / 0.9996**2
    assert result["FALSE_PER_100_KM2"] == pytest.approx(1e8 / ground, rel=1e-3)
    rows = {
        name: list(QgsVectorLayer(path, name, "ogr").getFeatures())
        for name, path in places.items()
    }
    assert {name: [row["ls_id"] for row in found] for name, found in rows.items()} == {
        "HITS": ["l0"],
        "MISSED": ["l1"],
        "FALSE": ["l1"],
    }
    assert rows["HITS"][0]["ev_iou"] == pytest.approx(0.6, abs=1e-3)
    assert "Evaluation against an inventory" in Path(page).read_text(encoding="utf-8")
    with open(table, encoding="utf-8-sig", newline="") as file:
        values = {
            (r["table"], r["item"], r["quantity"]): r["value"]
            for r in csv.DictReader(file)
        }
    assert values["objects", "survey", "found"] == "1"


@pytest.mark.parametrize(
    "area, iou",
    [((0, 100, 10, 10), "0.000"), ((60, 50, 20, 20), "1.000")],
    ids=["nothing in common", "all in common"],
)
def test_a_score_without_an_interval(run, tmp_path, area, iou):
    """Where all draws agree; the log says so, as the page does."""
    found = layer(tmp_path / "found.gpkg", [(40, 30, 100, 100), (0, 100, 5, 10)])
    known = layer(tmp_path / "known.gpkg", [(30, 30, 120, 100), (5, 100, 5, 10)])
    places = {
        "AREA": layer(tmp_path / "a.gpkg", [area]),
        "REPORT": str(tmp_path / "r.html"),
    }
    run("evaluate", {"INPUT": found, "REFERENCE": known, **places})
    assert f"By ground: IoU {iou}, without an interval." in run.log


def test_the_rasters_own_outlines(run, tmp_path, sheet, reference, probability):
    """Without candidates; pixels are counted at every threshold."""
    given = {"PROBABILITY": probability, "REFERENCE": reference, "AREA": sheet}
    missed = str(tmp_path / "m.gpkg")
    hits = str(tmp_path / "h.gpkg")
    result = run(
        "evaluate",
        {**given, "HITS": hits, "MISSED": missed, "REPORT": str(tmp_path / "r.html")},
    )
    # the scene's second spot is on no landslide: 10,000 of 10,025 pixels above 0.5
    assert (result["FOUND"], result["REFERENCES"]) == (1, 2)
    assert result["AVERAGE_PRECISION"] > 0.96
    assert 0.6 < result["THRESHOLD"] <= 0.8
    found = list(QgsVectorLayer(hits, "h", "ogr").getFeatures())
    assert len(found) == 1 and found[0]["p_mean"] == pytest.approx(0.8, abs=0.01)
    assert QgsVectorLayer(missed, "m", "ogr").featureCount() == 1


@pytest.mark.parametrize("drawn", [False, True])
def test_false_candidates_are_counted_in_the_ground_that_was_searched(
    run, tmp_path, sheet, reference, drawn
):
    """Of the sheet's 160 rows 140 have data; of two polygons one is on no landslide."""
    values = (block_image() / 250).astype(np.float32)
    values[140:] = np.nan
    place = (LEFT, PIXEL, 0, TOP, 0, -PIXEL)
    probability = write_raster(tmp_path / "p.tif", values, place)
    page = tmp_path / "r.html"
    given = {"REFERENCE": reference, "AREA": sheet, "REPORT": str(page)}
    if drawn:
        shapes = [(40, 30, 100, 60), (10, 110, 10, 10)]
        given["INPUT"] = layer(tmp_path / "found.gpkg", shapes)
    result = run("evaluate", {**given, "PROBABILITY": probability})
    false = result["CANDIDATES"] - 1
    assert false > 0
    searched = 200 * 140 * PIXEL**2 / 0.9996**2
    assert result["FALSE_PER_100_KM2"] == pytest.approx(1e8 * false / searched, rel=1e-3)
    assert "by 100 km² of what was searched" in page.read_text(encoding="utf-8")


def test_what_vectorizing_writes_is_what_is_evaluated(
    run, tmp_path, sheet, reference, probability
):
    polygons = str(tmp_path / "v.gpkg")
    run("vectorize", {"INPUT": probability, "OUTPUT": polygons})
    given = {"REFERENCE": reference, "AREA": sheet, "REPORT": str(tmp_path / "r.html")}
    of_layer = run("evaluate", {**given, "INPUT": polygons})
    of_raster = run("evaluate", {**given, "PROBABILITY": probability})
    for name in ("IOU", "FOUND", "CANDIDATES", "FALSE_PER_100_KM2"):
        assert of_layer[name] == pytest.approx(of_raster[name])


@pytest.mark.parametrize(
    "own", [{"status": "剔除"}, {"cls": 0, "rej_why": "road"}], ids=["review", "training"]
)
def test_rejected_ones_of_the_reference_are_no_landslides(run, tmp_path, sheet, own):
    """By their status or, in the layer that a review leaves for training, by their class."""
    known = layer(tmp_path / "known.gpkg", [(40, 30, 100, 100)], **own)
    candidates = layer(tmp_path / "found.gpkg", [(40, 30, 100, 100)], status="rejected")
    page = str(tmp_path / "r.html")
    given = {"INPUT": candidates, "REFERENCE": known, "AREA": sheet, "REPORT": page}
    result = run("evaluate", given)
    assert (result["REFERENCES"], result["CANDIDATES"]) == (0, 1)
    assert result["OBJECT_PRECISION"] == 0
    assert "1 rejected polygons of the reference are left out." in run.log


def test_outside_the_area_nothing_counts(run, tmp_path, reference):
    candidates = layer(tmp_path / "found.gpkg", [(40, 30, 100, 100), (500, 500, 50, 50)])
    half = layer(tmp_path / "half.gpkg", [(0, 0, 145, 160)])
    page = str(tmp_path / "r.html")
    given = {"INPUT": candidates, "REFERENCE": reference, "AREA": half, "REPORT": page}
    result = run("evaluate", given)
    assert (result["REFERENCES"], result["CANDIDATES"]) == (1, 1)
    assert result["IOU"] == pytest.approx(1)


def test_without_an_area_the_rectangle_of_the_reference_is_taken_and_said(
    run, tmp_path, reference
):
    from qgis.core import QgsProcessingFeedback

    feedback = QgsProcessingFeedback(False)
    page = str(tmp_path / "r.html")
    run(
        "evaluate", {"INPUT": reference, "REFERENCE": reference, "REPORT": page}, feedback
    )
    assert "bounding rectangle" in feedback.textLog()
    assert "No evaluation area was given" in Path(page).read_text(encoding="utf-8")


def test_two_runs_are_equal(run, tmp_path, sheet, reference, probability):
    tables = []
    for name in ("a", "b"):
        table = tmp_path / f"{name}.csv"
        given = {"PROBABILITY": probability, "REFERENCE": reference, "AREA": sheet}
        page = str(tmp_path / "r.html")
        run("evaluate", {**given, "CSV": str(table), "REPORT": page})
        tables.append(table.read_bytes())
    assert tables[0] == tables[1]


def test_what_cannot_be_evaluated_is_refused(run, tmp_path, reference, probability):
    page = str(tmp_path / "r.html")
    far = layer(tmp_path / "far.gpkg", [(90_000, 0, 100, 100)])
    empty = layer(tmp_path / "empty.gpkg", [])
    given = {"REFERENCE": reference, "REPORT": page}
    assert "nothing to evaluate" in refused(run, "evaluate", given)
    given["PROBABILITY"] = probability
    assert "do not overlap" in refused(run, "evaluate", {**given, "AREA": far})
    assert "holds no polygon with an area" in refused(
        run, "evaluate", {**given, "AREA": empty}
    )
    assert "The reference holds no polygon with an area" in refused(
        run, "evaluate", {**given, "REFERENCE": empty}
    )
    assert not Path(page).exists()


@pytest.mark.skipif(not JINSHA.is_dir(), reason="shared/data is not there")
def test_real_landslides_against_themselves(run, tmp_path):
    known = str(JINSHA / "region_B_landslides.geojson")
    page = str(tmp_path / "r.html")
    result = run("evaluate", {"INPUT": known, "REFERENCE": known, "REPORT": page})
    assert result["REFERENCES"] == 15 and result["FOUND"] == 15
    assert result["IOU"] == pytest.approx(1) and result["STRICT_RECALL"] == 1
    assert result["BOUNDARY_M"] == pytest.approx(0, abs=1e-6)


def test_an_area_that_holds_nothing_is_said(run, tmp_path, reference, sheet):
    given = {"INPUT": reference, "REFERENCE": reference}
    elsewhere = layer(tmp_path / "far.gpkg", [(9000, 0, 200, 160)])
    page = {"REPORT": str(tmp_path / "r.html")}
    result = run("evaluate", {**given, "AREA": elsewhere, **page})
    assert (result["REFERENCES"], result["CANDIDATES"]) == (0, 0)
    assert "Neither candidates nor landslides of the reference lie" in run.log
    run("evaluate", {**given, "AREA": sheet, **page})
    assert "Neither candidates" not in run.log
    assert "evaluation area; where" not in run.log


@pytest.mark.parametrize(
    "far, words",
    [("INPUT", "No candidate lies"), ("REFERENCE", "No landslide of the reference lies")],
)
def test_a_layer_that_lies_elsewhere_is_said(run, tmp_path, reference, sheet, far, words):
    """Nothing was found, the log said, or all was false."""
    elsewhere = layer(tmp_path / "far.gpkg", [(9000, 0, 200, 160)])
    given = {"INPUT": reference, "REFERENCE": reference, "AREA": sheet}
    page = {"REPORT": str(tmp_path / "r.html")}
    run("evaluate", {**given, far: elsewhere, **page})
    assert f"{words} in the evaluation area" in run.log


# columns and rows of pixels of 2 m: ten landslides, nine candidates with a confidence
KNOWN = [
    *((20 + 60 * place, 20, 20, 20) for place in range(7)),  # 0.16 ha
    *((20 + 90 * place, 80, 60, 60) for place in range(3)),  # 1.44 ha
]
DRAWN = [
    *((KNOWN[place], 0.9) for place in range(4)),
    ((260, 20, 9, 20), 0.8),  # the fifth one in two pieces
    ((271, 20, 9, 20), 0.8),
    ((320, 20, 12, 20), 0.7),  # 12 of 20 columns of the sixth
    ((380, 20, 8, 20), 0.6),  # 8 of the seventh: it is right, and finds nothing
    ((400, 150, 20, 20), 0.2),  # on nothing
]


def test_scenario_14_against_an_inventory_of_ten_landslides(run, tmp_path):
    """Found: six. Right: eight of nine; with an IoU of half four and the sixth (0.6), the
    pieces having 0.45 each.
    """
    candidates = write_layer(
        tmp_path / "drawn.gpkg",
        [(square(*shape), {"conf": conf}) for shape, conf in DRAWN],
        kind=ogr.wkbPolygon,
    )
    page = tmp_path / "r.html"
    table = tmp_path / "r.csv"
    given = {
        "INPUT": candidates,
        "REFERENCE": layer(tmp_path / "known.gpkg", KNOWN),
        "AREA": layer(tmp_path / "sheet.gpkg", [(0, 0, 500, 200)]),
        "REPORT": str(page),
        "CSV": str(table),
    }
    result = run("evaluate", given)
    assert (result["FOUND"], result["REFERENCES"]) == (6, 10)
    assert result["OBJECT_RECALL"] == pytest.approx(6 / 10)
    assert result["OBJECT_PRECISION"] == pytest.approx(8 / 9)
    assert result["STRICT_RECALL"] == pytest.approx(5 / 10)
    assert result["STRICT_PRECISION"] == pytest.approx(5 / 9)
    km2 = 1000 * 400 / 0.9996**2 / 1e6
    assert result["FALSE_PER_100_KM2"] == pytest.approx(100 / km2, rel=1e-3)
    text = page.read_text(encoding="utf-8")
    for words in (
        "Strict: one candidate and one landslide whose intersection over union",
        "Survey: a landslide is found where candidates cover at least half of it",
        "By size",
        "Recommended thresholds",
    ):
        assert words in text
    with table.open(encoding="utf-8-sig", newline="") as file:
        values = {
            (r["table"], r["item"], r["quantity"]): r["value"]
            for r in csv.DictReader(file)
        }
    assert values["objects", "survey", "fragmented"] == "1"
    found = [
        (item, value)
        for (name, item, quantity), value in values.items()
        if name.startswith("size") and quantity == "found"
    ]
    assert [value for _, value in found] == ["6", "0", "0", "0", "0"]
    # at 0.7 six are found by seven right ones: F1 0.75
    assert float(values["thresholds", "f1 confidence", "threshold"]) == 0.7
