# SPDX-License-Identifier: GPL-2.0-or-later
"""Each of the other algorithms through the registry."""

from __future__ import annotations

import numpy as np
import pytest
from running import block_image, polygons, refused
from samples import write_raster

pytest.importorskip("qgis.core")


def test_vectorize_again_with_another_threshold(run, scene, model, tmp_path):
    found = run(
        "detect",
        {
            "INPUT": scene,
            "MODEL": model,
            "OUTPUT": str(tmp_path / "found.gpkg"),
            "PROBABILITY": str(tmp_path / "p.tif"),
        },
    )
    same = run(
        "vectorize",
        {"INPUT": found["PROBABILITY"], "OUTPUT": str(tmp_path / "same.gpkg")},
    )
    assert (same["COUNT"], same["AREA_M2"]) == (found["COUNT"], found["AREA_M2"])
    first, again = polygons(found["OUTPUT"])[1], polygons(same["OUTPUT"])[1]
    own = {"fid", "run_utc"}
    one, other = (
        [{k: v for k, v in f.attributeMap().items() if k not in own} for f in found]
        for found in (first, again)
    )
    assert one == other  # identifiers, ranks and image included
    higher = run(
        "vectorize",
        {"INPUT": found["PROBABILITY"], "THRESHOLD": 0.7, "OUTPUT": "TEMPORARY_OUTPUT"},
    )
    assert higher["COUNT"] == 1


def test_vectorize_takes_floats_and_refuses_images(run, scene, tmp_path):
    floats = write_raster(tmp_path / "f.tif", (block_image() / 250).astype(np.float32))
    assert run("vectorize", {"INPUT": floats, "OUTPUT": "TEMPORARY_OUTPUT"})["COUNT"] == 2
    assert "is not a probability raster" in refused(
        run, "vectorize", {"INPUT": scene, "OUTPUT": "TEMPORARY_OUTPUT"}
    )


def test_modelinfo(run, model, tmp_path, monkeypatch):
    monkeypatch.setenv("MRIFE_PYTHON", "/nowhere/python")  # needs no runtime
    result = run("modelinfo", {"MODEL": model, "HTML": str(tmp_path / "model.html")})
    assert (
        result["THRESHOLD"],
        result["WINDOW"],
        result["BAND_COUNT"],
        result["NAME"],
    ) == (0.5, 64, 1, "identity")
    assert "PIXEL_SIZE" not in result and "Pixel size (m): any" in run.log
    assert "identity" in (tmp_path / "model.html").read_text(encoding="utf-8")


def test_modelinfo_of_the_shipped_model(run):
    result = run("modelinfo", {})
    assert (
        result["BAND_COUNT"] == 3
        and result["PIXEL_SIZE"] > 0
        and 0 < result["THRESHOLD"] < 1
    )


def test_checkruntime(run, tmp_path):
    result = run(
        "checkruntime", {"HTML": str(tmp_path / "runtime.html")}
    )  # opens the shipped model
    assert (result["READY"], result["DEVICE"]) == (1, "cpu")
    page = (tmp_path / "runtime.html").read_text(encoding="utf-8")
    assert "onnxruntime" in page and "['" not in page
    assert "Execution providers" in page and "executable" not in page


def test_checkruntime_without_a_runtime_is_a_result(run, monkeypatch):
    monkeypatch.setenv("MRIFE_PYTHON", "/nowhere/python")
    result = run("checkruntime", {})
    assert result["READY"] == 0 and "/nowhere/python" in run.log
