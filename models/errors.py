# SPDX-License-Identifier: GPL-2.0-or-later
"""The small error family: each message is one sentence for the user, naming what is wrong and what would be right."""


class MrifeError(Exception):
    """Something the user can act on."""


class UnsuitableRaster(MrifeError):
    """The raster cannot be read, or does not fit the model."""


class InvalidModel(MrifeError):
    """The model file is not ONNX, or does not say enough about itself."""


class MissingRuntime(MrifeError):
    """No Python with the needed packages, or the asked device is not to be had."""


class WorkerDied(MrifeError):
    """The worker process ended before its answer; carries its last words."""


class Cancelled(MrifeError):
    """The user asked to stop."""
