# SPDX-License-Identifier: GPL-2.0-or-later
"""Which blocks of a crop are hidden from the student: classes from the labels, masks
aimed at edges, decoys.

All draws come from torch's generator on the CPU, which the loop seeds with the step: the
same on every device.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from .chips import IGNORE
from .settings import Settings

BACKGROUND, EDGE, INTERIOR, UNKNOWN = range(4)
MIN_VALID = 0.5  # share of a block that must not be padding


@dataclass(frozen=True)
class Blocks:
    """A crop's label pooled to blocks, each map (B, S/side, S/side): share of pixels
    that are `valid` (no padding), and share that are `landslide`.
    """

    valid: Tensor
    landslide: Tensor

    @classmethod
    def of(cls, label: Tensor, side: int) -> Blocks:
        """Blocks of `side` pixels of labels (B, 1, S, S)."""
        valid = F.avg_pool2d((label != IGNORE).float(), side)[:, 0]
        landslide = F.avg_pool2d((label == 1).float(), side)[:, 0]
        return cls(valid, landslide)

    def pooled(self, factor: int) -> Blocks:
        """The same in blocks `factor` times as wide."""
        valid = F.avg_pool2d(self.valid[:, None], factor)[:, 0]
        landslide = F.avg_pool2d(self.landslide[:, None], factor)[:, 0]
        return Blocks(valid, landslide)

    @property
    def share(self) -> Tensor:
        """Landslide share of the valid pixels."""
        return self.landslide / self.valid.clamp(min=1e-6)

    def classes(self, tolerance: float) -> Tensor:
        """BACKGROUND, EDGE or INTERIOR by the landslide share; UNKNOWN where more than
        half is padding; (B, h, w) int64.
        """
        share = self.share
        classes = torch.full_like(share, EDGE, dtype=torch.long)
        classes[share <= tolerance] = BACKGROUND
        classes[share >= 1 - tolerance] = INTERIOR
        classes[self.valid < MIN_VALID] = UNKNOWN
        return classes


def draw_mask(units: Blocks, settings: Settings) -> Tensor:
    """Hidden units (B, h, w) bool. Every policy but `none` hides the same number in
    each crop as `edge` does.
    """
    classes = units.classes(settings.tolerance)
    if settings.policy == "none":
        return torch.zeros_like(classes, dtype=torch.bool)
    mask = _edge_mask(classes, settings)
    if settings.decoy:
        mask = with_decoys(mask)
    if settings.policy in ("edge", "feature"):
        return mask
    score = uniform_like(classes)
    if settings.policy == "interior":
        score = score + (classes == INTERIOR)
    return _highest(score, mask.sum((1, 2)))


def random_mask(label: Tensor, settings: Settings) -> Tensor:
    """Hidden units (B, h, w) bool, each with the same probability: masking as plain
    augmentation.
    """
    side = label.shape[2] // settings.unit
    return uniform_like(label[:, 0, :side, :side]) < settings.p_empty


def uniform_like(x: Tensor) -> Tensor:
    """A draw from 0-1 for each element, on the device of `x`."""
    return torch.rand(x.shape).to(x.device)


def _edge_mask(classes: Tensor, settings: Settings) -> Tensor:
    """One draw per unit, most likely hidden on edges; crops without landslide at their
    own rate.
    """
    by_class = torch.empty(4, device=classes.device)
    by_class[BACKGROUND] = settings.p_background
    by_class[EDGE] = settings.p_edge
    by_class[INTERIOR] = settings.p_interior
    by_class[UNKNOWN] = settings.p_background
    landslide = (classes == EDGE) | (classes == INTERIOR)  # (B, h, w)
    empty = landslide.sum((1, 2), keepdim=True) == 0  # (B, 1, 1)
    probability = torch.where(empty, settings.p_empty, by_class[classes])
    return uniform_like(classes) < probability


def with_decoys(mask: Tensor) -> Tensor:
    """Add to each mask the turned mask of another crop: otherwise a hidden block would
    by itself say "edge here".
    """
    other = torch.rot90(mask.roll(1, 0), int(torch.randint(4, ())), (1, 2))
    if torch.rand(()) < 0.5:
        other = other.flip(2)
    return mask | other


def _highest(score: Tensor, count: Tensor) -> Tensor:
    """The `count[b]` units with the highest score in each crop."""
    flat = score.flatten(1)
    rank = flat.argsort(1, descending=True).argsort(1)
    return (rank < count[:, None]).view(score.shape)


def upsample(mask: Tensor, side: int) -> Tensor:
    """(B, h, w) units to (B, 1, h * side, w * side)."""
    return mask[:, None].repeat_interleave(side, 2).repeat_interleave(side, 3)
