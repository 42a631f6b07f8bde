# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground in the shadow of a ridge or a cloud: darker and bluer, but it still shows."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .islands import random_island

LEFT = (0.25, 0.75)  # share of the light that a shadow leaves
# of the light of red, green and blue that is left: what the sky gives is bluer than the sun
SKY = (0.92, 1.0, 1.12)
PENUMBRA = 5  # pixels over which a shadow ends


def as_shaded(crop: Tensor, channels: int, rng: np.random.Generator) -> Tensor:
    """A crop (planes + 1, S, S) with a shadow on a part of it: its first `channels`
    planes, in 0-255, are darker there; heights and label stay, as do planes without an
    image.
    """
    shadow = torch.from_numpy(~random_island(crop.shape[-1], rng))
    light = rng.uniform(*LEFT)
    result = crop.clone()
    result[:channels] = shaded(crop[:channels].float(), shadow, light).to(crop.dtype)
    return result


def shaded(image: Tensor, shadow: Tensor, light: float) -> Tensor:
    """Bands (C, h, w) of which a shadow (h, w) bool leaves this share of the light; a
    pixel below 0 shows nothing, and stays.
    """
    tint = torch.ones(len(image))
    if len(image) == len(SKY):
        tint = torch.tensor(SKY)
    left = (light * tint).to(image).view(-1, 1, 1)
    soft = F.avg_pool2d(
        shadow[None].float(),
        PENUMBRA,
        stride=1,
        padding=PENUMBRA // 2,
        count_include_pad=False,
    )
    darker = image * (1 - soft * (1 - left))
    return torch.where(image < 0, image, darker)
