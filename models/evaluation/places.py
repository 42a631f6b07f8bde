# SPDX-License-Identifier: GPL-2.0-or-later
"""Where one can look next: tiles of a probability raster, or candidates that nobody has
reviewed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..errors import Note
from ..geo.coordinates import polygon_of
from ..geo.crs import Crs
from ..geo.geodesic import Geodesic
from ..geo.overlay import Surface, bounding_rectangle, joined, overlay
from ..geo.repair import sound
from ..geo.reproject import into
from ..inventory.review.prepare import by_schema
from ..inventory.review.triage import confidence_of
from ..inventory.status import BY_PERSON, DECIDED
from .choice import Choice, PlacePool, standardised
from .evaluate import REACH, plane_around
from .matching import SURVEY_SHARE
from .tiles import TileSurvey

# of a candidate, beside its place, size and confidence: by these it is like others
TRAITS = ("p_ctr", "solidity", "ell_fit", "slope_mean", "rough_rt")
LOOKED_AT = {*DECIDED, *BY_PERSON}  # status of what a person has seen
TILE = "tile"
CANDIDATE = "candidate"


class Polygons(NamedTuple):
    """Polygons (WKB) in one CRS."""

    shapes: Sequence[bytes]
    crs: Crs


@dataclass(frozen=True)
class Candidates:
    """(WKB, values by field) of candidates, in one CRS."""

    records: Sequence[tuple[bytes, Mapping[str, object]]]
    crs: Crs


class TilePlaces:
    """The tiles of a raster as places; lots are drawn among them, too."""

    lots = None

    def __init__(self, survey: TileSurvey):
        self._survey = survey
        self.crs = survey.grid.crs

    def notes(self) -> Iterator[Note]:
        """For the log: none."""
        return iter(())

    def pool(self) -> PlacePool:
        """All that count."""
        survey = self._survey
        columns = (survey.middles, survey.mean, survey.landslide_share, survey.doubt)
        features = standardised(np.column_stack(columns))
        return PlacePool(
            survey.doubt,
            survey.landslide_m2,
            features,
            survey.landslide_share > 0,
            np.zeros((0, features.shape[1])),
        )

    def kind(self, choice: Choice) -> str:
        """What is chosen."""
        return TILE

    def place(self, choice: Choice) -> tuple[bytes, dict]:
        """WKB, and no values."""
        return polygon_of([self._survey.ring(choice.place)]).wkb, {}


class CandidatePlaces:
    """The candidates that nobody has reviewed as places; lots are drawn among the tiles of
    the raster, where there is one.
    """

    def __init__(
        self,
        candidates: Candidates,
        survey: TileSurvey | None,
        area: Polygons | None,
        reviewed: Polygons | None,
    ):
        self.crs = candidates.crs
        self._records = candidates.records
        self._survey = survey
        self.lots = None
        if survey is not None:
            self.lots = len(survey.places)
        shapes = [sound(wkb) for wkb, _ in candidates.records]
        numbers = [i for i, shape in enumerate(shapes) if shape is not None]
        self._shapes = [shapes[i] for i in numbers]
        self._rows = [by_schema(candidates.records[i][1]) for i in numbers]
        statuses = [row.get("status") in LOOKED_AT for row in self._rows]
        self._is_reviewed = np.array(statuses, bool)
        elsewhere = _elsewhere(self._shapes, candidates.crs, area, reviewed)
        self._is_open = ~self._is_reviewed & ~elsewhere
        self._numbers = numbers
        measure = Geodesic(candidates.crs)
        self._areas = np.array([measure.area(shape) for shape in self._shapes], float)

    def pool(self) -> PlacePool:
        """The open ones, in their order."""
        doubt = np.array([_doubt(row) for row in self._rows], float)
        features = standardised(self._columns())
        is_open = self._is_open
        return PlacePool(
            doubt[is_open],
            self._areas[is_open],
            features[is_open],
            np.ones(int(is_open.sum()), bool),
            features[self._is_reviewed],
        )

    def kind(self, choice: Choice) -> str:
        """What is chosen."""
        return TILE if choice.by_lot else CANDIDATE

    def place(self, choice: Choice) -> tuple[bytes, Mapping[str, object]]:
        """WKB and values of a candidate, or of a tile in the candidates' CRS."""
        if not choice.by_lot:
            place = np.flatnonzero(self._is_open)[choice.place]
            _, values = self._records[self._numbers[place]]
            return self._shapes[place].wkb, values
        # a side of a few hundred metres is straight in any system
        ring = self._survey.ring(choice.place)
        moved = self._survey.grid.crs.transform(ring, self.crs)
        return polygon_of([moved]).wkb, {}

    def _columns(self) -> np.ndarray:
        """(n, f) in what they are like others; NaN where it is not known."""
        traits = [
            (confidence_of(row), *(row.get(name) for name in TRAITS))
            for row in self._rows
        ]
        traits = np.array(traits, float).reshape(-1, 1 + len(TRAITS))
        middles = [(shape.centroid.x, shape.centroid.y) for shape in self._shapes]
        places = np.array(middles, float).reshape(-1, 2)
        return np.column_stack((places, np.log10(np.maximum(self._areas, 1)), traits))

    def notes(self) -> Iterator[Note]:
        """For the log."""
        if not self._is_open.all():
            yield Note(
                "{} of {} candidates are left out: reviewed, in the reviewed area or "
                "outside the area to look in.",
                int((~self._is_open).sum()),
                len(self._is_open),
            )
        has_doubt = [_doubt(row) == _doubt(row) for row in self._rows]
        if self._is_open.any() and not any(has_doubt):
            yield Note(
                "No candidate has a confidence or a mean probability: none is chosen for "
                "being uncertain."
            )


def _elsewhere(
    shapes: Sequence[Surface],
    crs: Crs,
    area: Polygons | None,
    reviewed: Polygons | None,
) -> np.ndarray:
    """(n,) bool: half of a candidate lies in the reviewed area, or less than half of it
    in the area to look in.
    """
    left_out = np.zeros(len(shapes), bool)
    if not shapes or (area is None and reviewed is None):
        return left_out
    ground = joined(bounding_rectangle(shape.wkb for shape in shapes))
    plane = plane_around(ground.bounds, crs)
    laid = [next(into([shape.wkb], crs, REACH, plane)) for shape in shapes]
    for polygons, is_to_be_inside in ((area, True), (reviewed, False)):
        if polygons is not None:
            parts = list(into(polygons.shapes, polygons.crs, REACH, plane))
            table = overlay(laid, parts)
            inside = table.first_covered >= SURVEY_SHARE * table.first_areas
            left_out |= inside != is_to_be_inside
    return left_out


def _doubt(row: dict) -> float:
    """0-1, 1 where a candidate is as likely right as wrong, of its confidence, or its mean
    probability where it has none; with a spread, the mean of that and twice the spread.
    NaN where nothing is known.
    """
    confidence = confidence_of(row)
    if confidence is None:
        return np.nan
    doubt = 1 - abs(2 * min(max(confidence, 0.0), 1.0) - 1)
    if row.get("p_std") is not None:
        doubt = (doubt + 2 * row["p_std"]) / 2
    return doubt
