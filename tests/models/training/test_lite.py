# SPDX-License-Identifier: GPL-2.0-or-later
"""EfficientNet-Lite: shapes, TensorFlow's padding, the published weights and what they
say of a known photograph, the exported file.
"""

from __future__ import annotations

import matplotlib.cbook
import numpy as np
import pytest
from bijie import SLIM
from matplotlib.image import imread

torch = pytest.importorskip("torch")

from torch.nn import functional as F

from models.contract import Contract
from models.errors import MrifeError
from models.training.encoder import load_pretrained
from models.training.lite import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    SCALES,
    InvertedResidual,
    LiteEncoder,
    has_packaged_weights,
    packaged_weights,
    same_padding,
    stages,
)
from models.training.model_file import export_onnx
from models.training.network import Mrife
from models.training.optimiser import parameter_groups
from models.training.settings import Settings

torch.set_num_threads(1)  # the cores have other work

MILITARY_UNIFORM = 652  # of ImageNet's thousand classes
NOTHING = {"pretrained": "none", "crop": 32}


def published(size: str) -> dict[str, torch.Tensor]:
    return torch.load(packaged_weights(size), weights_only=True)


@pytest.mark.parametrize(
    "size, blocks, stride_4, deep",
    [("lite0", 16, 24, 320), ("lite1", 21, 24, 320), ("lite2", 21, 24, 352)],
)
def test_sizes_are_the_published_ones(size, blocks, stride_4, deep):
    """Depth and width multipliers of the three sizes: 1 and 1, 1.1 and 1, 1.2 and 1.1."""
    plan = stages(size)
    assert sum(stage.blocks for stage in plan) == blocks
    assert (plan[1].width, plan[-1].width) == (stride_4, deep)


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_fine_and_deep_cells_have_the_sizes_asked_for(stride):
    encoder = LiteEncoder("lite0", 3, stride, (2, 4, 8)).eval()
    fine, deep = encoder(torch.rand(1, 3, 64, 96))
    assert {skip: tuple(cells.shape[1:]) for skip, cells in fine.items()} == {
        2: (16, 32, 48),
        4: (24, 16, 24),
        8: (40, 8, 12),
    }
    assert deep.shape == (1, 320, 64 // stride, 96 // stride)


@pytest.mark.parametrize(
    "kernel, expected", [(3, [0 + 1 + 2, 2 + 3 + 0]), (5, [6, 0 + 1 + 2 + 3])]
)
def test_padding_is_tensorflow_s_same(kernel, expected):
    """Four values 0..3, a filter of ones, stride 2: "same" adds kernel - 2 zeros, the odd
    one behind. By hand, with 3: (0 1 2), (2 3 .); with 5: (. 0 1 2 3), (1 2 3 . .).
    """
    row = torch.arange(4.0).view(1, 1, 1, 4).expand(1, 1, 4, 4)
    padded = same_padding(kernel, 2)(row)
    found = F.conv2d(padded, torch.ones(1, 1, 1, kernel), stride=(1, 2))
    assert found[0, 0, kernel // 2].tolist() == expected


@pytest.mark.parametrize(
    "kernel, dilation, size",
    [
        (3, 2, (8, 12)),
        (5, 2, (8, 12)),
        (3, 4, (8, 12)),
        (3, 4, (6, 8)),
        (5, 2, (3, 3)),
        (5, 2, (6, 6)),  # grids of 3 x 3, in which every cell sees all
        (5, 2, (4, 6)),
        (3, 4, (8, 4)),
    ],
)
def test_a_dilated_block_computes_the_same_while_it_learns(kernel, dilation, size):
    torch.manual_seed(0)
    block = InvertedResidual(8, 8, kernel, 1, dilation, 6)
    for name, part in list(block.named_children()):
        if isinstance(part, torch.nn.BatchNorm2d):
            setattr(block, name, torch.nn.Identity())
    x = torch.randn(2, 8, *size, requires_grad=True)
    answers = []
    for mode in (True, False):
        y = block.train(mode)(x)
        wanted = [x, block._depthwise_conv.weight]
        answers.append((y, *torch.autograd.grad(y.square().sum(), wanted)))
    for learning, at_rest in zip(*answers):
        assert torch.allclose(learning, at_rest, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("size", SCALES)
def test_every_weight_of_the_published_file_has_its_place(size):
    """All but the classifier's, by name and shape."""
    state = published(size)
    encoder = LiteEncoder(size, 3, 16, (4,))
    load_pretrained(encoder, Settings(encoder=size))
    mine = encoder.state_dict()
    classifier = {name for name in state if name not in mine}
    assert {name.split(".")[0] for name in classifier} == {"_conv_head", "_bn1", "_fc"}
    assert mine.keys() == state.keys() - classifier
    assert all(torch.equal(mine[name], state[name]) for name in mine)


@pytest.mark.parametrize("size", SCALES)
@torch.no_grad()
def test_the_published_weights_know_a_military_uniform(size):
    """Grace Hopper's portrait in uniform is the picture that TensorFlow's examples
    classify, and this is what ImageNet networks say of it.
    """
    state = published(size)
    encoder = LiteEncoder(size, 3, 32, (4,)).eval()  # the stride it was trained with
    load_pretrained(encoder, Settings(encoder=size))
    photo = imread(matplotlib.cbook.get_sample_data("grace_hopper.jpg"))
    x = torch.from_numpy(photo.copy()).permute(2, 0, 1)[None].float()
    x = F.interpolate(x, (224, 224), mode="bilinear", antialias=True)
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD))
    deep = F.conv2d(encoder((x - mean) / std)[1], state["_conv_head.weight"])
    norm = [state[f"_bn1.{n}"] for n in ("running_mean", "running_var", "weight", "bias")]
    pooled = F.batch_norm(deep, *norm, eps=1e-3).clamp(0, 6).mean((2, 3))
    chances = F.linear(pooled, state["_fc.weight"], state["_fc.bias"]).softmax(1)[0]
    assert chances.argmax() == MILITARY_UNIFORM
    assert chances.max() > 0.3


def test_the_input_is_scaled_as_the_weights_expect():
    statistics = torch.tensor([9.0, 80.0, 90.0, 70.0]), torch.full((4,), 20.0)
    model = Mrife(Settings(**NOTHING, channels=4), *statistics)
    mean = torch.tensor([*IMAGENET_MEAN, 70.0])
    assert torch.allclose(model.mean.flatten(), mean)
    slim = Mrife(Settings(**SLIM, crop=32, channels=4), *statistics)
    assert torch.equal(slim.mean.flatten(), statistics[0])
    by_images = Mrife(Settings(**NOTHING, channels=4, scaling="images"), *statistics)
    assert torch.equal(by_images.mean.flatten(), statistics[0])
    assert torch.equal(by_images.std.flatten(), statistics[1])


def test_planes_beyond_three_start_at_zero():
    encoder = LiteEncoder("lite0", 5, 16, (4,))
    load_pretrained(encoder, Settings())
    stem = encoder.state_dict()["_conv_stem.weight"]
    assert (stem[:, 3:] == 0).all()
    assert torch.equal(stem[:, :3], published("lite0")["_conv_stem.weight"])


def test_weights_of_another_size_are_refused():
    with pytest.raises(MrifeError, match="of another encoder: _blocks"):
        encoder = LiteEncoder("lite1", 3, 16, (4,))
        load_pretrained(encoder, Settings(pretrained=str(packaged_weights("lite0"))))


def test_a_package_that_is_not_there_is_named():
    with pytest.raises(MrifeError, match="pip install efficientnet-lite9-pytorch-model"):
        packaged_weights("lite9")
    assert has_packaged_weights("lite0") and not has_packaged_weights("lite9")


@pytest.mark.parametrize("skips", [(4,), (2, 4), (4, 8), (2, 4, 8)])
def test_every_skip_connection_is_seen(skips):
    torch.manual_seed(0)
    model = Mrife(Settings(**NOTHING, skips=skips)).eval()
    torch.nn.init.normal_(model.decoder.head.weight)
    x = torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        before = model.segment(x)
        fine, deep = model.encode(x)
        assert before.shape == (1, 1, 32, 32) and tuple(sorted(fine)) == skips
        for skip in skips:
            changed = model.decoder({**fine, skip: fine[skip] + 9}, model.aspp(deep))
            assert not torch.equal(before, changed)


def test_a_skip_connection_that_is_not_there_is_refused():
    with pytest.raises(MrifeError, match="strides 2, 16"):
        Settings(skips=(2, 16))


def test_a_pretrained_encoder_learns_more_slowly():
    for pretrained, shares in (("package", {0.3, 1.0}), ("none", {1.0})):
        settings = Settings(crop=32, pretrained=pretrained)
        model = Mrife(settings)
        groups = parameter_groups(model, settings)
        assert {group["share"] for group in groups} == shares
        counted = sum(len(group["params"]) for group in groups)
        assert counted == len(list(model.parameters()))


def test_the_exported_file_agrees_with_torch(tmp_path):
    torch.manual_seed(0)
    model = Mrife(Settings(crop=32)).eval()
    torch.nn.init.normal_(model.decoder.head.weight, std=1.0)
    contract = Contract(name="mrife", window=32, pixel_size=1.6)
    rng = np.random.default_rng(0)
    difference = export_onnx(
        model, tmp_path / "m.onnx", contract, samples=rng.uniform(0, 255, (3, 3, 32, 32))
    )
    assert 0 <= difference < 1e-4
