# SPDX-License-Identifier: GPL-2.0-or-later
"""The colours of made-up ground, as reflectances, and how one goes over into another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Palette:
    """Reflectances, red green blue."""

    forest: tuple[float, float, float]
    grass: tuple[float, float, float]
    soil: tuple[float, float, float]
    rock: tuple[float, float, float]
    water: tuple[float, float, float]


PALETTES = {
    "mountain": Palette(
        (0.050, 0.082, 0.036),
        (0.120, 0.135, 0.066),
        (0.270, 0.205, 0.140),
        (0.250, 0.240, 0.220),
        (0.090, 0.115, 0.095),
    ),
    "loess": Palette(
        (0.070, 0.092, 0.045),
        (0.205, 0.185, 0.108),
        (0.370, 0.285, 0.185),
        (0.400, 0.325, 0.225),
        (0.250, 0.200, 0.135),
    ),
}


def mix(a: np.ndarray, b: np.ndarray | tuple, weight: np.ndarray) -> np.ndarray:
    """a (3, H, W) towards colour b by weight (H, W)."""
    b = np.asarray(b, np.float32)
    return a + ((b[:, None, None] if b.ndim == 1 else b) - a) * weight


def crops(value: np.ndarray, palette: Palette) -> np.ndarray:
    """Colours (3, H, W) of plots from a number in 0-1: green, stubble, fallow, tilled."""
    colours = np.array(
        [
            (0.095, 0.135, 0.055),
            (0.130, 0.150, 0.070),
            np.array(palette.grass) * 1.2,
            np.array(palette.soil) * 0.75,
            palette.soil,
        ],
        np.float32,
    )
    place = value * (len(colours) - 1.001)
    low = place.astype(int)
    return np.moveaxis(
        colours[low] + (colours[low + 1] - colours[low]) * (place - low)[..., None], -1, 0
    )
