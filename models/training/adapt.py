# SPDX-License-Identifier: GPL-2.0-or-later
"""Stage 0 of a lesson: the network adapts to images of the region that nobody labelled. It
recovers features that random masks hide, and answers on the masked view what its averaged
weights answer on the clean one (recovery and self-distillation, arXiv 2411.17167).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from ..finetune.cuts import REGION, TILE, Cuts, read_cuts
from .checkpoint import write_weights
from .chips import Chip
from .lesson import SOURCE
from .settings import Settings
from .trainer import Trainer

WITHOUT_LABELS = {
    "recover": "cosine",
    "contrast": "off",
    "regions": False,
    "second": "off",
    "distill": "logit",
    "policy": "random",
    "lambda_seg": 0.0,
    "ramp": (0.0, 0.0),
    "negatives": 1.0,
    "mining": False,
}


def adapt(school) -> Iterator[dict]:
    """Progress; afterwards the runs of the school start from weights that hold the
    school's share of what was learned. Goes on where a killed one stopped.
    """
    folder = Path(school.lesson.out) / REGION
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "adapted.pt"
    if not done.exists():
        settings = settings_without_labels(school.settings, folder)
        cuts = read_cuts(Path(school.lesson.samples) / REGION, TILE)
        trainer = Trainer(settings, unlabelled_chips(cuts))
        begun = copy.deepcopy(trainer.student.state_dict())
        last = folder / "last.pt"
        if last.exists():
            trainer.load(last)
        losses = yield from school.learn_epoch(trainer, REGION)
        learned = trainer.scored().state_dict()
        write_weights({"model": school.mixed(begun, learned)}, done)
        steps = settings.steps
        yield {"run": REGION, "step": steps, "steps": steps, "losses": losses}
    school.settings = replace(school.settings, start=str(done))


def settings_without_labels(settings: Settings, folder: Path) -> Settings:
    """Those of the lesson's runs, in one epoch and without a loss of segmentation."""
    return replace(
        settings, **WITHOUT_LABELS, out=str(folder), epoch_steps=settings.steps
    )


def unlabelled_chips(cuts: Cuts) -> list[Chip]:
    """Of none of their pixels anything is said."""
    chips = []
    for place in range(len(cuts.pixels)):
        pixels = np.array(cuts.pixels[place])
        mask = np.zeros((1, *pixels.shape[1:]), pixels.dtype)
        stacked = torch.from_numpy(np.concatenate([pixels, mask]))
        valid = torch.zeros(pixels.shape[1:], dtype=torch.bool)
        chips.append(Chip(f"region {place}", False, stacked, valid, SOURCE))
    return chips
