# SPDX-License-Identifier: GPL-2.0-or-later
"""Calibrating the model that made a probability raster on an inventory: threshold and
confidence anew where they hold on ground left out, and the copy of the file with them.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import datetime, timezone
from typing import NamedTuple

from .assessment import PolygonLayer, ScoredRaster, counted_pixels, own_outlines
from .contract import Contract
from .errors import MrifeError, Note
from .evaluation.evaluate import EvaluationArea, Outline, evaluate
from .evaluation.recalibrate import (
    FOLDS,
    ConfidenceChoice,
    ThresholdChoice,
    choose_confidence,
    choose_threshold,
    moved_seed,
)
from .jobs import OutlineRequest, prepare_outline
from .onnxfile import ModelFile, describe, shipped_models, with_metadata
from .watch import Watch, unwatched


class CalibratedContract(NamedTuple):
    """The contract with what holds on ground left out, what each choice is worth, and of
    how many polygons, on how many landslides of the area, the confidence was to be fitted.
    """

    contract: Contract
    threshold: ThresholdChoice
    confidence: ConfidenceChoice | None
    polygons: int
    landslides: int

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
    model: ModelFile,
    raster: ScoredRaster,
    reference: PolygonLayer,
    area: EvaluationArea,
    watch: Watch = unwatched,
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
    candidates = area.layer([Outline(wkb) for wkb, _ in polygons], raster.crs, watch)
    outlines = [Outline(wkb) for wkb, _ in reference.rows]
    landslides = area.layer(outlines, reference.crs, watch)
    evaluation = evaluate(candidates, landslides, area.outline, watch=watch)
    right = evaluation.survey.matches.right
    rows = [polygons[place][1] for place in candidates.places.tolist()]
    confidence = choose_confidence(rows, right, candidates.middles, contract.objects)
    if confidence is not None and confidence.helps:
        contract = replace(contract, objects=confidence.coefficients)
    counts = len(right), len(landslides.places)
    return CalibratedContract(contract, threshold, confidence, *counts)


def calibrated_copy(
    model: ModelFile, calibration: CalibratedContract, reference: PolygonLayer
) -> bytes:
    """The model's file with what was fitted, and on what; as it was where nothing holds."""
    if calibration.contract == model.contract:
        with open(model.path, "rb") as file:
            return file.read()
    day = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    fitted = f"{reference.name}, {calibration.landslides} landslides, {day}"
    metadata = replace(calibration.contract, calibrated_on=fitted).to_metadata()
    return with_metadata(model.path, metadata)
