# SPDX-License-Identifier: GPL-2.0-or-later
"""Who is compared with whom: anchors of the student's masked view, keys of the
teacher's clean view and of a queue.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .losses import cells, contrast
from .masking import EDGE, block_classes, block_share
from .settings import Settings

UNUSED = -1


class Queue:
    """The last keys of each class, oldest out first; `keys` (2, Q, D), class 0
    background, class 1 landslide.
    """

    def __init__(
        self, size: int, width: int = 128, device: torch.device | str = "cpu"
    ) -> None:
        self.keys = torch.zeros(2, size, width, device=device)
        self.filled = [0, 0]

    def push(self, key: Tensor, label: Tensor) -> None:
        size = self.keys.shape[1]
        for c in (0, 1):
            new = key[label == c][:size]
            self.keys[c] = torch.cat([new, self.keys[c]])[:size]
            self.filled[c] = min(size, self.filled[c] + len(new))

    def pull(self) -> tuple[Tensor, Tensor]:
        """(keys, labels) of what is filled."""
        key = torch.cat([self.keys[c, :n] for c, n in enumerate(self.filled)])
        return key, torch.cat(
            [torch.full((n,), c, device=key.device) for c, n in enumerate(self.filled)]
        )


def cell_labels(label: Tensor, side: int, tolerance: float) -> Tensor:
    """1 where at least half of a cell is landslide, 0 where none of it is, UNUSED
    between; (B * h * w,) int64.
    """
    share, known = block_share(label, side)
    result = torch.full_like(share, UNUSED, dtype=torch.long)
    result[share <= tolerance] = 0
    result[share >= 0.5] = 1
    result[known < 0.5] = UNUSED
    return result.flatten()


def contrast_of(
    student: Tensor,
    teacher: Tensor,
    logits: Tensor,
    label: Tensor,
    queue: Queue | None,
    settings: Settings,
) -> Tensor:
    """L_con of a batch, which also feeds the queue.

    `student` (masked view) and `teacher` (clean view): projections (B, 128, h, w);
    `logits` of the clean view and `label`: (B, 1, S, S).
    """
    side = settings.output_stride
    labels = cell_labels(label, side, settings.tolerance)
    crop = torch.arange(len(label), device=label.device).repeat_interleave(
        student[0, 0].numel()
    )  # whose cell it is
    own, key = (F.normalize(cells(x), dim=1) for x in (student, teacher))
    chosen = _anchors(labels, _special(logits, label, settings), settings.anchors)
    kept = labels != UNUSED
    keys = key[kept]
    key_labels = labels[kept]
    key_crop = crop[kept]
    if queue is not None and settings.contrast != "intra":
        old, old_labels = queue.pull()
        keys = torch.cat([keys, old])
        key_labels = torch.cat([key_labels, old_labels])
        key_crop = torch.cat([key_crop, torch.full_like(old_labels, UNUSED)])
    if queue is not None:
        queue.push(key[kept].detach(), labels[kept])
    same = labels[chosen][:, None] == key_labels[None]
    near = crop[chosen][:, None] == key_crop[None]
    allowed = {"intra": near, "inter": ~near, "both": torch.ones_like(near)}[
        settings.contrast
    ]
    return contrast(own[chosen], keys, same, allowed, settings.temperature)


def _special(logits: Tensor, label: Tensor, settings: Settings) -> Tensor:
    """Cells worth choosing: of landslides those on an edge; of background those near
    one, or mistaken.
    """
    edge = (
        block_classes(label, settings.output_stride, settings.tolerance) == EDGE
    ).float()[:, None]
    near = F.max_pool2d(edge, 5, 1, 2) > 0
    mistaken = F.avg_pool2d((logits.detach() > 0).float(), settings.output_stride) > 0.5
    slide = block_share(label, settings.output_stride)[0][:, None] >= 0.5
    return torch.where(slide, edge > 0, near | mistaken).flatten()


def _anchors(labels: Tensor, special: Tensor, most: int) -> Tensor:
    """At most `most` cells per class, half of them special where there are so many;
    indices into `labels`.
    """
    chosen = []
    for c in (0, 1):
        first = _some((labels == c) & special, most // 2)
        rest = _some((labels == c) & ~special, most - len(first))
        chosen += [first, rest]
    return torch.cat(chosen)


def _some(flags: Tensor, most: int) -> Tensor:
    index = flags.nonzero()[:, 0]
    return index[torch.randperm(len(index))[:most].to(index.device)]
