# SPDX-License-Identifier: GPL-2.0-or-later
"""A network goes on learning on ground that a geologist knows: once for each fold of that
ground, to be judged on the fold that it did not see, and once on all of it, for use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import numpy as np
import torch

from ..contract import Contract
from .adapt import adapt
from .encoder import begins_pretrained
from .lesson import EPOCHS, Lap, Lesson, settings_of_lesson
from .school import School
from .settings import Settings
from .unfinished import unfinished


def tune(lesson: Lesson) -> Iterator[dict]:
    """Teach, as dicts of progress; at the end `{"models": [...]}`: for each fold the file
    that did not see it, then the one for use.

    Goes on where a killed run of the same lesson stopped. Raises MrifeError where a
    loss is not finite or the base is no network of ours.
    """
    contract = Contract.from_json(lesson.contract)
    settings = settings_of_lesson(lesson, contract)
    if lesson.check:
        yield {"models": [], "begins": beginning(settings)}
        return
    school = School(lesson, settings)
    if lesson.unfinished:
        yield from unfinished(school, contract)
        return
    yield from teach(school, contract)


def beginning(settings: Settings) -> str:
    """With what a network begins: base, imagenet or random."""
    if settings.start:
        return "base"
    return "imagenet" if begins_pretrained(settings) else "random"


def teach(school: School, contract: Contract) -> Iterator[dict]:
    """The runs of a lesson, as `tune` has them; `contract` is that of the files."""
    lesson = school.lesson
    torch.set_num_threads(lesson.threads)
    if lesson.adapt:
        yield from adapt(school)
    curves = []
    for fold in range(lesson.folds):
        laps = []
        for message in school.run(fold):
            if isinstance(message, Lap):
                laps.append(message)
                message = asdict(message)
            yield message
        curves.append(laps)
    epochs = [best_epoch(others(curves, fold)) for fold in range(lesson.folds)]
    last = best_epoch(curves)
    for message in school.run(None, last):
        yield asdict(message) if isinstance(message, Lap) else message
    yield {"models": school.export(contract, epochs, last), "epoch": last}


def others(curves: Sequence[list[Lap]], fold: int) -> list[list[Lap]]:
    """The curves of all folds but one; of a single one itself."""
    if len(curves) < 2:
        return list(curves)
    return [curve for place, curve in enumerate(curves) if place != fold]


def best_epoch(curves: Sequence[list[Lap]]) -> int:
    """The epoch, from 1, with the highest mean average precision on ground not seen; the
    last one where there is none.
    """
    scores = np.array([[lap.average_precision for lap in curve] for curve in curves])
    if not scores.size:
        return EPOCHS
    return int(np.argmax(scores.mean(0))) + 1
