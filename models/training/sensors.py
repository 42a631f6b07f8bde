# SPDX-License-Identifier: GPL-2.0-or-later
"""Crops as another camera, another day, another distance or another elevation model would
show them.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .terrain_channels import NO_HEIGHT

GAMMA = 0.4  # of its logarithm
GAIN = 0.25  # of each band
HAZE = 0.45  # share of the light that comes from the air, at most
AIR = (170.0, 250.0)  # brightness of the air
GREY_SHARE = 0.15  # of the crops: one band three times
COARSE_SHARE = 0.4  # of the crops: larger pixels
COARSEST_M = 3.0
COARSEST_DEM_M = 30.0  # cells of the elevation models that are free for the whole Earth
SHARPEN = 0.5  # as finer pixels look when they are averaged


def other_sensor(
    image: Tensor, share: float, pixel_size: float, rng: np.random.Generator
) -> Tensor:
    """A `share` of crops (B, C, S, S) in 0-255 with other contrast, colour, haze and
    sharpness; `pixel_size` in metres. The other crops stay as they are.
    """
    count, channels = image.shape[:2]
    is_altered = rng.random(count) < share

    def draw(low: float, high: float, bands: int = 1) -> Tensor:
        """Uniform, (B, bands, 1, 1)."""
        uniform = torch.from_numpy(rng.uniform(low, high, (count, bands, 1, 1)))
        return uniform.float().to(image.device)

    view = (image / 255).clamp(1e-3, 1) ** draw(-GAMMA, GAMMA).exp()
    view = 255 * view * draw(1 - GAIN, 1 + GAIN, channels)
    haze = draw(0, 1) ** 2 * HAZE
    view = torch.lerp(view, draw(*AIR) + draw(-15, 15, channels), haze)
    grey = view.mean(1, keepdim=True).expand_as(view)
    view = torch.where(draw(0, 1) < GREY_SHARE, grey, view)
    coarse = rng.random(count) < COARSE_SHARE
    factors = rng.uniform(1, max(1.0, COARSEST_M / pixel_size), count)
    sharpness = rng.uniform(0, SHARPEN, count)
    crops = []
    for i in range(count):
        if not is_altered[i]:
            crops.append(image[i : i + 1])
        elif coarse[i]:
            crops.append(coarser(view[i : i + 1], factors[i]))
        else:
            crops.append(sharper(view[i : i + 1], sharpness[i]))
    return torch.cat(crops).clamp_(0, 255)


def coarser_heights(
    elevation: Tensor, share: float, pixel_size: float, rng: np.random.Generator
) -> Tensor:
    """A `share` of crops of metres (B, 1, S, S) as elevation models of larger cells show
    them, up to COARSEST_DEM_M; `pixel_size` in metres. What is missing stays missing.
    """
    count = len(elevation)
    chosen = rng.random(count) < share
    coarsest = np.log(max(1.0, COARSEST_DEM_M / pixel_size))
    factors = np.exp(rng.uniform(0, coarsest, count))
    valid = (elevation > NO_HEIGHT).float()
    crops = []
    for i in range(count):
        crop = elevation[i : i + 1]
        if chosen[i]:
            known = valid[i : i + 1]
            weight = coarser(known, factors[i]).clamp(min=1e-6)
            smooth = coarser(crop * known, factors[i]) / weight
            crop = torch.where(known > 0, smooth, crop)
        crops.append(crop)
    return torch.cat(crops)


def coarser(image: Tensor, factor: float) -> Tensor:
    """(1, C, S, S) as pixels `factor` times as large show it."""
    side = image.shape[-1]
    small = max(2, round(side / factor))
    shrunk = F.interpolate(
        image, (small, small), mode="bilinear", antialias=True, align_corners=False
    )
    return F.interpolate(shrunk, (side, side), mode="bilinear", align_corners=False)


def sharper(image: Tensor, strength: float) -> Tensor:
    """(1, C, S, S) with more of what its 3x3 neighbourhood does not explain."""
    padded = F.pad(image, (1, 1, 1, 1), mode="replicate")
    return image + strength * (image - F.avg_pool2d(padded, 3, 1))
