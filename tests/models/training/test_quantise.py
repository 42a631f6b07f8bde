# SPDX-License-Identifier: GPL-2.0-or-later
"""The 8-bit twin: smaller, the same contract, nearly the same answers."""

from __future__ import annotations

import bijie
import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from models.contract import Contract
from models.errors import InvalidModel
from models.inference.detector import Detector
from models.onnxfile import chosen_model, describe, shipped_model
from models.scenes.scene import SceneSettings, make_scene
from models.training.model_file import export_onnx
from models.training.network import Mrife
from models.training.quantise import before_first_layer, quantise
from models.training.settings import Settings


def test_the_twin_answers_nearly_the_same_from_a_quarter_of_the_bytes(tmp_path):
    torch.manual_seed(0)
    model = Mrife(Settings(**{**bijie.SLIM, "width": 16})).eval()
    torch.nn.init.normal_(model.decoder.head.weight, std=3.0)
    contract = Contract(name="mrife", window=64, pixel_size=1.6, threshold=0.3)
    export_onnx(model, tmp_path / "m.onnx", contract)
    made = quantise(
        tmp_path / "m.onnx", bijie.make(tmp_path), tmp_path / "m8.onnx", batches=4
    )
    twin = Detector(str(tmp_path / "m8.onnx"), device="cpu")
    assert twin.contract == contract
    assert made["bytes"] < 0.4 * (tmp_path / "m.onnx").stat().st_size
    rng = np.random.default_rng(1)
    image = np.stack([bijie.picture(rng, True)[0][:, :64, :64] for _ in range(2)]).astype(
        np.float32
    )
    plain = Detector(str(tmp_path / "m.onnx"), device="cpu")(image)
    assert plain.max() - plain.min() > 0.05
    assert (
        0 < made["mean_difference"] < 0.03 and np.abs(twin(image) - plain).mean() < 0.03
    )


def test_heights_and_the_mark_of_missing_ones_are_not_brought_to_8_bits(tmp_path):
    """-32768 and heights in one range of 8 bits would leave a step of 128 m: the planes
    that are made of them and the first layers stay in floats.
    """
    model = Mrife(Settings(**{**bijie.SLIM, "dem": "early"})).eval()
    bands = ("red", "green", "blue", "elevation")
    contract = Contract(bands=bands, window=64, pixel_size=1.6)
    export_onnx(model, tmp_path / "m.onnx", contract)
    path = tmp_path / "m8.onnx"
    quantise(tmp_path / "m.onnx", bijie.make(tmp_path), path, batches=1)
    kinds = {node.name: node.op_type for node in onnx.load(str(path)).graph.node}
    before = [kinds[name] for name in before_first_layer(str(path))]
    assert before.count("QuantizeLinear") == 0 and before.count("Conv") > 3
    assert list(kinds.values()).count("QuantizeLinear") > 10


def test_the_shipped_twin_is_the_shipped_model_in_fewer_bytes():
    plain, twin = (Detector(shipped_model(fast), device="cpu") for fast in (False, True))
    assert plain.contract == twin.contract
    files = [describe(shipped_model(fast)) for fast in (False, True)]
    # weights of 8 bits, of 16 in the other
    assert files[1].size < 0.6 * files[0].size
    scene = make_scene(
        SceneSettings(seed=3, width=96, height=96, pixel_size=1.6, slides=1)
    )
    image = scene.image[None].astype(np.float32)
    assert (
        np.abs(twin(image) - plain(image)).max() < 0.15
        and np.abs(twin(image) - plain(image)).mean() < 0.02
    )
    assert files[0].model_id != files[1].model_id


def test_fast_is_the_shipped_model_s_alone():
    assert chosen_model("", False) == shipped_model() != chosen_model(None, True)
    assert chosen_model("own.onnx", False) == "own.onnx"
    with pytest.raises(InvalidModel, match="own.onnx"):
        chosen_model("own.onnx", True)
