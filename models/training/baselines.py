# SPDX-License-Identifier: GPL-2.0-or-later
"""The networks MRIFE is measured against, of like size: U-Net (arXiv 1505.04597), by
itself and on MRIFE's encoder, and DeepLabv3+ (arXiv 1802.02611).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .decoder import ASPP, Decoder
from .encoder import build_encoder, double_convolution, load_pretrained
from .network import Mrife, initialise_all, register_scaling, scaling
from .settings import Settings
from .terrain_channels import CHANNELS

# planes of U-Net's way up on an encoder, by the stride that they join
WAY_UP = {8: 96, 4: 64, 2: 32}


def build(
    settings: Settings, mean: Tensor | None = None, std: Tensor | None = None
) -> nn.Module:
    """The network that the settings name."""
    networks = {
        "mrife": Mrife,
        "unet": UNet,
        "encoder-unet": EncoderUNet,
        "deeplab": DeepLab,
    }
    return networks[settings.network](settings, mean, std)


class Baseline(nn.Module):
    """What all share with MRIFE: raw values in, normalised inside, logits (B, 1, S,
    S) out.
    """

    normalise = Mrife.normalise

    def __init__(
        self, settings: Settings, mean: Tensor | None, std: Tensor | None
    ) -> None:
        super().__init__()
        self.settings = settings
        register_scaling(self, *scaling(settings, mean, std))
        self.inside = settings.channels + CHANNELS * (settings.dem != "off")

    def forward(self, x: Tensor) -> Tensor:
        return self.segment(self.normalise(x))


class UNet(Baseline):
    """Four times down and up again; the width of the first stage is chosen so that it
    has as many weights as the light network (20 beside w = 32: 3.0 million).
    """

    def __init__(
        self, settings: Settings, mean: Tensor | None = None, std: Tensor | None = None
    ) -> None:
        super().__init__(settings, mean, std)
        widths = [round(settings.width * 0.625) << i for i in range(5)]
        self.down = nn.ModuleList(
            [double_convolution(a, b) for a, b in zip([self.inside, *widths], widths)]
        )
        self.up = nn.ModuleList(
            [nn.ConvTranspose2d(2 * w, w, 2, 2) for w in widths[-2::-1]]
        )
        self.join = nn.ModuleList([double_convolution(2 * w, w) for w in widths[-2::-1]])
        self.head = nn.Conv2d(widths[0], 1, 1)
        initialise_all(self, self.head)

    def segment(self, x: Tensor) -> Tensor:
        skips = []
        for i, stage in enumerate(self.down):
            if i:
                x = F.max_pool2d(x, 2)
            x = stage(x)  # (B, 20 * 2^i, S / 2^i, S / 2^i)
            skips.append(x)
        for up, join, skip in zip(self.up, self.join, skips[-2::-1]):
            x = join(torch.cat([up(x), skip], 1))  # the skip's shape
        return self.head(x)  # (B, 1, S, S)


class EncoderUNet(Baseline):
    """U-Net's way up on the settings' encoder: from its deep cells through those of
    strides 8, 4 and 2, each twice convolved with what comes from below.
    """

    def __init__(
        self, settings: Settings, mean: Tensor | None = None, std: Tensor | None = None
    ) -> None:
        super().__init__(settings, mean, std)
        self.encoder = build_encoder(settings, self.inside)
        self.join = nn.ModuleDict()
        below = self.encoder.high
        for stride, width in WAY_UP.items():
            joined = below + self.encoder.low[stride]
            self.join[str(stride)] = double_convolution(joined, width)
            below = width
        self.head = nn.Conv2d(below, 1, 1)
        initialise_all(self, self.head)
        load_pretrained(self.encoder, settings)

    def segment(self, x: Tensor) -> Tensor:
        # by stride (B, w, S/stride, S/stride), and (B, high, S/s, S/s)
        fine, f = self.encoder(x)
        for stride, join in self.join.items():
            cells = fine[int(stride)]
            f = F.interpolate(f, cells.shape[2:], mode="bilinear", align_corners=False)
            f = join(torch.cat([f, cells], 1))  # (B, width, S/stride, S/stride)
        logits = self.head(f)  # (B, 1, S/2, S/2)
        return F.interpolate(logits, x.shape[2:], mode="bilinear", align_corners=False)


class DeepLab(Baseline):
    """DeepLabv3+ as published: output stride 16, full 3x3 convolutions in ASPP, separable
    ones in the decoder, on the same encoder.

    Rates 1, 2, 3 of a crop's 6 cells stand for the paper's 6, 12, 18 of 32.
    """

    def __init__(
        self, settings: Settings, mean: Tensor | None = None, std: Tensor | None = None
    ) -> None:
        super().__init__(settings, mean, std)
        self.encoder = build_encoder(settings, self.inside)
        self.aspp = ASPP(self.encoder.high, 64, settings.rates, False, settings.dropout)
        self.decoder = Decoder(self.encoder.low, 64, True)
        initialise_all(self, self.decoder.head)
        load_pretrained(self.encoder, settings)

    def segment(self, x: Tensor) -> Tensor:
        fine, c5 = self.encoder(x)  # (B, w, S/4, S/4) of stride 4, (B, 8w, S/16, S/16)
        f = self.aspp(c5)  # (B, 64, S/16, S/16)
        return self.decoder(fine, f)  # (B, 1, S, S)
