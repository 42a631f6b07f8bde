# SPDX-License-Identifier: GPL-2.0-or-later
"""Each algorithm through the registry: results, styles, cancel, and one clear sentence for what is wrong."""
from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import drawn
from samples import read_raster, write_model, write_raster

pytest.importorskip("qgis.core")
from qgis.core import (  # noqa: E402
    QgsDistanceArea,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)


def polygons(path):
    layer = QgsVectorLayer(path, "found", "ogr")
    assert layer.isValid()
    return layer, sorted(layer.getFeatures(), key=lambda f: -f["area_m2"])


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# --- detect ----------------------------------------------------------------------------------------------------------

def test_drawn_blocks_come_back_at_their_place(run, scene, model, tmp_path):
    before = left(tmp_path)
    result = run("detect", {"INPUT": scene, "MODEL": model, "OUTPUT": str(tmp_path / "found ü.gpkg"),
                            "PROBABILITY": str(tmp_path / "p.tif")})
    layer, (large, small) = polygons(result["OUTPUT"])
    box = large.geometry().boundingBox()
    assert (box.xMinimum(), box.yMaximum(), box.width(), box.height()) == (500040, 2999970, 100, 100)
    assert large.geometry().isGeosValid() and large["p_mean"] == pytest.approx(0.8)
    assert small["p_mean"] == pytest.approx(0.6)
    assert result["COUNT"] == 2 and result["AREA_M2"] == pytest.approx(large["area_m2"] + small["area_m2"])
    assert result["DEVICE_USED"] == "cpu" and result["SECONDS"] > 0
    assert large["model_id"].startswith("identity-1-") and large["src_img"] == "grey scene é"
    assert (read_raster(result["PROBABILITY"]) == drawn()).all()
    assert left(tmp_path) - before == {"found ü.gpkg", "found ü.qml", "p.tif", "p.qml"}
    assert "identity-1-" in run.log and "Threshold 0.5" in run.log and "Running on cpu" in run.log


def test_areas_are_those_of_qgis(run, scene, model):
    result = run("detect", {"INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"})
    layer = result["OUTPUT"]
    measure = QgsDistanceArea()
    measure.setSourceCrs(layer.crs(), QgsProject.instance().transformContext())
    measure.setEllipsoid(layer.crs().ellipsoidAcronym())
    for feature in layer.getFeatures():
        assert feature["area_m2"] == pytest.approx(measure.measureArea(feature.geometry()), rel=1e-3)


def test_thresholds_and_minimum_area(run, scene, model):
    common = {"INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
    assert run("detect", {**common, "THRESHOLD": 0.7})["COUNT"] == 1
    assert run("detect", {**common, "SEED": 0.7})["COUNT"] == 1
    assert run("detect", {**common, "MIN_AREA": 100})["COUNT"] == 1
    assert run("detect", {**common, "THRESHOLD": 0.05})["AREA_M2"] == pytest.approx(160 * 200, rel=0.01)


def test_nothing_found_is_a_normal_end(run, scene, model, tmp_path):
    result = run("detect", {"INPUT": scene, "MODEL": model, "THRESHOLD": 0.95, "OUTPUT": str(tmp_path / "none.gpkg")})
    layer, features = polygons(result["OUTPUT"])
    assert result["COUNT"] == 0 and result["AREA_M2"] == 0 and features == []
    assert {"ls_id", "p_mean", "p_p90", "area_m2", "perim_m", "model_id", "src_img"} <= set(layer.fields().names())
    assert "No candidates above threshold" in run.log


def test_extent_is_a_cut_of_the_whole(run, scene, model, tmp_path):
    common = {"INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
    whole = run("detect", {**common, "PROBABILITY": str(tmp_path / "whole.tif")})
    part = run("detect", {**common, "PROBABILITY": str(tmp_path / "part.tif"),
                          "EXTENT": "500020,500150,2999860,2999980 [EPSG:32647]"})
    assert (read_raster(part["PROBABILITY"]) == read_raster(whole["PROBABILITY"])[20:140, 20:150]).all()


def test_mask_in_another_crs(run, scene, model, tmp_path):
    from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsFeature, QgsGeometry
    mask = QgsVectorLayer("Polygon?crs=EPSG:4326", "mask", "memory")
    geometry = QgsGeometry.fromWkt("POLYGON((500000 2999970, 500090 2999970, 500090 2999900, 500000 2999900, 500000 "
                                   "2999970))")
    utm = QgsCoordinateReferenceSystem("EPSG:32647")
    geometry.transform(QgsCoordinateTransform(utm, mask.crs(), QgsProject.instance()))
    feature = QgsFeature()
    feature.setGeometry(geometry)
    mask.dataProvider().addFeatures([feature])
    result = run("detect", {"INPUT": scene, "MODEL": model, "MASK": mask, "OUTPUT": "TEMPORARY_OUTPUT",
                            "PROBABILITY": str(tmp_path / "p.tif")})
    probability = read_raster(result["PROBABILITY"])
    assert (probability[32:98, 2:88] == drawn()[32:98, 2:88]).all()
    assert (probability[102:] == 255).all() and (probability[:, 92:] == 255).all()
    assert result["AREA_M2"] == pytest.approx(50 * 70, rel=0.02)


def test_bands_in_the_order_the_user_says(run, model, tmp_path):
    array = np.stack([np.full((80, 80), 10, np.uint8), np.full((80, 80), 10, np.uint8), drawn(80, 80)])
    array[0, 0, 0] = array[1, 0, 0] = 20
    path = write_raster(tmp_path / "rgb.tif", array)
    common = {"INPUT": path, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
    assert run("detect", common)["COUNT"] == 0
    assert run("detect", {**common, "BANDS": [3]})["COUNT"] == 1


def test_layer_crs_given_by_the_user_counts(run, model, tmp_path):
    from qgis.core import QgsCoordinateReferenceSystem
    layer = QgsRasterLayer(write_raster(tmp_path / "nocrs.tif", drawn(), epsg=None), "assigned")
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32647"))
    result = run("detect", {"INPUT": layer, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"})
    assert result["OUTPUT"].crs().authid() == "EPSG:32647" and result["COUNT"] == 2


def test_elevations_add_terrain_fields(run, scene, model, tmp_path):
    slope = np.tile(np.arange(200, dtype=np.float32)[None, :] * 0.5, (160, 1))  # rises to the east
    dem = write_raster(tmp_path / "dem.tif", slope)
    layer = run("detect", {"INPUT": scene, "MODEL": model, "DEM": dem, "OUTPUT": "TEMPORARY_OUTPUT"})["OUTPUT"]
    large = max(layer.getFeatures(), key=lambda f: f["area_m2"])
    assert large["slope_mean"] == pytest.approx(np.degrees(np.arctan(0.5)), abs=0.1)
    assert large["azim_deg"] == pytest.approx(270, abs=1.5)


def test_same_input_twice_gives_the_same_probability_bytes(run, scene, model, tmp_path):
    for name in ("a.tif", "b.tif"):
        run("detect", {"INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT",
                       "PROBABILITY": str(tmp_path / name)})
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()


# --- cancel and crash ------------------------------------------------------------------------------------------------

class StopsAt(QgsProcessingFeedback):
    """Cancels itself once progress reaches a mark."""

    def __init__(self, mark):
        super().__init__(False)
        self.mark = mark
        self.progressChanged.connect(lambda value: self.cancel() if value >= self.mark else None)


@pytest.fixture
def wide(tmp_path):
    rng = np.random.default_rng(1)
    return write_raster(tmp_path / "wide.tif", rng.integers(0, 250, (3000, 2000)).astype(np.uint8))


def test_cancel_leaves_nothing_and_spares_what_was_there(run, wide, model, tmp_path):
    output = tmp_path / "found.gpkg"
    output.write_text("an earlier result")
    before = left(tmp_path)
    started = time.monotonic()
    assert run("detect", {"INPUT": wide, "MODEL": model, "THRESHOLD": 0.99, "OUTPUT": str(output),
                          "PROBABILITY": str(tmp_path / "p.tif")}, StopsAt(10)) == {}
    assert left(tmp_path) == before and output.read_text() == "an earlier result"
    assert time.monotonic() - started < 20
    assert not run.context.layersToLoadOnCompletion()


class Kills(StopsAt):
    """Kills the worker instead of cancelling."""

    def cancel(self):
        for pid in children():
            os.kill(pid, 9)


def children() -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and b"models.inference.worker" in (stat.parent / "cmdline").read_bytes():
            found.append(int(stat.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to find the worker")
def test_killed_worker_is_reported_and_leaves_nothing(run, wide, model, tmp_path):
    before = left(tmp_path)
    with pytest.raises(QgsProcessingException, match="worker process .*killed"):
        run("detect", {"INPUT": wide, "MODEL": model, "THRESHOLD": 0.99, "OUTPUT": str(tmp_path / "found.gpkg"),
                       "PROBABILITY": str(tmp_path / "p.tif")}, Kills(10))
    assert left(tmp_path) == before and children() == []


# --- what is wrong is said before the long work ----------------------------------------------------------------------

def refused(run, name, parameters):
    """The sentence of a refusal."""
    feedback = QgsProcessingFeedback(False)
    with pytest.raises(QgsProcessingException) as caught:
        run(name, parameters, feedback)
    return str(caught.value) + feedback.textLog()


@pytest.mark.parametrize("changes, words", [
    ({"THRESHOLD": 1.5}, "Threshold is 1.5; it must be between 0 and 1"),
    ({"THRESHOLD": 0.6, "SEED": 0.4}, "seed threshold 0.4 is below the threshold 0.6"),
    ({"OVERLAP": 90}, "must be between 0 and 75"),
    ({"BATCH": 0}, "must be between 1 and 256"),
    ({"INPUT": "/nowhere/image.tif"}, "/nowhere/image.tif"),
    ({"MODEL": "/nowhere/model.onnx"}, "/nowhere/model.onnx"),
    ({"OUTPUT": "/nowhere/found.gpkg"}, "folder '/nowhere' does not exist"),
    ({"OUTPUT": "/proc/found.gpkg"}, "Nothing can be written to the output folder '/proc'"),
    ({"PROBABILITY": "/proc/p.tif"}, "Nothing can be written to the output folder '/proc'"),
    ({"BANDS": [1, 2]}, "band"),
    ({"EXTENT": "0,10,0,10 [EPSG:32647]"}, "extent does not overlap"),
    ({"DEVICE": "cuda"}, "cuda"),
    ({"DEM": "/nowhere/dem.tif"}, "/nowhere/dem.tif"),
])
def test_wrong_parameters(run, scene, model, tmp_path, changes, words):
    before = left(tmp_path)
    right = {"INPUT": scene, "MODEL": model, "OUTPUT": str(tmp_path / "found.gpkg")}
    sentence = refused(run, "detect", {**right, **changes})
    assert words in sentence
    assert left(tmp_path) == before


@pytest.mark.parametrize("output", ["OUTPUT", "PROBABILITY"])
def test_no_output_overwrites_an_input(run, scene, model, output):
    size = os.path.getsize(scene)
    assert "is one of the inputs" in refused(run, "detect", {
        "INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT", output: scene})
    assert os.path.getsize(scene) == size


@pytest.mark.parametrize("array, changes, words", [
    (np.full((90, 90), 7, np.uint8), {}, "same value everywhere"),
    (np.full((90, 90), np.nan, np.float32), {}, "no valid pixel"),
    (drawn(90, 90), {"geotransform": (500000, 500, 0, 3000000, 0, -500)}, "pixels are 500 m"),
])
def test_rasters_that_cannot_be_searched(run, tmp_path, array, changes, words):
    from models.contract import Contract
    coarse = write_model(tmp_path / "one_metre.onnx", Contract(bands=("red",), window=64, pixel_size=1.0))
    path = write_raster(tmp_path / "image.tif", array, **changes)
    assert words in refused(run, "detect", {"INPUT": path, "MODEL": coarse, "OUTPUT": "TEMPORARY_OUTPUT"})


def test_truncated_raster(run, model, tmp_path):
    rng = np.random.default_rng(2)
    whole = Path(write_raster(tmp_path / "whole.tif", rng.integers(0, 255, (300, 300)).astype(np.uint8)))
    short = tmp_path / "short.tif"
    short.write_bytes(whole.read_bytes()[:40_000])
    sentence = refused(run, "detect", {"INPUT": str(short), "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"})
    assert "short.tif" in sentence and not (tmp_path / "found.gpkg").exists()


def test_small_rotated_and_geographic_rasters_are_searched(run, model, tmp_path):
    for name, array, place, epsg in (
            ("pixel", np.full((1, 1), 200, np.uint8), (500000, 1, 0, 3000000, 0, -1), 32647),
            ("narrow", drawn()[:, 60:80], (500000, 1, 0, 3000000, 0, -1), 32647),
            ("rotated", drawn(), (500000, 0.8, 0.6, 3000000, 0.6, -0.8), 32647),
            ("degrees", drawn(), (99.0, 1e-5, 0, 27.0, 0, -1e-5), 4326)):
        path = write_raster(tmp_path / f"{name}.tif", array, place, epsg)
        result = run("detect", {"INPUT": path, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"})
        expected = (array >= 125).sum() * (1 if epsg == 32647 else 1e-10 * 99_200 * 110_800)
        assert result["AREA_M2"] == pytest.approx(expected, rel=0.01), name


def test_file_that_is_no_model(run, scene, tmp_path):
    (tmp_path / "text.onnx").write_text("not a model")
    assert "is not an ONNX model" in refused(run, "detect", {
        "INPUT": scene, "MODEL": str(tmp_path / "text.onnx"), "OUTPUT": "TEMPORARY_OUTPUT"})


def test_no_crs(run, model, tmp_path):
    path = write_raster(tmp_path / "nocrs.tif", drawn(), epsg=None)
    assert "no coordinate reference system" in refused(run, "detect", {
        "INPUT": path, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"})


def test_too_few_bands(run, tmp_path, scene):
    from models.contract import Contract
    rgb = write_model(tmp_path / "rgb.onnx", Contract(window=64), channels=3)
    assert "band" in refused(run, "detect", {"INPUT": scene, "MODEL": rgb, "OUTPUT": "TEMPORARY_OUTPUT"})


def test_full_disk(run, scene, model, tmp_path, monkeypatch):
    import shutil
    from collections import namedtuple
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: namedtuple("usage", "total used free")(1, 1, 1_000_000))
    assert "has 1 MB free" in refused(run, "detect", {
        "INPUT": scene, "MODEL": model, "OUTPUT": str(tmp_path / "found.gpkg")})


def test_web_layer_is_refused(run, model):
    layer = QgsRasterLayer("type=xyz&url=file:///nowhere/%7Bz%7D/%7Bx%7D/%7By%7D.png", "tiles", "wms")
    assert "save it as a raster file first" in refused(run, "detect", {
        "INPUT": layer, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"})


# --- styles ----------------------------------------------------------------------------------------------------------

def test_loaded_layers_are_styled_and_named(run, scene, model, tmp_path):
    from qgis.core import QgsProcessingOutputLayerDefinition, QgsProcessingUtils
    project = QgsProject.instance()
    result = run("detect", {
        "INPUT": scene, "MODEL": model, "THRESHOLD": 0.4,
        "OUTPUT": QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", project),
        "PROBABILITY": QgsProcessingOutputLayerDefinition(str(tmp_path / "p.tif"), project)})
    details = run.context.layersToLoadOnCompletion()
    assert {d.name for d in details.values()} == {"Landslides of grey scene é", "Landslide probability of grey scene é"}
    for key, detail in details.items():
        layer = QgsProcessingUtils.mapLayerFromString(key, run.context) or result["OUTPUT"]
        detail.postProcessor().postProcessLayer(layer, run.context, run.feedback)
        if isinstance(layer, QgsRasterLayer):
            items = layer.renderer().shader().rasterShaderFunction().colorRampItemList()
            assert min(i.value for i in items if i.color.alpha()) == pytest.approx(0.4)
        else:
            assert layer.renderer().type() == "graduatedSymbol" and layer.renderer().classAttribute() == "p_mean"


def test_headless_outputs_carry_their_style(run, scene, model, tmp_path):
    result = run("detect", {"INPUT": scene, "MODEL": model, "OUTPUT": str(tmp_path / "found.gpkg"),
                            "PROBABILITY": str(tmp_path / "p.tif")})
    assert polygons(result["OUTPUT"])[0].renderer().type() == "graduatedSymbol"
    assert QgsRasterLayer(result["PROBABILITY"], "p").renderer().type() == "singlebandpseudocolor"
    (tmp_path / "found.qml").write_text("the user's own")
    run("detect", {"INPUT": scene, "MODEL": model, "OUTPUT": str(tmp_path / "found.gpkg")})
    assert (tmp_path / "found.qml").read_text() == "the user's own"


# --- the other three -------------------------------------------------------------------------------------------------

def test_vectorize_again_with_another_threshold(run, scene, model, tmp_path):
    found = run("detect", {"INPUT": scene, "MODEL": model, "OUTPUT": str(tmp_path / "found.gpkg"),
                           "PROBABILITY": str(tmp_path / "p.tif")})
    same = run("vectorize", {"INPUT": found["PROBABILITY"], "OUTPUT": str(tmp_path / "same.gpkg")})
    assert (same["COUNT"], same["AREA_M2"]) == (found["COUNT"], found["AREA_M2"])
    first, again = polygons(found["OUTPUT"])[1], polygons(same["OUTPUT"])[1]
    assert [f.attributes()[1:] for f in first] == [f.attributes()[1:] for f in again]  # identifiers included
    higher = run("vectorize", {"INPUT": found["PROBABILITY"], "THRESHOLD": 0.7, "OUTPUT": "TEMPORARY_OUTPUT"})
    assert higher["COUNT"] == 1


def test_vectorize_takes_floats_and_refuses_images(run, scene, tmp_path):
    floats = write_raster(tmp_path / "f.tif", (drawn() / 250).astype(np.float32))
    assert run("vectorize", {"INPUT": floats, "OUTPUT": "TEMPORARY_OUTPUT"})["COUNT"] == 2
    assert "is not a probability raster" in refused(run, "vectorize", {"INPUT": scene, "OUTPUT": "TEMPORARY_OUTPUT"})


def test_modelinfo(run, model, tmp_path, monkeypatch):
    monkeypatch.setenv("MRIFE_PYTHON", "/nowhere/python")  # needs no runtime
    result = run("modelinfo", {"MODEL": model, "HTML": str(tmp_path / "model.html")})
    assert (result["THRESHOLD"], result["WINDOW"], result["BAND_COUNT"], result["NAME"]) == (0.5, 64, 1, "identity")
    assert "PIXEL_SIZE" not in result and "Pixel size: any" in run.log
    assert "identity" in (tmp_path / "model.html").read_text(encoding="utf-8")


def test_modelinfo_of_the_shipped_model(run):
    result = run("modelinfo", {})
    assert result["BAND_COUNT"] == 3 and result["PIXEL_SIZE"] > 0 and 0 < result["THRESHOLD"] < 1


def test_checkruntime(run, tmp_path):
    result = run("checkruntime", {"HTML": str(tmp_path / "runtime.html")})  # opens the shipped model
    assert (result["READY"], result["DEVICE"]) == (1, "cpu")
    assert "onnxruntime" in (tmp_path / "runtime.html").read_text(encoding="utf-8")


def test_checkruntime_without_a_runtime_is_a_result(run, monkeypatch):
    monkeypatch.setenv("MRIFE_PYTHON", "/nowhere/python")
    result = run("checkruntime", {})
    assert result["READY"] == 0 and "/nowhere/python" in run.log
