# SPDX-License-Identifier: GPL-2.0-or-later
"""What came of a fine-tuning, and what it scores beside what was before."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..contract import Contract
from ..evaluation.intervals import Interval
from .folds import Folds
from .prepare import TuneJob
from .shift import Shift
from .verdict import PixelScores, Verdict


@dataclass(frozen=True)
class Tuned:
    """What came of it: the model files of the folds and the one for use, the verdict on
    ground left out, and per raster the probabilities of base and folds.
    """

    job: TuneJob
    folds: Folds
    shift: Shift | None
    verdict: Verdict
    contract: Contract
    model: str | None  # the worker's file for use; None: the base's network stays
    laps: tuple[dict, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def is_base(self) -> bool:
        """Whether the file for use is the base: neither network nor threshold is new."""
        return self.model is None and self.contract == self.job.base.contract

    @property
    def scores(self) -> tuple[PixelScores, PixelScores]:
        """By ground: of the base, or of painting everything without one, and of what came
        of it. Where the threshold alone is new, the base is scored at its own one, for
        which there is no interval.
        """
        base = self.verdict.base
        if self.model is None:
            own = self.verdict.counts[0].at(self.job.base.contract.threshold)
            scores = (own.precision, own.recall, own.f1, own.iou)
            base = PixelScores(
                *(Interval(score, math.nan, math.nan) for score in scores),
                base.average_precision,
            )
        return base, self.verdict.tuned

    @property
    def iou_gain(self) -> Interval:
        """Of the scores."""
        if self.model is not None:
            return self.verdict.iou_gain
        before, after = (scores.iou.value for scores in self.scores)
        return self.verdict.threshold_gain._replace(value=after - before)

    @property
    def is_better(self) -> bool | None:
        """Whether the file for use is better than the base beyond chance, on ground that
        it did not learn from; None where that cannot be known: there is no interval.
        """
        if self.is_base:
            return False
        if not math.isfinite(self.iou_gain.low):
            return None
        if self.model is not None:
            return self.verdict.is_better
        return self.iou_gain.low > 0

    def model_to_use(self, path: str) -> str:
        """The file for use, which lies at `path`, where it is better beyond chance or has
        no base; else the base's.
        """
        if self.job.has_base and not self.is_better:
            return self.job.base.path
        return path
