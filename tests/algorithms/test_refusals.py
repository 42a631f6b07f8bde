# SPDX-License-Identifier: GPL-2.0-or-later
"""What is wrong is said in one clear sentence before the long work, and leaves nothing
behind.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from running import block_image, left, refused
from samples import write_model, write_raster

pytest.importorskip("qgis.core")
from qgis.core import QgsProject, QgsRasterLayer, QgsVectorLayer


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"THRESHOLD": 1.5}, " is 1.5; it must be between 0 and 1"),
        (
            {"THRESHOLD": 0.6, "SEED": 0.4},
            "seed threshold 0.4 is below the threshold 0.6",
        ),
        ({"OVERLAP": 90}, "must be between 0 and 75"),
        ({"BATCH": 0}, "must be between 1 and 256"),
        ({"INPUT": "/nowhere/image.tif"}, "/nowhere/image.tif"),
        ({"MODEL": "/nowhere/model.onnx"}, "/nowhere/model.onnx"),
        (
            {"MODEL": "/nowhere/weights.pt"},
            "Model: '/nowhere/weights.pt' is no ONNX model (*.onnx); choose such a file.",
        ),
        ({"OUTPUT": "/nowhere/found.gpkg"}, "folder '/nowhere' does not exist"),
        ({"OUTPUT": f"{__file__}/found.gpkg"}, "test_refusals.py' is a file"),
        (
            {"OUTPUT": "/proc/found.gpkg"},
            "Nothing can be written to the output folder '/proc'",
        ),
        (
            {"PROBABILITY": "/proc/p.tif"},
            "Nothing can be written to the output folder '/proc'",
        ),
        ({"BANDS": [1, 2]}, "band"),
        ({"EXTENT": "0,10,0,10 [EPSG:32647]"}, "extent does not overlap"),
        ({"DEVICE": "cuda"}, "cuda"),
        ({"DEM": "/nowhere/dem.tif"}, "/nowhere/dem.tif"),
    ],
)
def test_wrong_parameters(run, scene, model, tmp_path, changes, words):
    before = left(tmp_path)
    right = {"INPUT": scene, "MODEL": model, "OUTPUT": str(tmp_path / "found.gpkg")}
    sentence = refused(run, "detect", {**right, **changes})
    assert words in sentence
    assert left(tmp_path) == before


@pytest.mark.parametrize(
    "name, changes, words",
    [
        ("export", {"TARGET": "2"}, "'2' is none of the choices; give one of shapefile"),
        (
            "export",
            {"LANGUAGE": "de"},
            "'de' is none of the choices; give one of auto, en",
        ),
        ("statistics", {"STATUS": "done"}, "'done' is none of the choices"),
        ("preparereview", {"RANK": 9}, "'9' is none of the choices; give one of 0 ("),
        ("morphometry", {"DEM_UNIT": "miles"}, "give one of auto, metres, feet"),
    ],
)
def test_what_is_none_of_a_list(run, inventory, name, changes, words):
    """qgis_process lists numbers for lists that take words."""
    assert words in refused(run, name, {"INPUT": inventory, **changes})


@pytest.mark.parametrize("output", ["OUTPUT", "PROBABILITY"])
def test_no_output_overwrites_an_input(run, scene, model, output):
    size = os.path.getsize(scene)
    assert "is one of the inputs" in refused(
        run,
        "detect",
        {"INPUT": scene, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT", output: scene},
    )
    assert os.path.getsize(scene) == size


@pytest.mark.parametrize(
    "array, changes, words",
    [
        (np.full((90, 90), 7, np.uint8), {}, "same value everywhere"),
        (np.full((90, 90), np.nan, np.float32), {}, "no valid pixel"),
        (
            block_image(90, 90),
            {"geotransform": (500000, 500, 0, 3000000, 0, -500)},
            "pixels are 500 m",
        ),
    ],
)
def test_rasters_that_cannot_be_searched(run, tmp_path, array, changes, words):
    from models.contract import Contract

    coarse = write_model(
        tmp_path / "one_metre.onnx", Contract(bands=("red",), window=64, pixel_size=1.0)
    )
    path = write_raster(tmp_path / "image.tif", array, **changes)
    assert words in refused(
        run, "detect", {"INPUT": path, "MODEL": coarse, "OUTPUT": "TEMPORARY_OUTPUT"}
    )


def test_truncated_raster(run, model, tmp_path):
    rng = np.random.default_rng(2)
    whole = Path(
        write_raster(
            tmp_path / "whole.tif", rng.integers(0, 255, (300, 300)).astype(np.uint8)
        )
    )
    short = tmp_path / "short.tif"
    short.write_bytes(whole.read_bytes()[:40_000])
    sentence = refused(
        run, "detect", {"INPUT": str(short), "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
    )
    assert "short.tif" in sentence and not (tmp_path / "found.gpkg").exists()


def test_small_rotated_and_geographic_rasters_are_searched(run, model, tmp_path):
    for name, array, place, epsg in (
        ("pixel", np.full((1, 1), 200, np.uint8), (500000, 1, 0, 3000000, 0, -1), 32647),
        ("narrow", block_image()[:, 60:80], (500000, 1, 0, 3000000, 0, -1), 32647),
        ("rotated", block_image(), (500000, 0.8, 0.6, 3000000, 0.6, -0.8), 32647),
        ("degrees", block_image(), (99.0, 1e-5, 0, 27.0, 0, -1e-5), 4326),
    ):
        path = write_raster(tmp_path / f"{name}.tif", array, place, epsg)
        result = run(
            "detect", {"INPUT": path, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
        )
        expected = (array >= 125).sum() * (
            1 if epsg == 32647 else 1e-10 * 99_200 * 110_800
        )
        assert result["AREA_M2"] == pytest.approx(expected, rel=0.01), name


def test_file_that_is_no_model(run, scene, tmp_path):
    (tmp_path / "text.onnx").write_text("not a model")
    assert "is not an ONNX model" in refused(
        run,
        "detect",
        {
            "INPUT": scene,
            "MODEL": str(tmp_path / "text.onnx"),
            "OUTPUT": "TEMPORARY_OUTPUT",
        },
    )


def test_no_crs(run, model, tmp_path):
    path = write_raster(tmp_path / "nocrs.tif", block_image(), epsg=None)
    assert "no coordinate reference system" in refused(
        run, "detect", {"INPUT": path, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
    )


def test_too_few_bands(run, tmp_path, scene):
    from models.contract import Contract

    rgb = write_model(tmp_path / "rgb.onnx", Contract(window=64), channels=3)
    assert "band" in refused(
        run, "detect", {"INPUT": scene, "MODEL": rgb, "OUTPUT": "TEMPORARY_OUTPUT"}
    )


def test_full_disk(run, scene, model, tmp_path, monkeypatch):
    import shutil
    from collections import namedtuple

    monkeypatch.setattr(
        shutil,
        "disk_usage",
        lambda folder: namedtuple("usage", "total used free")(1, 1, 1_000_000),
    )
    assert "has 1 MB free" in refused(
        run,
        "detect",
        {"INPUT": scene, "MODEL": model, "OUTPUT": str(tmp_path / "found.gpkg")},
    )


def test_web_layer_is_refused(run, model):
    layer = QgsRasterLayer(
        "type=xyz&url=file:///nowhere/%7Bz%7D/%7Bx%7D/%7By%7D.png", "tiles", "wms"
    )
    assert "save it as a raster file first" in refused(
        run, "detect", {"INPUT": layer, "MODEL": model, "OUTPUT": "TEMPORARY_OUTPUT"}
    )


def test_a_layer_that_open_options_move_is_refused(run, scene, model):
    """QGIS shows it where its world file says, GDAL alone where the file itself does;
    options that change nothing may stay.
    """
    world = Path(scene).with_suffix(".tfw")
    world.write_text("2\n0\n0\n-2\n600001\n2999999\n")
    moved = QgsRasterLayer(f"{scene}|option:GEOREF_SOURCES=WORLDFILE", "moved")
    assert moved.isValid()
    detect = {"INPUT": moved, "MODEL": model, "OUTPUT": "memory:"}
    assert "another place than its file" in refused(run, "detect", detect)
    measure = {"INPUT": scene, "DEM": moved, "OUTPUT": "memory:", "MODEL": model}
    assert "another place than its file" in refused(run, "detect", measure)
    same = QgsRasterLayer(f"{scene}|option:NUM_THREADS=2", "same")
    assert run("detect", {**detect, "INPUT": same})["COUNT"] == 2


@pytest.mark.parametrize("by_id", [True, False])
def test_a_layer_whose_file_is_gone_is_called_by_that_file(run, model, by_id):
    """As a project that was moved without its data has them."""
    image = QgsRasterLayer("/gone/ortho.tif", "ortho")
    slides = QgsVectorLayer("/gone/slides.gpkg", "slides", "ogr")
    QgsProject.instance().addMapLayers([image, slides])
    values = [layer.id() if by_id else layer for layer in (image, slides)]
    asked = {"INPUT": values[0], "MODEL": model, "OUTPUT": "memory:"}
    assert "Image: '/gone/ortho.tif' cannot be opened" in refused(run, "detect", asked)
    said = refused(run, "morphometry", {"INPUT": values[1], "OUTPUT": "memory:"})
    QgsProject.instance().removeAllMapLayers()
    assert "Polygons: '/gone/slides.gpkg' cannot be opened" in said


def test_polygons_in_the_place_of_an_image_are_called_by_their_name(run, model):
    slides = QgsVectorLayer("Polygon?crs=EPSG:32647", "my slides", "memory")
    QgsProject.instance().addMapLayer(slides)
    asked = {"INPUT": slides.id(), "MODEL": model, "OUTPUT": "memory:"}
    said = refused(run, "detect", asked)
    QgsProject.instance().removeAllMapLayers()
    assert "Image: 'my slides' cannot be opened as a raster" in said


def test_every_raster_of_every_algorithm_that_is_none_is_named(provider, tmp_path):
    from qgis.core import QgsProcessingContext, QgsProcessingParameterRasterLayer

    text = tmp_path / "text.tif"
    text.write_text("no raster")
    count = 0
    for algorithm in provider.algorithms():
        for definition in algorithm.parameterDefinitions():
            if not isinstance(definition, QgsProcessingParameterRasterLayer):
                continue
            for path in (str(text), str(tmp_path / "none.tif")):
                given = {definition.name(): path}
                fine, said = algorithm.checkParameterValues(given, QgsProcessingContext())
                assert not fine
                assert said.startswith(f"{definition.description()}: '{path}' cannot be")
                count += 1
    assert count > 20
