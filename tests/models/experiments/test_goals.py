# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of goals on made grounds: what is measured, with which file, and what is said
where a file is not there.
"""

from __future__ import annotations

import json

import bijie
import canyon
import gorge
import numpy as np
import plateau
import pytest
from samples import write_model

torch = pytest.importorskip("torch")

from models.contract import Contract
from models.experiments import goals

COLOURS = ("red", "green", "blue", "elevation")


def lines(capsys) -> dict[tuple[str, str], dict]:
    table = map(json.loads, capsys.readouterr().out.splitlines())
    return {(line["section"], line["what"]): line for line in table}


def test_every_goal_is_measured_with_the_file_that_it_asks_of(tmp_path, capsys):
    data = bijie.make(tmp_path, 4)
    label = np.zeros((400, 400), np.uint8)
    label[100:180, 100:180] = 1
    gorge.make(tmp_path, "B", [(100, 100)], label, [(1, 100, 100, 80)])
    plateau.make(tmp_path)
    canyon.make(tmp_path, (48, 45))
    red = Contract(name="red", bands=("red",), window=64, threshold=0.5, seed=0.5)
    model = str(write_model(tmp_path / "red.onnx", red))
    goals.main(["--data", data, "--model", model, "--only", "bijie,jinsha,moldavia"])
    table = lines(capsys)
    iou = table["bijie", "Bijie test, windows with negatives: IoU"]
    assert iou["measured"] > 0.97 and iou["reached"] and iou["goal"] == "≥ 0.58"
    islands = table["bijie", "loss of IoU as islands in missing ground"]
    assert abs(islands["measured"]) < 0.02
    low, high = islands["remarks"]["loss as islands, 95 %"]
    assert low <= islands["measured"] <= high
    low, high = islands["remarks"]["IoU, 95 %"]
    assert low < iou["measured"] < high
    assert table["jinsha", "Jinsha B, image: IoU"]["measured"] > 0.95
    found = table["jinsha", "the same: landslides found, of 15"]
    assert (found["measured"], found["reached"]) == (1, False)
    (moldavia,) = (line for (section, _), line in table.items() if section == "moldavia")
    assert moldavia["measured"] == "not measured" and "reached" not in moldavia

    form = Contract(
        name="form", bands=("elevation",), window=64, elevation_alone=(20.0, 232.0)
    )
    dem = str(write_model(tmp_path / "form.onnx", form))
    goals.main(["--data", data, "--terrain", dem, "--only", "bijie,moldavia,mars"])
    table = lines(capsys)
    assert table["mars", "Mars, columns 47 to 51, with elevation: IoU"]["reached"]
    assert table["bijie", "the same: precision"]["measured"] == "not measured"
    (moldavia,) = (line for (section, _), line in table.items() if section == "moldavia")
    assert moldavia["measured"] == 1.0 and moldavia["reached"]
    remarks = moldavia["remarks"]
    assert 0.05 < remarks["slope: iou"] <= remarks["slope: best_iou"] < 0.3
    assert 0.05 < remarks["slope: average_precision"] < 0.5
    # terraces lie above what is beside them
    assert remarks["boosted trees: iou"] > 0.5

    both = Contract(name="both", bands=COLOURS, window=64, pixel_size=232.0)
    dem = str(write_model(tmp_path / "both.onnx", both, channels=4))
    goals.main(["--data", data, "--terrain", dem, "--only", "mars"])
    (mars,) = lines(capsys).values()
    assert mars["measured"] == 1.0


def test_counties_left_out_are_read_from_the_folds(tmp_path, capsys):
    folds = tmp_path / "folds.json"
    folds.write_text(json.dumps({"mean_iou": 0.5}))
    goals.main(["--data", str(tmp_path), "--folds", str(folds), "--only", "folds"])
    (line,) = lines(capsys).values()
    assert (line["measured"], line["reached"]) == (0.5, False)
