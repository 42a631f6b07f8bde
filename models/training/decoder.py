# SPDX-License-Identifier: GPL-2.0-or-later
"""From deep cells to pixels as DeepLabv3+ does it (arXiv 1802.02611).

Sizes in the comments are for the light network on a crop of side S; s is the output
stride, w the encoder's width.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .encoder import conv_bn, separable


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
        # no BN: one value per crop
        self.pool = nn.Sequential(nn.Conv2d(inside, outside, 1), nn.ReLU(inplace=True))
        joined = outside * (len(rates) + 2)
        self.join = nn.Sequential(
            *conv_bn(joined, outside, 1), nn.ReLU(inplace=True), nn.Dropout2d(dropout)
        )

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]  # x (B, 8w, S/s, S/s)
        crop_mean = self.pool(x.mean((2, 3), keepdim=True))  # (B, 128, 1, 1)
        scales = [branch(x) for branch in self.branches]  # each (B, 128, S/s, S/s)
        scales.append(crop_mean.expand(-1, -1, height, width))  # (B, 128, S/s, S/s)
        return self.join(torch.cat(scales, 1))  # (B, 128, S/s, S/s)


class Decoder(nn.Module):
    """DeepLabv3+'s: fine cells of the first stage beside the wide view, to pixels."""

    def __init__(self, low: int, inside: int, light: bool) -> None:
        super().__init__()
        width = 256
        if light:
            width = 96
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
        # c2 (B, w, S/4, S/4), f (B, 128, S/s, S/s)
        f = F.interpolate(f, size=c2.shape[2:], mode="bilinear", align_corners=False)
        x = torch.cat([self.reduce(c2), f], 1)  # (B, 48 + 128, S/4, S/4)
        logits = self.head(self.refine(x))  # (B, 1, S/4, S/4)
        # (B, 1, S, S)
        return F.interpolate(logits, scale_factor=4, mode="bilinear", align_corners=False)
