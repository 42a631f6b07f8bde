# SPDX-License-Identifier: GPL-2.0-or-later
"""The ways to learn from a new county's crops that the curve of fine-tuning compares."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ..errors import MrifeError
from ..finetune.stages import ALL, DECODER, stage_for
from ..onnxfile import describe
from ..training.lesson import LEARNED_SHARE, Lesson
from ..training.model_file import load
from ..training.settings import NOTHING, PACKAGE, Settings
from .ablations import DISTILL
from .new_county import Row, is_landslide

BASE = "base"
UNETS = ("unet", "encoder-unet")  # networks that the arm of that name may be of
THRESHOLD = "threshold"  # of the base, chosen on the crops
# what begins without a base: batch norm must find its statistics, at the rate of training
FRESH = {"start": "", "frozen_norms": False, "lr": 1e-3}


class Arm(NamedTuple):
    """A way to learn: the stage of the plugin that it is, what it changes, and how much
    of what was learned is mixed into what it began with.
    """

    learn: str = ALL
    changes: dict = {}
    share: float = LEARNED_SHARE


ARMS = {
    "tuned": Arm(),
    "decoder": Arm(DECODER),
    "losses": Arm(changes=DISTILL),
    "unet": Arm(),  # of the network of --unet
    "imagenet": Arm(changes={**FRESH, "pretrained": PACKAGE}, share=1.0),
    "nothing": Arm(changes={**FRESH, "pretrained": NOTHING}, share=1.0),
}


class Point(NamedTuple):
    """One run: an arm, on so many crops that a seed draws."""

    arm: str
    size: int
    seed: int

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.arm}-{self.size}-{self.seed}"


def lesson_of(
    options: argparse.Namespace, point: Point, rows: list[Row], samples: Path, folds: int
) -> Lesson:
    """What `mrife:train` asks its worker for, with the stage of the arm."""
    arm = ARMS[point.arm]
    stage = stage_for(sum(map(is_landslide, rows)), arm.learn, options.steps)
    return Lesson(
        base=options.base,
        contract=describe(options.base).contract.to_json(),
        samples=str(samples),
        out=str(Path(options.out) / point.name),
        folds=folds,
        seed=point.seed,
        steps=stage.steps,
        learn=stage.learn,
        lr=stage.lr,
        share=arm.share,
        threads=1,
        device="cpu",
        options=tuple(options.settings.items()),
    )


def settings_of(arm: str, settings: Settings, unet: str) -> Settings:
    """Those of the plugin with what the arm changes; `unet` is the checkpoint that a U-Net
    begins with. Raises MrifeError where it is none of a U-Net.
    """
    settings = replace(settings, **ARMS[arm].changes)
    if arm != "unet":
        return settings
    _, learned, _ = load(unet)
    if learned.network not in UNETS:
        raise MrifeError(
            "The checkpoint {} is of the network {}; the arm unet needs one of {}.",
            unet,
            learned.network,
            " or ".join(UNETS),
        )
    return replace(settings, network=learned.network, skips=learned.skips, start=unet)
