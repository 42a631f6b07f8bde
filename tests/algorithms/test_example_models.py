# SPDX-License-Identifier: GPL-2.0-or-later
"""The example model: from its file through the modeler's classes, and names kept by a
model.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from samples import write_raster

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
    """Colours of all kinds at the model's own pixel size, so that any threshold parts
    them.
    """
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 255, (3, 10, 12)).astype(np.uint8)
    return write_raster(
        tmp_path / "image.tif",
        np.kron(coarse, np.ones((1, 32, 32), np.uint8)),
        (500000, 1.6, 0, 3000000, 0, -1.6),
    )


@pytest.fixture
def example(provider, python_with_runtime):
    algorithm = QgsProcessingModelAlgorithm()
    assert algorithm.fromFile(str(EXAMPLE))
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
    ground = [f.geometry().buffer(0.01, 2) for f in everything.getFeatures()]
    for feature in sure.getFeatures():
        assert any(geometry.contains(feature.geometry()) for geometry in ground)


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


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_name_no_place_of_a_machine(path):
    text = path.read_text(encoding="utf-8")
    assert not any(word in text for word in ("/home/", "/root/", "/tmp/", "C:\\"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_valid(provider, path):
    algorithm = QgsProcessingModelAlgorithm()
    assert algorithm.fromFile(str(path))
    assert algorithm.validate() == (True, [])


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
    again = QgsProcessingModelAlgorithm()
    assert again.fromFile(path) and again.validate() == (True, [])
    (name,) = [one.name() for one in again.destinationParameterDefinitions()]
    run_model(again, {name: str(tmp_path / "found.gpkg")})
    assert QgsVectorLayer(str(tmp_path / "found.gpkg"), "found", "ogr").isValid()
