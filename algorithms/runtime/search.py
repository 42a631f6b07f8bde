# SPDX-License-Identifier: GPL-2.0-or-later
"""The long work of detection, with the network in its own process."""

from __future__ import annotations

from ...models.errors import MrifeError
from ..layers.styles import forget_layer
from ..messages.detection import follow
from ..texts import tr
from .process import WorkerChannel


def search(job, path, candidates, context, feedback):
    """Probabilities to `path`, polygons to `candidates`; `job` names the pipeline's
    DetectJob, a device and an interpreter. Returns the device that ran. A layer that
    came to nothing is not to be loaded.
    """
    from ...models import pipeline
    from ...models.inference.worker_client import RemoteDetector

    detect = job.detect
    try:
        channel = WorkerChannel(job.interpreter, feedback)
        with RemoteDetector(
            channel, detect.model, job.device, detect.batch_size
        ) as detector:
            feedback.pushInfo(detector.why)
            feedback.setProgressText(tr("Searching"))
            follow(pipeline.detect(detect, detector, path, candidates), feedback)
            return detector.device
    except MrifeError:
        forget_layer(path, context)
        raise
