# SPDX-License-Identifier: GPL-2.0-or-later
"""The example models: from their files through the modeler's classes, and names kept by a
model.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from samples import read_raster, write_raster

pytest.importorskip("qgis.core")
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsVectorLayer,
)

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "models"
EXAMPLE = FOLDER / "candidates_and_sure.model3"
EXAMPLES = sorted(FOLDER.glob("*.model3"))


@pytest.fixture
def image(tmp_path):
    """Bare patches on green ground, in which the shipped model sees landslides."""
    rng = np.random.default_rng(3)
    rows, cols = 320, 384
    pixels = np.empty((3, rows, cols))
    pixels[:] = np.reshape((60, 90, 50), (3, 1, 1))
    for row, col in ((40, 60), (60, 150), (160, 220)):
        patch = pixels[:, row : row + 110, col : col + 60]
        patch[:] = np.reshape((170, 140, 100), (3, 1, 1))
    coarse = rng.normal(0, 20, (rows // 8, cols // 8))
    pixels += np.kron(coarse, np.ones((8, 8))) + rng.normal(0, 8, pixels.shape)
    return write_raster(
        tmp_path / "image.tif",
        pixels.clip(0, 255).astype(np.uint8),
        (500000, 1.6, 0, 3000000, 0, -1.6),
    )


@pytest.fixture
def example(provider, python_with_runtime):
    return opened(EXAMPLE)


def opened(path):
    algorithm = QgsProcessingModelAlgorithm()
    assert algorithm.fromFile(str(path))
    return algorithm


def run_model(algorithm, parameters):
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback(False)
    context.setProject(QgsProject.instance())
    result, fine = algorithm.run(parameters, context, feedback)
    assert fine, feedback.textLog()
    return result, context


def test_sure_ones_lie_on_candidates(example, image, tmp_path):
    result, _ = run_model(
        example,
        {
            "image": image,
            "sure": 0.5,
            "detect:Candidates": str(tmp_path / "all.gpkg"),
            "vectorize:Sure candidates": str(tmp_path / "sure.gpkg"),
        },
    )
    everything = QgsVectorLayer(result["detect:Candidates"], "all", "ogr")
    sure = QgsVectorLayer(result["vectorize:Sure candidates"], "sure", "ogr")
    assert (
        everything.isValid()
        and sure.isValid()
        and everything.fields().names() == sure.fields().names()
    )
    areas = [
        sum(feature.geometry().area() for feature in layer.getFeatures())
        for layer in (everything, sure)
    ]
    assert areas[0] > areas[1] > 0
    ground = [f.geometry().buffer(0.01, 2) for f in everything.getFeatures()]
    for feature in sure.getFeatures():
        assert any(geometry.contains(feature.geometry()) for geometry in ground)


def test_sure_means_what_the_model_shows_where_nobody_says_it(example, image, tmp_path):
    """QGIS hands the defaults of a model to its dialog alone."""
    areas = []
    for given in ({}, {"sure": 0.7}):
        places = {
            "detect:Candidates": str(tmp_path / "all.gpkg"),
            "vectorize:Sure candidates": str(tmp_path / "sure.gpkg"),
        }
        run_model(example, {"image": image, **given, **places})
        areas.append([[row["area_m2"] for row in rows(path)] for path in places.values()])
    everything, sure = areas[0]
    assert areas[0] == areas[1] and sum(everything) > sum(sure) > 0


def test_names_of_a_model_are_kept(example, image):
    project = QgsProject.instance()
    _, context = run_model(
        example,
        {
            "image": image,
            "sure": 0.5,
            "detect:Candidates": QgsProcessingOutputLayerDefinition(
                "TEMPORARY_OUTPUT", project
            ),
            "vectorize:Sure candidates": QgsProcessingOutputLayerDefinition(
                "TEMPORARY_OUTPUT", project
            ),
        },
    )
    details = context.layersToLoadOnCompletion().values()
    assert sorted(detail.name for detail in details) == ["Candidates", "Sure candidates"]
    assert all(detail.postProcessor() for detail in details)
    assert len({id(detail.postProcessor()) for detail in details}) == 2


def rows(path):
    """Attributes of a layer, without what tells the time and the place in it."""
    layer = QgsVectorLayer(path, "rows", "ogr")
    assert layer.isValid(), path
    features = [feature.attributeMap() for feature in layer.getFeatures()]
    return [{k: v for k, v in f.items() if k not in ("fid", "run_utc")} for f in features]


def test_one_sheet_becomes_a_review(provider, python_with_runtime, image, tmp_path):
    places = {
        "detect:Candidates": str(tmp_path / "candidates.gpkg"),
        "preparereview:Review": str(tmp_path / "review.gpkg"),
        "preparereview:Bookmarks": str(tmp_path / "bookmarks.xml"),
    }
    example = opened(FOLDER / "one_sheet_to_a_review.model3")
    run_model(example, {"image": image, **places})
    candidates = rows(places["detect:Candidates"])
    review = rows(f"{places['preparereview:Review']}|layername=review")
    assert len(review) == len(candidates) > 0
    assert sorted(row["rev_rank"] for row in review) == [*range(1, len(review) + 1)]
    assert {row["src_img"] for row in review} == {"image"}
    assert all(row["triage"] for row in review)
    assert Path(places["preparereview:Bookmarks"]).is_file()


def test_a_folder_of_sheets_becomes_an_inventory(
    provider, python_with_runtime, image, tmp_path
):
    """And once more, held against itself."""
    pixels = read_raster(image)
    (tmp_path / "sheets").mkdir()
    for name, col in (("west", 0), ("east", 192)):
        place = (500000 + 1.6 * col, 1.6, 0, 3000000, 0, -1.6)
        path = tmp_path / "sheets" / f"{name}.tif"
        write_raster(path, pixels[:, :, col : col + 192], place)
    places = {
        "detectsheets:Candidates": str(tmp_path / "candidates.gpkg"),
        "detectsheets:Table of sheets": str(tmp_path / "sheets.csv"),
        "detectsheets:Probability rasters": str(tmp_path / "probability"),
        "merge:Inventory": str(tmp_path / "inventory.gpkg"),
        "merge:Conflicts": str(tmp_path / "conflicts.gpkg"),
        "statistics:Report": str(tmp_path / "report.html"),
    }
    example = opened(FOLDER / "folder_to_county_inventory.model3")
    run_model(example, {"folder": str(tmp_path / "sheets"), **places})
    with open(tmp_path / "sheets.csv", encoding="utf-8-sig", newline="") as file:
        states = {row["sheet"]: row["state"] for row in csv.DictReader(file)}
    assert states == {"east": "done", "west": "done"}
    inventory = rows(places["merge:Inventory"])
    candidates = rows(places["detectsheets:Candidates"])
    assert inventory and {row["sheet"] for row in inventory} <= set(states)
    ids = sorted(row["ls_id"] for row in inventory)
    assert ids == sorted(row["ls_id"] for row in candidates)
    assert rows(places["merge:Conflicts"]) == []
    assert "<html" in (tmp_path / "report.html").read_text(encoding="utf-8")
    again = {**places, "merge:Inventory": str(tmp_path / "again.gpkg")}
    given = {"folder": str(tmp_path / "sheets"), "existing": places["merge:Inventory"]}
    run_model(example, {**given, **again})
    assert sorted(row["ls_id"] for row in rows(again["merge:Inventory"])) == ids


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_name_no_place_of_a_machine(path):
    text = path.read_text(encoding="utf-8")
    assert not any(word in text for word in ("/home/", "/root/", "/tmp/", "C:\\"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_valid(provider, path):
    assert opened(path).validate() == (True, [])


def test_a_model_of_any_age_stays_valid(provider):
    """What has a default need not be in a model: QGIS 3.22 calls it invalid else."""
    inputs = {"INPUT": "layer", "INPUTS": ["layer"], "REFERENCE": "layer"}
    inputs |= {"EARLIER": "layer", "LATER": "layer", "POLYGONS": "layer"}
    inputs |= {"PROBABILITY": "layer", "OUTPUT_MODEL": "model.onnx"}
    for algorithm in provider.algorithms():
        child = QgsProcessingModelChildAlgorithm(algorithm.id())
        for name, value in inputs.items():
            source = QgsProcessingModelChildParameterSource.fromStaticValue(value)
            if algorithm.parameterDefinition(name):
                child.addParameterSources(name, [source])
        model = QgsProcessingModelAlgorithm()
        identifier = model.addChildAlgorithm(child)
        assert model.validateChildAlgorithm(identifier) == (True, []), algorithm.id()


def test_a_model_saved_with_0_1_runs(provider, python_with_runtime, image, tmp_path):
    """All that 0.1 had, as its dialog of a model stored it."""
    values = {
        "INPUT": image,
        "THRESHOLD": 0.4,
        "SEED": 0.6,
        "MIN_AREA": 100.0,
        "OVERLAP": 25.0,
        "BATCH": 2,
        "DEVICE": "cpu",
        "FAST": False,
        "BANDS": [1, 2, 3],
        "MODEL": "",
    }
    child = QgsProcessingModelChildAlgorithm("mrife:detect")
    for name, value in values.items():
        source = QgsProcessingModelChildParameterSource.fromStaticValue(value)
        child.addParameterSources(name, [source])
    output = QgsProcessingModelOutput("found")
    output.setChildOutputName("OUTPUT")
    output.setChildId("detect")
    child.setChildId("detect")
    child.setModelOutputs({"found": output})
    model = QgsProcessingModelAlgorithm("old", "old")
    model.addChildAlgorithm(child)
    path = str(tmp_path / "old.model3")
    assert model.toFile(path)
    again = opened(path)
    assert again.validate() == (True, [])
    (name,) = [one.name() for one in again.destinationParameterDefinitions()]
    run_model(again, {name: str(tmp_path / "found.gpkg")})
    assert QgsVectorLayer(str(tmp_path / "found.gpkg"), "found", "ogr").isValid()
