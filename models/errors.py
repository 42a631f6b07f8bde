# SPDX-License-Identifier: GPL-2.0-or-later
"""The small error family: each message is one sentence for the user, naming what is wrong
and what would be right.

An error carries its sentence as a template and the values that fill it, so that a program
that speaks another language translates the template and fills it itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce


class Note:
    """A sentence for the log beside a result: `template` with {} for each of `values`, in
    English.
    """

    def __init__(self, template: str, *values: object):
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template.format(*self.values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Note):
            return NotImplemented
        return (self.template, self.values) == (other.template, other.values)

    def __hash__(self) -> int:
        return hash((self.template, self.values))


def listed(words: Sequence[Note | str]) -> Note | str:
    """The words in a row, each of which is translated where it is a note."""
    if not words:
        return ""
    return reduce(lambda row, word: Note("{}, {}", row, word), words)


class MrifeError(Exception):
    """Something the user can act on: `template` with {} for each of `values`, in English.

    A value may be an error itself. A template without values is taken as it is.
    """

    def __init__(self, template: str, *values: object):
        super().__init__(template, *values)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        if not self.values:
            return self.template
        return self.template.format(*self.values)


class UnsuitableRaster(MrifeError):
    """The raster cannot be read, or does not fit the model."""


class EmptyRaster(UnsuitableRaster):
    """Nothing of the raster shows ground: all of it is missing, or of one value."""


class InvalidModel(MrifeError):
    """The model file is not ONNX, or does not say enough about itself."""


class MissingRuntime(MrifeError):
    """No Python with the needed packages, or the asked device is not to be had."""


class WorkerDied(MrifeError):
    """The worker process ended before its answer; carries its last words."""


class Cancelled(MrifeError):
    """The user asked to stop."""

    def __init__(self, template: str = "Cancelled.", *values: object):
        super().__init__(template, *values)
