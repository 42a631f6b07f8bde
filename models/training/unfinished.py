# SPDX-License-Identifier: GPL-2.0-or-later
"""What a lesson that was stopped has taught so far: the best of its networks that was
judged on ground that it did not see, as a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..contract import Contract
from ..evaluation.pixel_metrics import ConfusionCounts, pooled
from .checkpoint import read_weights
from .lesson import EPOCHS, epoch_file

# counts of the ground left out, by fold and epoch (from 1)
Scored = dict[tuple[int, int], ConfusionCounts]


class BestSoFar(NamedTuple):
    """A network by its fold (None: that for use) and epoch, and the counts that it,
    or its like, is judged by.
    """

    fold: int | None
    epoch: int
    counts: list[ConfusionCounts]


def unfinished(school, contract: Contract) -> Iterator[dict]:
    """One message with the file of the best network so far in `models`, and its scores on
    ground that it did not see, where one is judged.
    """
    lesson = school.lesson
    scored, taught = epochs_in(Path(lesson.out), lesson.folds)
    choice = best_so_far(scored, taught, lesson.folds)
    total = pooled(choice.counts)
    settings = school.settings
    yield {
        "models": [school.export_one(choice.fold, choice.epoch, contract, choice.counts)],
        "step": choice.epoch * settings.epoch_steps,
        "steps": settings.steps,
        "iou": total.best().iou,
        "average_precision": total.average_precision(),
    }


def epochs_in(out: Path, folds: int) -> tuple[Scored, int]:
    """What the runs in a folder have kept: counts by fold and epoch, and the last epoch of
    the run on all ground (0: none).
    """
    scored = {}
    for fold in range(folds):
        for epoch in range(1, EPOCHS + 1):
            path = epoch_file(out, fold, epoch)
            if path.exists():
                scored[fold, epoch] = counts_in(path)
    taught = [n for n in range(1, EPOCHS + 1) if epoch_file(out, None, n).exists()]
    return scored, max(taught, default=0)


def counts_in(path: Path) -> ConfusionCounts:
    """Of an epoch's ground left out, as they were kept with its weights."""
    state = read_weights(path)
    return ConfusionCounts(*state["counts"].numpy())


def best_so_far(scored: Scored, taught: int, folds: int) -> BestSoFar:
    """The network for use at its last epoch, by what the folds were worth then;
    before it has begun, that of a fold with the highest average precision.
    """
    if taught:
        alike = [scored[fold, taught] for fold in range(folds)]
        return BestSoFar(None, taught, alike)
    fold, epoch = max(scored, key=lambda place: scored[place].average_precision())
    return BestSoFar(fold, epoch, [scored[fold, epoch]])
