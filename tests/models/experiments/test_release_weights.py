# SPDX-License-Identifier: GPL-2.0-or-later
"""From data to the two shipped files in one command, and not twice the same work."""

from __future__ import annotations

import bijie
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.experiments.release_weights import main
from models.inference.detector import Detector


def test_data_become_a_model_and_its_twin(tmp_path):
    common = [
        "--data",
        bijie.make(tmp_path),
        "--runs",
        str(tmp_path / "runs"),
        "--path",
        str(tmp_path / "m.onnx"),
        "--ground",
        "bijie",
        "--first",
        "2",
        "--more",
        "4",
        "--first-seed",
        "0",
        "--seeds",
        "0,1",
        "--crop",
        "32",
        "--batch",
        "4",
        "--encoder",
        "slim",
        "--output-stride",
        "8",
        "--width",
        "8",
        "--threads",
        "1",
        "--epoch-steps",
        "2",
    ]
    main(common)
    plain, twin = (
        Detector(str(tmp_path / name), device="cpu") for name in ("m.onnx", "m-int8.onnx")
    )
    assert plain.contract == twin.contract and plain.contract.name == "mrife"
    assert {p.name for p in (tmp_path / "runs" / "bijie" / "4").iterdir()} == {
        "A0-0",
        "A0-1",
        "D-0",
        "D-1",
    }
    results = list((tmp_path / "runs").rglob("result.json"))
    before = [path.stat().st_mtime_ns for path in results]
    main(common)
    # done work is not done again
    assert before and [path.stat().st_mtime_ns for path in results] == before
