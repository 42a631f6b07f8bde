# SPDX-License-Identifier: GPL-2.0-or-later
"""The network: sizes, names, the exchange that starts as nothing, and the branch that
can be left out.
"""

from __future__ import annotations

import pytest
from bijie import SLIM

torch = pytest.importorskip("torch")

from models.errors import MrifeError
from models.experiments.ablations import ARMS
from models.training.encoder import Encoder
from models.training.network import Mrife
from models.training.settings import Settings


def small(**changes) -> Settings:
    return Settings(**{**SLIM, "crop": 64, **changes})


def million(model) -> float:
    return sum(p.numel() for p in model.parameters()) / 1e6


@pytest.mark.parametrize("stride", [8, 16])
def test_logits_have_the_size_of_the_crop_and_features_that_of_the_stride(stride):
    model = Mrife(small(**ARMS["A8"], output_stride=stride)).eval()
    out = model.features(torch.randn(2, 3, 64, 64))
    assert out.logits.shape == (2, 1, 64, 64)
    assert out.plain.shape == out.mixed.shape == (2, 128, 64 // stride, 64 // stride)


def test_a_fresh_exchange_changes_nothing():
    torch.manual_seed(0)
    model = Mrife(small(**ARMS["A8"])).eval()
    x = torch.randn(2, 3, 64, 64)
    out = model.features(x)
    assert torch.equal(out.mixed, out.plain)
    with_gate = model.segment(x)
    model.settings = small(**ARMS["A7"])
    assert torch.equal(with_gate, model.segment(x))


def test_an_open_gate_lets_the_branch_reach_the_decoder():
    model = Mrife(small(**ARMS["A8"])).eval()
    x = torch.randn(1, 3, 64, 64)
    before = model.segment(x)
    torch.nn.init.ones_(model.exchange.gate_s)
    assert not torch.equal(before, model.segment(x))


def test_without_the_branch_nothing_of_it_is_built_and_the_rest_starts_the_same():
    torch.manual_seed(3)
    plain = Mrife(small()).state_dict()
    torch.manual_seed(3)
    full = Mrife(small(**ARMS["A8"])).state_dict()
    extra = {name.split(".")[0] for name in full.keys() - plain.keys()}
    assert extra == {"neck", "recover", "project", "token", "exchange"}
    assert all(torch.equal(plain[name], full[name]) for name in plain)


def test_normalisation_is_inside():
    mean, std = torch.tensor([90.0, 100.0, 110.0]), torch.tensor([10.0, 20.0, 30.0])
    model = Mrife(small(), mean, std).eval()
    raw = mean.view(1, 3, 1, 1) + std.view(1, 3, 1, 1) * torch.randn(1, 3, 64, 64)
    unit = (raw - mean.view(1, 3, 1, 1)) / std.view(1, 3, 1, 1)
    assert torch.allclose(model(raw), model.segment(unit), atol=1e-5)


def test_the_light_network_is_light():
    slim = {"encoder": "slim", "output_stride": 8}
    assert 2.9 < million(Mrife(Settings(**slim))) < 3.3
    assert million(Mrife(Settings(**slim, **ARMS["A8"]))) < 4


def test_resnet101_takes_torchvision_weights():
    """Names and shapes of torchvision 0.x resnet101, read from its published source;
    `fc` is its only other layer.
    """
    state = Encoder(Settings(encoder="resnet101"), 3).state_dict()
    shapes = {
        "conv1.weight": (64, 3, 7, 7),
        "bn1.running_var": (64,),
        "layer1.0.conv1.weight": (64, 64, 1, 1),
        "layer1.0.downsample.0.weight": (256, 64, 1, 1),
        "layer1.0.downsample.1.bias": (256,),
        "layer3.22.conv2.weight": (256, 256, 3, 3),
        "layer4.0.downsample.0.weight": (2048, 1024, 1, 1),
        "layer4.2.bn3.num_batches_tracked": (),
    }
    assert {name: tuple(state[name].shape) for name in shapes} == shapes
    assert len(state) == 624  # torchvision's 626 without fc.weight and fc.bias
    assert (
        sum(
            v.numel()
            for k, v in state.items()
            if "running" not in k and "tracked" not in k
        )
        == 42_500_160
    )


def test_dilation_keeps_torchvision_shapes():
    a, b = (
        Encoder(Settings(encoder="resnet18", output_stride=s), 3).state_dict()
        for s in (8, 16)
    )
    assert {k: v.shape for k, v in a.items()} == {k: v.shape for k, v in b.items()}


@pytest.mark.parametrize(
    "wrong", [{"encoder": "vgg"}, {"policy": "all"}, {"output_stride": 64}, {"crop": 100}]
)
def test_a_wrong_setting_is_named(wrong):
    with pytest.raises(MrifeError, match=str(next(iter(wrong.values())))):
        Settings(**wrong)


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"crop": 40}, "crop of 40 pixels must be a multiple of the mask unit"),
        ({"unit": 4, "crop": 64}, "mask unit .4., and that of the output stride .16."),
        ({**ARMS["A8"], "second": "clean"}, "second view .'clean'. is for the baseline"),
        (
            {**ARMS["A8"], "interact": "none"},
            "no logits of its own to distill; use proto or off",
        ),
        (
            {"network": "unet", "recover": "cosine"},
            "baseline 'unet' has neither the enhancement branch",
        ),
        ({"network": "deeplab", "dem": "mid"}, "nor mid fusion"),
        (
            {"portion": 0.0},
            "portion of the training images is 0; it must lie between 0 and 1",
        ),
        ({"portion": 1.5}, "is 1.5"),
        ({"width": 12}, "width is 12; it must be a multiple of 8"),
        ({"width": 0}, "width is 0; it must be a multiple of 8"),
        ({"statistics": "both"}, "statistics is 'both'; choose one of clean, mixed"),
    ],
)
def test_settings_that_contradict_each_other_are_explained(wrong, sentence):
    with pytest.raises(MrifeError, match=sentence):
        Settings(**wrong)


def test_settings_know_what_they_ask_for():
    assert not Settings(interact="exchange", second="masked").enhanced
    assert all(
        Settings(**{part: value}).enhanced
        for part, value in (
            ("recover", "cosine"),
            ("contrast", "intra"),
            ("distill", "logit"),
        )
    )
    assert [Settings(dem=dem, channels=4).planes for dem in ("off", "early", "mid")] == [
        4,
        5,
        5,
    ]


def test_an_encoder_of_its_own_leaves_the_other_alone():
    model = Mrife(small(**ARMS["C"])).eval()
    out = model.features(torch.randn(2, 3, 64, 64))
    out.mixed.sum().backward()
    assert (
        model.encoder.conv1.weight.grad is None
        and model.branch.conv1.weight.grad.abs().sum() > 0
    )
    assert torch.equal(out.plain, out.mixed)


def stored(tmp_path, encoder: str) -> str:
    """A file as torchvision stores it: the encoder's names, and the classifier's two."""
    torch.manual_seed(4)
    state = Encoder(Settings(encoder=encoder), 3).state_dict()
    torch.save(
        state | {"fc.weight": torch.zeros(1000, 512), "fc.bias": torch.zeros(1000)},
        tmp_path / "weights.pth",
    )
    return str(tmp_path / "weights.pth")


def test_a_user_s_imagenet_weights_start_the_encoder(tmp_path):
    path = stored(tmp_path, "resnet18")
    found = Mrife(Settings(encoder="resnet18", pretrained=path)).encoder.state_dict()
    wanted = torch.load(path, weights_only=True)
    assert all(torch.equal(found[name], wanted[name]) for name in found)


def test_weights_of_another_encoder_or_none_are_named(tmp_path):
    with pytest.raises(MrifeError, match="another encoder"):
        Mrife(Settings(encoder="resnet50", pretrained=stored(tmp_path, "resnet18")))
    with pytest.raises(MrifeError, match="nowhere.pth"):
        Mrife(Settings(encoder="resnet18", pretrained="nowhere.pth"))
