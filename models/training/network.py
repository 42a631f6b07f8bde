# SPDX-License-Identifier: GPL-2.0-or-later
"""MRIFE: a segmentation path (encoder, ASPP, decoder) and an enhancement branch that
shares its encoder.

A reconstruction of arXiv 2411.17167, whose text names the parts and not their equations.
Sizes in the comments are for the slim encoder (width w = 32) on a crop of side S; s is
the output stride.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .decoder import ASPP, Decoder
from .encoder import (
    build_encoder,
    conv_bn,
    load_pretrained,
    separable,
)
from .lite import IMAGENET_MEAN, IMAGENET_STD, SCALES
from .settings import Settings
from .terrain_channels import CHANNELS, TerrainFusion, terrain_channels

PROJECTED = 128  # length of a cell's unit vector in contrast and prototypes


class Exchange(nn.Module):
    """Each path takes from the other what a learned attention lets through; the gates
    start at zero, so that a fresh exchange changes nothing.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.attend = nn.Sequential(
            nn.Conv2d(2 * width, width // 4, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(width // 4, 2 * width, 1),
            nn.Sigmoid(),
        )
        self.to_s = nn.Conv2d(width, width, 1, bias=False)
        self.to_e = nn.Conv2d(width, width, 1, bias=False)
        self.gate_s = nn.Parameter(torch.zeros(1, width, 1, 1))
        self.gate_e = nn.Parameter(torch.zeros(1, width, 1, 1))

    def forward(self, f_s: Tensor, f_e: Tensor) -> tuple[Tensor, Tensor]:
        both = torch.cat([f_s, f_e], 1)  # (B, 256, S/s, S/s)
        a_s, a_e = self.attend(both).chunk(2, 1)  # each (B, 128, S/s, S/s)
        mixed_s = f_s + self.gate_s * a_s * self.to_s(f_e)  # (B, 128, S/s, S/s)
        mixed_e = f_e + self.gate_e * a_e * self.to_e(f_s)
        return mixed_s, mixed_e


class Prototypes(nn.Module):
    """Similarity of each cell's unit vector to K unit prototypes (iBOT's head, arXiv
    2111.07832), and their centre.
    """

    def __init__(self, count: int) -> None:
        super().__init__()
        self.vectors = nn.Parameter(F.normalize(torch.randn(count, PROJECTED), dim=1))
        self.register_buffer("centre", torch.zeros(count))

    def forward(self, cells: Tensor) -> Tensor:
        vectors = F.normalize(self.vectors, dim=1)  # (K, 128)
        return F.normalize(cells, dim=1) @ vectors.t()  # (cells, K)


class Features(NamedTuple):
    """What one pass leaves behind; the two maps are None without the branch."""

    logits: Tensor  # (B, 1, S, S)
    plain: Tensor | None  # F_e (B, 128, S/s, S/s)
    mixed: Tensor | None  # F_e', after the exchange


class Mrife(nn.Module):
    """Raw band values (B, C, S, S) in 0-255, then elevation in metres where `dem` is
    on, to landslide logits (B, 1, S, S); S is a multiple of the output stride.
    """

    def __init__(
        self, settings: Settings, mean: Tensor | None = None, std: Tensor | None = None
    ) -> None:
        super().__init__()
        light = settings.light
        width = 256
        if light:
            width = 128
        self.settings = settings
        self.encoder = build_encoder(
            settings, settings.channels + CHANNELS * (settings.dem == "early")
        )
        self.aspp = ASPP(
            self.encoder.high, width, settings.rates, light, settings.dropout
        )
        self.decoder = Decoder(self.encoder.low, width, light)
        register_scaling(self, *scaling(settings, mean, std))
        initialise_all(self, self.decoder.head)
        if settings.dem == "early" and settings.channels:
            first = getattr(self.encoder, self.encoder.first)
            nn.init.zeros_(first.weight[:, settings.channels :])
        load_pretrained(self.encoder, settings)
        if settings.dem == "mid":
            self.terrain = TerrainFusion(self.encoder.high, settings.output_stride)
        if settings.enhanced:
            # last: the segmentation path starts from the same numbers without it
            self._build_branch(width)

    def _build_branch(self, width: int) -> None:
        """Only what the switches ask for."""
        parts = dict(self._branch_parts(width))
        for name, part in parts.items():
            setattr(self, name, part)
        for part in parts.values():
            initialise(part)
        if self.settings.policy not in ("feature", "none"):
            # 0: the mean once normalised
            self.token = nn.Parameter(torch.zeros(1, self._branch_planes, 1, 1))

    def _branch_parts(self, width: int) -> Iterator[tuple[str, nn.Module]]:
        """Names and modules; in this order a seed gives them their first weights."""
        settings = self.settings
        if settings.interact == "none":
            yield "branch", build_encoder(settings, self._branch_planes)
        if self.needs_neck:
            yield "neck", neck(self.encoder.high, width)
        if settings.recover == "pixel":
            pixels = settings.channels * settings.output_stride**2
            yield "recover", head(width, 3, pixels)
        elif settings.recover != "off":
            yield "recover", head(width, 3, width)
        if settings.contrast != "off" or settings.distill == "proto":
            yield "project", head(width, 1, PROJECTED)
        if settings.distill == "proto":
            yield "prototypes", Prototypes(settings.prototypes)
        if settings.interact == "exchange":
            yield "exchange", Exchange(width)
        if settings.lambda_imagenet:
            yield "recall", head(width, 3, self.encoder.high)

    @property
    def _branch_planes(self) -> int:
        """Planes of normalised input with elevation, wherever it is joined."""
        return self.settings.channels + CHANNELS * (self.settings.dem != "off")

    @property
    def needs_neck(self) -> bool:
        """Whether anything reads the branch's own features."""
        settings = self.settings
        return settings.enhanced and (
            settings.recover != "off"
            or settings.contrast != "off"
            or settings.distill == "proto"
            or settings.interact == "exchange"
        )

    @property
    def exchanging(self) -> bool:
        """Whether the branch's features feed the decoder."""
        return self.settings.enhanced and self.settings.interact == "exchange"

    def normalise(self, x: Tensor) -> Tensor:
        """Bands to zero mean and unit variance, a missing image to their mean; elevation
        becomes its terrain planes.
        """
        channels = self.settings.channels
        if not channels:
            return terrain_channels(x, self.settings.pixel_size)
        bands = (x[:, :channels] - self.mean) / self.std  # (B, C, S, S)
        if self.settings.dem == "off":
            return bands
        bands = torch.where(x[:, :channels] < 0, 0.0, bands)  # NO_IMAGE
        terrain = terrain_channels(x[:, channels:], self.settings.pixel_size)
        return torch.cat([bands, terrain], 1)  # (B, C + CHANNELS, S, S)

    def features(self, x: Tensor, dropped: Tensor | None = None) -> Features:
        """One pass over normalised input; cells of F_e that are `dropped` (B, 1, S/s,
        S/s) read zero.
        """
        fine, c5 = self.encode(x)  # (B, w, S/4, S/4) of stride 4, (B, 8w, S/s, S/s)
        f_s = self.aspp(c5)  # (B, 128, S/s, S/s)
        plain = None
        if self.needs_neck:
            deep = c5
            if self.settings.interact == "none":
                deep = self.branch(x)[1]  # (B, 8w, S/s, S/s)
            plain = self.neck(deep)  # (B, 128, S/s, S/s)
            if dropped is not None:
                plain = plain * ~dropped
        mixed = plain
        if self.exchanging:
            f_s, mixed = self.exchange(f_s, plain)
        return Features(self.decoder(fine, f_s), plain, mixed)

    def encode(self, x: Tensor) -> tuple[dict[int, Tensor], Tensor]:
        """Fine cells by stride and deep ones of normalised input: (B, w, S/4, S/4) of
        stride 4, (B, 8w, S/s, S/s).
        """
        if self.settings.dem != "mid":
            return self.encoder(x)
        fine, c5 = self.encoder(x[:, : self.settings.channels])
        return fine, self.terrain(c5, x[:, self.settings.channels :])

    def forward(self, x: Tensor) -> Tensor:
        """Logits (B, 1, S, S) of raw input."""
        return self.segment(self.normalise(x))

    def segment(self, x: Tensor) -> Tensor:
        """Logits alone: the enhancement branch runs only where the exchange feeds the
        decoder.
        """
        fine, c5 = self.encode(x)  # (B, w, S/4, S/4) of stride 4, (B, 8w, S/s, S/s)
        f_s = self.aspp(c5)  # (B, 128, S/s, S/s)
        if self.exchanging:
            f_s, _ = self.exchange(f_s, self.neck(c5))
        return self.decoder(fine, f_s)  # (B, 1, S, S)


def scaling(
    settings: Settings, mean: Tensor | None, std: Tensor | None
) -> tuple[Tensor, Tensor]:
    """(C,) mean and standard deviation that the bands are scaled by: an
    EfficientNet-Lite's own for its first three where the settings say so, else those of
    the images, without which those of bytes that fill their range.
    """
    if mean is None:
        mean = torch.full((settings.channels,), 127.5)
    if std is None:
        std = torch.full((settings.channels,), 64.0)
    has_own = settings.encoder in SCALES and settings.network != "unet"
    if has_own and settings.scaling == "encoder":
        own = slice(0, min(3, settings.channels))
        mean = mean.clone()
        std = std.clone()
        mean[own] = torch.tensor(IMAGENET_MEAN)[own]
        std[own] = torch.tensor(IMAGENET_STD)[own]
    return mean, std


def register_scaling(module: nn.Module, mean: Tensor, std: Tensor) -> None:
    """Buffers `mean` and `std` (1, C, 1, 1) of the bands."""
    module.register_buffer("mean", mean[None, :, None, None])
    module.register_buffer("std", std[None, :, None, None])


def terrain_weights(state: dict[str, Tensor], settings: Settings) -> Tensor:
    """What the first layer makes of the planes of elevation (width, CHANNELS, k, k), in
    the state of a network that sees them early.
    """
    planes = settings.channels + CHANNELS
    # what stands for hidden blocks has as many planes and is no layer
    layers = [v for name, v in state.items() if v.ndim == 4 and name != "token"]
    first = next(value for value in layers if value.shape[1] == planes)
    return first[:, settings.channels :]


def neck(planes: int, width: int) -> nn.Sequential:
    """(B, planes, h, w) of the encoder to the branch's own features F_e (B, width, h, w)."""
    return nn.Sequential(
        *conv_bn(planes, width, 1), nn.ReLU(inplace=True), separable(width, width)
    )


def head(width: int, kernel: int, planes: int) -> nn.Sequential:
    """(B, width, h, w) of F_e to (B, planes, h, w)."""
    return nn.Sequential(
        *conv_bn(width, width, kernel),
        nn.ReLU(inplace=True),
        nn.Conv2d(width, planes, 1),
    )


def initialise_all(network: nn.Module, head: nn.Conv2d) -> None:
    """A network whose `head` gives the logits."""
    initialise(network)
    nn.init.normal_(head.weight, std=0.01)
    nn.init.constant_(head.bias, -3.0)  # a 5 % prior calms the first steps


def initialise(module: nn.Module) -> None:
    """He initialisation for what a ReLU follows."""
    for m in module.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            if m.bias is not None:
                nn.init.zeros_(m.bias)
