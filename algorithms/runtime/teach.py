# SPDX-License-Identifier: GPL-2.0-or-later
"""The long work of fine-tuning, with the networks in processes of their own."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager

from ..texts import tr
from .interpreter import find_interpreter, probe, where
from .process import WorkerChannel

MOST_THREADS = 8


def find_teacher():
    """Path of the Python that detects and can teach too. Raises MissingRuntime with what
    to install.
    """
    from ...models.errors import MissingRuntime
    from ...models.inference.worker_protocol import TEACHER

    program = find_interpreter()
    try:
        probe(program, server=(TEACHER,))
    except MissingRuntime as error:
        raise MissingRuntime(
            "Training needs more than detection: {} Run 'Set up runtime' "
            "(mrife:setupruntime) with the packages for training, or install them there "
            "(python -m pip install torch onnx), or in another Python and {}.",
            error,
            where(),
        ) from error
    return program


def detectors(program, device, feedback):
    """What opens a model in a worker for a while."""
    from ...models.inference.worker_client import RemoteDetector

    @contextmanager
    def opened(model):
        channel = WorkerChannel(program, feedback)
        with RemoteDetector(channel, model, device) as detector:
            yield detector

    return opened


def teaching_threads():
    """Half of the cores: on cores that have other work two threads of torch are many
    times slower than one, and another number of them rounds otherwise.
    """
    return max(1, min(MOST_THREADS, (os.cpu_count() or 1) // 2))


def teacher(program, device, feedback):
    """What teaches a lesson in a worker; yields its messages."""
    from ...models.inference.worker_protocol import TEACHER, error_of

    def teach(lesson):
        channel = WorkerChannel(program, feedback, (TEACHER,))
        with closing(channel):
            channel.send({**lesson, "device": device, "threads": teaching_threads()})
            while True:
                message = channel.receive()
                if "error" in message:
                    raise error_of(message)
                yield message
                if "models" in message:
                    return

    feedback.pushInfo(tr("Training runs in {}.").format(program))
    return teach
