# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of a network may learn from so many landslides."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import MrifeError

RECALIBRATE = "recalibrate"  # threshold alone
DECODER = "decoder"
LATE = "late"
ALL = "all"
AUTO = "auto"
FEWEST_TO_TEACH = 10  # landslides
STAGES = (AUTO, RECALIBRATE, DECODER, LATE, ALL)
FEWEST_FROM_NOTHING = 30  # landslides
STEPS_FROM_NOTHING = 600


class TuneStage(NamedTuple):
    """What learns (`Settings.learn`), how long and how fast, and whether MRIFE's losses
    of recovery, contrast and distillation are beside that of segmentation.
    """

    learn: str
    steps: int
    lr: float
    mrife_losses: bool = False


def stage_for(
    landslides: int,
    asked: str = AUTO,
    steps: int | None = None,
    mrife_losses: bool = False,
) -> TuneStage:
    """The stage for so many landslides, or the one that is asked for; `steps` where
    another number of them is.
    """
    learn = asked
    if learn == AUTO:
        learn = _by_count(landslides)
    stage = {
        RECALIBRATE: TuneStage(RECALIBRATE, 0, 0.0),
        DECODER: TuneStage(DECODER, 300, 3e-4),
        LATE: TuneStage(LATE, 300, 2e-4),
        ALL: TuneStage(ALL, 300, 1e-4),
    }[learn]
    if learn == RECALIBRATE:
        return stage
    return stage._replace(steps=steps or stage.steps, mrife_losses=mrife_losses)


def new_stage(
    landslides: int,
    asked: str,
    steps: int | None,
    mrife_losses: bool,
) -> TuneStage:
    """The stage of a model without a base. Raises MrifeError where there is too little to
    learn from, or a part of a base is asked for.
    """
    if landslides < FEWEST_FROM_NOTHING:
        raise MrifeError(
            "{} landslides are too few to train a model from nothing: at least {} are "
            "needed. Digitize more, or fine-tune a base model.",
            landslides,
            FEWEST_FROM_NOTHING,
        )
    if asked not in (AUTO, ALL):
        raise MrifeError(
            "Without a base model nothing can stay as it was: let the whole network "
            "learn, or choose a base model."
        )
    return TuneStage(ALL, steps or STEPS_FROM_NOTHING, 1e-3, mrife_losses)


def _by_count(landslides: int) -> str:
    if landslides < FEWEST_TO_TEACH:
        return RECALIBRATE
    return ALL
