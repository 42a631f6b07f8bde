# SPDX-License-Identifier: GPL-2.0-or-later
"""What the student and its teacher see of a batch: the clean view, the masked or second
view of some of its crops, and what they answer.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from .batch_norm import bn_frozen
from .masking import random_mask, upsample
from .network import Features, Mrife
from .sampler import Batch
from .settings import Settings


class TeacherOutput(NamedTuple):
    """What the teacher says of the clean view of b crops, without gradient."""

    model: Mrife  # the averaged network, or the student itself
    features: Features
    proj: Tensor | None  # (b, 128, S/s, S/s); None without a projection head
    # (b, high, S/s, S/s) of the encoder as ImageNet left it; None where it is not asked
    imagenet: Tensor | None = None


def two_views(
    student: Mrife, clean: Tensor, hidden: Tensor, cells: Tensor, settings: Settings
) -> tuple[Features, Features]:
    """Features of the clean view of all B crops and of the masked view of b of them
    (every `revisit`-th): hidden blocks or, with policy `feature`, hidden cells of F_e.

    With `statistics` clean the masked view is normalised by its own batch and leaves no
    trace in the running statistics, which belong to the images that the network will
    meet.
    """
    masked = clean[:: settings.revisit]  # (b, planes, S, S)
    dropped = None
    if settings.policy == "feature":
        dropped = cells
    elif settings.policy != "none":
        masked = _masked(student, masked, hidden, settings)
    if settings.statistics == "mixed":
        if dropped is not None:
            nothing = cells.new_zeros(len(clean), *cells.shape[1:])
            dropped = torch.cat([nothing, cells])
        both = student.features(torch.cat([clean, masked]), dropped)
        return _split(both, len(clean))
    student_out = student.features(clean)
    with bn_frozen(student):
        return student_out, student.features(masked, dropped)


def _masked(student: Mrife, image: Tensor, hidden: Tensor, settings: Settings) -> Tensor:
    """The image with the mask token where it is hidden, elevation as the settings say."""
    masked = torch.where(hidden, student.token, image)
    if settings.mask_dem == "joint":
        return masked
    bands = masked[:, : settings.channels]
    return torch.cat([bands, image[:, settings.channels :]], 1)


def _split(features: Features, count: int) -> tuple[Features, Features]:
    """Features of the first `count` crops, and of the others."""
    first = [None if part is None else part[:count] for part in features]
    rest = [None if part is None else part[count:] for part in features]
    return Features(*first), Features(*rest)


def second_view(
    student: nn.Module, clean: Tensor, batch: Batch, label: Tensor, settings: Settings
) -> Tensor:
    """The baseline's second view of b crops: weakly jittered, or with random masks."""
    if settings.second == "clean":
        return student.normalise(channels_last(batch.weak[:: settings.revisit]))
    hidden = upsample(random_mask(label, settings), settings.unit)
    return torch.where(hidden, 0, clean[:: settings.revisit])


def teach(
    student: Mrife,
    teacher: Mrife,
    image: Tensor,
    settings: Settings,
    imagenet: nn.Module | None = None,
) -> TeacherOutput:
    """The teacher's answer to raw crops (b, planes, S, S), and that of an encoder that
    does not learn.
    """
    model = teacher
    if settings.teacher == "stopgrad":
        model = student
    proj = None
    deep = None
    with torch.no_grad(), bn_frozen(model):
        clean = model.normalise(channels_last(image))
        features = model.features(clean)
        if hasattr(model, "project"):
            proj = model.project(features.mixed)
        if imagenet is not None:
            _, deep = imagenet(clean[:, : settings.channels])
    return TeacherOutput(model, features, proj, deep)


def channels_last(x: Tensor) -> Tensor:
    """The same (B, C, H, W) in the memory order that is a third faster on the CPU."""
    return x.contiguous(memory_format=torch.channels_last)
