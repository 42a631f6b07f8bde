# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks that do not learn, whose answers are learned beside the labels (knowledge
distillation, arXiv 1503.02531): the mean of several networks, and of one network over
flips and turns, is surer than any single answer.

A guide sees each crop as it lies; what learns sees it through another sensor, without its
elevation, or as an island in missing ground, and is to answer as if it did not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from .baselines import build
from .sampler import Sampler
from .settings import NOTHING, Settings
from .warmstart import begin_from

SYMMETRIES = 8  # of a square


class Guides:
    """Networks that answer and do not learn."""

    def __init__(self, models: Sequence[nn.Module]) -> None:
        self._models = tuple(models)

    @classmethod
    def of(cls, settings: Settings, sampler: Sampler, device: torch.device) -> Guides:
        """Those of `Settings.guides`, from checkpoints or model files. Raises MrifeError
        where one is missing or of another network than what learns.
        """
        return cls(
            [loaded(path, settings, sampler).to(device) for path in settings.guides]
        )

    def answer(self, plain: Tensor, step: int) -> Tensor:
        """Mean probability (B, 1, S, S) of crops (B, planes, S, S), in another symmetry
        each step: over eight steps the mean of all, which is what is learned.
        """
        turned = _turned(plain, step).contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            answers = [model(turned).float().sigmoid() for model in self._models]
        return _turned_back(torch.stack(answers).mean(0), step)


def loaded(path: str, settings: Settings, sampler: Sampler) -> nn.Module:
    """The network of a file, which answers and does not learn."""
    model = build(replace(settings, pretrained=NOTHING))
    begin_from(model, path, sampler)
    return model.eval().requires_grad_(False)


def _turned(crops: Tensor, step: int) -> Tensor:
    """In the symmetry of a step."""
    if step % SYMMETRIES >= SYMMETRIES // 2:
        crops = crops.flip(3)
    return crops.rot90(step % 4, (2, 3))


def _turned_back(answer: Tensor, step: int) -> Tensor:
    answer = answer.rot90(-(step % 4), (2, 3))
    if step % SYMMETRIES >= SYMMETRIES // 2:
        answer = answer.flip(3)
    return answer
