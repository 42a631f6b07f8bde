# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground that shows nothing: under a cloud or snow, in deep shade, a sheet of water. None
of it is a landslide, wherever it ends.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .islands import random_island

WHOLE = 0.5  # of the covered crops, those of which nothing else is seen
TINT = 8.0  # of 255, by which the bands of a cover differ, at most
GRAIN = 3.0  # of 255, standard deviation of its noise, at most


def as_covered(crop: Tensor, channels: int, rng: np.random.Generator) -> Tensor:
    """A crop (planes + 1, S, S) whose first `channels` planes, in 0-255, are covered, all
    of it or up to a border; what lies behind them stays.
    """
    side = crop.shape[-1]
    tone = rng.uniform(0, 255) + rng.uniform(-TINT, TINT, (channels, 1, 1))
    grain = rng.uniform(0, GRAIN) * rng.standard_normal((channels, side, side))
    cover = torch.from_numpy((tone + grain).clip(0, 255)).to(crop)
    covered = np.ones((side, side), bool)
    if rng.random() >= WHOLE:
        covered = random_island(side, rng)
    result = crop.clone()
    result[:channels] = torch.where(torch.from_numpy(covered), cover, crop[:channels])
    return result


def may_be_covered(crop: Tensor, channels: int) -> bool:
    """Whether a crop (planes + 1, S, S), the last plane its label, has an image, and no
    landslide that a cover would hide.
    """
    has_image = channels > 0 and bool((crop[:channels] >= 0).all())
    return has_image and not bool((crop[-1] == 1).any())
