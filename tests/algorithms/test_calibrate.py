# SPDX-License-Identifier: GPL-2.0-or-later
"""Calibrate a model, through the registry: the copy finds what the model misses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("qgis.core")
from odd import write_layer
from osgeo import ogr
from running import refused
from samples import PLACE, write_raster

from models.onnxfile import describe

ROWS, COLS = 640, 512
BLOBS = 40  # of 32 x 32 pixels: every other one a landslide
FAINT, BRIGHT, GROUND = 90, 75, 20  # of 250: a landslide, what looks like one, the rest


def squares():
    """(row, column) of the blobs, from north to south."""
    return [(20 + 60 * (i // 4), 20 + 120 * (i % 4)) for i in range(BLOBS)]


@pytest.fixture
def ground(tmp_path):
    """An image whose landslides are just not bright enough for the model."""
    image = np.full((ROWS, COLS), GROUND, np.uint8)
    for number, (row, col) in enumerate(squares()):
        image[row : row + 32, col : col + 32] = (BRIGHT, FAINT)[number % 2]
    return write_raster(tmp_path / "ground.tif", image)


@pytest.fixture
def known(tmp_path):
    x, y = PLACE[0], PLACE[3]
    rows = []
    for number, (row, col) in enumerate(squares()):
        if number % 2:
            left, top = x + col, y - row
            ring = f"{left} {top},{left + 32} {top},{left + 32} {top - 32},{left} {top - 32},{left} {top}"
            rows.append((f"POLYGON (({ring}))", {"ls_id": f"k{number}"}))
    return write_layer(tmp_path / "known.gpkg", rows, kind=ogr.wkbPolygon)


def searched(run, image, model, folder, name, **given):
    probability = str(folder / f"{name}.tif")
    result = run(
        "detect",
        {
            "INPUT": image,
            "MODEL": model,
            "MIN_AREA": 0,
            "PROBABILITY": probability,
            "OUTPUT": str(folder / f"{name}.gpkg"),
            **given,
        },
    )
    return probability, result


def test_the_copy_finds_what_the_model_misses(run, tmp_path, ground, known, model):
    """The model's threshold is 0.5, landslides are at 0.36, what looks like them at 0.3."""
    before = Path(model).read_bytes()
    probability, result = searched(run, ground, model, tmp_path, "before")
    assert result["COUNT"] == 0
    out = str(tmp_path / "calibrated.onnx")
    given = {"MODEL": model, "PROBABILITY": probability, "REFERENCE": known}
    result = run("calibrate", {**given, "OUTPUT_MODEL": out})
    assert (result["IOU_BEFORE"], result["IOU_AFTER"]) == (0, 1)
    assert 0.3 < result["THRESHOLD"] <= 0.36
    # all polygons are right: nothing to fit a confidence to
    assert "POLYGONS" not in result and "five of each are needed" in run.log
    calibrated = describe(out)
    assert calibrated.contract.threshold == pytest.approx(result["THRESHOLD"])
    assert calibrated.contract.calibrated_on.startswith("known, 20 landslides, ")
    assert calibrated.model_id != describe(model).model_id
    assert Path(model).read_bytes() == before
    _, after = searched(run, ground, out, tmp_path, "after")
    assert after["COUNT"] == BLOBS // 2
    assert calibrated_on_half(run, given, tmp_path).startswith("known, 10 landslides, ")
    # the old raster is none of the copy's
    given["MODEL"] = out
    sentence = refused(
        run, "calibrate", {**given, "OUTPUT_MODEL": str(tmp_path / "again.onnx")}
    )
    assert "was made by the model" in sentence


def calibrated_on_half(run, given, tmp_path):
    """What a copy says that was fitted in the northern half of the ground."""
    x, y = PLACE[0], PLACE[3]
    ring = f"{x} {y},{x + COLS} {y},{x + COLS} {y - ROWS / 2},{x} {y - ROWS / 2},{x} {y}"
    half = write_layer(tmp_path / "half.gpkg", [(f"POLYGON (({ring}))", {"a": 1})])
    out = str(tmp_path / "half.onnx")
    run("calibrate", {**given, "AREA": half, "OUTPUT_MODEL": out})
    return describe(out).contract.calibrated_on


def test_where_nothing_holds_the_copy_is_the_model(run, tmp_path, ground, model):
    """Landslides where the image shows nothing: no threshold finds them."""
    corner = f"{PLACE[0]} {PLACE[3]}"
    ring = f"{corner},{PLACE[0] + 10} {PLACE[3]},{PLACE[0] + 10} {PLACE[3] - 10},{corner}"
    shapes = [(f"POLYGON (({ring}))", {"ls_id": "k"})]
    everywhere = write_layer(tmp_path / "area.gpkg", [(square_of_all(), {"a": 1})])
    nothing = write_layer(tmp_path / "nothing.gpkg", shapes, kind=ogr.wkbPolygon)
    probability, _ = searched(run, ground, model, tmp_path, "before", THRESHOLD=0.05)
    out = str(tmp_path / "copy.onnx")
    given = {"MODEL": model, "PROBABILITY": probability, "REFERENCE": nothing}
    run("calibrate", {**given, "AREA": everywhere, "OUTPUT_MODEL": out})
    assert Path(out).read_bytes() == Path(model).read_bytes()
    assert "the copy is the model as it was" in run.log


def square_of_all():
    x0, y0 = PLACE[0], PLACE[3]
    x1, y1 = x0 + COLS, y0 - ROWS
    return f"POLYGON (({x0} {y0},{x1} {y0},{x1} {y1},{x0} {y1},{x0} {y0}))"


def test_a_raster_of_nobody_knows_which_model_is_refused(run, tmp_path, known, model):
    values = np.full((ROWS, COLS), 0.3, np.float32)
    probability = write_raster(tmp_path / "p.tif", values)
    out = str(tmp_path / "c.onnx")
    given = {"MODEL": model, "PROBABILITY": probability, "REFERENCE": known}
    sentence = refused(run, "calibrate", {**given, "OUTPUT_MODEL": out})
    assert "does not say which model made it" in sentence
    assert not Path(out).exists()
