# SPDX-License-Identifier: GPL-2.0-or-later
"""One step of the method: the views of a batch, and the terms of L."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from . import losses
from .batch_norm import bn_frozen
from .contrast import Queue, contrast_of
from .masking import Blocks, draw_mask, upsample
from .network import Features, Mrife
from .sampler import Batch
from .settings import Settings
from .views import TeacherOutput, channels_last, second_view, teach, two_views

CENTRE_MOMENTUM = 0.1  # of the prototypes' centre


@dataclass(frozen=True)
class StepResult:
    """`terms`: weighted parts of L, their sum is minimised; `figures`: what is only
    watched; `probability` (B, 1, S, S) of the clean view.
    """

    terms: dict[str, Tensor]
    figures: dict[str, Tensor]
    probability: Tensor


class MaskedView(NamedTuple):
    """The masked view of b crops, and what is known of their clean view."""

    features: Features
    hidden: Tensor  # (b, S/s, S/s) bool: which cells were masked
    pixels: Tensor  # (b, C, S, S) normalised bands, clean
    logits: Tensor  # (b, 1, S, S) of the clean view
    blocks: Blocks  # (b, S/s, S/s) labels of the cells


def branch_weight(settings: Settings, progress: float) -> float:
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
        clean = student.normalise(channels_last(batch.strong))  # (B, planes, S, S)
        logits = student.segment(clean).float()  # (B, 1, S, S)
        loss = losses.segmentation(logits, batch.label, batch.ground)
        if settings.second != "off":
            label = batch.label[:: settings.revisit]
            ground = batch.ground[:: settings.revisit]
            view = second_view(student, clean, batch, label, settings)
            with bn_frozen(student):
                second_logits = student.segment(view).float()
            second = losses.segmentation(second_logits, label, ground)
            loss = 0.5 * (loss + second)
    terms = {"seg": settings.lambda_seg * loss} | guide_term(logits, batch, settings)
    return StepResult(terms, {}, logits.detach().sigmoid())


def guide_term(logits: Tensor, batch: Batch, settings: Settings) -> dict[str, Tensor]:
    """What the guides' answers add to L, where they were asked."""
    if batch.guided is None:
        return {}
    loss = losses.guidance(logits, batch.guided, batch.label)
    return {"guide": settings.lambda_guide * loss}


def full_step(
    student: Mrife,
    teacher: Mrife,
    batch: Batch,
    settings: Settings,
    queue: Queue | None,
    w: float,
    imagenet: nn.Module | None = None,
) -> StepResult:
    """L = L_seg + w [rec L_rec + con L_con + sd L_sd]; L_seg sees the clean view only,
    as masks drawn from labels would tell it where the edges are. A part that is
    switched off is not computed. `imagenet`: an encoder that does not learn, whose
    features are recovered beside the teacher's.
    """
    revisited = slice(None, None, settings.revisit)  # the b crops with a masked view
    cells_per_unit = settings.unit // settings.output_stride
    blocks = Blocks.of(batch.label[revisited], settings.output_stride)  # (b, S/s, S/s)
    mask = draw_mask(blocks.pooled(cells_per_unit), settings)  # (b, S/u, S/u)
    cells = upsample(mask, cells_per_unit)  # (b, 1, S/s, S/s)
    terms = {}
    with mixed_precision(batch, settings):
        clean = student.normalise(channels_last(batch.strong))  # (B, planes, S, S)
        hidden = upsample(mask, settings.unit)  # (b, 1, S, S)
        student_out, masked_out = two_views(student, clean, hidden, cells, settings)
        logits = student_out.logits.float()  # (B, 1, S, S)
        if settings.interact != "alternate" and settings.lambda_seg:
            loss = losses.segmentation(logits, batch.label, batch.ground)
            terms["seg"] = settings.lambda_seg * loss
        terms |= guide_term(logits, batch, settings)
        weak = batch.weak[revisited]
        teacher_out = teach(student, teacher, weak, settings, imagenet)
        view = MaskedView(
            features=masked_out,
            hidden=cells[:, 0],
            pixels=clean[revisited, : settings.channels],
            logits=logits[revisited],
            blocks=blocks,
        )
        branch, figures = branch_terms(student, teacher_out, view, queue, settings)
        for name, loss in branch.items():
            terms[name] = w * getattr(settings, f"lambda_{name}") * loss
    if teacher_out.features.plain is not None:
        figures |= collapse_metrics(
            student_out.plain[revisited], teacher_out.features.plain, view.hidden
        )
    return StepResult(terms, figures, logits.detach().sigmoid())


def branch_terms(
    student: Mrife,
    teacher_out: TeacherOutput,
    view: MaskedView,
    queue: Queue | None,
    settings: Settings,
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """(parts of the enhancement branch that are switched on, without their weights;
    figures).
    """
    terms = {}
    figures = {}
    student_proj = None
    if teacher_out.proj is not None:
        student_proj = student.project(view.features.mixed)  # (b, 128, S/s, S/s)
    if settings.recover != "off":
        target = teacher_out.features.plain  # (b, 128, S/s, S/s)
        if settings.recover == "pixel":
            target = F.pixel_unshuffle(view.pixels, settings.output_stride)
        guess = student.recover(view.features.mixed)
        terms["rec"] = losses.recovery(guess, target, view.hidden, settings.recover)
    if teacher_out.imagenet is not None:
        guess = student.recall(view.features.mixed)
        terms["imagenet"] = losses.recovery(guess, teacher_out.imagenet, view.hidden)
    if settings.contrast != "off":
        terms["con"] = contrast_of(
            student_proj, teacher_out.proj, view.logits, view.blocks, queue, settings
        )
    if settings.distill == "logit":
        terms["sd"] = losses.distillation(
            view.features.logits.float(), teacher_out.features.logits.float()
        )
    if settings.distill == "proto":
        terms["sd"], figures["entropy"] = prototype_term(
            student, teacher_out.model, student_proj, teacher_out.proj, view.hidden
        )
    return terms, figures


def prototype_term(
    student: Mrife,
    teacher: Mrife,
    student_proj: Tensor,
    teacher_proj: Tensor,
    hidden: Tensor,
) -> tuple[Tensor, Tensor]:
    """(L_sd on prototypes, marginal entropy of the teacher's assignments in nats); the
    centre follows the teacher.
    """
    student_sim = student.prototypes(losses.cells(student_proj)).float()  # (cells, K)
    teacher_sim = teacher.prototypes(losses.cells(teacher_proj)).float().detach()
    centre = student.prototypes.centre  # (K,)
    term = losses.prototypes(student_sim, teacher_sim, centre.clone(), hidden.flatten())
    share = ((teacher_sim - centre) / losses.TEACHER_TEMPERATURE).softmax(1).mean(0)
    with torch.no_grad():
        centre.lerp_(teacher_sim.float().mean(0), CENTRE_MOMENTUM)
    return term, -(share * share.clamp(min=1e-9).log()).sum()


def collapse_metrics(
    student: Tensor, teacher: Tensor, hidden: Tensor
) -> dict[str, Tensor]:
    """Signs of a collapse: `agree`, cosine of student and teacher on visible cells
    (stuck near 0: no learning); `spread`, mean cosine distance of a teacher cell from
    the mean cell (near 0: all cells alike). Maps (b, 128, h, w), hidden (b, h, w).
    """
    student_cells = F.normalize(losses.cells(student.detach()), dim=1)  # (cells, 128)
    teacher_cells = F.normalize(losses.cells(teacher.detach()), dim=1)
    agree = (student_cells * teacher_cells).sum(1)[~hidden.flatten()].mean()
    return {"agree": agree, "spread": 1 - teacher_cells.mean(0).norm()}


def mixed_precision(batch: Batch, settings: Settings) -> torch.autocast:
    """bfloat16 where the settings ask for it, on the batch's device."""
    return torch.autocast(batch.label.device.type, torch.bfloat16, enabled=settings.bf16)
