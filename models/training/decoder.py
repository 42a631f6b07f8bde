# SPDX-License-Identifier: GPL-2.0-or-later
"""From deep cells to pixels as DeepLabv3+ does it (arXiv 1802.02611).

Sizes in the comments are for the light network on a crop of side S; s is the output
stride, w the encoder's width.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .encoder import conv_bn, double_convolution, separable


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


class Join(nn.Module):
    """Fine cells of the encoder beside a wider view, which is brought to their size."""

    def __init__(self, low: int, inside: int, width: int, light: bool) -> None:
        super().__init__()
        self.reduce = nn.Sequential(*conv_bn(low, 48, 1), nn.ReLU(inplace=True))
        if light:
            self.refine = nn.Sequential(
                separable(48 + inside, width), separable(width, width)
            )
        else:
            self.refine = double_convolution(48 + inside, width)

    def forward(self, cells: Tensor, f: Tensor) -> Tensor:
        # cells (B, low, h, w), f (B, inside, coarser)
        f = F.interpolate(f, size=cells.shape[2:], mode="bilinear", align_corners=False)
        return self.refine(torch.cat([self.reduce(cells), f], 1))  # (B, width, h, w)


class Decoder(Join):
    """DeepLabv3+'s: fine cells of stride 4 beside the wide view, to pixels. Where the
    encoder gives cells of other strides too, coarser ones join before and finer ones
    after.
    """

    def __init__(self, low: dict[int, int], inside: int, light: bool) -> None:
        width = 256
        if light:
            width = 96
        super().__init__(low[4], width if 8 in low else inside, width, light)
        if 8 in low:
            self.coarser = Join(low[8], inside, width, light)
        if 2 in low:
            self.finer = Join(low[2], width, width, light)
        self.stride = min(low)
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, fine: dict[int, Tensor], f: Tensor) -> Tensor:
        # fine: (B, w, S/stride, S/stride) by stride; f (B, 128, S/s, S/s)
        if 8 in fine:
            f = self.coarser(fine[8], f)  # (B, 96, S/8, S/8)
        f = super().forward(fine[4], f)  # (B, 96, S/4, S/4)
        if 2 in fine:
            f = self.finer(fine[2], f)  # (B, 96, S/2, S/2)
        logits = self.head(f)  # (B, 1, S/4, S/4)
        # (B, 1, S, S)
        return F.interpolate(
            logits, scale_factor=self.stride, mode="bilinear", align_corners=False
        )
