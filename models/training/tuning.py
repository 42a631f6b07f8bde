# SPDX-License-Identifier: GPL-2.0-or-later
"""A fine-tuning with its networks in this very process: command line and experiments."""

from __future__ import annotations

from collections.abc import Iterator

from ..finetune.job import FineTuning
from ..finetune.prepare import TuneJob
from ..inference.detector import Detector
from ..onnxfile import ModelFile
from .finetune import tune
from .lesson import Lesson


def tuning_here(job: TuneJob, device: str, threads: int) -> FineTuning:
    """The work of a job that was examined."""

    def open_detector(model: ModelFile) -> Detector:
        return Detector(model.path, device, threads, model.contract)

    def teach(lesson: dict) -> Iterator[dict]:
        return tune(Lesson(**lesson, threads=threads, device=device))

    return FineTuning(job, open_detector, teach)
