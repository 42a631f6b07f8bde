# SPDX-License-Identifier: GPL-2.0-or-later
"""What of a network learns, and at what rate."""

from __future__ import annotations

import math

from torch import nn

from .encoder import begins_pretrained
from .settings import Settings

# names of what learns, by the setting `learn`; the branch of the method always does
BRANCH = (
    "neck",
    "recover",
    "project",
    "prototypes",
    "exchange",
    "recall",
    "token",
    "branch",
)
DECODER = ("decoder", "up", "join", "head", *BRANCH)  # and U-Net's way up
# of an EfficientNet-Lite0 the blocks after the last stage that grows in width by half
LAST_STAGE = tuple(f"encoder._blocks.{number}." for number in range(11, 24))
LEARNING = {
    "decoder": DECODER,
    "late": (*DECODER, "aspp", "terrain", "encoder.layer4", *LAST_STAGE),
}


def freeze(model: nn.Module, learn: str, norms: bool = False) -> None:
    """What is not to learn keeps its weights and its batch-norm statistics; with `norms`
    all statistics stay.
    """
    learning = LEARNING.get(learn, ("",))
    for name, module in model.named_modules():
        fixed = not name.startswith(learning)
        if isinstance(module, nn.BatchNorm2d) and (norms or fixed):
            module.eval()
        if isinstance(module, nn.Dropout2d) and fixed:
            module.eval()
    for name, parameter in model.named_parameters():
        if not name.startswith(learning):
            parameter.requires_grad_(False)


def parameter_groups(model: nn.Module, settings: Settings) -> list[dict]:
    """Decay for weights only: a decayed norm, bias or gate would just shrink its layer.
    A pretrained encoder learns at a share of the rate, lest the first steps undo it.
    """
    groups: dict[tuple[float, float], list] = {}
    pretrained = begins_pretrained(settings)
    for name, parameter in model.named_parameters():
        share = 1.0
        if pretrained and name.startswith("encoder."):
            share = settings.encoder_lr
        decay = 0.0
        if parameter.ndim > 1 and parameter.shape[0] > 1:
            decay = settings.weight_decay
        groups.setdefault((share, decay), []).append(parameter)
    return [
        {"params": parameters, "weight_decay": decay, "share": share}
        for (share, decay), parameters in groups.items()
    ]


def learning_rate(settings: Settings, progress: float) -> float:
    """Linear warm-up, then half a cosine to zero; of the run's progress and not of the
    step, as a run may follow the clock.
    """
    if progress < settings.warmup:
        return settings.lr * max(progress / settings.warmup, 0.01)
    cooling = (progress - settings.warmup) / (1 - settings.warmup)
    return settings.lr * 0.5 * (1 + math.cos(math.pi * cooling))
