# SPDX-License-Identifier: GPL-2.0-or-later
"""Images that lie in memory to be learned from, and how their bands are distributed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

# label of the padding: the network sees the mirrored ground there but is not scored on it
IGNORE = 255


@dataclass(frozen=True)
class Chip:
    """One image in model pixels: `pixels` (planes + 1, H, W), the last plane the mask
    (0 or 255); uint8, or float32 where elevation in metres lies before the mask
    (MISSING where there is none, as the bands are NO_IMAGE). `valid` (H, W) bool: where
    the mask says anything, None for everywhere. `source` is the one of the settings' that
    it comes from. `weight` (H, W) uint8: percent that the mask counts, None for all of
    it.
    """

    name: str
    landslide: bool
    pixels: Tensor
    valid: Tensor | None = None
    source: str = ""
    weight: Tensor | None = None


def statistics(
    chips: list[Chip], channels: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per band mean, standard deviation, and (2nd, 98th) percentiles over all pixels of
    images; 0-255, all values alike where there is no image.
    """
    total = torch.zeros(channels, 256, dtype=torch.long)
    for chip in chips:
        for band, values in enumerate(chip.pixels[:channels].int()):
            seen = values[values >= 0]
            total[band] += torch.bincount(seen, minlength=256)
    if not total.any():
        total += 1
    counts = total.double().numpy()  # (C, 256)
    share = counts / counts.sum(1, keepdims=True)
    value = np.arange(256)
    mean = share @ value
    deviation = np.sqrt((share * (value - mean[:, None]) ** 2).sum(1))
    ends = np.array(
        [[np.searchsorted(band, q) for q in (0.02, 0.98)] for band in share.cumsum(1)],
        float,
    )
    return mean, deviation, ends
