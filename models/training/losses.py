# SPDX-License-Identifier: GPL-2.0-or-later
"""The four losses of MRIFE, each one function on tensors; their weights stand in the
training loop only.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from .chips import IGNORE

# of the prototype assignments
TEACHER_TEMPERATURE = 0.04
STUDENT_TEMPERATURE = 0.1


def segmentation(logits: Tensor, label: Tensor, ground: Tensor | None = None) -> Tensor:
    """L_seg = BCE + (1 - Dice), pooled over the batch; logits and labels (B, 1, S, S),
    labels 0, 1 or IGNORE.

    `ground` (B,): numbers of the sources that the crops come from. Dice is then pooled
    over each source by itself, and counts by its crops: where landslides cover half of
    one ground and a hundredth of another, the second would hardly be learned.
    """
    valid = (label != IGNORE).float()
    y = (label == 1).float()
    each = F.binary_cross_entropy_with_logits(logits, y, reduction="none")
    bce = (each * valid).sum() / valid.sum().clamp(min=1)
    p = logits.sigmoid() * valid
    if ground is None:
        ground = torch.zeros(len(label), device=label.device)
    dice = 0.0
    for number in ground.unique():
        own = ground == number
        dice = dice + own.float().mean() * _dice(p[own], y[own])
    return bce + 1 - dice


def guidance(logits: Tensor, guided: Tensor, label: Tensor) -> Tensor:
    """Cross entropy with the probability that guides answer, where a label says anything;
    all (B, 1, S, S).
    """
    valid = (label != IGNORE).float()
    each = F.binary_cross_entropy_with_logits(logits, guided, reduction="none")
    return (each * valid).sum() / valid.sum().clamp(min=1)


def _dice(p: Tensor, y: Tensor) -> Tensor:
    return (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1)


def recovery(
    guess: Tensor, target: Tensor, hidden: Tensor, form: str = "cosine"
) -> Tensor:
    """L_rec: mean over hidden cells of 1 - cos(LN(guess), LN(target)); maps (B, C, h, w),
    hidden (B, h, w) bool.

    `form` smooth: smooth L1 between LN(guess) and LN(target); pixel: L1 as it stands. The
    target is the teacher's (or the image's); no gradient flows into it.
    """
    guess = cells(guess)[hidden.flatten()]  # (cells, C)
    target = cells(target.detach())[hidden.flatten()]
    if not len(guess):
        return guess.sum()
    if form == "pixel":
        return F.l1_loss(guess, target)
    guess = _norm(guess)
    target = _norm(target)
    if form == "smooth":
        return F.smooth_l1_loss(guess, target)
    return (1 - F.cosine_similarity(guess, target, 1)).mean()


def distillation(logits: Tensor, teacher: Tensor) -> Tensor:
    """L_sd: cross entropy of the masked view's logits with what the teacher says on
    the clean view; (B, 1, S, S).
    """
    return F.binary_cross_entropy_with_logits(logits, teacher.detach().sigmoid())


def prototypes(
    student: Tensor, teacher: Tensor, centre: Tensor, hidden: Tensor
) -> Tensor:
    """L_sd on prototypes: mean over hidden cells of CE(softmax((h_T - c) / 0.04),
    softmax(h_S / 0.1)), as iBOT has it.

    Similarities (cells, K), centre (K,), hidden (cells,) bool.
    """
    target = ((teacher.detach() - centre) / TEACHER_TEMPERATURE).softmax(1)[hidden]
    if not len(target):
        return student.sum() * 0
    guess = (student[hidden] / STUDENT_TEMPERATURE).log_softmax(1)  # (cells, K)
    return -(target * guess).sum(1).mean()


def contrast(
    anchor: Tensor, key: Tensor, same: Tensor, allowed: Tensor, temperature: float
) -> Tensor:
    """L_con: mean over anchors i of mean over positives p of -log(e^sp / (e^sp + sum over
    negatives n of e^sn)).

    `anchor` (A, D) and `key` (K, D) of unit length; `same` (A, K): of one class;
    `allowed` (A, K): in scope. Anchors without a positive or without a negative are left
    out; with none left the loss is zero.
    """
    s = anchor @ key.detach().t() / temperature  # (A, K)
    positive = same & allowed
    negative = ~same & allowed
    usable = positive.any(1) & negative.any(1)
    if not usable.any():
        return anchor.sum() * 0
    s = s[usable]
    positive = positive[usable]
    negative = negative[usable]
    against = s.masked_fill(~negative, float("-inf")).logsumexp(1, keepdim=True)  # (A, 1)
    each = F.softplus(against - s) * positive
    return (each.sum(1) / positive.sum(1)).mean()


def cells(x: Tensor) -> Tensor:
    """(B, C, h, w) to (B * h * w, C) in float32."""
    return x.float().permute(0, 2, 3, 1).flatten(0, 2)


def _norm(x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[1:])
