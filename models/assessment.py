# SPDX-License-Identifier: GPL-2.0-or-later
"""Evaluating against an inventory, from layers and a probability raster to what is written:
dialogs and the command line both come here.

What takes long is a generator: it yields the share that is through, 0-1, and returns what
it made.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import NamedTuple

from .errors import MrifeError
from .evaluation.defaults import PER_100_KM2
from .evaluation.evaluate import EvaluationArea, Outline, evaluate
from .evaluation.looknext import Searched
from .evaluation.pixel_metrics import ConfusionCounts
from .evaluation.ranking import confidence_of
from .evaluation.raster import count_pixels, searched_for, searched_share
from .evaluation.result import Result
from .geo.crs import Crs
from .geo.missing import FILE_ALONE, LayerNodata
from .geo.overlay import bounding_rectangle
from .geo.reproject import near
from .inference.probability import Probability
from .inventory.candidates.attributes import Collection
from .inventory.schema import BY_NAME
from .inventory.status import REJECTED
from .inventory.values import by_lower_case, finite, typed
from .jobs import OutlineJob, OutlineRequest, prepare_outline
from .pipeline import outline
from .watch import Watch, unwatched

Rows = Sequence[tuple[bytes, dict]]  # WKB, values by field


class PolygonLayer(NamedTuple):
    """Polygons with their values, in one CRS; `name` is for people."""

    rows: Rows
    crs: Crs
    name: str


@dataclass(frozen=True)
class ScoredRaster:
    """A probability raster as it is read, and how its polygons would be made."""

    path: str
    name: str
    outline: OutlineJob
    nodata: LayerNodata = FILE_ALONE

    @property
    def crs(self) -> Crs:
        """The one that it is taken in."""
        return self.outline.grid.crs

    @property
    def searched(self) -> Searched:
        """What a choice of places needs of it."""
        threshold = self.outline.thresholds.threshold
        return Searched(self.path, self.outline.grid, threshold, self.nodata)


@dataclass(frozen=True)
class Assessment:
    """What is to be evaluated: candidates, or a raster's own outlines where there are
    none, against the landslides of a reference.
    """

    candidates: PolygonLayer | None
    raster: ScoredRaster | None
    reference: PolygonLayer
    area: EvaluationArea
    area_name: str
    is_bounding_box: bool
    per_100_km2: float = PER_100_KM2
    moment: datetime = field(default_factory=lambda: datetime.now(timezone.utc))


class Assessed(NamedTuple):
    """The scores, and the rows behind the candidates and the landslides in them."""

    result: Result
    candidates: PolygonLayer
    reference: PolygonLayer


def scored_raster(
    path: str, name: str, wkt: str | None = None, nodata: LayerNodata = FILE_ALONE
) -> ScoredRaster:
    """A probability raster, taken in the system `wkt` where it is not the file's. Raises
    MrifeError.
    """
    job = prepare_outline(path, OutlineRequest(), name, wkt, nodata)
    return ScoredRaster(path, name, job, nodata)


def evaluation_area(polygons: Iterable[bytes], crs: Crs, given: bool) -> EvaluationArea:
    """The area of polygons, or, where they are not `given` as one but the reference's, the
    rectangle around them. Raises MrifeError.
    """
    if not given:
        polygons = bounding_rectangle(polygons)
        if not polygons:
            raise MrifeError(
                "The reference holds no polygon with an area, and no evaluation area was "
                "given; give the area, or look at the reference's filter and selection."
            )
    return EvaluationArea(polygons, crs)


def check_on(area: EvaluationArea, raster: ScoredRaster) -> None:
    """Raises MrifeError where a raster lies elsewhere than the evaluation area."""
    grid = raster.outline.grid
    if not area.on(grid.crs, grid.bounds):
        raise MrifeError(
            "The evaluation area and the probability raster '{}' do not overlap; choose "
            "an area on the raster, or look at the coordinate systems of both.",
            raster.name,
        )


def check_anything(has_candidates: bool, has_raster: bool) -> None:
    """Raises MrifeError where there is nothing to evaluate."""
    if not (has_candidates or has_raster):
        raise MrifeError(
            "There is nothing to evaluate; give candidates, a probability raster, or "
            "both."
        )


def landslides_of(rows: Iterable[tuple[bytes, dict]]) -> tuple[Rows, int]:
    """(rows of a reference that are landslides, how many a person rejected)."""
    landslides = []
    rejected = 0
    for wkb, values in rows:
        if _is_rejected(by_lower_case(values)):
            rejected += 1
        else:
            landslides.append((wkb, values))
    return landslides, rejected


def _is_rejected(values: dict) -> bool:
    """By its status or, as in the layer for training that a review leaves, by its class."""
    if typed(values.get("status"), BY_NAME["status"]) == REJECTED:
        return True
    return bool(values.get("rej_why")) and finite(values.get("cls")) == 0


def evaluated(
    assessment: Assessment, watch: Watch = unwatched
) -> Generator[float, None, Assessed]:
    """Score candidates, and the pixels of a raster where there is one."""
    candidates = assessment.candidates
    raster = assessment.raster
    if candidates is None:
        rows = yield from own_outlines(raster)
        candidates = PolygonLayer(rows, raster.crs, raster.name)
    area = assessment.area
    ranked_by, confidence = confidence_of([values for _, values in candidates.rows])
    outlines = [Outline(wkb, own) for (wkb, _), own in zip(candidates.rows, confidence)]
    reference = assessment.reference
    found = area.layer(outlines, candidates.crs, watch)
    counts = None
    searched = None
    for_candidates = 1.0
    if raster is not None:
        (counts,), searched = yield from counted_pixels(raster, area, reference, 1)
        grid = raster.outline.grid
        for_candidates = searched_for(found, grid, area, searched)
    landslides = [Outline(wkb) for wkb, _ in reference.rows]
    evaluation = evaluate(
        found,
        area.layer(landslides, reference.crs, watch),
        area.outline,
        ranked_by,
        for_candidates,
        watch,
    )
    result = Result(
        evaluation,
        candidates.name,
        reference.name,
        assessment.area_name,
        assessment.moment,
        assessment.per_100_km2,
        assessment.is_bounding_box,
        counts,
        searched,
    )
    return Assessed(result, candidates, reference)


def own_outlines(raster: ScoredRaster) -> Generator[float, None, Rows]:
    """The polygons of a raster, as detection makes them."""
    with Collection(raster.outline.inventory) as candidates:
        for step in outline(raster.path, raster.outline, candidates):
            yield step.share
        return list(candidates)


def counted_pixels(
    raster: ScoredRaster, area: EvaluationArea, reference: PolygonLayer, folds: int
) -> Generator[float, None, tuple[list[ConfusionCounts], float]]:
    """(pixels by probability in `folds` bands of ground, share of the evaluation area
    that was searched).
    """
    counts = [ConfusionCounts() for _ in range(folds)]
    grid = raster.outline.grid
    polygons = (wkb for wkb, _ in reference.rows)
    landslides = near(polygons, reference.crs, grid.bounds, grid.crs)
    truth = [polygon.wkb for polygon in landslides]
    with Probability(raster.path, raster.nodata) as probability:
        inside = area.on(grid.crs, grid.bounds)
        yield from count_pixels(probability, truth, inside, counts)
    return counts, searched_share(counts, grid, area)
