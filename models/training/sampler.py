# SPDX-License-Identifier: GPL-2.0-or-later
"""The batch of a step: which images its crops come from, cut on the processor, and what is
done to them on the device that trains. All draws are numpy's, a function of seed and step
on every device.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..contract import NO_IMAGE
from ..errors import MrifeError
from .augmentation import colour_jitter, modality_dropout, random_crop
from .chips import IGNORE, Chip
from .cover import as_covered, may_be_covered
from .islands import as_island
from .sensors import coarser_heights, other_sensor
from .settings import Settings
from .shadow import as_shaded

STRONG = 1.0  # of the colour jitter
WEAK = 0.3


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
        self.device = device
        self.chips = subset(chips, settings)
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
        crops = _some(crops, settings.covers, self._covered, rng)
        plain = None
        if settings.guides:
            plain = torch.stack(crops)[:, :-1].to(self.device)
        crops = _some(crops, settings.shadows, self._shaded, rng)
        crops = _some(crops, settings.islands, self._island, rng)
        stacked = torch.stack(crops).to(self.device)  # (B, planes + 1, S, S)
        bands = stacked[:, : settings.channels]
        elevation = stacked[:, settings.channels : -1]  # (B, 0 or 1, S, S)
        if settings.coarse_dem and elevated:
            pixel = settings.pixel_size
            elevation = coarser_heights(elevation, settings.coarse_dem, pixel, rng)
        elevation, unseen = modality_dropout(bands, elevation, settings, rng)
        other = bands
        if settings.sensors and settings.channels:
            other = other_sensor(bands, settings.sensors, settings.pixel_size, rng)
        strong = self._view(other, elevation, unseen, STRONG, rng)
        weak = self._view(bands, elevation, unseen, WEAK, rng)
        ground = torch.from_numpy(self.grounds[index]).to(stacked.device)
        return Batch(strong, weak, stacked[:, -1:], index, ground, plain)

    def _view(
        self,
        bands: Tensor,
        elevation: Tensor,
        unseen: Tensor,
        strength: float,
        rng: np.random.Generator,
    ) -> Tensor:
        """(B, planes, S, S) with other colours, none where the image is `unseen`."""
        if not self.settings.channels:
            return elevation
        colour = colour_jitter(bands, strength * self.settings.colour, rng)
        return torch.cat([torch.where(unseen, NO_IMAGE, colour), elevation], 1)

    def _covered(self, crop: Tensor, rng: np.random.Generator) -> Tensor:
        """What a cover leaves of a crop, where it may have one."""
        channels = self.settings.channels
        if may_be_covered(crop, channels):
            return as_covered(crop, channels, rng)
        return crop

    def _shaded(self, crop: Tensor, rng: np.random.Generator) -> Tensor:
        """With a shadow on a part of it."""
        return as_shaded(crop, self.settings.channels, rng)

    def _island(self, crop: Tensor, rng: np.random.Generator) -> Tensor:
        return as_island(crop, rng, IGNORE)

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
        """Hard-negative scores of a batch's images from its probabilities (B, 1, S, S);
        a crop of which nothing is known says nothing of its image.
        """
        valid = (batch.label != IGNORE).float()
        pixels = valid.sum((1, 2, 3))
        mean = (probability * valid).sum((1, 2, 3)) / pixels.clamp(min=1)  # (B,)
        scores = self.hard_negative_score
        for i, p, known in zip(batch.index, mean.tolist(), pixels.tolist()):
            if known:
                scores[i] = 0.5 * scores[i] + 0.5 * min(1.0, 4 * p)


def _some(
    crops: list[Tensor],
    share: float,
    change: Callable[[Tensor, np.random.Generator], Tensor],
    rng: np.random.Generator,
) -> list[Tensor]:
    """Crops, about a share of them changed."""
    if not share:
        return crops
    return [change(crop, rng) if rng.random() < share else crop for crop in crops]


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
