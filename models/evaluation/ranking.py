# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the confidence of candidates ranks them, and where to cut it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..geo.overlay import Overlay
from ..inventory.values import by_lower_case, finite
from .calibration import Reliability, reliability
from .intervals import f1
from .matching import Matches, found_at

MIN_RELIABLE = 10  # candidates; with fewer there is nothing to say of a confidence
WANTED_RECALL = 0.8
CALIBRATED = "conf"  # the field whose numbers promise something


class Cut(NamedTuple):
    """What a threshold leaves."""

    threshold: float
    precision: float
    recall: float
    f1: float
    count: int  # candidates; 0 where pixels were counted


@dataclass(frozen=True)
class Ranking:
    """Candidates with a confidence: (t,) falling thresholds, and what each leaves by the
    survey rule. `reliability` is that of a calibrated confidence alone.
    """

    field: str  # that ranks them
    thresholds: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    counts: np.ndarray
    reliability: Reliability | None

    def cut(self, place: int) -> Cut:
        """What the threshold of a place leaves."""
        precision = float(self.precision[place])
        recall = float(self.recall[place])
        return Cut(
            float(self.thresholds[place]),
            precision,
            recall,
            float(f1(precision, recall)),
            int(self.counts[place]),
        )

    def best(self) -> Cut:
        """With the highest F1."""
        return self.cut(int(np.argmax(f1(self.precision, self.recall))))

    def reaching(self, recall: float = WANTED_RECALL) -> Cut | None:
        """The highest that finds this share of the landslides; None where none does."""
        enough = np.flatnonzero(self.recall >= recall)
        if len(enough):
            return self.cut(int(enough[0]))
        return None

    def most(self, count: int) -> Cut | None:
        """The lowest that leaves at most so many candidates; None where even the highest
        leaves more.
        """
        few = np.flatnonzero(self.counts <= count)
        if len(few):
            return self.cut(int(few[-1]))
        return None


def confidence_of(
    rows: Sequence[Mapping[str, object]],
) -> tuple[str, list[float | None]]:
    """What ranks polygons, from their values by field: (field, values), which are the
    calibrated confidence, or the mean probability where none of them has one.
    """
    for name in (CALIBRATED, "p_mean"):
        values = [finite(by_lower_case(row).get(name)) for row in rows]
        if any(value is not None for value in values):
            return name, values
    return "", [None] * len(rows)


def rank(
    table: Overlay,
    confidence: np.ndarray,
    field: str,
    matches: Matches,
    counted: np.ndarray | None = None,
) -> Ranking | None:
    """Of candidates with `confidence` (p,) from a `field`, NaN where it is not known:
    those do not count. None where there are none, or no landslide. `counted` (n,): places
    of those that `matches` has, None for all; the others find landslides alone.
    """
    if counted is None:
        counted = np.arange(len(confidence))
    is_known = np.isfinite(confidence[counted])
    if not is_known.any() or not len(table.second_areas):
        return None
    stated = confidence[counted][is_known]
    right = matches.right[is_known]
    levels = found_at(table, np.where(np.isfinite(confidence), confidence, -np.inf))
    thresholds = np.unique(stated)[::-1]
    counts = _at_least(stated, thresholds)
    hits = _at_least(stated[right], thresholds)
    recall = _at_least(levels, thresholds) / len(levels)
    trusted = None
    if field == CALIBRATED and len(stated) >= MIN_RELIABLE:
        trusted = reliability(stated, right, np.ones(len(stated)))
    return Ranking(field, thresholds, hits / counts, recall, counts, trusted)


def _at_least(values: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """(t,) how many of the values (n,) reach each threshold (t,)."""
    return len(values) - np.searchsorted(np.sort(values), thresholds)
