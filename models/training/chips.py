# SPDX-License-Identifier: GPL-2.0-or-later
"""Training crops, cut from images that lie in memory, on the device that trains.

Crops lie anywhere in an image, never in its middle: in Bijie's data the landslide sits in
the middle, and a network that may rely on that scores without looking. All draws are
numpy's, a function of seed and step on every device.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..contract import NO_IMAGE
from ..errors import MrifeError
from .cover import as_covered, may_be_covered
from .islands import as_island
from .sensors import coarser_heights, other_sensor
from .settings import Settings
from .shadow import as_shaded
from .terrain_channels import MISSING, NO_HEIGHT

STRONG = 1.0  # of the colour jitter
WEAK = 0.3
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


@dataclass(frozen=True)
class Batch:
    """Crops of one step: images float (B, planes, S, S), bands in 0-255 and elevation
    in metres; labels float (B, 1, S, S) of 0, 1 or IGNORE; `index` and `ground` number
    the image of each crop, and the source of that. Where guides are asked, `plain` is what
    they see, and `guided` (B, 1, S, S) the probability that they answer.
    """

    strong: Tensor
    weak: Tensor
    label: Tensor
    index: np.ndarray
    ground: Tensor  # (B,)
    plain: Tensor | None = None  # (B, planes, S, S)
    guided: Tensor | None = None


class Pool(NamedTuple):
    """Images with and without landslides of one source, and how many crops of a batch
    come from each.
    """

    positive: np.ndarray
    negative: np.ndarray
    positives: int
    negatives: int


class Sampler:
    """Draws the batch of a step as a function of (seed, step) alone, apart from what
    mining has learned so far.
    """

    def __init__(
        self, settings: Settings, chips: list[Chip], device: torch.device | str = "cpu"
    ) -> None:
        self.settings = settings
        self.chips = [
            replace(chip, pixels=chip.pixels.to(device))
            for chip in subset(chips, settings)
        ]
        self.pools = pools(settings, self.chips)
        names = [chip.source for chip in self.chips]
        self.grounds = np.unique(names, return_inverse=True)[1]
        # of each negative, running mean probability; 1 until it was drawn
        self.hard_negative_score = np.ones(len(self.chips))

    def draw(self, step: int) -> Batch:
        """The batch of a step."""
        settings = self.settings
        rng = np.random.default_rng((settings.seed, step))
        index = self._draw_index(rng)
        elevated = settings.dem != "off"
        crops = [random_crop(self.chips[i], settings.crop, rng, elevated) for i in index]
        if settings.covers:
            crops = [self._perhaps_covered(crop, rng) for crop in crops]
        plain = None
        if settings.guides:
            plain = torch.stack(crops)[:, :-1]
        if settings.shadows:
            crops = [self._perhaps_shaded(crop, rng) for crop in crops]
        if settings.islands:
            crops = [
                as_island(crop, rng, IGNORE) if rng.random() < settings.islands else crop
                for crop in crops
            ]
        stacked = torch.stack(crops)  # (B, planes + 1, S, S)
        bands = stacked[:, : settings.channels]
        elevation = stacked[:, settings.channels : -1]  # (B, 0 or 1, S, S)
        if settings.coarse_dem and elevated:
            pixel = settings.pixel_size
            elevation = coarser_heights(elevation, settings.coarse_dem, pixel, rng)
        elevation, unseen = modality_dropout(bands, elevation, settings, rng)
        views = []
        for strength in (STRONG, WEAK):
            if not settings.channels:
                views.append(elevation)
                continue
            view = bands
            if settings.sensors and strength == STRONG:
                view = other_sensor(bands, settings.sensors, settings.pixel_size, rng)
            colour = colour_jitter(view, strength * settings.colour, rng)
            colour = torch.where(unseen, NO_IMAGE, colour)
            views.append(torch.cat([colour, elevation], 1))
        ground = torch.from_numpy(self.grounds[index]).to(stacked.device)
        return Batch(views[0], views[1], stacked[:, -1:], index, ground, plain)

    def _perhaps_covered(self, crop: Tensor, rng: np.random.Generator) -> Tensor:
        """The crop, or what a cover leaves of it."""
        channels = self.settings.channels
        if rng.random() >= self.settings.covers or not may_be_covered(crop, channels):
            return crop
        return as_covered(crop, channels, rng)

    def _perhaps_shaded(self, crop: Tensor, rng: np.random.Generator) -> Tensor:
        """The crop, or that with a shadow on a part of it."""
        if rng.random() >= self.settings.shadows:
            return crop
        return as_shaded(crop, self.settings.channels, rng)

    def _draw_index(self, rng: np.random.Generator) -> np.ndarray:
        """Which images the crops of a batch come from: of each source positives, then
        negatives.
        """
        index = []
        for pool in self.pools:
            index.append(rng.choice(pool.positive, pool.positives))
            if not pool.negatives:
                continue
            odds = np.ones(len(pool.negative))
            if self.settings.mining:
                odds = self.hard_negative_score[pool.negative] + 0.1
            index.append(rng.choice(pool.negative, pool.negatives, p=odds / odds.sum()))
        return np.concatenate(index)

    def update_scores(self, batch: Batch, probability: Tensor) -> None:
        """Hard-negative scores of a batch's images from its probabilities (B, 1, S, S)."""
        valid = (batch.label != IGNORE).float()
        pixels = valid.sum((1, 2, 3)).clamp(min=1)
        mean = (probability * valid).sum((1, 2, 3)) / pixels  # (B,)
        scores = self.hard_negative_score
        for i, p in zip(batch.index, mean.tolist()):
            scores[i] = 0.5 * scores[i] + 0.5 * min(1.0, 4 * p)


def pools(settings: Settings, chips: list[Chip]) -> list[Pool]:
    """What a batch takes from where: from all images alike, or from each source its
    share. Raises MrifeError where images of a kind are missing.
    """
    landslide = np.array([chip.landslide for chip in chips], bool)
    members = [np.ones(len(chips), bool)]
    counts = [settings.batch]
    if settings.shares:
        names = np.array([chip.source for chip in chips])
        members = [names == name for name in settings.sources]
        edges = np.rint(settings.batch * np.cumsum((0, *settings.shares))).astype(int)
        counts = np.diff(edges).tolist()
    result = []
    for member, count in zip(members, counts):
        positive = np.flatnonzero(member & landslide)
        negative = np.flatnonzero(member & ~landslide)
        negatives = round(count * settings.negatives)
        # all tiles of Mars hold landslides, and ground without them too
        if settings.shares and not len(negative):
            negatives = 0
        pool = Pool(positive, negative, count - negatives, negatives)
        lacking = pool.positives and not len(pool.positive)
        if lacking or (negatives and not len(pool.negative)):
            raise MrifeError(
                "Training needs images with and without landslides; {} and {} were "
                "found.",
                len(pool.positive),
                len(pool.negative),
            )
        result.append(pool)
    return result


def subset(chips: list[Chip], settings: Settings) -> list[Chip]:
    """The share of the images that the run may see (`portion`): of each kind the same,
    drawn by the seed, a larger share holding the smaller ones.
    """
    if settings.portion == 1:
        return chips
    order = np.random.default_rng((settings.seed, 7)).permutation(len(chips))
    indices = []
    for landslide in (True, False):
        of_kind = [int(i) for i in order if chips[i].landslide == landslide]
        indices += of_kind[: max(1, round(settings.portion * len(of_kind)))]
    return [chips[i] for i in sorted(indices)]


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
    crop = part[:, rows.to(part.device)][:, :, cols.to(part.device)]
    outside = ~(known_rows[:, None] & known_cols[None]).to(part.device)
    crop[-1].masked_fill_(outside, IGNORE)
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
        valid = _averaged((part[-2:-1] > NO_HEIGHT).float(), size)[0]
        small[-2] = torch.where(valid > 0.999, small[-2] / zoom, MISSING)
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
