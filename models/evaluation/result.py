# SPDX-License-Identifier: GPL-2.0-or-later
"""What an evaluation says, for its page, its table and its declared outputs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ..geo.geodesic import KM2
from .evaluate import Evaluation
from .pixel_metrics import ConfusionCounts
from .ranking import Cut
from .raster import best_cut, reaching_cut

ROUNDING = 1e-6  # of an area: on the plane 100 km2 are a little more or less


class Recommendation(NamedTuple):
    """A threshold for a purpose (f1, recall, count), on what it is set (probability,
    confidence); `cut` is None where no threshold reaches it.
    """

    purpose: str
    scale: str
    cut: Cut | None


@dataclass(frozen=True)
class Result:
    """Scores of polygons and, where a probability raster was given, of its pixels.

    `per_100_km2`: candidates that a person can look at in 100 km2; `searched`: share of the
    area that the raster holds.
    """

    evaluation: Evaluation
    candidates: str  # names of the layers
    reference: str
    area: str
    moment: datetime
    per_100_km2: float
    is_bounding_box: bool  # of the reference: nobody gave an area
    pixels: ConfusionCounts | None = None
    searched: float | None = None

    @property
    def recommendations(self) -> list[Recommendation]:
        """For the best F1, for a recall of 0.8, for so many candidates."""
        recommendations = []
        if self.pixels is not None and self.pixels.slide.any():
            recommendations.append(
                Recommendation("f1", "probability", best_cut(self.pixels))
            )
            recommendations.append(
                Recommendation("recall", "probability", reaching_cut(self.pixels))
            )
        ranking = self.evaluation.ranking
        if ranking is not None:
            ground = self.evaluation.areas.ground_m2 * self.evaluation.searched
            most = int(self.per_100_km2 * ground / (100 * KM2) * (1 + ROUNDING))
            recommendations.append(Recommendation("f1", "confidence", ranking.best()))
            recommendations.append(
                Recommendation("recall", "confidence", ranking.reaching())
            )
            recommendations.append(
                Recommendation("count", "confidence", ranking.most(most))
            )
        return recommendations

    @property
    def effort(self) -> float | None:
        """Candidates that a person looks at for each landslide found; None where none
        is.
        """
        matches = self.evaluation.survey.matches
        found_count = int(matches.found.sum())
        if found_count:
            return len(matches.right) / found_count
        return None

    def figures(self) -> dict[str, float]:
        """The headline figures by name; those that there are not are left out."""
        evaluation = self.evaluation
        strict, survey, _ = evaluation.rules
        areas = evaluation.areas
        boundary = evaluation.boundary
        figures = {
            "iou": areas.iou.value,
            "precision": areas.precision.value,
            "recall": areas.recall.value,
            "f1": areas.f1.value,
            "object_precision": survey.precision.value,
            "object_recall": survey.recall.value,
            "strict_precision": strict.precision.value,
            "strict_recall": strict.recall.value,
            "false_per_100_km2": evaluation.false_per_100_km2.value,
            "references": len(survey.matches.found),
            "found": int(survey.matches.found.sum()),
            "candidates": len(survey.matches.right),
            "boundary_m": boundary and boundary.median,
            **self._pixel_figures(),
        }
        return {
            name: value
            for name, value in figures.items()
            if value is not None and math.isfinite(value)
        }

    def _pixel_figures(self) -> dict[str, float]:
        """Those of the probability raster."""
        if self.pixels is None or not self.pixels.slide.any():
            return {}
        return {
            "average_precision": self.pixels.average_precision(),
            "calibration_error": self.pixels.calibration_error(),
            "threshold": self.pixels.best().threshold,
        }
