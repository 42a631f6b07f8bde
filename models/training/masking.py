# SPDX-License-Identifier: GPL-2.0-or-later
"""Which blocks of a crop are hidden from the student: classes from the labels, masks
aimed at edges, decoys.

All draws come from torch's generator on the CPU, which the loop seeds with the step: the
same on every device.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .chips import IGNORE
from .settings import Settings

BACKGROUND, EDGE, INTERIOR, UNKNOWN = range(4)


def block_share(label: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Landslide share of the known pixels and known share of each block, both (B,
    S/side, S/side).
    """
    known = F.avg_pool2d((label != IGNORE).float(), side)[:, 0]
    slide = F.avg_pool2d((label == 1).float(), side)[:, 0]
    return slide / known.clamp(min=1e-6), known


def block_classes(label: Tensor, side: int, tolerance: float) -> Tensor:
    """BACKGROUND, EDGE or INTERIOR by the landslide share; UNKNOWN where more than
    half is padding; (B, h, w) int64.
    """
    share, known = block_share(label, side)
    classes = torch.full_like(share, EDGE, dtype=torch.long)
    classes[share <= tolerance] = BACKGROUND
    classes[share >= 1 - tolerance] = INTERIOR
    classes[known < 0.5] = UNKNOWN
    return classes


def draw_mask(label: Tensor, settings: Settings) -> Tensor:
    """Hidden units (B, h, w) bool. Every policy but `none` hides the same number in
    each crop as `edge` does.
    """
    classes = block_classes(label, settings.unit, settings.tolerance)
    if settings.policy == "none":
        return torch.zeros_like(classes, dtype=torch.bool)
    mask = _aimed(classes, settings)
    if settings.decoy:
        mask = with_decoys(mask)
    if settings.policy in ("edge", "feature"):
        return mask
    wish = throw(classes)
    if settings.policy == "interior":
        wish = wish + (classes == INTERIOR)
    return _first(wish, mask.sum((1, 2)))


def random_mask(label: Tensor, settings: Settings) -> Tensor:
    """Hidden units (B, h, w) bool, each with the same odds: masking as plain
    augmentation.
    """
    side = label.shape[2] // settings.unit
    return throw(label[:, 0, :side, :side]) < settings.p_empty


def throw(like: Tensor) -> Tensor:
    return torch.rand(like.shape).to(like.device)


def _aimed(classes: Tensor, settings: Settings) -> Tensor:
    """One throw per unit, most likely on edges; crops without landslide at their own
    rate.
    """
    odds = torch.tensor(
        [
            settings.p_background,
            settings.p_edge,
            settings.p_interior,
            settings.p_background,
        ],
        device=classes.device,
    )[classes]
    empty = ((classes == EDGE) | (classes == INTERIOR)).sum((1, 2), keepdim=True) == 0
    return throw(classes) < torch.where(empty, settings.p_empty, odds)


def with_decoys(mask: Tensor) -> Tensor:
    """Add to each mask the turned mask of another crop: otherwise a hidden block would
    by itself say "edge here".
    """
    other = torch.rot90(mask.roll(1, 0), int(torch.randint(4, ())), (1, 2))
    return mask | (other.flip(2) if torch.rand(()) < 0.5 else other)


def _first(wish: Tensor, budget: Tensor) -> Tensor:
    """The `budget[b]` units with the highest wish in each crop."""
    flat = wish.flatten(1)
    rank = flat.argsort(1, descending=True).argsort(1)
    return (rank < budget[:, None]).view(wish.shape)


def enlarge(mask: Tensor, side: int) -> Tensor:
    """(B, h, w) units to (B, 1, h * side, w * side)."""
    return mask[:, None].repeat_interleave(side, 2).repeat_interleave(side, 3)
