# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground beside missing ground, as the plugin shows it to the network: what is missing
continues what is known, mirrored at the border.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

MIN_ISLAND = 0.1  # share of a crop that stays known
MAX_EDGES = 3  # straight borders of an island
MAX_WOBBLE = 8.0  # pixels that a border leaves its straight line by, at most
WOBBLE_CELLS = 6  # a side, of the noise that bends a border


def nearest_known(known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row and column (H, W) of the nearest known pixel of each pixel of `known` (H, W)
    bool, of which at least one is.
    """
    height, width = known.shape
    lines = np.arange(height)[:, None]
    far = 4 * (height + width)
    above = np.maximum.accumulate(np.where(known, lines, -far), axis=0)
    below = np.minimum.accumulate(np.where(known, lines, far)[::-1], axis=0)[::-1]
    line = np.where(lines - above <= below - lines, above, below)  # nearest of a column
    place = np.arange(width)
    across = (place[:, None] - place) ** 2  # (W, W)
    rows = np.empty((height, width), int)
    cols = np.empty((height, width), int)
    for i in range(height):
        cols[i] = (across + (line[i] - i) ** 2).argmin(axis=1)
        rows[i] = line[i][cols[i]]
    return rows, cols


def mirrored(known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row and column (H, W) that each pixel takes its value from: a known one its own,
    another one that of its mirror image in the nearest known pixel, or that pixel's where
    the image is not known either.
    """
    height, width = known.shape
    rows, cols = nearest_known(known)
    image_rows = 2 * rows - np.arange(height)[:, None]
    image_cols = 2 * cols - np.arange(width)
    inside = (image_rows >= 0) & (image_rows < height)
    inside &= (image_cols >= 0) & (image_cols < width)
    image_rows = np.where(inside, image_rows, rows)
    image_cols = np.where(inside, image_cols, cols)
    good = known[image_rows, image_cols]
    return np.where(good, image_rows, rows), np.where(good, image_cols, cols)


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
    known = beyond + wobble * bend[0, 0].numpy() < 0
    if known.mean() < MIN_ISLAND:
        return np.ones_like(known)
    return known


def as_island(crop: Tensor, rng: np.random.Generator, ignore: int) -> Tensor:
    """A crop (planes + 1, S, S) as an island in missing ground, whose label, the last
    plane, is `ignore`.
    """
    known = random_island(crop.shape[-1], rng)
    rows, cols = (torch.from_numpy(index).to(crop.device) for index in mirrored(known))
    island = crop[:, rows, cols]
    island[-1].masked_fill_(~torch.from_numpy(known).to(crop.device), ignore)
    return island
