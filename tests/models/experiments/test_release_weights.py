# SPDX-License-Identifier: GPL-2.0-or-later
"""From data to the two shipped files in one command, and not twice the same work."""

from __future__ import annotations

from pathlib import Path

import bijie
import gorge
import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.errors import MrifeError
from models.experiments.ablations import settings_of
from models.experiments.release_weights import FINISH, main, trained
from models.inference.detector import Detector

TINY = "--crop 32 --batch 8 --encoder slim --output-stride 8 --width 8 --threads 1"
STEPS = "--steps 2 --epoch-steps 1 --seed 0"


def command(folder: Path, data: str, *options: str) -> list[str]:
    """A recipe of seconds; the model and its twin lie in the folder."""
    places = ["--data", data, "--runs", str(folder / "runs")]
    places += ["--path", str(folder / "m.onnx")]
    return [*places, *TINY.split(), *STEPS.split(), *options]


def test_data_become_a_model_and_its_twin(tmp_path):
    """On one ground the long run is shipped as it is."""
    main(command(tmp_path, bijie.make(tmp_path), "--ground", "bijie"))
    plain, twin = (
        Detector(str(tmp_path / name), device="cpu") for name in ("m.onnx", "m-int8.onnx")
    )
    assert plain.contract == twin.contract and plain.contract.name == "mrife"
    assert [path.name for path in (tmp_path / "runs" / "bijie").iterdir()] == ["long"]


def test_on_two_grounds_a_finishing_run_goes_on_and_is_mixed_in(tmp_path):
    data = bijie.make(tmp_path)
    label = np.zeros((400, 400), np.uint8)
    label[40:120, 40:120] = 1
    gorge.make(tmp_path, "A", [(40, 40), (40, 240)], label)
    tiny = bijie.tiny(data, tmp_path, batch=8, steps=2)
    base = settings_of("A0", "many", tiny)
    changes = {**FINISH["many"], "steps": 1, "epoch_steps": 1}
    runs = tmp_path / "many"
    assert trained(base, runs, changes, 0.75) == runs / "mean.pt"
    long, finish, mean = (
        torch.load(runs / name, weights_only=True)
        for name in ("long/best.pt", "finish/best.pt", "mean.pt")
    )
    assert long["settings"]["shares"] == (0.85, 0.15)
    assert finish["settings"]["shares"] == (0.6, 0.4)
    assert finish["settings"]["start"] == str(runs / "long" / "best.pt")
    for name, value in mean["model"].items():
        if value.is_floating_point():
            expected = 0.25 * long["model"][name] + 0.75 * finish["model"][name]
            assert torch.allclose(value, expected, atol=1e-6)
    stored = [runs / part / "last.pt" for part in ("long", "finish")]
    before = [path.stat().st_mtime_ns for path in stored]
    trained(base, runs, changes, 0.75)
    # done work is not done again
    assert [path.stat().st_mtime_ns for path in stored] == before


def test_a_weight_that_is_no_share_is_refused_at_once(tmp_path):
    with pytest.raises(MrifeError, match=r"1\.5; it must lie between 0 and 1"):
        main(command(tmp_path, str(tmp_path), "--weight", "1.5"))
    assert not (tmp_path / "runs").exists()
