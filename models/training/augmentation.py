# SPDX-License-Identifier: GPL-2.0-or-later
"""What makes the same image another one at each draw: where it is cropped, how it is
turned, its colours, and which of its modalities is shown.

Crops lie anywhere in an image, never in its middle: in Bijie's data the landslide sits in
the middle, and a network that may rely on that scores without looking.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .chips import IGNORE, Chip
from .settings import Settings
from .terrain_channels import MISSING, NO_HEIGHT


def random_crop(
    chip: Chip, side: int, rng: np.random.Generator, elevated: bool = False
) -> Tensor:
    """(planes + 1, side, side) float: a random part, zoomed by 0.5-2, flipped, turned;
    mirrored where it is too small.

    The last plane is 1 for landslide, 0 for background and IGNORE where the crop was
    padded. Heights shrink with a zoom, so that slopes stay what they are.
    """
    _, height, width = chip.pixels.shape
    # beyond it a crop would be mostly mirror
    widest = np.log2(1.3 * max(height, width) / side)
    zoom = rng.uniform(-1, min(1.0, max(0.0, widest)))
    source = side * 2**zoom  # side on the ground, in image pixels
    limit = source
    if rng.random() >= 0.7:  # some crops as small as a small raster
        limit = source * rng.uniform(0.4, 1)
    h = max(8, min(height, int(limit)))
    w = max(8, min(width, int(limit)))
    part, valid = _random_part(chip, h, w, rng)
    size = [min(side, max(4, round(n * side / source))) for n in part.shape[1:]]
    part = resize(part, size, elevated, 2**zoom)
    if valid is not None:
        valid_share = _averaged(valid[None].float(), size)[0]
        part[-1].masked_fill_(valid_share <= 0.999, IGNORE)
    before = [int(rng.integers(side - n + 1)) for n in size]
    rows, known_rows = mirror_indices(size[0], before[0], side)
    cols, known_cols = mirror_indices(size[1], before[1], side)
    crop = part[:, rows][:, :, cols]
    crop[-1].masked_fill_(~(known_rows[:, None] & known_cols[None]), IGNORE)
    crop = torch.rot90(crop, int(rng.integers(4)), (1, 2))
    if rng.random() < 0.5:
        crop = crop.flip(2)
    return crop.contiguous()


def _random_part(
    chip: Chip, h: int, w: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor | None]:
    """(planes + 1, h, w) anywhere, and where its mask is valid; of a landslide image it should
    show some of it, but need not.

    What counts 75 % is valid in three draws of four, so that over many draws its terms of
    the losses have this weight.
    """
    _, height, width = chip.pixels.shape
    for _ in range(4):
        y = int(rng.integers(max(height - h, 0) + 1))
        x = int(rng.integers(max(width - w, 0) + 1))
        part = chip.pixels[:, y : y + h, x : x + w]
        if not chip.landslide or part[-1].any():
            break
    if chip.valid is None:
        return part, None
    valid = chip.valid[y : y + h, x : x + w]
    if chip.weight is not None:
        valid = valid & (chip.weight[y : y + h, x : x + w] > 100 * rng.random())
    return part, valid


def resize(part: Tensor, size: list[int], elevated: bool, zoom: float) -> Tensor:
    """(planes + 1, *size) float; a pixel's label is what more than half of it is, its
    height missing where any is.
    """
    small = _averaged(part, size).float()
    small[-1] = (small[-1] > 127).float()
    if elevated:
        # any at all: a thousandth of MISSING is 33 m
        missing = _averaged((part[-2:-1] <= NO_HEIGHT).float(), size)[0]
        small[-2] = torch.where(missing == 0, small[-2] / zoom, MISSING)
    return small


def _averaged(x: Tensor, size: list[int]) -> Tensor:
    """(planes, *size) of (planes, h, w), averaged where it shrinks."""
    return F.interpolate(
        x[None], size=size, mode="bilinear", antialias=True, align_corners=False
    )[0]


def mirror_indices(length: int, before: int, side: int) -> tuple[Tensor, Tensor]:
    """(side,) indices that continue 0..length-1 by reflection, `before` of them in
    front; and which are no mirror.
    """
    place = np.arange(side) - before
    index = np.zeros(side, int)
    if length > 1:
        period = 2 * (length - 1)
        index = np.abs((place + length - 1) % period - (length - 1))
    inside = (place >= 0) & (place < length)
    return torch.from_numpy(index), torch.from_numpy(inside)


def colour_jitter(image: Tensor, strength: float, rng: np.random.Generator) -> Tensor:
    """Brightness, contrast, saturation, band gains, blur and noise, each crop its own;
    (B, C, S, S) in 0-255.
    """
    count, channels = image.shape[:2]

    def draw(amount: float, bands: int = 1) -> Tensor:
        """Uniform in +-amount * strength, (B, bands, 1, 1)."""
        most = amount * strength
        uniform = torch.from_numpy(rng.uniform(-most, most, (count, bands, 1, 1)))
        return uniform.float().to(image.device)

    mean = image.mean((2, 3), keepdim=True)  # (B, C, 1, 1)
    grey = image.mean(1, keepdim=True)  # (B, 1, S, S)
    image = grey + (image - grey) * (1 + draw(0.4))  # saturation
    image = mean + (image - mean) * (1 + draw(0.3))  # contrast
    gain = 1 + draw(0.1, channels)
    image = image * gain + draw(30)  # brightness
    blurred = F.avg_pool2d(F.pad(image, (1, 1, 1, 1), mode="replicate"), 3, 1)
    blur = torch.from_numpy(rng.uniform(0, 1, (count, 1, 1, 1)) ** 3 * strength)
    image = torch.lerp(image, blurred, blur.float().to(image.device))
    noise = torch.from_numpy(rng.standard_normal(image.shape, np.float32))
    image = image + noise.to(image.device) * draw(6).abs()
    return image.clamp_(0, 255)


def modality_dropout(
    bands: Tensor, elevation: Tensor, settings: Settings, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Some crops are shown without elevation, others without image, none without both:
    the elevation (B, 0 or 1, S, S) that is shown, and where no image is, (B, 1, 1, 1)
    bool.
    """
    has_image = (bands[:, :1] >= 0).flatten(1).any(1)[:, None, None, None]
    if not elevation.shape[1]:
        return elevation, ~has_image
    has_heights = (elevation > NO_HEIGHT).flatten(1).any(1)[:, None, None, None]
    chance = torch.from_numpy(rng.random((len(bands), 1, 1, 1))).to(bands.device)
    dropped = has_image & (chance < settings.dem_dropout)
    unseen = ~has_image | (has_heights & (chance >= 1 - settings.image_dropout))
    return torch.where(dropped, MISSING, elevation), unseen
