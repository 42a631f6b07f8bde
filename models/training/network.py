# SPDX-License-Identifier: GPL-2.0-or-later
"""MRIFE: a segmentation path (encoder, ASPP, decoder) and an enhancement branch that shares its encoder.

A reconstruction of arXiv 2411.17167, whose text names the parts and not their equations. Sizes in the comments are for
the slim encoder (width w = 32) on a crop of side S; s is the output stride.
"""
from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .settings import Settings


def conv_bn(inside: int, outside: int, size: int, stride: int = 1, dilation: int = 1,
            groups: int = 1) -> list[nn.Module]:
    pad = dilation * (size // 2)
    return [nn.Conv2d(inside, outside, size, stride, pad, dilation, groups, bias=False), nn.BatchNorm2d(outside)]


def separable(inside: int, outside: int, dilation: int = 1) -> nn.Sequential:
    """3x3 per channel, then 1x1 across channels: a ninth of the weights of a full 3x3."""
    depth = [*conv_bn(inside, inside, 3, dilation=dilation, groups=inside), nn.ReLU(inplace=True)]
    return nn.Sequential(*depth, *conv_bn(inside, outside, 1), nn.ReLU(inplace=True))


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inside: int, width: int, stride: int, dilation: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv_bn(inside, width, 3, stride, dilation)
        self.conv2, self.bn2 = conv_bn(width, width, 3, 1, dilation)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(inside, width, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(y)) + self.downsample(x))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inside: int, width: int, stride: int, dilation: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv_bn(inside, width, 1)
        self.conv2, self.bn2 = conv_bn(width, width, 3, stride, dilation)
        self.conv3, self.bn3 = conv_bn(width, 4 * width, 1)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(inside, 4 * width, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        return self.relu(self.bn3(self.conv3(y)) + self.downsample(x))


def shortcut(inside: int, outside: int, stride: int) -> nn.Module:
    if stride == 1 and inside == outside:
        return nn.Identity()
    return nn.Sequential(*conv_bn(inside, outside, 1, stride))


PLANS = {  # block, blocks per stage, width of the first stage (None: from the settings)
    "slim": (BasicBlock, (2, 2, 2, 2), None),
    "resnet18": (BasicBlock, (2, 2, 2, 2), 64),
    "resnet50": (Bottleneck, (3, 4, 6, 3), 64),
    "resnet101": (Bottleneck, (3, 4, 23, 3), 64),
}

STRIDES = {16: ((1, 2, 2, 1), (1, 1, 1, 2)), 8: ((1, 2, 1, 1), (1, 1, 2, 4))}    # strides, dilations of the stages


class Encoder(nn.Module):
    """A residual network whose last stages keep their resolution; parameter names are torchvision's, so that ImageNet
    weights load with `load_state_dict(..., strict=False)` (only `fc` is left over)."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        block, depths, width = PLANS[settings.encoder]
        width = width or settings.width
        strides, dilations = STRIDES[settings.output_stride]
        self.conv1, self.bn1 = conv_bn(settings.channels, width, 7, 2)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inside = width
        for i, depth in enumerate(depths):
            blocks = []
            for j in range(depth):
                blocks.append(block(inside, width << i, strides[i] if j == 0 else 1, dilations[i]))
                inside = (width << i) * block.expansion
            setattr(self, f"layer{i + 1}", nn.Sequential(*blocks))
        self.low, self.high = width * block.expansion, inside

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))    # (B, w, S/4, S/4)
        c2 = self.layer1(x)                                     # (B, w, S/4, S/4)
        c5 = self.layer4(self.layer3(self.layer2(c2)))          # (B, 8w, S/s, S/s)
        return c2, c5


class ASPP(nn.Module):
    """Atrous spatial pyramid pooling (arXiv 1802.02611): each cell seen at several distances, and the whole crop."""

    def __init__(self, inside: int, outside: int, rates: tuple[int, ...], light: bool, dropout: float) -> None:
        super().__init__()
        def atrous(rate: int) -> nn.Module:
            if light:
                return separable(inside, outside, rate)
            return nn.Sequential(*conv_bn(inside, outside, 3, dilation=rate), nn.ReLU(inplace=True))

        near = nn.Sequential(*conv_bn(inside, outside, 1), nn.ReLU(inplace=True))
        self.branches = nn.ModuleList([near, *(atrous(rate) for rate in rates)])
        self.pool = nn.Sequential(nn.Conv2d(inside, outside, 1), nn.ReLU(inplace=True))  # no BN: one value per crop
        joined = outside * (len(rates) + 2)
        self.join = nn.Sequential(*conv_bn(joined, outside, 1), nn.ReLU(inplace=True), nn.Dropout2d(dropout))

    def forward(self, x: Tensor) -> Tensor:
        whole = self.pool(x.mean((2, 3), keepdim=True)).expand(-1, -1, x.shape[2], x.shape[3])
        return self.join(torch.cat([*(branch(x) for branch in self.branches), whole], 1))  # (B, 128, S/s, S/s)


class Decoder(nn.Module):
    def __init__(self, low: int, inside: int, light: bool) -> None:
        super().__init__()
        width = 96 if light else 256
        self.reduce = nn.Sequential(*conv_bn(low, 48, 1), nn.ReLU(inplace=True))
        if light:
            self.refine = nn.Sequential(separable(48 + inside, width), separable(width, width))
        else:
            self.refine = nn.Sequential(*conv_bn(48 + inside, width, 3), nn.ReLU(inplace=True),
                                        *conv_bn(width, width, 3), nn.ReLU(inplace=True))
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, c2: Tensor, f: Tensor) -> Tensor:
        f = F.interpolate(f, size=c2.shape[2:], mode="bilinear", align_corners=False)
        z = self.head(self.refine(torch.cat([self.reduce(c2), f], 1)))                   # (B, 1, S/4, S/4)
        return F.interpolate(z, scale_factor=4, mode="bilinear", align_corners=False)    # (B, 1, S, S)


class Exchange(nn.Module):
    """Each path takes from the other what a learned attention lets through; the gates start at zero, so that a fresh
    exchange changes nothing."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.attend = nn.Sequential(nn.Conv2d(2 * width, width // 4, 1), nn.ReLU(inplace=True),
                                    nn.Conv2d(width // 4, 2 * width, 1), nn.Sigmoid())
        self.to_s = nn.Conv2d(width, width, 1, bias=False)
        self.to_e = nn.Conv2d(width, width, 1, bias=False)
        self.gate_s = nn.Parameter(torch.zeros(1, width, 1, 1))
        self.gate_e = nn.Parameter(torch.zeros(1, width, 1, 1))

    def forward(self, f_s: Tensor, f_e: Tensor) -> tuple[Tensor, Tensor]:
        a_s, a_e = self.attend(torch.cat([f_s, f_e], 1)).chunk(2, 1)
        return f_s + self.gate_s * a_s * self.to_s(f_e), f_e + self.gate_e * a_e * self.to_e(f_s)


class Features(NamedTuple):
    """What one pass leaves behind; the two maps are None without the branch."""

    logits: Tensor          # (B, 1, S, S)
    plain: Tensor | None    # F_e (B, 128, S/s, S/s)
    mixed: Tensor | None    # F_e', after the exchange


class Mrife(nn.Module):
    """Raw band values (B, C, S, S) in 0-255 to landslide logits (B, 1, S, S); S is a multiple of the output stride."""

    def __init__(self, settings: Settings, mean: Tensor | None = None, std: Tensor | None = None) -> None:
        super().__init__()
        light = settings.encoder == "slim"
        width = 128 if light else 256
        self.encoder = Encoder(settings)
        self.aspp = ASPP(self.encoder.high, width, settings.rates, light, settings.dropout)
        self.decoder = Decoder(self.encoder.low, width, light)
        self.enhance, self.exchanging = settings.enhance, settings.enhance and settings.exchange
        one = torch.ones(settings.channels)
        self.register_buffer("mean", (127.5 * one if mean is None else mean).view(1, -1, 1, 1))
        self.register_buffer("std", (64.0 * one if std is None else std).view(1, -1, 1, 1))
        initialise(self)
        if self.enhance:  # built last: the segmentation path starts from the same numbers with and without it
            narrow = [*conv_bn(self.encoder.high, width, 1), nn.ReLU(inplace=True)]
            self.neck = nn.Sequential(*narrow, separable(width, width))
            self.recover = nn.Sequential(*conv_bn(width, width, 3), nn.ReLU(inplace=True), nn.Conv2d(width, width, 1))
            self.project = nn.Sequential(*conv_bn(width, width, 1), nn.ReLU(inplace=True), nn.Conv2d(width, 128, 1))
            self.token = nn.Parameter(torch.zeros(1, settings.channels, 1, 1))  # 0: the channel mean once normalised
            if self.exchanging:
                self.exchange = Exchange(width)

    def normalise(self, x: Tensor) -> Tensor:
        return (x - self.mean) / self.std

    def features(self, x: Tensor) -> Features:
        """One pass over normalised input."""
        c2, c5 = self.encoder(x)
        f_s = self.aspp(c5)
        plain = mixed = self.neck(c5) if self.enhance else None
        if self.exchanging:
            f_s, mixed = self.exchange(f_s, plain)
        return Features(self.decoder(c2, f_s), plain, mixed)

    def forward(self, x: Tensor) -> Tensor:
        return self.segment(self.normalise(x))

    def segment(self, x: Tensor) -> Tensor:
        """Logits alone: the enhancement branch runs only where the exchange feeds the decoder."""
        c2, c5 = self.encoder(x)
        f_s = self.aspp(c5)
        if self.exchanging:
            f_s, _ = self.exchange(f_s, self.neck(c5))
        return self.decoder(c2, f_s)


def initialise(module: nn.Module) -> None:
    """He initialisation for what a ReLU follows; the last logit starts at a 5 % prior, which calms the first steps."""
    for m in module.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            if m.bias is not None:
                nn.init.zeros_(m.bias)
    nn.init.normal_(module.decoder.head.weight, std=0.01)
    nn.init.constant_(module.decoder.head.bias, -3.0)
