# SPDX-License-Identifier: GPL-2.0-or-later
"""The shipped model opened in a Python, to see on what it runs."""

from __future__ import annotations

from ...models.errors import Cancelled, MrifeError
from ...models.onnxfile import describe, shipped_model
from ..messages.errors import translated
from ..texts import tr
from .process import WorkerChannel


def model_session(program, feedback):
    """The shipped model opened for real: lists of providers promise more than sessions
    keep.
    """
    try:
        from ...models.inference.worker_client import RemoteDetector
    except ImportError as error:  # numpy, in QGIS's own Python
        return False, "", [(tr("Model"), str(error))]
    try:
        model = describe(shipped_model())
        facts = [(tr("Model"), model.model_id)]
        with RemoteDetector(WorkerChannel(program, feedback), model) as detector:
            return (
                True,
                detector.device,
                facts + [(tr("Device"), translated(detector.why))],
            )
    except Cancelled:
        raise
    except MrifeError as error:
        return False, "", [(tr("Model"), translated(error))]
