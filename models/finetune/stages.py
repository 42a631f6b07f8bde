# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of a network may learn from so many landslides."""

from __future__ import annotations

from typing import NamedTuple

RECALIBRATE = "recalibrate"  # threshold alone
DECODER = "decoder"
LATE = "late"
ALL = "all"
AUTO = "auto"
STAGES = (AUTO, RECALIBRATE, DECODER, LATE, ALL)


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
    if steps is not None:
        stage = stage._replace(steps=steps)
    return stage._replace(mrife_losses=mrife_losses)


def _by_count(landslides: int) -> str:
    if landslides < 10:
        return RECALIBRATE
    return ALL
