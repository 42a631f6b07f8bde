# SPDX-License-Identifier: GPL-2.0-or-later
"""Evaluating against an inventory, and calibrating a model on it, from layers and a
probability raster to what is written: dialogs and the command line both come here.

What takes long is a generator: it yields the share that is through, 0-1, and returns what
it made.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import NamedTuple

from .contract import Contract
from .errors import MrifeError, Note
from .evaluation.defaults import PER_100_KM2
from .evaluation.evaluate import EvaluationArea, Outline, evaluate
from .evaluation.looknext import Searched
from .evaluation.pixel_metrics import ConfusionCounts
from .evaluation.ranking import confidence_of
from .evaluation.raster import count_pixels, searched_share
from .evaluation.recalibrate import (
    FOLDS,
    ConfidenceChoice,
    ThresholdChoice,
    choose_confidence,
    choose_threshold,
    moved_seed,
)
from .evaluation.result import Result
from .geo.crs import Crs
from .geo.missing import FILE_ALONE, LayerNodata
from .geo.overlay import bounding_rectangle
from .geo.reproject import near
from .inference.probability import Probability
from .inventory.candidates.attributes import Collection
from .inventory.schema import BY_NAME
from .inventory.status import REJECTED
from .inventory.values import typed
from .jobs import OutlineJob, OutlineRequest, prepare_outline
from .onnxfile import ModelFile, describe, shipped_models, with_metadata
from .pipeline import outline

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


class CalibratedContract(NamedTuple):
    """The contract with what holds on ground left out, what each choice is worth, and of
    how many polygons the confidence was to be fitted.
    """

    contract: Contract
    threshold: ThresholdChoice
    confidence: ConfidenceChoice | None
    polygons: int

    def confidence_notes(self) -> tuple[Note, ...]:
        """Where no new confidence holds: why, and what candidates will have."""
        choice = self.confidence
        if choice is not None and choice.helps:
            return ()
        reason = Note(
            "The new confidence does not hold on ground left out: it is not used."
        )
        if choice is None:
            reason = Note(
                "Of {} polygons too few are right, or wrong, to fit a confidence: five of "
                "each are needed.",
                self.polygons,
            )
        if self.contract.objects:
            return reason, Note("The model's own confidence stays.")
        return reason, Note("Candidates of this model will have no confidence.")

    def figures(self) -> dict[str, float]:
        """What it comes to, by name; those that there are not are left out."""
        threshold = self.threshold
        figures = {
            "threshold": threshold.for_use,
            "iou_before": threshold.iou_before,
            "iou_after": threshold.iou,
        }
        confidence = self.confidence
        if confidence is not None:
            figures["polygons"] = sum(count for *_, count in confidence.after.bins)
            figures["brier_after"] = confidence.after.brier
            figures["error_after"] = confidence.after.calibration_error
            if confidence.before is not None:
                figures["brier_before"] = confidence.before.brier
        return figures


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
        status = {name.lower(): value for name, value in values.items()}.get("status")
        if typed(status, BY_NAME["status"]) == REJECTED:
            rejected += 1
        else:
            landslides.append((wkb, values))
    return landslides, rejected


def evaluated(assessment: Assessment) -> Generator[float, None, Assessed]:
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
    evaluation = evaluate(
        area.layer(outlines, candidates.crs),
        area.layer([Outline(wkb) for wkb, _ in reference.rows], reference.crs),
        area.outline,
        ranked_by,
    )
    counts = None
    searched = None
    if raster is not None:
        (counts,), searched = yield from counted_pixels(raster, area, reference, 1)
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


def model_of(raster: ScoredRaster, path: str | None) -> ModelFile:
    """The model that made a raster: the one at `path`, else that of those which come with
    the plugin. Raises MrifeError where it was another, or the raster does not say which.
    """
    made_by = raster.outline.run.model_id
    paths = [path] if path else shipped_models()
    models = [describe(one) for one in paths]
    for model in models:
        if made_by == model.model_id:
            return model
    model = models[0]
    if not made_by:
        raise MrifeError(
            "The probability raster '{}' does not say which model made it; search again "
            "with '{}'.",
            raster.name,
            model.model_id,
        )
    raise MrifeError(
        "The probability raster '{}' was made by the model '{}', not by '{}'; choose "
        "the model that made it, or search again with this one.",
        raster.name,
        made_by,
        model.model_id,
    )


def calibrated(
    model: ModelFile, raster: ScoredRaster, reference: PolygonLayer, area: EvaluationArea
) -> Generator[float, None, CalibratedContract]:
    """Fit threshold and confidence to the landslides of a reference; what does not hold on
    ground left out stays as it was.
    """
    contract = model.contract
    folds, _ = yield from counted_pixels(raster, area, reference, FOLDS)
    threshold = choose_threshold(folds, contract.threshold)
    if threshold.helps:
        seed = moved_seed(threshold.threshold, contract.threshold, contract.seed)
        contract = replace(contract, threshold=threshold.threshold, seed=seed, objects=())
    request = OutlineRequest(threshold=contract.threshold, seed=contract.seed)
    wkt = raster.outline.grid.wkt
    job = prepare_outline(raster.path, request, raster.name, wkt, raster.nodata)
    polygons = yield from own_outlines(replace(raster, outline=job))
    candidates = area.layer([Outline(wkb) for wkb, _ in polygons], raster.crs)
    outlines = [Outline(wkb) for wkb, _ in reference.rows]
    landslides = area.layer(outlines, reference.crs)
    right = evaluate(candidates, landslides, area.outline).survey.matches.right
    rows = [polygons[place][1] for place in candidates.places.tolist()]
    confidence = choose_confidence(rows, right, candidates.middles, contract.objects)
    if confidence is not None and confidence.helps:
        contract = replace(contract, objects=confidence.coefficients)
    return CalibratedContract(contract, threshold, confidence, len(right))


def calibrated_copy(
    model: ModelFile, calibration: CalibratedContract, reference: PolygonLayer
) -> bytes:
    """The model's file with what was fitted, and on what; as it was where nothing holds."""
    if calibration.contract == model.contract:
        with open(model.path, "rb") as file:
            return file.read()
    day = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    fitted = f"{reference.name}, {len(reference.rows)} landslides, {day}"
    metadata = replace(calibration.contract, calibrated_on=fitted).to_metadata()
    return with_metadata(model.path, metadata)
