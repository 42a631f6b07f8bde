# SPDX-License-Identifier: GPL-2.0-or-later
"""Places to look at next, of the candidates that nobody has reviewed and of the tiles of a
probability raster, as polygons with rank, reason and score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..errors import MrifeError, Note
from ..geo.coordinates import polygon_of
from ..geo.crs import Crs
from ..geo.geodesic import Geodesic
from ..geo.grid import Grid
from ..geo.missing import FILE_ALONE, LayerNodata
from ..geo.overlay import Surface, bounding_rectangle, joined, overlay
from ..geo.repair import sound
from ..geo.reproject import into, meets, near
from ..inference.probability import Probability
from ..inventory.review.prepare import by_schema
from ..inventory.review.triage import confidence_of
from ..inventory.schema import BY_NAME, Choices, Field
from ..inventory.status import BY_PERSON, DECIDED
from .choice import SHARES, Choice, PlacePool, choose, standardised
from .defaults import PLACES, SEED, TILE_M
from .evaluate import REACH, plane_around
from .matching import SURVEY_SHARE
from .tiles import TileSurvey

# of a candidate, beside its place, size and confidence: by these it is like others
TRAITS = ("p_ctr", "solidity", "ell_fit", "slope_mean", "rough_rt")
LOOKED_AT = {*DECIDED, *BY_PERSON}  # status of what a person has seen
TILE = "tile"
CANDIDATE = "candidate"

REASON = Choices(
    "look_reason",
    (
        ("uncertain", "uncertain"),
        ("diverse", "unlike the others"),
        ("random", "drawn by lot"),
        ("large", "large"),
    ),
)
KIND = Choices("look_kind", ((CANDIDATE, "candidate"), (TILE, "tile of the map")))
REASON_FIELD = Field("look_why", "text", 9, "", "Why to look here", "Reason", REASON)
LOOK_FIELDS = (
    Field("look_rank", "int", 0, "", "Order in which to look, 1 is first", "Rank"),
    REASON_FIELD,
    Field(
        "look_score",
        "real",
        0,
        "",
        "By the reason: doubt, difference from all others, share of the largest",
        "Score",
    ),
    Field("look_kind", "text", 9, "", "What the polygon is", "Place", KIND),
    BY_NAME["lon"],
    BY_NAME["lat"],
)


class Polygons(NamedTuple):
    """Polygons (WKB) in one CRS."""

    shapes: Sequence[bytes]
    crs: Crs


@dataclass(frozen=True)
class Candidates:
    """(WKB, values by field) of candidates, in one CRS."""

    records: Sequence[tuple[bytes, Mapping[str, object]]]
    crs: Crs


@dataclass(frozen=True)
class Searched:
    """A probability raster on its grid, in the CRS it is to be taken in, and the threshold
    from which on it shows landslides.
    """

    path: str
    grid: Grid
    threshold: float
    nodata: LayerNodata = FILE_ALONE


@dataclass(frozen=True)
class LookRequest:
    """How many places, the side of a tile in metres, what lots are drawn with."""

    count: int = PLACES
    tile_m: float = TILE_M
    seed: int = SEED


@dataclass(frozen=True)
class LookJob:
    """All that the choice needs, examined and found right."""

    request: LookRequest
    survey: TileSurvey | None
    searched: Searched | None
    area: Polygons | None
    reviewed: Polygons | None


def prepare_look(
    request: LookRequest,
    has_candidates: bool,
    searched: Searched | None = None,
    area: Polygons | None = None,
    reviewed: Polygons | None = None,
) -> LookJob:
    """Lay out the choice among candidates, a raster's tiles, or both: then tiles are for
    the lots alone. Only places in `area` count, and none in `reviewed`.

    Raises MrifeError where there is nothing to choose from.
    """
    if not has_candidates and searched is None:
        raise MrifeError(
            "There is nothing to choose places from; give candidates, a probability "
            "raster, or both."
        )
    if area is not None and joined(area.shapes) is None:
        raise MrifeError(
            "The area to look in holds no polygon with an area; choose a layer that has "
            "one, and look at its filter and selection."
        )
    survey = None
    if searched is not None:
        survey = _survey(request, searched, area, reviewed)
    return LookJob(request, survey, searched, area, reviewed)


def _check_near(candidates: Candidates, grid: Grid) -> None:
    """Raises MrifeError where none of the candidates can lie on the raster."""
    ground = bounding_rectangle(wkb for wkb, _ in candidates.records)
    if ground and not _on(Polygons(ground, candidates.crs), grid):
        raise MrifeError(
            "The candidates and the probability raster do not overlap; choose those of "
            "one image, or look at the coordinate systems of both."
        )


def _survey(
    request: LookRequest,
    searched: Searched,
    area: Polygons | None,
    reviewed: Polygons | None,
) -> TileSurvey:
    grid = searched.grid
    inside = None
    if area is not None:
        inside = _on(area, grid)
        if not inside:
            raise MrifeError(
                "The area to look in and the probability raster do not overlap; choose "
                "an area on the raster, or look at the coordinate systems of both."
            )
    without = _on(reviewed, grid) if reviewed is not None else ()
    return TileSurvey(grid, request.tile_m, searched.threshold, inside, without)


def _on(polygons: Polygons, grid: Grid) -> list[bytes]:
    parts = near(polygons.shapes, polygons.crs, grid.bounds, grid.crs)
    return [part.wkb for part in parts if meets([part], grid.bounds)]


class NextPlaces(list):
    """(WKB, values of a candidate and of LOOK_FIELDS) by rank, in the candidates' CRS, else
    the raster's; `notes` are for the log, `reasons` how many places each reason has.
    """

    def __init__(self):
        super().__init__()
        self.notes: list[Note] = []
        self.reasons = Counter(dict.fromkeys(SHARES, 0))


def look_next(
    job: LookJob, candidates: Candidates | None, places: NextPlaces
) -> Iterator[float]:
    """Choose: fills `places`; yields the share that is through. Raises MrifeError."""
    survey = job.survey
    if survey is not None:
        if candidates is not None:
            _check_near(candidates, survey.grid)
        with Probability(job.searched.path, job.searched.nodata) as probability:
            places.notes += probability.notes
            yield from survey.run(probability)
        source = _Tiles(survey)
    if candidates is not None:
        source = _OpenCandidates(candidates, job)
    places.notes += source.notes()
    request = job.request
    choices = choose(source.pool(), request.count, request.seed, source.lots)
    for rank, choice in enumerate(choices, 1):
        wkb, values = source.place(choice)
        look = _look_values(rank, choice, source.kind(choice))
        places.append((wkb, {**values, **look, **_middle(wkb, source.crs)}))
        places.reasons[choice.reason] += 1
    if len(choices) < request.count:
        note = Note("Only {} places are left of {}.", len(choices), request.count)
        places.notes.append(note)
    yield 1.0


def _look_values(rank: int, choice: Choice, kind: str) -> dict:
    score = choice.score
    if score is not None:
        score = round(score, 4)
    return {
        "look_rank": rank,
        "look_why": choice.reason,
        "look_score": score,
        "look_kind": kind,
    }


def _middle(wkb: bytes, crs: Crs) -> dict:
    """lon and lat, WGS 84, of a point inside; None on no Earth."""
    if not crs.is_on_earth:
        return {"lon": None, "lat": None}
    point = sound(wkb).representative_point()
    ((lon, lat),) = crs.transform([(point.x, point.y)], crs.world).tolist()
    return {"lon": round(lon, 6), "lat": round(lat, 6)}


class _Tiles:
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
            survey.landslide_share * survey.side**2,
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


class _OpenCandidates:
    """The candidates that nobody has reviewed as places; lots are drawn among the tiles of
    the raster, where there is one.
    """

    def __init__(self, candidates: Candidates, job: LookJob):
        self.crs = candidates.crs
        self._records = candidates.records
        self._survey = job.survey
        self.lots = None
        if job.survey is not None:
            self.lots = len(job.survey.places)
        shapes = [sound(wkb) for wkb, _ in candidates.records]
        numbers = [i for i, shape in enumerate(shapes) if shape is not None]
        self._shapes = [shapes[i] for i in numbers]
        self._rows = [by_schema(candidates.records[i][1]) for i in numbers]
        statuses = [row.get("status") in LOOKED_AT for row in self._rows]
        self._is_reviewed = np.array(statuses, bool)
        elsewhere = _elsewhere(self._shapes, candidates.crs, job)
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


def _elsewhere(shapes: Sequence[Surface], crs: Crs, job: LookJob) -> np.ndarray:
    """(n,) bool: half of a candidate lies in the reviewed area, or less than half of it
    in the area to look in.
    """
    left_out = np.zeros(len(shapes), bool)
    if not shapes or (job.area is None and job.reviewed is None):
        return left_out
    ground = joined(bounding_rectangle(shape.wkb for shape in shapes))
    plane = plane_around(ground.bounds, crs)
    laid = [next(into([shape.wkb], crs, REACH, plane)) for shape in shapes]
    for polygons, is_to_be_inside in ((job.area, True), (job.reviewed, False)):
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
