# SPDX-License-Identifier: GPL-2.0-or-later
"""Training crops, cut from images that lie in memory, on the device that trains.

Crops lie anywhere in an image, never in its middle: in Bijie's data the landslide sits in
the middle, and a network that may rely on that scores without looking. All draws are
numpy's, a function of seed and step on every device.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..errors import MrifeError
from .settings import Settings
from .terrain_channels import MISSING

# label of the padding: the network sees the mirrored ground there but is not scored on it
IGNORE = 255


@dataclass(frozen=True)
class Chip:
    """One image in model pixels: `pixels` (planes + 1, H, W), the last plane the mask
    (0 or 255); uint8, or float32 where elevation in metres lies before the mask
    (MISSING where there is none).
    """

    name: str
    landslide: bool
    pixels: Tensor


@dataclass(frozen=True)
class Batch:
    """Crops of one step: images float (B, planes, S, S), bands in 0-255 and elevation
    in metres; labels float (B, 1, S, S) of 0, 1 or IGNORE.
    """

    strong: Tensor
    weak: Tensor
    label: Tensor
    index: np.ndarray


class Sampler:
    """Draws the batch of a step as a function of (seed, step) alone, apart from what
    mining has learned so far.
    """

    def __init__(
        self, settings: Settings, chips: list[Chip], device: torch.device | str = "cpu"
    ) -> None:
        self.settings = settings
        self.chips = [
            Chip(c.name, c.landslide, c.pixels.to(device))
            for c in portion(chips, settings)
        ]
        self.positive = np.array(
            [i for i, chip in enumerate(self.chips) if chip.landslide]
        )
        self.negative = np.array(
            [i for i, chip in enumerate(self.chips) if not chip.landslide]
        )
        self.without = round(settings.batch * settings.negatives)
        if not len(self.positive) or (self.without and not len(self.negative)):
            raise MrifeError(
                "Training needs images with and without landslides; {} and {} were "
                "found.",
                len(self.positive),
                len(self.negative),
            )
        self.alarm = np.ones(
            len(self.chips)
        )  # running mean probability on each negative; 1 until it was seen

    def draw(self, step: int) -> Batch:
        settings = self.settings
        rng = np.random.default_rng((settings.seed, step))
        index = rng.choice(self.positive, settings.batch - self.without)
        if self.without:
            if settings.mining:
                odds = self.alarm[self.negative] + 0.1
            else:
                odds = np.ones(len(self.negative))
            index = np.concatenate(
                [index, rng.choice(self.negative, self.without, p=odds / odds.sum())]
            )
        crops = torch.stack(
            [cut(self.chips[i], settings.crop, rng, settings.dem != "off") for i in index]
        )
        image = crops[:, :-1]  # (B, planes, S, S)
        label = crops[:, -1:]
        bands, rest = image.split(
            [settings.channels, image.shape[1] - settings.channels], 1
        )
        rest = forget(rest, settings.dem_dropout, rng)
        strong, weak = (
            torch.cat([jitter(bands, s * settings.colour, rng), rest], 1)
            for s in (1.0, 0.3)
        )
        return Batch(strong, weak, label, index)

    def learn(self, batch: Batch, probability: Tensor) -> None:
        """Remember how loudly the network still cries on the negatives of this batch."""
        known = (batch.label != IGNORE).float()
        mean = (probability * known).sum((1, 2, 3)) / known.sum((1, 2, 3)).clamp(min=1)
        for i, p in zip(batch.index, mean.tolist()):
            self.alarm[i] = 0.5 * self.alarm[i] + 0.5 * min(1.0, 4 * p)


def portion(chips: list[Chip], settings: Settings) -> list[Chip]:
    """The share of the images that the run may see: of each kind the same, drawn by
    the seed, a larger share holding the smaller ones.
    """
    if settings.portion == 1:
        return chips
    order = np.random.default_rng((settings.seed, 7)).permutation(len(chips))
    kept = []
    for landslide in (True, False):
        mine = [int(i) for i in order if chips[i].landslide == landslide]
        kept += mine[: max(1, round(settings.portion * len(mine)))]
    return [chips[i] for i in sorted(kept)]


def forget(elevation: Tensor, share: float, rng: np.random.Generator) -> Tensor:
    """Modality dropout: some crops are shown without elevation; (B, 0 or 1, S, S)."""
    if not elevation.shape[1]:
        return elevation
    gone = torch.from_numpy(rng.random(len(elevation)) < share).to(elevation.device)
    return torch.where(gone[:, None, None, None], MISSING, elevation)


def cut(
    chip: Chip, side: int, rng: np.random.Generator, elevated: bool = False
) -> Tensor:
    """(planes + 1, side, side) float: a random part, zoomed by 0.5-2, flipped, turned;
    mirrored where it is too small.

    The last plane is 1 for landslide, 0 for background and IGNORE where the crop was
    padded. Heights shrink with a zoom, so that slopes stay what they are.
    """
    _, height, width = chip.pixels.shape
    widest = np.log2(
        1.3 * max(height, width) / side
    )  # beyond it a crop would be mostly mirror
    zoom = rng.uniform(-1, min(1.0, max(0.0, widest)))
    source = side * 2**zoom  # side on the ground, in image pixels
    # some crops as small as a small raster
    if rng.random() < 0.7:
        limit = source
    else:
        limit = source * rng.uniform(0.4, 1)
    h, w = (max(8, min(n, int(limit))) for n in (height, width))
    for _ in range(4):  # a crop of a landslide image should show some of it, but need not
        y = int(rng.integers(max(height - h, 0) + 1))
        x = int(rng.integers(max(width - w, 0) + 1))
        part = chip.pixels[:, y : y + h, x : x + w]
        if not chip.landslide or part[-1].any():
            break
    size = [min(side, max(4, round(n * side / source))) for n in part.shape[1:]]
    part = resized(part, size, elevated, 2**zoom)
    before = [int(rng.integers(side - n + 1)) for n in size]
    (rows, inside_y), (cols, inside_x) = (
        mirrored(n, a, side) for n, a in zip(size, before)
    )
    crop = part[:, rows.to(part.device)][:, :, cols.to(part.device)]
    outside = ~(inside_y[:, None] & inside_x[None]).to(part.device)
    crop[-1].masked_fill_(outside, IGNORE)
    crop = torch.rot90(crop, int(rng.integers(4)), (1, 2))
    return (crop.flip(2) if rng.random() < 0.5 else crop).contiguous()


def resized(part: Tensor, size: list[int], elevated: bool, zoom: float) -> Tensor:
    """(planes + 1, *size) float; a pixel's label is what more than half of it is, its
    height missing where any is.
    """
    small = F.interpolate(
        part[None], size=size, mode="bilinear", antialias=True, align_corners=False
    )[0].float()
    small[-1] = (small[-1] > 127).float()
    if elevated:
        there = (part[-2:-1] > -30000).float()[None]
        there = F.interpolate(
            there, size=size, mode="bilinear", antialias=True, align_corners=False
        )[0, 0]
        small[-2] = torch.where(there > 0.999, small[-2] / zoom, MISSING)
    return small


def mirrored(length: int, before: int, side: int) -> tuple[Tensor, Tensor]:
    """(side,) indices that continue 0..length-1 by reflection, `before` of them in
    front; and which are no mirror.
    """
    place = np.arange(side) - before
    period = max(1, 2 * (length - 1))
    if length > 1:
        index = np.abs((place + length - 1) % period - (length - 1))
    else:
        index = np.zeros(side, int)
    return torch.from_numpy(index), torch.from_numpy((place >= 0) & (place < length))


def jitter(image: Tensor, strength: float, rng: np.random.Generator) -> Tensor:
    """Brightness, contrast, saturation, band gains, blur and noise, each crop its own;
    (B, C, S, S) in 0-255.
    """
    count, channels = image.shape[:2]

    def spread(amount: float, shape: tuple[int, ...] = (count, 1, 1, 1)) -> Tensor:
        return (
            torch.from_numpy(rng.uniform(-amount * strength, amount * strength, shape))
            .float()
            .to(image.device)
        )

    mean = image.mean((2, 3), keepdim=True)
    grey = image.mean(1, keepdim=True)
    image = grey + (image - grey) * (1 + spread(0.4))  # saturation
    image = mean + (image - mean) * (1 + spread(0.3))  # contrast
    image = image * (1 + spread(0.1, (count, channels, 1, 1))) + spread(
        30
    )  # band gains, brightness
    blurred = F.avg_pool2d(F.pad(image, (1, 1, 1, 1), mode="replicate"), 3, 1)
    soft = (
        torch.from_numpy(rng.uniform(0, 1, (count, 1, 1, 1)) ** 3 * strength)
        .float()
        .to(image.device)
    )
    image = torch.lerp(image, blurred, soft)
    noise = torch.from_numpy(rng.standard_normal(image.shape, np.float32)).to(
        image.device
    )
    return (image + noise * spread(6).abs()).clamp_(0, 255)


def statistics(
    chips: list[Chip], channels: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per band mean, standard deviation, and (2nd, 98th) percentiles over all pixels;
    0-255.
    """
    counts = (
        sum(
            torch.stack(
                [
                    torch.bincount(band.flatten(), minlength=256)
                    for band in chip.pixels[:channels].int()
                ]
            )
            for chip in chips
        )
        .double()
        .numpy()
    )  # (C, 256)
    share = counts / counts.sum(1, keepdims=True)
    value = np.arange(256)
    mean = share @ value
    deviation = np.sqrt((share * (value - mean[:, None]) ** 2).sum(1))
    ends = np.array(
        [[np.searchsorted(band, q) for q in (0.02, 0.98)] for band in share.cumsum(1)],
        float,
    )
    return mean, deviation, ends
