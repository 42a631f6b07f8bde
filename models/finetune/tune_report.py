# SPDX-License-Identifier: GPL-2.0-or-later
"""What the page of a fine-tuning is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .object_change import ObjectChange
from .previews import Preview, previews
from .tuned import Tuned
from .verdict import PixelScores


@dataclass(frozen=True)
class TuneReport:
    """What the page tells; `file` is the name of the model file, `moment` that of its
    making in UTC.
    """

    tuned: Tuned
    change: ObjectChange
    places: Sequence[Preview]
    file: str
    moment: datetime

    @classmethod
    def of(
        cls, tuned: Tuned, change: ObjectChange, file: str, moment: datetime
    ) -> TuneReport:
        """With the places to look at, read from images and probability rasters, which
        must still be there.
        """
        return cls(tuned, change, tuple(previews(tuned, change)), file, moment)

    @property
    def is_taught(self) -> bool:
        """Whether a network learned, and not the threshold alone was chosen anew."""
        return self.tuned.model is not None

    @property
    def has_base(self) -> bool:
        """Whether there is a base model to hold the network against."""
        return self.tuned.job.has_base

    @property
    def before(self) -> PixelScores:
        """Of the base by ground, or of painting everything without one."""
        return self.tuned.scores[0]

    @property
    def after(self) -> PixelScores:
        """Of what came of it."""
        return self.tuned.scores[1]
