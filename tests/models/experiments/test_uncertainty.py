# SPDX-License-Identifier: GPL-2.0-or-later
"""What is said of flips and rotations: areas under curves computed by hand, and the
tables of a small made-up set.
"""

from __future__ import annotations

import bijie
import numpy as np
import pytest
from samples import write_model

pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.contract import Contract
from models.experiments.plugin_run import Detection
from models.experiments.uncertainty import (
    Errors,
    Sample,
    area_of,
    area_under_curve,
    measure,
    rank_pixels,
)


def test_the_area_is_the_share_of_pairs_in_the_right_order():
    wrong = np.array([True, True, False, False, False])
    scores = np.array([0.9, 0.4, 0.4, 0.1, 0.95])
    # 0.9 is above two of three; 0.4 above one and level with another
    assert area_of(scores, wrong) == pytest.approx((2 + 1.5) / 6)
    assert area_of(-scores, wrong) == pytest.approx(1 - 3.5 / 6)
    assert np.isnan(area_of(scores, wrong | True))
    assert area_under_curve(np.array([0, 2]), np.array([3, 0])) == 1


def test_errors_of_several_images_are_pooled_by_their_weights():
    errors = Errors()
    errors.add(np.array([0.8, 0.2]), np.array([True, False]))
    errors.add(np.array([0.8, 0.2]), np.array([False, True]))
    assert errors.area() == 0.5
    assert errors.area(np.array([1, 0])) == 1


def test_each_side_of_the_threshold_is_ranked_by_itself():
    """Under it the spread finds the missed pixel, above it the probability the false one."""
    probability = np.array([[0.1, 0.2, 0.3, 0.6, 0.7, 0.9]])
    spread = np.array([[0.4, 0.1, 0.0, 0.1, 0.0, 0.2]])
    truth = np.array([[True, False, False, False, True, True]])
    detection = Detection(None, probability, [], [], spread)
    sample = Sample(detection, truth, np.ones((1, 6), bool), True)
    lines = {line["pixels"]: line for line in rank_pixels([sample], 0.5)}
    expects = "error that the probability expects"
    under = lines["under the threshold"]
    assert (under["spread"], under[expects]) == (1, 0)
    assert under["distance from the threshold"] == 0
    above = lines["above the threshold"]
    assert (above["spread"], above[expects]) == (0.5, 1)
    assert lines["all"]["spread"] == (4 + 2.5) / 8


def test_the_tables_of_a_split(tmp_path):
    data = bijie.make(tmp_path)
    contract = Contract(
        bands=("red", "green", "blue"),
        window=64,
        threshold=0.4,
        seed=0.5,
        objects=(0.1, 1.0, 0.5, 0.2, 0.3),
    )
    model = write_model(tmp_path / "identity.onnx", contract, channels=3)
    lines = list(measure(model, data, "test", threads=1))
    maps = {line["what"]: line for line in lines if "iou" in line}
    plain = maps["as it lies, pixels"]["iou"]
    assert 0.5 < plain == maps["all 8, pixels"]["iou"], "this model knows no sides"
    (objects,) = [
        line for line in lines if line.get("candidates") and "8" in line["what"]
    ]
    assert objects["p_std"] == 0.5 or objects["false"] == 0
    pixels = [
        line for line in lines if "pixels" in line and line["what"] == "4 rotations"
    ]
    assert len(pixels) == 3 and pixels[0]["spread"] == 0.5
