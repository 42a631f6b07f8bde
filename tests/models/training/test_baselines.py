# SPDX-License-Identifier: GPL-2.0-or-later
"""The networks MRIFE is measured against: of like size, trained, stored and exported
by the same code.
"""

from __future__ import annotations

import bijie
import numpy as np
import pytest
from bijie import SLIM, tiny

torch = pytest.importorskip("torch")

from torch import nn

from models.errors import MrifeError
from models.experiments.ablations import ARMS
from models.training.baselines import DeepLab, EncoderUNet, UNet, build
from models.training.network import Mrife
from models.training.settings import Settings
from models.training.terrain_channels import MISSING

torch.set_num_threads(1)  # the cores have other work

BASELINES = {"unet": UNet, "encoder-unet": EncoderUNet, "deeplab": DeepLab}


def head(model: nn.Module) -> nn.Conv2d:
    """The layer that makes the logits."""
    if isinstance(model, DeepLab):
        return model.decoder.head
    return model.head


def baseline(name: str, **changes) -> nn.Module:
    torch.manual_seed(0)
    return build(Settings(**{**SLIM, "crop": 64, **ARMS[name], **changes})).eval()


def million(model: nn.Module) -> float:
    return sum(p.numel() for p in model.parameters()) / 1e6


@pytest.mark.parametrize("name, size", [("unet", 3.03), ("deeplab", 3.32)])
def test_a_baseline_is_as_large_as_the_light_network(name, size):
    slim = {"encoder": "slim", "output_stride": 8}
    model = build(Settings(**{**slim, **ARMS[name]}))
    light = million(Mrife(Settings(**slim)))
    assert isinstance(model, BASELINES[name]) and million(model) == pytest.approx(
        size, abs=0.01
    )
    assert million(model) == pytest.approx(light, rel=0.1)


def test_the_settings_name_the_network():
    assert isinstance(build(Settings(**SLIM)), Mrife)
    assert all(isinstance(baseline(name), kind) for name, kind in BASELINES.items())


@torch.no_grad()
@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("side", [32, 64])
def test_logits_have_the_size_of_the_crop(name, side):
    model = baseline(name)
    assert model(255 * torch.rand(2, 3, side, side)).shape == (2, 1, side, side)
    assert (
        model(255 * torch.rand(2, 3, side, side)).sigmoid().mean() < 0.15
    )  # the 5 % prior of the first step


@torch.no_grad()
def test_deeplab_is_coarser_and_unet_carries_every_pixel_over():
    assert baseline("deeplab").encoder(torch.rand(1, 3, 64, 64))[1].shape == (1, 64, 4, 4)
    model, x = baseline("unet"), 255 * torch.rand(1, 3, 64, 64)
    for deep in model.up[-1].parameters():
        nn.init.zeros_(deep)
    nn.init.ones_(model.head.weight)
    other = x.clone()
    other[0, :, 20, 20] += 50
    changed = (model(x) != model(other))[0, 0].nonzero()
    assert (
        len(changed) and (changed - 20).abs().max() <= 4
    )  # two by two 3x3 convolutions at full size


@torch.no_grad()
@pytest.mark.parametrize("stride", ["2", "4", "8"])
def test_a_unet_on_an_encoder_sees_the_cells_of_each_stride(stride):
    model = baseline("encoder-unet")
    x = 255 * torch.rand(1, 3, 64, 64)
    before = model(x)
    cells = model.encoder.low[int(stride)]
    nn.init.zeros_(model.join[stride][0].weight[:, -cells:])
    assert not torch.equal(model(x), before)


def test_a_unet_on_an_encoder_needs_the_cells_of_three_strides():
    with pytest.raises(MrifeError, match="joins the strides 2, 4 and 8"):
        Settings(network="encoder-unet", skips=(4,))


@torch.no_grad()
@pytest.mark.parametrize("name", BASELINES)
def test_normalisation_is_inside(name):
    settings, mean, std = (
        Settings(**{**SLIM, **ARMS[name]}),
        torch.tensor([9.0, 80, 90]),
        torch.tensor([20.0, 30, 40]),
    )
    model, unit = build(settings, mean, std).eval(), torch.randn(1, 3, 32, 32)
    raw = mean.view(-1, 1, 1) + std.view(-1, 1, 1) * unit
    assert torch.allclose(model(raw), model.segment(unit), atol=1e-4)


@torch.no_grad()
@pytest.mark.parametrize("name", BASELINES)
def test_the_file_agrees_with_torch(tmp_path, name):
    pytest.importorskip("onnx")
    from models.contract import Contract
    from models.evaluation.calibration import Calibration
    from models.inference.detector import Detector
    from models.training.model_file import Exported, export_onnx

    model, calibration = baseline(name), Calibration(0.8, 0.3)
    nn.init.normal_(head(model).weight, std=2.0)
    assert (
        export_onnx(model, tmp_path / "m.onnx", Contract(window=64), calibration) < 1e-3
    )
    batch = np.random.default_rng(1).uniform(0, 255, (3, 3, 64, 64)).astype(np.float32)
    expected = Exported(model, calibration)(torch.from_numpy(batch))[:, 0].numpy()
    assert np.ptp(expected) > 0.1
    assert (
        np.abs(Detector(str(tmp_path / "m.onnx"), device="cpu")(batch) - expected).max()
        < 1e-3
    )


@torch.no_grad()
@pytest.mark.parametrize("name", BASELINES)
def test_elevation_joins_the_first_layer(name):
    model = baseline(name, dem="early")
    nn.init.normal_(head(model).weight, std=2.0)
    bands, height = 255 * torch.rand(1, 3, 64, 64), 100 * torch.rand(1, 1, 64, 64)
    answers = [
        model(torch.cat([bands, h], 1))
        for h in (height, height + 500, torch.full_like(height, MISSING))
    ]
    assert torch.allclose(answers[0], answers[1], atol=0.02)
    assert (answers[0] - answers[2]).abs().max() > 0.1


def test_a_baseline_trains_and_its_checkpoint_loads(tmp_path):
    from models.training.model_file import load
    from models.training.train import train

    data = bijie.make(tmp_path, 3)
    for name, kind in BASELINES.items():
        (epoch,) = train(tiny(data, tmp_path / name, steps=2, **ARMS[name]))
        model, settings, _ = load(tmp_path / name / "best.pt")
        assert (
            isinstance(model, kind)
            and settings.network == name
            and epoch.means.keys() == {"seg"}
        )


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize(
    "wrong",
    [{"recover": "cosine"}, {"contrast": "both"}, {"distill": "logit"}, {"dem": "mid"}],
)
def test_a_baseline_has_neither_branch_nor_mid_fusion(name, wrong):
    with pytest.raises(MrifeError, match=f"baseline '{name}' has neither"):
        Settings(**{**ARMS[name], **wrong})
