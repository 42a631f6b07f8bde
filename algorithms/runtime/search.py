# SPDX-License-Identifier: GPL-2.0-or-later
"""The long work of detection, on one image or on many, with the network in its own
process.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from ..messages.detection import follow
from ..messages.errors import translated
from ..texts import tr
from .interpreter import is_for_gpu
from .managed import environment_kept
from .process import WorkerChannel


def search(job, path, candidates, feedback, temporary):
    """Probabilities to what is to become `path`, polygons to `candidates`; `job` names
    the pipeline's DetectJob, a device and an interpreter, `temporary` says that nobody
    is to have the probabilities. Returns the device that ran.
    """
    from ...models import pipeline

    detect = job.detect
    real = os.path.realpath(path)  # what is unfinished lies on its disk
    with detector_of(job, detect, feedback) as detector:
        feedback.setProgressText(tr("Searching"))
        progress = pipeline.detect(
            detect, detector, real, candidates, named=False, temporary=temporary
        )
        follow(progress, feedback)
        return detector.device


@contextmanager
def detector_of(job, detect, feedback):
    """The network of a jobs.DetectJob in a process of its own; `job` names a device
    and an interpreter.
    """
    from ...models.inference.worker_client import RemoteDetector

    def channel():
        return WorkerChannel(job.interpreter, feedback)

    with (
        environment_kept(job.interpreter),
        RemoteDetector(
            channel(), detect.model, job.device, detect.batch_size, reopen=channel
        ) as detector,
    ):
        say_device(job, detector, feedback)
        yield detector


def say_device(job, detector, feedback):
    """Where the network runs, and why; a GPU that the runtime is made for and does not
    get is a warning.
    """
    words = translated(detector.why)
    given_up = job.device == "auto" and detector.device == "cpu"
    if given_up and is_for_gpu(job.interpreter):
        feedback.pushWarning(words)
    else:
        feedback.pushInfo(words)
