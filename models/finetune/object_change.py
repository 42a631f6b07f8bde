# SPDX-License-Identifier: GPL-2.0-or-later
"""What base and tuned network outline, side by side: landslides gained, lost and missed,
and false candidates, as rows of layers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..evaluation.compare import COMPARISON_FIELDS, Comparison
from ..evaluation.evaluate import Evaluation
from ..evaluation.fields import EVALUATION_FIELDS, candidate_values, reference_values
from ..evaluation.intervals import Interval
from ..inventory.polygonize.options import Thresholds
from ..inventory.schema import ALL
from .labels import Label

# beside the landslides' own attributes
LANDSLIDE_FIELDS = (*EVALUATION_FIELDS, COMPARISON_FIELDS[0])
FALSE_FIELDS = (*ALL, *EVALUATION_FIELDS, *COMPARISON_FIELDS)
Record = tuple[bytes, dict]  # WKB in the CRS of the labels, attributes


@dataclass(frozen=True)
class NetworkOutlines:
    """What one network outlines at its thresholds, and what that is worth; `searched` is
    the share of the ground whose pixels were looked at.
    """

    thresholds: Thresholds
    records: tuple[Record, ...]
    evaluation: Evaluation
    searched: float

    @property
    def right(self) -> int:
        """Candidates that lie on landslides, by the survey rule as all that follows."""
        return int(self.evaluation.survey.matches.right.sum())

    @property
    def false(self) -> int:
        """Candidates that do not."""
        return len(self.evaluation.survey.matches.right) - self.right

    @property
    def is_found(self) -> np.ndarray:
        """(m,) bool of the landslides."""
        return self.evaluation.survey.matches.found

    @property
    def missed(self) -> int:
        """Landslides that are not found."""
        return int((~self.is_found).sum())

    @property
    def false_per_km2(self) -> Interval:
        """False candidates on the ground that was looked at."""
        density = self.evaluation.false_per_100_km2
        return Interval(*(end / 100 / self.searched for end in density))


@dataclass(frozen=True)
class ObjectChange:
    """Base and tuned network beside each other, landslide by landslide; `landslides` are
    those that count, in the order of both evaluations.
    """

    before: NetworkOutlines
    after: NetworkOutlines
    landslides: tuple[Label, ...]
    precision_gain: Interval
    recall_gain: Interval
    false_gain: Interval  # candidates in km2
    changes: Comparison | None  # None: neither network outlines anything

    def missed(self) -> list[Record]:
        """Landslides that the tuned network does not find."""
        return self._landslides(~self.after.is_found)

    def gained(self) -> list[Record]:
        """Landslides that the tuned network finds and the base does not."""
        return self._landslides(self.after.is_found & ~self.before.is_found, "gained")

    def lost(self) -> list[Record]:
        """Landslides that the base finds and the tuned network does not."""
        return self._landslides(self.before.is_found & ~self.after.is_found, "lost")

    def false(self) -> list[Record]:
        """Candidates of the tuned network that lie on no landslide; `cmp_change` says
        whether the base has them, too.
        """
        evaluation = self.after.evaluation
        places = evaluation.candidates.places.tolist()
        records = []
        for place, result in zip(places, candidate_values(evaluation)):
            if result["ev_result"] == "false":
                wkb, values = self.after.records[place]
                records.append((wkb, {**values, **result, **self._change(place)}))
        return records

    def _landslides(self, chosen: np.ndarray, change: str | None = None) -> list[Record]:
        """With their own attributes, what the tuned network makes of them, and what that
        changes.
        """
        results = reference_values(self.after.evaluation)
        return [
            (label.polygon.wkb, {**label.values, **result, "cmp_change": change})
            for label, result, is_chosen in zip(self.landslides, results, chosen)
            if is_chosen
        ]

    def _change(self, place: int) -> dict:
        (row,) = np.flatnonzero(self.changes.later_places == place)[:1]
        best = round(float(self.changes.later_iou[row]), 4)
        return {"cmp_change": str(self.changes.later[row]), "cmp_iou": best}
