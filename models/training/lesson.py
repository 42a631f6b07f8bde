# SPDX-License-Identifier: GPL-2.0-or-later
"""What a fine-tuning is asked for, and what it says on its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..contract import Contract
from .architecture import settings_of_file
from .lite import has_packaged_weights
from .settings import MRIFE_LOSSES, NOTHING, PACKAGE, Settings

SOURCE = "polygons"
EPOCHS = 4  # of a run: so often it is scored, and may have been stopped
# of the weights that were learned in those that are scored and kept, the base's being the
# rest: nearly as good on ground nearby, and much less of what the base knew is lost
# (weight-space ensembles, arXiv 2109.01903)
LEARNED_SHARE = 0.3
WHOLE = "whole"  # the run on all ground
ENCODER = "lite0"  # of a network without a base
PARTS = ("seg", "rec", "con", "sd")  # of the loss, as `step.full_step` has them
COLOURS = {"red", "green", "blue"}
EXTENSION_LR = 10.0  # rate at which elevation is learned that the base knew nothing of


@dataclass(frozen=True)
class Lesson:
    """What the worker is asked for: the base model ("": none) and its contract as JSON,
    folders of the samples and of what is made, and how it learns.
    """

    base: str
    contract: str
    samples: str
    out: str
    folds: int
    seed: int = 0
    steps: int = 300
    learn: str = "all"
    lr: float = 1e-4
    share: float = LEARNED_SHARE
    mrife_losses: bool = False  # beside that of segmentation
    # first to images without labels, which lie in a folder of the samples
    adapt: bool = False
    extended: bool = False  # whether the contract lists elevation and the base's does not
    threads: int = 2
    device: str = "auto"
    options: tuple[tuple[str, object], ...] = ()  # further settings of the training
    check: bool = False  # only whether the base can be taught
    unfinished: bool = False  # only the best that a run that was stopped has taught


@dataclass(frozen=True)
class Lap:
    """One epoch of one run, as it travels: scores are of the ground that the run does
    not see, None for the one that sees all; `losses` the mean of each of PARTS that it
    learned with, weighted as in the loss, since the program was started.
    """

    run: str
    step: int
    steps: int
    iou: float | None
    average_precision: float | None
    seconds: float
    losses: Mapping[str, float] = field(default_factory=dict)


def run_name(fold: int | None) -> str:
    """Of the run without a fold's ground (None: with all), and of its folder."""
    if fold is None:
        return WHOLE
    return f"fold-{fold + 1}"


def epoch_file(out: str | Path, fold: int | None, epoch: int) -> Path:
    """Where a run keeps what it learned in an epoch, from 1; `out`: `Lesson.out`."""
    return Path(out) / run_name(fold) / f"epoch-{epoch}.pt"


def settings_of_lesson(lesson: Lesson, contract: Contract) -> Settings:
    """Those of the base's network, and of how it goes on."""
    base = Settings(
        sources=(SOURCE,),
        seed=lesson.seed,
        threads=lesson.threads,
        device=lesson.device,
        steps=lesson.steps,
        epoch_steps=max(1, lesson.steps // EPOCHS),
        learn=lesson.learn,
        lr=lesson.lr,
        frozen_norms=True,
        sensors=0.2,
        islands=0.15,
    )
    if lesson.extended:
        base = replace(base, dem_lr=EXTENSION_LR)
    if lesson.mrife_losses:
        base = replace(base, **MRIFE_LOSSES)
    if not lesson.base:
        base = replace(base, **new_network(contract))
        return replace(base, **dict(lesson.options))
    base = replace(base, **dict(lesson.options))
    return settings_of_file(lesson.base, contract, base)


def new_network(contract: Contract) -> dict:
    """Settings of a network that begins without a base: its batch norm must find its
    statistics, and ImageNet's weights are for colours.
    """
    pretrained = NOTHING
    if COLOURS <= set(contract.image_bands[:3]) and has_packaged_weights(ENCODER):
        pretrained = PACKAGE
    return {
        "channels": len(contract.image_bands),
        "pixel_size": contract.pixel_size,
        "crop": contract.window,
        "encoder": ENCODER,
        "pretrained": pretrained,
        "dem": "early" if contract.takes_elevation else "off",
        "frozen_norms": False,
    }
