# SPDX-License-Identifier: GPL-2.0-or-later
"""What networks of counties left out say together: which length, which weights, and how
sure one may be of a polygon.
"""

from __future__ import annotations

from dataclasses import replace

import bijie
import numpy as np
import pytest
from samples import write_model

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.contract import Contract
from models.evaluation.calibration import Calibration
from models.experiments import folds
from models.experiments.fold_networks import confidence_of, last_network, model_file
from models.inference.detector import Detector
from models.inventory.confidence import confidence
from models.training.checkpoint import write_weights
from models.training.settings import COUNTIES
from models.training.train import train

POINT = {
    "calibration": {"scale": 0.8, "shift": 0.1},
    "calibrated_threshold": 0.35,
    "calibrated_seed": 0.36,
}


def each_county(data: str, runs) -> list:
    settings = bijie.tiny(data, runs)
    return [folds.without(settings, name, runs) for name in COUNTIES]


def test_a_fold_becomes_the_file_of_its_last_weights(tmp_path):
    fold = each_county(bijie.make(tmp_path, 12), tmp_path / "runs")[0]
    for _ in train(fold):
        pass
    calibration = Calibration(**POINT["calibration"])
    detector = Detector(model_file(fold, calibration, 0.35, 0.4), device="cpu")
    assert (detector.contract.threshold, detector.contract.seed) == (0.35, 0.4)
    raw = np.random.default_rng(0).uniform(0, 255, (1, 3, 32, 32)).astype(np.float32)
    with torch.no_grad():
        logit = last_network(fold)(torch.from_numpy(raw))[:, 0]
    expected = torch.sigmoid(0.8 * logit + 0.1).numpy()
    assert np.allclose(detector(raw), expected, atol=1e-3)
    averaged = last_network(fold).state_dict()["decoder.head.weight"]
    last = last_network(replace(fold, weights="student"))
    assert not torch.equal(averaged, last.state_dict()["decoder.head.weight"])


def test_the_confidence_is_that_of_polygons_in_all_counties(tmp_path, monkeypatch):
    """Bright discs are landslides, fainter stripes none: what is bright is right."""
    contract = Contract(
        name="red", version="1", bands=("red",), window=64, threshold=0.35, seed=0.36
    )
    asked = []

    def red(fold, calibration, threshold, seed):
        asked.append((fold.fold, calibration.scale, threshold, seed))
        return write_model(tmp_path / "red.onnx", contract)

    monkeypatch.setattr("models.experiments.fold_networks.model_file", red)
    counties = each_county(bijie.make(tmp_path, 12), tmp_path / "runs")
    coefficients = confidence_of(counties, POINT)
    assert asked == [(name, 0.8, 0.35, 0.36) for name in COUNTIES]
    disc = {"p_mean": 0.67, "p_p90": 0.7, "p_ctr": 0.4, "area_m2": 700.0}
    stripe = {"p_mean": 0.4, "p_p90": 0.42, "p_ctr": 0.15, "area_m2": 100.0}
    assert confidence(disc, coefficients) > 0.8 > 0.2 > confidence(stripe, coefficients)


def test_where_nothing_is_drawn_there_is_no_confidence(tmp_path, monkeypatch):
    contract = Contract(name="red", version="1", bands=("red",), window=64)
    path = write_model(tmp_path / "red.onnx", contract, factor=0.0)
    monkeypatch.setattr("models.experiments.fold_networks.model_file", lambda *_: path)
    counties = each_county(bijie.make(tmp_path), tmp_path / "runs")
    assert confidence_of(counties, POINT) == ()


def test_lengths_are_compared_by_the_mean_of_the_counties(tmp_path):
    runs = each_county("", tmp_path)[:2]
    scores = ([(0.2, 0.3), (0.5, 0.6)], [(0.4, 0.5), (0.3, 0.8)])
    for fold, epochs in zip(runs, scores):
        history = [
            {"step": step, "iou": iou, "average_precision": precision}
            for step, (iou, precision) in zip((400, 800), epochs)
        ]
        state = {"settings": {"network": "mrife"}, "teacher": {}, "history": history}
        (tmp_path / fold.fold).mkdir()
        write_weights(state, tmp_path / fold.fold / "last.pt")
    assert folds.by_length(runs) == [
        {"step": 400, "iou": 0.3, "average_precision": 0.4},
        {"step": 800, "iou": 0.4, "average_precision": 0.7},
    ]
