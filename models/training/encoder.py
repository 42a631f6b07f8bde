# SPDX-License-Identifier: GPL-2.0-or-later
"""Encoders that keep their resolution: residual ones with torchvision's parameter names,
and EfficientNet-Lite.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..errors import MrifeError
from .checkpoint import read_weights
from .lite import SCALES, LiteEncoder, packaged_weights
from .settings import NOTHING, PACKAGE, Settings


def conv_bn(
    inside: int,
    outside: int,
    size: int,
    stride: int = 1,
    dilation: int = 1,
    groups: int = 1,
) -> list[nn.Module]:
    pad = dilation * (size // 2)
    return [
        nn.Conv2d(inside, outside, size, stride, pad, dilation, groups, bias=False),
        nn.BatchNorm2d(outside),
    ]


def separable(inside: int, outside: int, dilation: int = 1) -> nn.Sequential:
    """3x3 per channel, then 1x1 across channels: a ninth of the weights of a full 3x3."""
    depth = [
        *conv_bn(inside, inside, 3, dilation=dilation, groups=inside),
        nn.ReLU(inplace=True),
    ]
    return nn.Sequential(*depth, *conv_bn(inside, outside, 1), nn.ReLU(inplace=True))


def double_convolution(inside: int, outside: int) -> nn.Sequential:
    """3x3 twice."""
    return nn.Sequential(
        *conv_bn(inside, outside, 3),
        nn.ReLU(inplace=True),
        *conv_bn(outside, outside, 3),
        nn.ReLU(inplace=True),
    )


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut (arXiv 1512.03385)."""

    expansion = 1

    def __init__(self, inside: int, width: int, stride: int, dilation: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv_bn(inside, width, 3, stride, dilation)
        self.conv2, self.bn2 = conv_bn(width, width, 3, 1, dilation)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(inside, width, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))  # (B, width, h / stride, w / stride)
        y = self.bn2(self.conv2(y))  # the same
        return self.relu(y + self.downsample(x))


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1 beside a shortcut (arXiv 1512.03385)."""

    expansion = 4

    def __init__(self, inside: int, width: int, stride: int, dilation: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv_bn(inside, width, 1)
        self.conv2, self.bn2 = conv_bn(width, width, 3, stride, dilation)
        self.conv3, self.bn3 = conv_bn(width, 4 * width, 1)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(inside, 4 * width, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))  # (B, width, h, w)
        y = self.relu(self.bn2(self.conv2(y)))  # (B, width, h / stride, w / stride)
        y = self.bn3(self.conv3(y))  # (B, 4 * width, h / stride, w / stride)
        return self.relu(y + self.downsample(x))


class Thinned(nn.Conv2d):
    """A 1x1 convolution with a stride, which learns from the cells that it looks at alone:
    oneDNN's backward pass of the other kind writes beyond its memory where 8 channels come
    in and rows are 48 cells or more.
    """

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(x)
        down, across = self.stride
        return F.conv2d(x[:, :, ::down, ::across], self.weight)


def shortcut(inside: int, outside: int, stride: int) -> nn.Module:
    if stride == 1 and inside == outside:
        return nn.Identity()
    conv = Thinned(inside, outside, 1, stride, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outside))


PLANS = {  # block, blocks per stage, width of the first stage (None: from the settings)
    "slim": (BasicBlock, (2, 2, 2, 2), None),
    "resnet18": (BasicBlock, (2, 2, 2, 2), 64),
    "resnet50": (Bottleneck, (3, 4, 6, 3), 64),
    "resnet101": (Bottleneck, (3, 4, 23, 3), 64),
}

# strides, dilations of the stages
STRIDES = {
    32: ((1, 2, 2, 2), (1, 1, 1, 1)),
    16: ((1, 2, 2, 1), (1, 1, 1, 2)),
    8: ((1, 2, 1, 1), (1, 1, 2, 4)),
}


def build_encoder(settings: Settings, channels: int) -> nn.Module:
    """The encoder that the settings name, for `channels` input planes; it gives (fine
    cells by the strides `skips`, deep cells) and says their widths (`low`, `high`).
    """
    if settings.encoder in SCALES:
        return LiteEncoder(
            settings.encoder, channels, settings.output_stride, settings.skips
        )
    return Encoder(settings, channels)


class Encoder(nn.Module):
    """A residual network whose last stages keep their resolution; parameter names are
    torchvision's, so that ImageNet weights load (only `fc` is left over). `channels`
    is the number of its input planes.
    """

    first = "conv1"  # the layer that sees the input's planes

    def __init__(self, settings: Settings, channels: int) -> None:
        super().__init__()
        block, depths, width = PLANS[settings.encoder]
        width = width or settings.width
        strides, dilations = STRIDES[settings.output_stride]
        self.conv1, self.bn1 = conv_bn(channels, width, 7, 2)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inside = width
        for i, depth in enumerate(depths):
            blocks = []
            stride = strides[i]
            for _ in range(depth):
                blocks.append(block(inside, width << i, stride, dilations[i]))
                inside = (width << i) * block.expansion
                stride = 1
            setattr(self, f"layer{i + 1}", nn.Sequential(*blocks))
        first = width * block.expansion
        widths = {2: width, 4: first, 8: 2 * first}
        self.low = {skip: widths[skip] for skip in settings.skips}
        self.high = inside

    def forward(self, x: Tensor) -> tuple[dict[int, Tensor], Tensor]:
        c1 = self.relu(self.bn1(self.conv1(x)))  # (B, w, S/2, S/2)
        c2 = self.layer1(self.maxpool(c1))  # (B, w, S/4, S/4)
        c3 = self.layer2(c2)  # (B, 2w, S/8, S/8)
        c5 = self.layer4(self.layer3(c3))  # (B, 8w, S/s, S/s)
        cells = {2: c1, 4: c2, 8: c3}
        return {skip: cells[skip] for skip in self.low}, c5


def begins_pretrained(settings: Settings) -> bool:
    """Whether the encoder begins with ImageNet weights."""
    if settings.pretrained == PACKAGE:
        return settings.encoder in SCALES
    return settings.pretrained not in ("", NOTHING)


def imagenet_encoder(settings: Settings) -> nn.Module:
    """The encoder as ImageNet left it, which does not learn; for the bands alone. Raises
    MrifeError where the settings name no such weights.
    """
    if not begins_pretrained(settings):
        raise MrifeError(
            "The encoder '{}' begins from nothing, so that ImageNet's features "
            "(lambda_imagenet) cannot be recovered; name its weights (pretrained), or "
            "choose lite0, lite1 or lite2.",
            settings.encoder,
        )
    encoder = build_encoder(settings, settings.channels)
    load_pretrained(encoder, settings)
    return encoder.requires_grad_(False).eval()


def load_pretrained(encoder: nn.Module, settings: Settings) -> None:
    """ImageNet weights that the settings name, where they do: a torchvision ResNet file
    (`resnet101-….pth`) or an EfficientNet-Lite's; planes beyond the file's three start at
    zero, the classifier is left out.

    Raises MrifeError where the file is missing or of another network.
    """
    if not begins_pretrained(settings):
        return
    if settings.pretrained == PACKAGE:
        path = packaged_weights(settings.encoder)
    else:
        path = Path(settings.pretrained)
    if not path.exists():
        raise MrifeError("There is no file {} with the encoder's weights.", path)
    state = read_weights(path)
    mine = encoder.state_dict()
    first = f"{encoder.first}.weight"
    if first in state:
        wide = torch.zeros_like(mine[first])
        planes = min(wide.shape[1], state[first].shape[1])
        if wide.shape[0] == state[first].shape[0]:
            wide[:, :planes] = state[first][:, :planes]
            state[first] = wide
    wrong = [
        name
        for name in mine
        if name not in state or state[name].shape != mine[name].shape
    ]
    if wrong:
        raise MrifeError(
            "The weights in {} are of another encoder: {} is missing or of another size.",
            path,
            wrong[0],
        )
    encoder.load_state_dict({name: state[name] for name in mine})
