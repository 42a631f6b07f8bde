# SPDX-License-Identifier: GPL-2.0-or-later
"""Folds: a run a county, done once, and one threshold and seed from all of them
together.
"""

from __future__ import annotations

import json

import bijie
import canyon
import numpy as np
import plateau
import pytest

torch = pytest.importorskip("torch")

from models.errors import MrifeError
from models.evaluation.calibration import Calibration
from models.experiments import folds
from models.training.settings import BLOCKS, COUNTIES

torch.set_num_threads(1)  # the cores have other work


def test_all_counties_make_one_operating_point(tmp_path, capsys):
    data = bijie.make(tmp_path, 12)
    runs = tmp_path / "runs"
    command = ["--data", data, "--runs", str(runs), "--ground", "bijie"]
    tiny = "--crop 32 --batch 4 --encoder slim --width 8 --output-stride 8 --rates 2,4,6"
    command += f"{tiny} --steps 1 --epoch-steps 1 --threads 1".split()
    folds.main([*command, "--folds", "dafang,nayong"])
    assert not (runs / "folds.json").exists()
    first = (runs / "dafang" / "fold.json").stat().st_mtime_ns
    capsys.readouterr()
    folds.main(command)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["fold"] for line in lines[:-1]} == {"hezhang", "qianxi", "qixingguan"}
    assert (runs / "dafang" / "fold.json").stat().st_mtime_ns == first
    result = json.loads((runs / "folds.json").read_text())
    assert result == lines[-1] and list(result["counties"]) == list(COUNTIES)
    scores = [county["iou"] for county in result["counties"].values()]
    assert result["mean_iou"] == pytest.approx(np.mean(scores))
    assert result["calibrated_threshold"] <= result["calibrated_seed"] < 1
    first, *_ = result["by_seed"]
    assert first[0] == result["calibrated_threshold"]
    assert [row["step"] for row in result["by_length"]] == [1]
    assert 0 <= result["by_last_weights"]["iou"] <= 1
    assert [row["window"] for row in result["by_window"]] == [32, 48, 64]
    assert result["by_window"][0]["iou"] == result["by_length"][-1]["iou"]
    assert result["confidence"] == []  # a network of one step draws nothing


def test_ground_without_counties_is_left_out_in_blocks(tmp_path, capsys):
    canyon.make(tmp_path, (10, 20, 43))
    plateau.make(tmp_path)
    runs = tmp_path / "runs"
    command = ["--data", str(tmp_path), "--runs", str(runs), "--ground", "terrain"]
    grounds = "--sources moldavia,mars --shares 0.75,0.25 --judges moldavia,mars"
    tiny = "--crop 32 --batch 4 --encoder slim --width 8 --output-stride 8 --rates 2,4,6"
    command += f"{grounds} {tiny} --steps 1 --epoch-steps 1 --threads 1".split()
    folds.main(command)
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert list(result["counties"]) == list(BLOCKS)
    assert result["calibrated_threshold"] <= result["calibrated_seed"]
    learned = torch.load(runs / "block-2" / "best.pt", weights_only=True)["settings"]
    assert learned["fold"] == "block-2" and learned["sources"] == ("moldavia", "mars")


def fold(slide: dict[int, float], background: dict[int, float]) -> dict:
    """Counts of pixels by level, in both weights alike."""
    counts = {"slide": [0.0] * 251, "background": [0.0] * 251}
    for name, levels in (("slide", slide), ("background", background)):
        for level, count in levels.items():
            counts[name][level] = count
    return {"pooled": counts, "weighted": counts, "negatives": [counts["background"]]}


def test_a_fold_without_landslides_is_named():
    empty = fold({}, {20: 100.0})
    with pytest.raises(MrifeError, match="Nothing of what block-2 left out is a landsli"):
        folds.together({"block-1": fold({100: 10.0}, {20: 100.0}), "block-2": empty})


def test_counties_count_alike_whatever_their_size():
    """In the small county landslides read 100 and the ground below; in the large one the
    ground reads up to 120, which alone would set the threshold.
    """
    small = fold({100: 10.0}, {20: 100.0})
    large = fold({200: 1000.0}, {20: 9000.0, 120: 900.0})
    result = folds.together({"small": small, "large": large})
    assert 20 / 250 < result["threshold"] <= 100 / 250
    calibration = Calibration(**result["calibration"])
    assert result["calibrated_threshold"] == calibration.of(result["threshold"])
    assert result["counties"]["small"]["iou"] == pytest.approx(1)
    assert result["counties"]["large"]["iou"] == pytest.approx(1000 / 1900)
    alone = folds.together({"large": large})
    assert alone["threshold"] > 120 / 250


def test_the_calibration_of_others_is_judged_on_each_county():
    """Where a network of 0.4 and 0.6 means 0.2 and 0.8 everywhere, others say so; they
    mislead where it means what it says.
    """
    sharp = fold({100: 20.0, 150: 80.0}, {100: 80.0, 150: 20.0})
    plain = fold({100: 40.0, 150: 60.0}, {100: 60.0, 150: 40.0})
    alike = folds.together({"one": sharp, "two": sharp})["counties"]
    assert alike["one"]["calibration_error"] == pytest.approx(0.2, abs=0.01)
    assert alike["one"]["error_by_others"] < 0.01
    other = folds.together({"one": sharp, "two": plain})["counties"]
    assert other["two"]["error_by_others"] == pytest.approx(0.2, abs=0.01)
    assert other["two"]["calibration_error"] < 0.01
