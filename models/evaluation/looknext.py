# SPDX-License-Identifier: GPL-2.0-or-later
"""Places to look at next, of the candidates that nobody has reviewed and of the tiles of a
probability raster, as polygons with rank, reason and score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import MrifeError, Note
from ..geo.crs import Crs
from ..geo.grid import Grid
from ..geo.missing import FILE_ALONE, LayerNodata
from ..geo.overlay import bounding_rectangle, joined
from ..geo.repair import sound
from ..geo.reproject import meets, near
from ..inference.probability import Probability
from ..inventory.schema import BY_NAME, Choices, Field
from .choice import SHARES, Choice, choose
from .defaults import PLACES, SEED, TILE_M
from .places import CANDIDATE, TILE, CandidatePlaces, Candidates, Polygons, TilePlaces
from .tiles import TileSurvey

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
        source = TilePlaces(survey)
    if candidates is not None:
        source = CandidatePlaces(candidates, survey, job.area, job.reviewed)
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
    place = crs.transform([(point.x, point.y)], crs.world)
    ((lon, lat),) = crs.world.turned(place, 0.0).tolist()
    return {"lon": round(lon, 6), "lat": round(lat, 6)}
