# SPDX-License-Identifier: GPL-2.0-or-later
"""Detection through the registry: what comes out, cancel, and a worker killed in the
middle.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from running import (
    PIXEL_EDGES,
    block_image,
    layer_in_degrees,
    left,
    polygons,
    workers,
)
from samples import read_raster, write_raster

pytest.importorskip("qgis.core")
from qgis.core import (
    NULL,
    QgsApplication,
    QgsDistanceArea,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
)


def test_drawn_blocks_come_back_at_their_place(run, scene, model, tmp_path):
    before = left(tmp_path)
    result = run(
        "detect",
        {
            "INPUT": scene,
            "MODEL": model,
            **PIXEL_EDGES,
            "OUTPUT": str(tmp_path / "found ü.gpkg"),
            "PROBABILITY": str(tmp_path / "p.tif"),
        },
    )
    layer, (large, small) = polygons(result["OUTPUT"])
    box = large.geometry().boundingBox()
    assert (box.xMinimum(), box.yMaximum(), box.width(), box.height()) == (
        500040,
        2999970,
        100,
        100,
    )
    assert large.geometry().isGeosValid() and large["p_mean"] == pytest.approx(0.8)
    assert small["p_mean"] == pytest.approx(0.6)
    assert result["COUNT"] == 2 and result["AREA_M2"] == pytest.approx(
        large["area_m2"] + small["area_m2"]
    )
    assert result["DEVICE_USED"] == "cpu" and result["SECONDS"] > 0
    assert (
        large["model_id"].startswith("identity-1-") and large["src_img"] == "grey scene é"
    )
    assert (read_raster(result["PROBABILITY"]) == block_image()).all()
    assert left(tmp_path) - before == {
        "found ü.gpkg",
        "found ü.qmd",
        "found ü.qml",
        "p.qml",
        "p.tif",
    }
    assert (
        "identity-1-" in run.log
        and "Threshold 0.5" in run.log
        and "Running on cpu" in run.log
    )


def test_a_raster_with_spread_serves_as_one_without(run, scene, model, tmp_path):
    """This model answers the same whichever side is up: 0 everywhere."""
    path = str(tmp_path / "p.tif")
    asked = {"INPUT": scene, "MODEL": model, **PIXEL_EDGES}
    found = str(tmp_path / "found.gpkg")
    run("detect", {**asked, "UNCERTAINTY": True, "PROBABILITY": path, "OUTPUT": found})
    assert "8 flips and rotations" in run.log
    values, spread = read_raster(path)
    assert (values == block_image()).all() and not spread.any()
    layer, (large, small) = polygons(found)
    assert large["p_std"] == small["p_std"] == 0
    raster = QgsRasterLayer(path, "p")  # with the style beside it
    assert raster.renderer().type() == "singlebandpseudocolor"
    assert raster.renderer().band() == 1
    plain = run("detect", {**asked, "OUTPUT": "TEMPORARY_OUTPUT"})["OUTPUT"]
    assert [f["p_std"] for f in plain.getFeatures()] == [NULL, NULL]
    again = str(tmp_path / "again.gpkg")
    run("vectorize", {"INPUT": path, **PIXEL_EDGES, "OUTPUT": again})
    _, (large, small) = polygons(again)
    assert large["p_std"] == 0 and large["p_mean"] == pytest.approx(0.8)
    report = str(tmp_path / "report.html")
    asked = {"PROBABILITY": path, "REFERENCE": found, "REPORT": report}
    scores = run("evaluate", asked)
    assert scores["IOU"] > 0.99


def test_areas_are_those_of_qgis(run, scene, model):
    result = run("detect", {"INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"})
    layer = result["OUTPUT"]
    assert layer.featureCount() == 2
    measure = QgsDistanceArea()
    measure.setSourceCrs(layer.crs(), QgsProject.instance().transformContext())
    measure.setEllipsoid(layer.crs().ellipsoidAcronym())
    for feature in layer.getFeatures():
        assert feature["area_m2"] == pytest.approx(
            measure.measureArea(feature.geometry()), rel=1e-3, abs=0.051
        )


def test_thresholds_and_minimum_area(run, scene, model):
    common = {"INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
    assert run("detect", {**common, "THRESHOLD": 0.7})["COUNT"] == 1
    assert run("detect", {**common, "SEED": 0.7})["COUNT"] == 1
    assert run("detect", {**common, "MIN_AREA": 100})["COUNT"] == 1
    assert run("detect", {**common, "THRESHOLD": 0.05})["AREA_M2"] == pytest.approx(
        160 * 200, rel=0.01
    )


def test_nothing_found_is_a_normal_end(run, scene, model, tmp_path):
    result = run(
        "detect",
        {
            "INPUT": scene,
            "MODEL": model,
            "THRESHOLD": 0.95,
            "OUTPUT": str(tmp_path / "none.gpkg"),
        },
    )
    layer, features = polygons(result["OUTPUT"])
    assert result["COUNT"] == 0 and result["AREA_M2"] == 0 and features == []
    assert {
        "ls_id",
        "p_mean",
        "p_p90",
        "area_m2",
        "perim_m",
        "model_id",
        "src_img",
    } <= set(layer.fields().names())
    assert "No candidates above threshold" in run.log


def test_extent_is_a_cut_of_the_whole(run, scene, model, tmp_path):
    common = {"INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
    whole = run("detect", {**common, "PROBABILITY": str(tmp_path / "whole.tif")})
    part = run(
        "detect",
        {
            **common,
            "PROBABILITY": str(tmp_path / "part.tif"),
            "EXTENT": "500020,500150,2999860,2999980 [EPSG:32647]",
        },
    )
    assert (
        read_raster(part["PROBABILITY"])
        == read_raster(whole["PROBABILITY"])[20:140, 20:150]
    ).all()


def test_mask_in_another_crs(run, scene, model, tmp_path):
    mask = layer_in_degrees(
        "POLYGON((500000 2999970, 500090 2999970, 500090 2999900, 500000 2999900, 500000 "
        "2999970))"
    )
    result = run(
        "detect",
        {
            "INPUT": scene,
            "MODEL": model,
            "MASK": mask,
            "OUTPUT": "TEMPORARY_OUTPUT",
            "PROBABILITY": str(tmp_path / "p.tif"),
        },
    )
    probability = read_raster(result["PROBABILITY"])
    assert (probability[32:98, 2:88] == block_image()[32:98, 2:88]).all()
    assert (probability[102:] == 255).all() and (probability[:, 92:] == 255).all()
    assert result["AREA_M2"] == pytest.approx(50 * 70, rel=0.02)


def test_bands_in_the_order_the_user_says(run, model, tmp_path):
    array = np.stack(
        [
            np.full((80, 80), 10, np.uint8),
            np.full((80, 80), 10, np.uint8),
            block_image(80, 80),
        ]
    )
    array[0, 0, 0] = array[1, 0, 0] = 20
    path = write_raster(tmp_path / "rgb.tif", array)
    common = {"INPUT": path, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
    assert run("detect", common)["COUNT"] == 0
    assert run("detect", {**common, "BANDS": [3]})["COUNT"] == 1


def test_layer_crs_given_by_the_user_counts(run, model, tmp_path):
    from qgis.core import QgsCoordinateReferenceSystem

    layer = QgsRasterLayer(
        write_raster(tmp_path / "nocrs.tif", block_image(), epsg=None), "assigned"
    )
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32647"))
    result = run("detect", {"INPUT": layer, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"})
    assert result["OUTPUT"].crs().authid() == "EPSG:32647" and result["COUNT"] == 2


def test_elevations_add_terrain_fields(run, scene, model, tmp_path):
    slope = np.tile(
        np.arange(200, dtype=np.float32)[None, :] * 0.5, (160, 1)
    )  # rises to the east
    dem = write_raster(tmp_path / "dem.tif", slope)
    layer = run(
        "detect",
        {"INPUT": scene, "MODEL": model, "DEM": dem, "OUTPUT": "TEMPORARY_OUTPUT"},
    )["OUTPUT"]
    large = max(layer.getFeatures(), key=lambda f: f["area_m2"])
    assert large["slope_mean"] == pytest.approx(np.degrees(np.arctan(0.5)), abs=0.1)
    assert large["azim_deg"] == pytest.approx(270, abs=1.5)


def test_same_input_twice_gives_the_same_probability_bytes(run, scene, model, tmp_path):
    for name in ("a.tif", "b.tif"):
        run(
            "detect",
            {
                "INPUT": scene,
                "MODEL": model,
                "OUTPUT": "TEMPORARY_OUTPUT",
                "PROBABILITY": str(tmp_path / name),
            },
        )
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()


@pytest.mark.parametrize("cancelled", [False, True])
def test_runs_in_a_background_task_as_from_the_dialog(
    provider, python_with_runtime, qgis_app, wide, model, tmp_path, cancelled
):
    context, feedback = (
        QgsProcessingContext(),
        StopsAt(10) if cancelled else QgsProcessingFeedback(False),
    )
    context.setProject(QgsProject.instance())
    output, ended = tmp_path / "found.gpkg", []
    task = QgsProcessingAlgRunnerTask(
        provider.algorithm("detect"),
        {"INPUT": wide, "MODEL": model, "THRESHOLD": 0.99, **FEW, "OUTPUT": str(output)},
        context,
        feedback,
    )
    task.executed.connect(lambda fine, results: ended.append((fine, results)))
    QgsApplication.taskManager().addTask(task)
    deadline = time.monotonic() + 60
    while not ended and time.monotonic() < deadline:
        qgis_app.processEvents()
        time.sleep(0.02)
    ((fine, results),) = ended
    assert output.exists() is not cancelled and bool(results) is not cancelled
    assert cancelled or (fine and results["COUNT"] > 0)


# --- cancel and crash -------------------------------------------------------------------
# -----------------------------


class StopsAt(QgsProcessingFeedback):
    """Cancels itself once progress reaches a mark."""

    def __init__(self, mark):
        super().__init__(False)
        self.mark = mark
        self.since = None
        self.progressChanged.connect(self.look)

    def look(self, value):
        if value >= self.mark and self.since is None:
            self.since = time.monotonic()
            self.cancel()


FEW = {**PIXEL_EDGES, "MIN_AREA": 2.9}  # of noise: three pixels that touch


@pytest.fixture
def wide(tmp_path):
    rng = np.random.default_rng(1)
    return write_raster(
        tmp_path / "wide.tif", rng.integers(0, 250, (3000, 2000)).astype(np.uint8)
    )


def test_cancel_leaves_nothing_and_spares_what_was_there(run, wide, model, tmp_path):
    output = tmp_path / "found.gpkg"
    output.write_text("an earlier result")
    before = left(tmp_path)
    feedback = StopsAt(10)
    assert (
        run(
            "detect",
            {
                "INPUT": wide,
                "MODEL": model,
                "THRESHOLD": 0.99,
                **FEW,
                "OUTPUT": str(output),
                "PROBABILITY": str(tmp_path / "p.tif"),
            },
            feedback,
        )
        == {}
    )
    assert left(tmp_path) == before and output.read_text() == "an earlier result"
    assert time.monotonic() - feedback.since < 30  # it does not wait for the end
    assert not run.context.layersToLoadOnCompletion()


class Kills(StopsAt):
    """Kills the worker instead of cancelling."""

    def cancel(self):
        for pid in workers():
            os.kill(pid, 9)


@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="needs /proc to find the worker"
)
def test_killed_worker_is_reported_and_leaves_nothing(run, wide, model, tmp_path):
    before = left(tmp_path)
    with pytest.raises(QgsProcessingException, match="worker process .*killed"):
        run(
            "detect",
            {
                "INPUT": wide,
                "MODEL": model,
                "THRESHOLD": 0.99,
                **FEW,
                "OUTPUT": str(tmp_path / "found.gpkg"),
                "PROBABILITY": str(tmp_path / "p.tif"),
            },
            Kills(10),
        )
    assert left(tmp_path) == before and workers() == []
