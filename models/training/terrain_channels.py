# SPDX-License-Identifier: GPL-2.0-or-later
"""What an elevation model says about the form of the ground, computed inside the network
from metres.

Not part of MRIFE; the planes follow the sister papers (FFS-Net, HPCL-Net). They are made
after cropping and turning, so that directions turn with the ground, and inside the graph,
so that an exported model takes plain elevation.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..contract import MISSING_ELEVATION
from .encoder import conv_bn

MISSING = MISSING_ELEVATION
NO_HEIGHT = -30000.0  # m: what is not above it counts as missing

PLANES = (
    "relief",
    "slope",
    "slope_east",
    "slope_north",
    "profile_curvature",
    "plan_curvature",
    "tpi_near",
    "tpi_far",
    "hillshade",
    "roughness",
    "valid",
)
CHANNELS = len(PLANES)
NEAR = 2  # pixels: radii of the topographic position index
FAR = 8


def terrain_channels(elevation: Tensor, pixel_size: float) -> Tensor:
    """(B, 1, S, S) metres to (B, 11, S, S), all of order one and free of the absolute
    height; 0 where data are missing.

    Slope by Horn (1981), curvatures by Zevenbergen and Thorne (1987) times the pixel
    size, relief against the window's mean in units of half its side, aspect as the
    downslope vector (east, north).
    """
    valid = (elevation > NO_HEIGHT).to(elevation.dtype)
    count = valid.sum((2, 3), keepdim=True).clamp(min=1)
    # in pixels
    z = (
        (elevation - (elevation * valid).sum((2, 3), keepdim=True) / count)
        * valid
        / pixel_size
    )
    # dz/dx, dz/dy with y to the north
    east, north = (stencil(z, kernel) for kernel in HORN)
    steep = (east**2 + north**2 + 1e-8).sqrt()
    slope = steep.atan()
    xx, yy, xy = (stencil(z, kernel) for kernel in SECOND)
    profile = (xx * east**2 + 2 * xy * east * north + yy * north**2) / (steep**2 + 1e-3)
    plan = (xx * north**2 - 2 * xy * east * north + yy * east**2) / (steep**2 + 1e-3)
    near, far = ((z - mean_around(z, valid, radius)) * valid for radius in (NEAR, FAR))
    rough = (mean_around(near**2, valid, NEAR) + 1e-8).sqrt()
    down = slope.sin() / steep
    planes = [
        z / (0.5 * z.shape[-1]),
        slope / (math.pi / 4),
        -east * down,
        -north * down,
        (5 * profile).clamp(-2, 2),
        (5 * plan).clamp(-2, 2),
        near.clamp(-3, 3),
        (far / 4).clamp(-3, 3),
        2 * hillshade(east, north) - 1,
        rough.clamp(max=3),
    ]
    whole = -F.max_pool2d(-valid, 3, 1, 1)  # derivatives next to a gap would see its edge
    return torch.cat([torch.cat(planes, 1) * whole, valid], 1)


# times 1/8
HORN = (
    ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    ((1, 2, 1), (0, 0, 0), (-1, -2, -1)),
)
SECOND = (
    ((0, 0, 0), (8, -16, 8), (0, 0, 0)),
    ((0, 8, 0), (0, -16, 0), (0, 8, 0)),
    ((-2, 0, 2), (0, 0, 0), (2, 0, -2)),
)


def stencil(z: Tensor, kernel: tuple[tuple[int, ...], ...]) -> Tensor:
    """3x3 differences per pixel; the border repeats its outermost pixels."""
    weight = torch.tensor(kernel, dtype=z.dtype, device=z.device)[None, None] / 8
    return F.conv2d(F.pad(z, (1, 1, 1, 1), mode="replicate"), weight)


def mean_around(z: Tensor, valid: Tensor, radius: int) -> Tensor:
    """Mean over the pixels with data of a square window; `z` is 0 elsewhere."""
    total, share = (
        F.avg_pool2d(F.pad(x, (radius,) * 4, mode="replicate"), 2 * radius + 1, 1)
        for x in (z, valid)
    )
    return total / share.clamp(min=1e-6)


def hillshade(east: Tensor, north: Tensor) -> Tensor:
    """Light from north-west, north and north-east at 45 degrees, mean of the three, 0-1."""
    total = 0.0
    for azimuth in (-45.0, 0.0, 45.0):
        a = math.sin(math.radians(azimuth))
        b = math.cos(math.radians(azimuth))
        total = total + (
            (1 - east * a - north * b) / (2 * (1 + east**2 + north**2)).sqrt()
        ).clamp(0, 1)
    return total / 3


class TerrainFusion(nn.Module):
    """Mid fusion: a small encoder of the terrain planes, joined to C5 through a gate
    that starts at zero.
    """

    def __init__(self, outside: int, stride: int, width: int = 32) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inside = CHANNELS
        for _ in range(int(math.log2(stride))):
            layers += [*conv_bn(inside, width, 3, stride=2), nn.ReLU(inplace=True)]
            inside = width
            width = 2 * width
        self.encode = nn.Sequential(*layers, nn.Conv2d(inside, outside, 1))
        self.attend = nn.Sequential(
            nn.Conv2d(outside, outside // 8, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(outside // 8, outside, 1),
            nn.Sigmoid(),
        )
        self.gate = nn.Parameter(torch.zeros(1, outside, 1, 1))

    def forward(self, c5: Tensor, planes: Tensor) -> Tensor:
        form = self.encode(planes)  # (B, 8w, S/s, S/s)
        return c5 + self.gate * self.attend(c5) * form
