# SPDX-License-Identifier: GPL-2.0-or-later
"""One command chooses the operating point of a file as it stands and writes it."""

from __future__ import annotations

import json
from dataclasses import replace

import bijie
import gorge
import numpy as np
import pytest
from samples import write_model

pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.__main__ import main
from models.contract import Contract
from models.experiments.plugin_run import PluginRun
from models.onnxfile import describe

CONTRACT = Contract(
    name="red", version="1", bands=("red",), window=64, threshold=0.1, seed=0.1
)


def command(capsys, *arguments: str) -> list[dict]:
    assert main(["operating-point", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def model(tmp_path):
    return str(write_model(tmp_path / "red.onnx", CONTRACT))


def test_threshold_and_seed_are_chosen_and_written(tmp_path, capsys, model):
    """Landslides are discs of 0.67, some pixels more, on ground below 0.5; the file called
    0.1 one. Of seeds that lose no disc the highest is taken.
    """
    data = bijie.make(tmp_path)
    twin = str(write_model(tmp_path / "twin.onnx", CONTRACT))
    before, chosen, sigmoid = command(
        capsys, "--model", model, "--data", data, "--write", model, twin
    )
    assert (before["before"]["threshold"], before["before"]["seed"]) == (0.1, 0.1)
    point = chosen["chosen"]
    assert 0.4 < point["threshold"] < 0.7 < point["seed"] < 0.8
    assert point["iou"] > 0.9 > before["before"]["iou"]
    assert sigmoid["sigmoid"]["scale"] > 1  # a disc of 0.67 is always a landslide
    expected = replace(CONTRACT, threshold=point["threshold"], seed=point["seed"])
    assert describe(model).contract == describe(twin).contract == expected
    again = command(capsys, "--model", model, "--data", data)
    assert again[0]["before"] == again[1]["chosen"] == point


def test_objects_are_fitted_to_the_polygons_of_the_new_point(tmp_path, capsys, model):
    data = bijie.make(tmp_path)
    label = np.zeros((400, 400), np.uint8)
    label[40:120, 40:120] = 1
    for region in "AB":
        gorge.make(tmp_path, region, [(40, 40), (40, 240)], label)
    lines = command(capsys, "--model", model, "--data", data, "--write", model)
    splits = {line["split"]: line for line in lines if "split" in line}
    # at 0.1 the whole of each image would be one polygon
    assert splits["jinsha_A"]["polygons"] == 2 and splits["jinsha_A"]["right"] == 1
    assert len(describe(model).contract.objects) == 5
    image = np.full((1, 90, 90), 20, np.uint8)
    image[:, 20:60, 20:60] = 200
    (attributes,) = PluginRun(model).on_image(image).attributes
    assert 0 < attributes["conf"] < 1


def test_without_a_file_to_write_nothing_changes(tmp_path, capsys, model):
    command(capsys, "--model", model, "--data", bijie.make(tmp_path))
    assert describe(model).contract == CONTRACT


def test_threshold_and_seed_of_counties_left_out_stand(tmp_path, capsys, model):
    data = bijie.make(tmp_path)
    folds = tmp_path / "folds.json"
    chosen = {"calibrated_threshold": 0.6, "calibrated_seed": 0.648}
    folds.write_text(json.dumps(chosen), encoding="utf-8")
    lines = command(
        capsys, "--model", model, "--data", data, "--folds", str(folds), "--write", model
    )
    _, alone, chosen, _ = lines
    assert alone["by validation alone"]["threshold"] < 0.6
    assert chosen["chosen"]["threshold"] == 0.6 == describe(model).contract.threshold
    assert describe(model).contract.seed == 0.648
    other = ["--model", model, "--data", data, "--folds", str(folds), "--write", model]
    command(capsys, *other, "--threshold", "0.5")
    assert describe(model).contract.threshold == 0.5
    assert describe(model).contract.seed == 0.648
