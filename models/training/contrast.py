# SPDX-License-Identifier: GPL-2.0-or-later
"""Who is compared with whom: anchors of the student's masked view, keys of the
teacher's clean view and of a queue; cell by cell, or region by region.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .losses import cells, contrast
from .masking import EDGE, MIN_VALID, Blocks
from .settings import Settings

UNUSED = -1
MIN_LANDSLIDE = 0.5  # share of a cell from which on it counts as landslide


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
        """Take in keys (n, D) with labels (n,)."""
        size = self.keys.shape[1]
        for c in (0, 1):
            new = key[label == c][:size]
            self.keys[c] = torch.cat([new, self.keys[c]])[:size]
            self.filled[c] = min(size, self.filled[c] + len(new))

    def pull(self) -> tuple[Tensor, Tensor]:
        """(keys (n, D), labels (n,)) of what is filled."""
        keys = [self.keys[c, :count] for c, count in enumerate(self.filled)]
        labels = [
            torch.full((count,), c, device=self.keys.device)
            for c, count in enumerate(self.filled)
        ]
        return torch.cat(keys), torch.cat(labels)


def cell_labels(blocks: Blocks, tolerance: float) -> Tensor:
    """1 where at least half of a cell is landslide, 0 where none of it is, UNUSED
    between; (B * h * w,) int64.
    """
    share = blocks.share
    labels = torch.full_like(share, UNUSED, dtype=torch.long)
    labels[share <= tolerance] = 0
    labels[share >= MIN_LANDSLIDE] = 1
    labels[blocks.valid < MIN_VALID] = UNUSED
    return labels.flatten()


def contrast_of(
    student_proj: Tensor,
    teacher_proj: Tensor,
    logits: Tensor,
    blocks: Blocks,
    queue: Queue | None,
    settings: Settings,
) -> Tensor:
    """L_con of a batch, which also feeds the queue.

    Projections (B, 128, h, w) of the student's masked and the teacher's clean view;
    `logits` (B, 1, S, S) of the clean view; `blocks` of one cell each.
    """
    labels = cell_labels(blocks, settings.tolerance)  # (B * h * w,)
    crop = torch.arange(len(student_proj), device=labels.device)
    crop = crop.repeat_interleave(student_proj[0, 0].numel())  # whose cell it is
    anchor = F.normalize(cells(student_proj), dim=1)  # (B * h * w, 128)
    key = F.normalize(cells(teacher_proj), dim=1)
    if settings.regions:
        anchor = region_means(anchor, labels, crop)  # (regions, 128)
        key = region_means(key, labels, crop)
        crop, labels = regions_of(labels, crop)
        anchors = torch.arange(len(labels), device=labels.device)
    else:
        hard = _hard_cells(logits, blocks, settings)
        anchors = _anchors(labels, hard, settings.anchors)
    used = labels != UNUSED
    keys = (key[used], labels[used], crop[used])
    key, key_labels, key_crop = _with_queued(*keys, queue, settings)
    same_class = labels[anchors][:, None] == key_labels[None]  # (A, K)
    same_crop = crop[anchors][:, None] == key_crop[None]
    allowed = _compared(same_crop, settings)
    return contrast(anchor[anchors], key, same_class, allowed, settings.temperature)


def _with_queued(
    key: Tensor, labels: Tensor, crop: Tensor, queue: Queue | None, settings: Settings
) -> tuple[Tensor, Tensor, Tensor]:
    """Keys (K, 128) with their labels and crops (K,), and behind them those of the queue
    from no crop of this batch; the queue then takes those of the batch.
    """
    if queue is None:
        return key, labels, crop
    queued, queued_labels = queue.pull()
    queue.push(key.detach(), labels)
    if settings.contrast == "intra":
        return key, labels, crop
    no_crop = torch.full_like(queued_labels, UNUSED)
    return (
        torch.cat([key, queued]),
        torch.cat([labels, queued_labels]),
        torch.cat([crop, no_crop]),
    )


def _compared(same_crop: Tensor, settings: Settings) -> Tensor:
    """Which pairs of anchor and key (A, K) bool are held against each other."""
    if settings.contrast == "intra":
        return same_crop
    if settings.contrast == "inter":
        return ~same_crop
    return torch.ones_like(same_crop)


def regions_of(labels: Tensor, crop: Tensor) -> tuple[Tensor, Tensor]:
    """(crop, label) of each region: the background cells of a crop, or its landslide
    cells, where there are some; of cells (n,) each.
    """
    region = _region_numbers(labels, crop).unique()
    return region // 2, region % 2


def region_means(vectors: Tensor, labels: Tensor, crop: Tensor) -> Tensor:
    """Mean direction of the cells of each region, (regions, D) of unit length; cells
    (n, D). Such means are what RegionContrast compares (Hu et al., ICCV 2021).
    """
    region = _region_numbers(labels, crop)
    present, number = region.unique(return_inverse=True)
    total = vectors.new_zeros(len(present), vectors.shape[1])
    return F.normalize(total.index_add(0, number, vectors[labels != UNUSED]), dim=1)


def _region_numbers(labels: Tensor, crop: Tensor) -> Tensor:
    """Two of each crop, of the cells that are used."""
    used = labels != UNUSED
    return 2 * crop[used] + labels[used]


def _hard_cells(logits: Tensor, blocks: Blocks, settings: Settings) -> Tensor:
    """Cells worth choosing, (B * h * w,) bool: of landslides those on an edge; of
    background those near one, or mistaken.
    """
    edge = (blocks.classes(settings.tolerance) == EDGE)[:, None]  # (B, 1, h, w)
    near_edge = F.max_pool2d(edge.float(), 5, 1, 2) > 0
    positive = (logits.detach() > 0).float()
    mistaken = F.avg_pool2d(positive, settings.output_stride) > 0.5
    landslide = blocks.share[:, None] >= MIN_LANDSLIDE
    return torch.where(landslide, edge, near_edge | mistaken).flatten()


def _anchors(labels: Tensor, hard: Tensor, count: int) -> Tensor:
    """At most `count` cells per class, half of them hard where there are so many;
    indices into `labels`.
    """
    indices = []
    for c in (0, 1):
        first = _random_subset((labels == c) & hard, count // 2)
        rest = _random_subset((labels == c) & ~hard, count - len(first))
        indices += [first, rest]
    return torch.cat(indices)


def _random_subset(flags: Tensor, count: int) -> Tensor:
    """At most `count` indices of set flags."""
    index = flags.nonzero()[:, 0]
    return index[torch.randperm(len(index))[:count].to(index.device)]
