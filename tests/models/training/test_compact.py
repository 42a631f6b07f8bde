# SPDX-License-Identifier: GPL-2.0-or-later
"""Weights in 16 or 8 bits: the same model in fewer bytes, from which training goes on."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from models.contract import Contract
from models.onnxfile import describe
from models.training.baselines import build
from models.training.compact import compact
from models.training.model_file import export_onnx
from models.training.settings import NOTHING, Settings
from models.training.warmstart import stored_convolutions


@pytest.mark.parametrize(
    "bits, size, largest, mean, near_to",
    [(16, 0.55, 0.02, 0.001, 1e-3), (8, 0.3, 0.2, 0.02, 1 / 254)],
)
def test_fewer_bytes_say_the_same(tmp_path, bits, size, largest, mean, near_to):
    before, after = (str(tmp_path / name) for name in ("whole.onnx", "small.onnx"))
    torch.manual_seed(0)
    network = build(Settings(pretrained=NOTHING)).eval()
    torch.nn.init.normal_(network.decoder.head.weight, std=1.0)
    export_onnx(network, before, Contract(window=96, pixel_size=1.6))
    result = compact(before, after, bits)
    whole, small = describe(before), describe(after)
    assert small.contract == whole.contract and small.inputs == whole.inputs
    assert small.size == result["bytes"] < size * whole.size
    assert 0 < result["largest_difference"] < largest
    assert result["mean_difference"] < mean
    pairs = zip(stored_convolutions(before), stored_convolutions(after))
    for (weight, bias), (near, same) in pairs:
        assert weight.shape == near.shape and near.dtype == torch.float32
        span = weight.abs().amax(dim=(1, 2, 3), keepdim=True)
        step = near_to
        if weight.numel() < 8000:  # small tensors keep 16 bits
            step = 1e-3
        assert ((weight - near).abs() <= step * span + 1e-6).all()
        assert torch.allclose(bias, same, rtol=1e-3, atol=1e-6)
