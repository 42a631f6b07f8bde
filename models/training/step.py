# SPDX-License-Identifier: GPL-2.0-or-later
"""One step of the method: the student's clean and masked view, the teacher's clean view, and the terms of L."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from . import losses
from .chips import Batch
from .contrast import Queue, contrast_of
from .masking import draw_mask, enlarge
from .network import Mrife
from .settings import Settings


@dataclass(frozen=True)
class Outcome:
    """`terms`: weighted parts of L, their sum is minimised; `figures`: what is only watched; `probability` (B, 1, S, S)
    of the clean view."""

    terms: dict[str, Tensor]
    figures: dict[str, Tensor]
    probability: Tensor


def weight(settings: Settings, progress: float) -> float:
    """w(t) of the branch: 0 until ramp[0] of the run, 1 from ramp[1] on, linear between."""
    start, full = settings.ramp
    return min(1.0, max(0.0, (progress - start) / max(full - start, 1e-9))) if settings.enhance else 0.0


def segment_step(student: Mrife, batch: Batch, settings: Settings) -> Outcome:
    """The segmentation path alone: the baseline, and the whole method before w(t) leaves zero."""
    with torch.autocast("cpu", torch.bfloat16, enabled=settings.bf16):
        logits = student(_last(batch.strong)).float()
    return Outcome({"seg": losses.segmentation(logits, batch.label)}, {}, logits.detach().sigmoid())


def full_step(student: Mrife, teacher: Mrife, batch: Batch, settings: Settings, queue: Queue | None,
              w: float) -> Outcome:
    """L = L_seg + w [rec L_rec + con L_con + sd L_sd]; L_seg sees the clean view only, as masks drawn from labels would
    tell it where the edges are."""
    units = draw_mask(batch.label, settings)                                         # (B, S/u, S/u)
    with torch.autocast("cpu", torch.bfloat16, enabled=settings.bf16):
        clean = student.normalise(_last(batch.strong))
        hidden = enlarge(units, settings.unit)                                       # (B, 1, S, S)
        both = student.features(torch.cat([clean, torch.where(hidden, student.token, clean)]))  # BN sees both views
        logits, masked_logits = both.logits.float().chunk(2)
        visible, masked = both.plain.chunk(2)[0], both.mixed.chunk(2)[1]             # (B, 128, S/s, S/s)
        with torch.no_grad():
            seen = teacher.features(teacher.normalise(_last(batch.weak)))
            key = teacher.project(seen.mixed)
        guess, own = student.recover(masked), student.project(masked)
    cell_hidden = enlarge(units, settings.unit // settings.output_stride)[:, 0]
    terms = {"seg": losses.segmentation(logits, batch.label)}
    if settings.lambda_rec:
        terms["rec"] = w * settings.lambda_rec * losses.recovery(guess, seen.plain, cell_hidden)
    if settings.lambda_con:
        terms["con"] = w * settings.lambda_con * contrast_of(own, key, logits, batch.label, queue, settings)
    if settings.lambda_sd:
        terms["sd"] = w * settings.lambda_sd * losses.distillation(masked_logits, seen.logits.float())
    return Outcome(terms, alarms(visible, seen.plain, cell_hidden), logits.detach().sigmoid())


def alarms(student: Tensor, teacher: Tensor, hidden: Tensor) -> dict[str, Tensor]:
    """Signs of a collapse: `agree`, cosine of student and teacher on visible cells (stuck near 0: no learning);
    `spread`, mean cosine distance of a teacher cell from the mean cell (near 0: all cells alike)."""
    mine, theirs = (torch.nn.functional.normalize(losses.cells(x.detach()), dim=1) for x in (student, teacher))
    agree = (mine * theirs).sum(1)[~hidden.flatten()].mean()
    return {"agree": agree, "spread": 1 - theirs.mean(0).norm()}


def _last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)     # a third faster on the CPU
