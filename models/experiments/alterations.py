# SPDX-License-Identifier: GPL-2.0-or-later
"""Evaluation windows made harder to read: blurred, in other colours, with landslides
that have taken on the colours around them, and half in shadow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple
from zlib import crc32

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..training.augmentation import colour_jitter
from ..training.eval_tile import EvalTile
from ..training.shadow import shaded

SURROUNDINGS_M = 24.0  # of the ground around a landslide that its colours approach
SOFT_EDGE_M = 3.0  # over which an aged landslide passes into its surroundings


class Alteration(NamedTuple):
    """`alter`: of a window, a strength and the pixel size (m), the altered bands
    (3, h, w) in 0-255; `unit` of the `strengths`.
    """

    unit: str
    strengths: tuple[float, ...]
    alter: Callable[[EvalTile, float, float], Tensor]


def blurred(window: EvalTile, sigma: float, pixel_size: float) -> Tensor:
    """Seen through a Gaussian of `sigma` m."""
    return smoothed(window.pixels[:3].float(), sigma / pixel_size)


def recoloured(window: EvalTile, strength: float, pixel_size: float) -> Tensor:
    """In colours, and with the noise, that training's jitter draws at this strength; of
    each image its own draw.
    """
    rng = np.random.default_rng(crc32(window.name.encode()))
    return colour_jitter(window.pixels[None, :3].float(), strength, rng)[0]


def aged(window: EvalTile, share: float, pixel_size: float) -> Tensor:
    """Landslides whose colours have gone this share of the way to those around them,
    as plants come back; light and shade within them stay.
    """
    image = window.pixels[:3].float()
    if not window.truth.any():
        return image
    truth = torch.from_numpy(window.truth).float()[None, None]
    slide = F.interpolate(truth, image.shape[1:], mode="area")[0]  # (1, h, w) share
    reach = SURROUNDINGS_M / pixel_size
    around = _mean_where(image, slide < 0.5, reach)
    within = _mean_where(image, slide >= 0.5, reach)
    fading = share * smoothed(slide, SOFT_EDGE_M / pixel_size)
    return (image + fading * (around - within)).clamp(0, 255)


def half_shaded(window: EvalTile, taken: float, pixel_size: float) -> Tensor:
    """A shadow on one side of a line through the middle takes this share of the light;
    the line's direction is of each image its own draw.
    """
    image = window.pixels[:3].float()
    angle = np.random.default_rng(crc32(window.name.encode())).uniform(0, 2 * np.pi)
    rows, cols = image.shape[1:]
    down = torch.arange(rows)[:, None] - (rows - 1) / 2
    right = torch.arange(cols)[None] - (cols - 1) / 2
    shadow = np.cos(angle) * right + np.sin(angle) * down > 0
    return shaded(image, shadow, 1 - taken)


ALTERATIONS = {
    "blurred": Alteration("m", (1.6, 3.2, 6.4), blurred),
    "recoloured": Alteration("of training's jitter", (1.0, 2.0, 3.0), recoloured),
    "aged": Alteration("of the way to the surroundings", (0.3, 0.6, 0.9), aged),
    "half in shadow": Alteration("of the light taken", (0.3, 0.5, 0.7), half_shaded),
}


def altered(
    windows: list[EvalTile], name: str, strength: float, pixel_size: float
) -> list[EvalTile]:
    """The windows, each as the alteration of this name shows it."""
    alter = ALTERATIONS[name].alter
    return [
        replace(window, pixels=alter(window, strength, pixel_size).round())
        for window in windows
    ]


def smoothed(image: Tensor, sigma: float) -> Tensor:
    """(C, h, w) through a Gaussian of `sigma` pixels, cut off at three of them; beyond
    its borders the image goes on as it ends.
    """
    radius = max(1, int(np.ceil(3 * sigma)))
    place = torch.arange(-radius, radius + 1).float()
    kernel = torch.exp(-0.5 * (place / sigma) ** 2)
    kernel = kernel / kernel.sum()
    padded = F.pad(image[:, None], [radius] * 4, mode="replicate")
    rows = F.conv2d(padded, kernel.view(1, 1, -1, 1))
    return F.conv2d(rows, kernel.view(1, 1, 1, -1))[:, 0]


def _mean_where(image: Tensor, chosen: Tensor, reach: float) -> Tensor:
    """(C, h, w) mean of the chosen pixels (1, h, w) near each pixel; of all of them where
    none is near, of the image where none is chosen.
    """
    weight = chosen.float()
    if not weight.any():
        return smoothed(image, reach)
    everywhere = (image * weight).sum((1, 2), keepdim=True) / weight.sum()
    near = smoothed(weight, reach)
    mean = smoothed(image * weight, reach) / near.clamp(min=1e-6)
    return torch.where(near > 1e-3, mean, everywhere)
