# SPDX-License-Identifier: GPL-2.0-or-later
"""One step of the method: the student's clean and masked view, the teacher's clean
view, and the terms of L.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from . import losses
from .chips import Batch
from .contrast import Queue, contrast_of
from .masking import draw_mask, enlarge, random_mask
from .network import Features, Mrife
from .settings import Settings

SLOW = (
    0.01  # of the teacher's batch-norm statistics: as long a memory as its weights have
)


@dataclass(frozen=True)
class StepResult:
    """`terms`: weighted parts of L, their sum is minimised; `figures`: what is only
    watched; `probability` (B, 1, S, S) of the clean view.
    """

    terms: dict[str, Tensor]
    figures: dict[str, Tensor]
    probability: Tensor


def weight(settings: Settings, progress: float) -> float:
    """w(t) of the branch: 0 until ramp[0] of the run, 1 from ramp[1] on, linear between."""
    start, full = settings.ramp
    if not settings.enhanced or progress < start:
        return 0.0
    if progress >= full:
        return 1.0
    return (progress - start) / (full - start)


def segment_step(student: nn.Module, batch: Batch, settings: Settings) -> StepResult:
    """The segmentation path alone: the baseline, and the whole method before w(t) leaves
    zero.

    With a second view (controls A1 and A2) L_seg is the mean over both; its masks are
    drawn without the labels.
    """
    with mixed_precision(batch, settings):
        clean = student.normalise(_last(batch.strong))
        logits = student.segment(clean).float()
        loss = losses.segmentation(logits, batch.label)
        if settings.second != "off":
            label = batch.label[:: settings.revisit]
            if settings.second == "clean":
                again = student.normalise(_last(batch.weak[:: settings.revisit]))
            else:
                hidden = enlarge(random_mask(label, settings), settings.unit)
                again = torch.where(hidden, 0, clean[:: settings.revisit])
            with still(student):
                other = student.segment(again).float()
            loss = 0.5 * (loss + losses.segmentation(other, label))
    return StepResult({"seg": loss}, {}, logits.detach().sigmoid())


def full_step(
    student: Mrife,
    teacher: Mrife,
    batch: Batch,
    settings: Settings,
    queue: Queue | None,
    w: float,
) -> StepResult:
    """L = L_seg + w [rec L_rec + con L_con + sd L_sd]; L_seg sees the clean view only,
    as masks drawn from labels would tell it where the edges are. A part that is
    switched off is not computed.
    """
    some = slice(None, None, settings.revisit)  # the b crops that get a masked view
    label = batch.label[some]
    units = draw_mask(label, settings)  # (b, S/u, S/u)
    cells = enlarge(units, settings.unit // settings.output_stride)  # (b, 1, S/s, S/s)
    terms = {}
    figures = {}
    with mixed_precision(batch, settings):
        clean = student.normalise(_last(batch.strong))
        seen, masked = two_views(
            student, clean, enlarge(units, settings.unit), cells, settings
        )
        logits = seen.logits.float()
        if settings.interact != "alternate" and settings.lambda_seg:
            terms["seg"] = settings.lambda_seg * losses.segmentation(logits, batch.label)
        if settings.teacher == "stopgrad":
            guide = student
            keeps = still
        else:
            guide = teacher
            keeps = by_batch
        with torch.no_grad(), keeps(guide):
            told = guide.features(guide.normalise(_last(batch.weak[some])))
            if hasattr(guide, "project"):
                key = guide.project(told.mixed)
            else:
                key = None
        if key is not None:
            own = student.project(masked.mixed)
        else:
            own = None
        if settings.recover != "off":
            if settings.recover == "pixel":
                aim = F.pixel_unshuffle(
                    clean[some, : settings.channels], settings.output_stride
                )
            else:
                aim = told.plain
            terms["rec"] = (
                w
                * settings.lambda_rec
                * losses.recovery(
                    student.recover(masked.mixed), aim, cells[:, 0], settings.recover
                )
            )
        if settings.contrast != "off":
            terms["con"] = (
                w
                * settings.lambda_con
                * contrast_of(own, key, logits[some], label, queue, settings)
            )
        if settings.distill == "logit":
            terms["sd"] = (
                w
                * settings.lambda_sd
                * losses.distillation(masked.logits.float(), told.logits.float())
            )
        if settings.distill == "proto":
            term, figures["entropy"] = prototype_term(
                student, guide, own, key, cells[:, 0]
            )
            terms["sd"] = w * settings.lambda_sd * term
    if told.plain is not None:
        figures |= alarms(seen.plain[some], told.plain, cells[:, 0])
    return StepResult(terms, figures, logits.detach().sigmoid())


def two_views(
    student: Mrife, clean: Tensor, hidden: Tensor, cells: Tensor, settings: Settings
) -> tuple[Features, Features]:
    """Features of the clean view of all B crops and of the masked view of b of them
    (every `revisit`-th): hidden blocks or, with policy `feature`, hidden cells of F_e.

    With `statistics` clean the masked view is normalised by its own batch and leaves no
    trace in the running statistics, which belong to the images that the network will
    meet.
    """
    plain = clean[:: settings.revisit]
    second = plain
    if settings.policy == "feature":
        dropped = cells
    else:
        dropped = None
    if settings.policy not in ("feature", "none"):
        second = torch.where(hidden, student.token, plain)
        if settings.mask_dem == "image":
            second = torch.cat(
                [second[:, : settings.channels], plain[:, settings.channels :]], 1
            )
    if settings.statistics == "mixed":
        none = cells.new_zeros(len(clean), *cells.shape[1:])
        both = student.features(
            torch.cat([clean, second]),
            None if dropped is None else torch.cat([none, cells]),
        )
        parts = [
            (None, None) if part is None else part.split([len(clean), len(plain)])
            for part in both
        ]
        return Features(*(p[0] for p in parts)), Features(*(p[1] for p in parts))
    seen = student.features(clean)
    with still(student):
        return seen, student.features(second, dropped)


def prototype_term(
    student: Mrife, guide: Mrife, own: Tensor, key: Tensor, hidden: Tensor
) -> tuple[Tensor, Tensor]:
    """(L_sd on prototypes, marginal entropy of the teacher's assignments in nats); the
    centre follows the teacher.
    """
    mine = student.prototypes(losses.cells(own)).float()
    theirs = guide.prototypes(losses.cells(key)).float().detach()
    centre = student.prototypes.centre
    term = losses.prototypes(mine, theirs, centre.clone(), hidden.flatten())
    share = ((theirs - centre) / losses.SHARP).softmax(1).mean(0)
    with torch.no_grad():
        centre.lerp_(theirs.float().mean(0), 0.1)
    return term, -(share * share.clamp(min=1e-9).log()).sum()


def alarms(student: Tensor, teacher: Tensor, hidden: Tensor) -> dict[str, Tensor]:
    """Signs of a collapse: `agree`, cosine of student and teacher on visible cells
    (stuck near 0: no learning); `spread`, mean cosine distance of a teacher cell from
    the mean cell (near 0: all cells alike).
    """
    mine, theirs = (
        F.normalize(losses.cells(x.detach()), dim=1) for x in (student, teacher)
    )
    agree = (mine * theirs).sum(1)[~hidden.flatten()].mean()
    return {"agree": agree, "spread": 1 - theirs.mean(0).norm()}


@contextmanager
def by_batch(model: nn.Module) -> Iterator[None]:
    """Batch norm uses the batch at hand and slowly averages over batches, whatever
    mode the model is in: averaged weights need statistics of their own, those of the
    student do not fit them.
    """
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    for m in norms:
        m.momentum = SLOW
        m.train()
    try:
        yield
    finally:
        for m in norms:
            m.train(model.training)


@contextmanager
def still(model: nn.Module) -> Iterator[None]:
    """Batch norm uses the batch at hand and remembers nothing of it."""
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    before = [m.momentum for m in norms]
    for m in norms:
        m.momentum = 0.0
    try:
        yield
    finally:
        for m, momentum in zip(norms, before):
            m.momentum = momentum


def mixed_precision(batch: Batch, settings: Settings) -> torch.autocast:
    return torch.autocast(batch.label.device.type, torch.bfloat16, enabled=settings.bf16)


def _last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)  # a third faster on the CPU
