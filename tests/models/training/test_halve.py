# SPDX-License-Identifier: GPL-2.0-or-later
"""Weights in 16 bits: the same model in half the bytes, from which training goes on."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.onnxfile import describe, shipped_model
from models.training.halve import halve
from models.training.warmstart import stored_convolutions


def test_half_the_bytes_say_the_same(tmp_path):
    path = tmp_path / "half.onnx"
    result = halve(shipped_model(), path)
    whole, half = describe(shipped_model()), describe(str(path))
    assert half.contract == whole.contract and half.inputs == whole.inputs
    assert half.size == result["bytes"] < 0.55 * whole.size
    assert 0 < result["largest_difference"] < 0.02
    assert result["mean_difference"] < 0.001
    pairs = zip(stored_convolutions(shipped_model()), stored_convolutions(str(path)))
    for (weight, bias), (near, same) in pairs:
        assert weight.shape == near.shape and near.dtype == torch.float32
        assert torch.allclose(weight, near, rtol=1e-3, atol=1e-6)
        assert torch.allclose(bias, same, rtol=1e-3, atol=1e-6)
