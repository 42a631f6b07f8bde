# SPDX-License-Identifier: GPL-2.0-or-later
"""MRIFE: a segmentation path (encoder, ASPP, decoder) and an enhancement branch that
shares its encoder.

A reconstruction of arXiv 2411.17167, whose text names the parts and not their equations.
Sizes in the comments are for the slim encoder (width w = 32) on a crop of side S; s is
the output stride.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .encoder import Encoder, conv_bn, load_pretrained, separable
from .settings import Settings
from .terrain_channels import CHANNELS, TerrainFusion, terrain_channels

PROJECTED = 128  # length of a cell's unit vector in contrast and prototypes


class ASPP(nn.Module):
    """Atrous spatial pyramid pooling (arXiv 1802.02611): each cell seen at several
    distances, and the whole crop.
    """

    def __init__(
        self,
        inside: int,
        outside: int,
        rates: tuple[int, ...],
        light: bool,
        dropout: float,
    ) -> None:
        super().__init__()

        def atrous(rate: int) -> nn.Module:
            if light:
                return separable(inside, outside, rate)
            return nn.Sequential(
                *conv_bn(inside, outside, 3, dilation=rate), nn.ReLU(inplace=True)
            )

        near = nn.Sequential(*conv_bn(inside, outside, 1), nn.ReLU(inplace=True))
        self.branches = nn.ModuleList([near, *(atrous(rate) for rate in rates)])
        self.pool = nn.Sequential(
            nn.Conv2d(inside, outside, 1), nn.ReLU(inplace=True)
        )  # no BN: one value per crop
        joined = outside * (len(rates) + 2)
        self.join = nn.Sequential(
            *conv_bn(joined, outside, 1), nn.ReLU(inplace=True), nn.Dropout2d(dropout)
        )

    def forward(self, x: Tensor) -> Tensor:
        whole = self.pool(x.mean((2, 3), keepdim=True)).expand(
            -1, -1, x.shape[2], x.shape[3]
        )
        return self.join(
            torch.cat([*(branch(x) for branch in self.branches), whole], 1)
        )  # (B, 128, S/s, S/s)


class Decoder(nn.Module):
    def __init__(self, low: int, inside: int, light: bool) -> None:
        super().__init__()
        if light:
            width = 96
        else:
            width = 256
        self.reduce = nn.Sequential(*conv_bn(low, 48, 1), nn.ReLU(inplace=True))
        if light:
            self.refine = nn.Sequential(
                separable(48 + inside, width), separable(width, width)
            )
        else:
            self.refine = nn.Sequential(
                *conv_bn(48 + inside, width, 3),
                nn.ReLU(inplace=True),
                *conv_bn(width, width, 3),
                nn.ReLU(inplace=True),
            )
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, c2: Tensor, f: Tensor) -> Tensor:
        f = F.interpolate(f, size=c2.shape[2:], mode="bilinear", align_corners=False)
        z = self.head(self.refine(torch.cat([self.reduce(c2), f], 1)))  # (B, 1, S/4, S/4)
        return F.interpolate(
            z, scale_factor=4, mode="bilinear", align_corners=False
        )  # (B, 1, S, S)


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
        a_s, a_e = self.attend(torch.cat([f_s, f_e], 1)).chunk(2, 1)
        return f_s + self.gate_s * a_s * self.to_s(
            f_e
        ), f_e + self.gate_e * a_e * self.to_e(f_s)


class Prototypes(nn.Module):
    """Similarity of each cell's unit vector to K unit prototypes (iBOT's head, arXiv
    2111.07832), and their centre.
    """

    def __init__(self, count: int) -> None:
        super().__init__()
        self.vectors = nn.Parameter(F.normalize(torch.randn(count, PROJECTED), dim=1))
        self.register_buffer("centre", torch.zeros(count))

    def forward(self, cells: Tensor) -> Tensor:
        return (
            F.normalize(cells, dim=1) @ F.normalize(self.vectors, dim=1).t()
        )  # (cells, K)


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
        light = settings.encoder == "slim"
        if light:
            width = 128
        else:
            width = 256
        self.settings = settings
        self.encoder = Encoder(
            settings, settings.channels + CHANNELS * (settings.dem == "early")
        )
        self.aspp = ASPP(
            self.encoder.high, width, settings.rates, light, settings.dropout
        )
        self.decoder = Decoder(self.encoder.low, width, light)
        one = torch.ones(settings.channels)
        self.register_buffer(
            "mean", (127.5 * one if mean is None else mean).view(1, -1, 1, 1)
        )
        self.register_buffer(
            "std", (64.0 * one if std is None else std).view(1, -1, 1, 1)
        )
        initialise(self)
        nn.init.normal_(self.decoder.head.weight, std=0.01)
        nn.init.constant_(
            self.decoder.head.bias, -3.0
        )  # a 5 % prior calms the first steps
        if settings.pretrained:
            load_pretrained(self.encoder, settings.pretrained)
        elif settings.dem == "early":
            nn.init.zeros_(self.encoder.conv1.weight[:, settings.channels :])
        if settings.dem == "mid":
            self.terrain = TerrainFusion(self.encoder.high, settings.output_stride)
        if settings.enhanced:
            self._build_branch(
                width
            )  # last: the segmentation path starts from the same numbers without it

    def _build_branch(self, width: int) -> None:
        """Only what the switches ask for."""
        settings = self.settings
        made = []

        def add(name: str, module: nn.Module) -> None:
            setattr(self, name, module)
            made.append(module)

        if settings.interact == "none":
            add(
                "branch",
                Encoder(settings, settings.channels + CHANNELS * (settings.dem != "off")),
            )
        if self.needs_neck:
            add(
                "neck",
                nn.Sequential(
                    *conv_bn(self.encoder.high, width, 1),
                    nn.ReLU(inplace=True),
                    separable(width, width),
                ),
            )
        if settings.recover != "off":
            if settings.recover == "pixel":
                aim = settings.channels * settings.output_stride**2
            else:
                aim = width
            add(
                "recover",
                nn.Sequential(
                    *conv_bn(width, width, 3),
                    nn.ReLU(inplace=True),
                    nn.Conv2d(width, aim, 1),
                ),
            )
        if settings.contrast != "off" or settings.distill == "proto":
            add(
                "project",
                nn.Sequential(
                    *conv_bn(width, width, 1),
                    nn.ReLU(inplace=True),
                    nn.Conv2d(width, PROJECTED, 1),
                ),
            )
        if settings.distill == "proto":
            self.prototypes = Prototypes(settings.prototypes)
        if settings.interact == "exchange":
            add("exchange", Exchange(width))
        for module in made:
            initialise(module)
        if settings.policy not in ("feature", "none"):
            planes = settings.channels + CHANNELS * (settings.dem != "off")
            self.token = nn.Parameter(
                torch.zeros(1, planes, 1, 1)
            )  # 0: the mean once normalised

    @property
    def needs_neck(self) -> bool:
        s = self.settings
        return s.enhanced and (
            s.recover != "off"
            or s.contrast != "off"
            or s.distill == "proto"
            or s.interact == "exchange"
        )

    @property
    def exchanging(self) -> bool:
        return self.settings.enhanced and self.settings.interact == "exchange"

    def normalise(self, x: Tensor) -> Tensor:
        """Bands to zero mean and unit variance; elevation becomes its terrain planes."""
        bands = (x[:, : self.settings.channels] - self.mean) / self.std
        if self.settings.dem == "off":
            return bands
        return torch.cat(
            [
                bands,
                terrain_channels(
                    x[:, self.settings.channels :], self.settings.pixel_size
                ),
            ],
            1,
        )

    def features(self, x: Tensor, dropped: Tensor | None = None) -> Features:
        """One pass over normalised input; cells of F_e that are `dropped` (B, 1, S/s,
        S/s) read zero.
        """
        c2, c5 = self.encode(x)
        f_s = self.aspp(c5)
        plain = mixed = None
        if self.needs_neck:
            plain = mixed = self.neck(
                self.branch(x)[1] if self.settings.interact == "none" else c5
            )
            if dropped is not None:
                plain = mixed = plain * ~dropped
        if self.exchanging:
            f_s, mixed = self.exchange(f_s, plain)
        return Features(self.decoder(c2, f_s), plain, mixed)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if self.settings.dem != "mid":
            return self.encoder(x)
        c2, c5 = self.encoder(x[:, : self.settings.channels])
        return c2, self.terrain(c5, x[:, self.settings.channels :])

    def forward(self, x: Tensor) -> Tensor:
        return self.segment(self.normalise(x))

    def segment(self, x: Tensor) -> Tensor:
        """Logits alone: the enhancement branch runs only where the exchange feeds the
        decoder.
        """
        c2, c5 = self.encode(x)
        f_s = self.aspp(c5)
        if self.exchanging:
            f_s, _ = self.exchange(f_s, self.neck(c5))
        return self.decoder(c2, f_s)


def initialise(module: nn.Module) -> None:
    """He initialisation for what a ReLU follows."""
    for m in module.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            if m.bias is not None:
                nn.init.zeros_(m.bias)
