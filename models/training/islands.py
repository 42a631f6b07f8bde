# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground beside missing ground, as the plugin shows it to the network: what is missing
continues what is known, mirrored at the border.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..inference.fill import mirror_images

MIN_ISLAND = 0.1  # share of a crop that stays known
MAX_EDGES = 3  # straight borders of an island
MAX_WOBBLE = 8.0  # pixels that a border leaves its straight line by, at most
WOBBLE_CELLS = 6  # a side, of the noise that bends a border


def random_island(side: int, rng: np.random.Generator) -> np.ndarray:
    """(side, side) bool: known ground between one to three borders of any direction,
    straight or ragged.
    """
    place = (np.arange(side) + 0.5) / side - 0.5
    beyond = np.full((side, side), -1.0)  # a border, in sides of the crop
    for _ in range(int(rng.integers(MAX_EDGES)) + 1):
        angle = rng.uniform(0, 2 * np.pi)
        offset = rng.uniform(-0.3, 0.5)
        distance = np.cos(angle) * place[:, None] + np.sin(angle) * place - offset
        beyond = np.maximum(beyond, distance)
    noise = torch.from_numpy(rng.uniform(-1, 1, (1, 1, WOBBLE_CELLS, WOBBLE_CELLS)))
    bend = F.interpolate(noise, (side, side), mode="bilinear", align_corners=True)
    wobble = rng.uniform(0, MAX_WOBBLE / side)
    inside = beyond + wobble * bend[0, 0].numpy() < 0
    if inside.mean() < MIN_ISLAND:
        return np.ones_like(inside)
    return inside


def as_island(crop: Tensor, rng: np.random.Generator, ignore: int) -> Tensor:
    """A crop (planes + 1, S, S) as an island in missing ground, whose label, the last
    plane, is `ignore`.
    """
    inside = random_island(crop.shape[-1], rng)
    gaps, images = mirror_images(inside)
    island = crop.flatten(1).clone()
    island[:, gaps] = island[:, images]
    island[-1, gaps] = ignore
    return island.view_as(crop)
