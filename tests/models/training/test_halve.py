# SPDX-License-Identifier: GPL-2.0-or-later
"""Weights in 16 bits: the same model in half the bytes, from which training goes on."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.contract import Contract
from models.onnxfile import describe
from models.training.baselines import build
from models.training.halve import halve
from models.training.model_file import export_onnx
from models.training.settings import NOTHING, Settings
from models.training.warmstart import stored_convolutions


def test_half_the_bytes_say_the_same(tmp_path):
    before, after = (str(tmp_path / name) for name in ("whole.onnx", "half.onnx"))
    torch.manual_seed(0)
    network = build(Settings(pretrained=NOTHING)).eval()
    torch.nn.init.normal_(network.decoder.head.weight, std=1.0)
    export_onnx(network, before, Contract(window=96, pixel_size=1.6))
    result = halve(before, after)
    whole, half = describe(before), describe(after)
    assert half.contract == whole.contract and half.inputs == whole.inputs
    assert half.size == result["bytes"] < 0.55 * whole.size
    assert 0 < result["largest_difference"] < 0.02
    assert result["mean_difference"] < 0.001
    pairs = zip(stored_convolutions(before), stored_convolutions(after))
    for (weight, bias), (near, same) in pairs:
        assert weight.shape == near.shape and near.dtype == torch.float32
        assert torch.allclose(weight, near, rtol=1e-3, atol=1e-6)
        assert torch.allclose(bias, same, rtol=1e-3, atol=1e-6)
