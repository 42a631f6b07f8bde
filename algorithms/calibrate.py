# SPDX-License-Identifier: GPL-2.0-or-later
"""Threshold and confidence of a model for one's own ground, without training."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingFeatureSource

from ..models.errors import MrifeError
from .base import MrifeAlgorithm
from .layers.references import counted_pixels, own_outlines, reference_records
from .messages.calibration import say_confidence, say_threshold
from .parameters.declare import file_output, numbers
from .parameters.detection import model
from .parameters.evaluation import (
    ProbabilityInput,
    evaluation_area,
    probability_parameter,
    read_probability,
    reference_parameters,
)
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.evaluation.evaluate import EvaluationArea
    from ..models.onnxfile import ModelFile


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    model: ModelFile
    probability: ProbabilityInput
    reference: QgsProcessingFeatureSource
    area: EvaluationArea


class CalibrateModel(MrifeAlgorithm):
    def name(self):
        return "calibrate"

    def displayName(self):
        return tr("Calibrate a model")

    def tags(self):
        return tr(
            "landslide,calibrate,threshold,confidence,model,onnx,reference,inventory,"
            "reliability"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Fits threshold and confidence of a model to landslides that are known, in a "
            "minute and without training."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>A model carried to other ground keeps its order better than its numbers: its threshold is too high or too low there,
and what it calls sure is not. With a probability raster that it made and the landslides that are known in an area, this
fits both anew and writes a copy of the model file. The network itself stays as it is, and so does the model.</p>
<p>The threshold is the one with the best intersection over union by pixel. The confidence is a logistic regression on
what a polygon says of itself (mean and 90th percentile of the probability, contrast, size), for polygons at the new
threshold; it needs at least five right and five wrong ones.</p>
<p>Both are judged on ground left out, in five bands: what does not hold there stays as it was, and the log says
so.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare([*inputs(), destination()], outputs())

    def examine(self, given):
        from ..models.onnxfile import chosen_model, describe

        reference = given.polygons("REFERENCE")
        area = evaluation_area(given.polygons("AREA"), reference)
        chosen = describe(chosen_model(given.file("MODEL"), False))
        probability = read_probability(given, area, outlined=True)
        check_same_model(probability, chosen)
        return Job(chosen, probability, reference, area)

    def work(self, job, given, feedback):
        references = reference_records(job.reference, feedback)
        contract, threshold = with_threshold(job, references, feedback)
        contract, confidence = with_confidence(job, contract, references, feedback)
        results = {**threshold_results(threshold), **confidence_results(confidence)}
        if contract == job.model.contract:
            feedback.pushWarning(
                tr("Nothing that was fitted holds: the copy is the model as it was.")
            )
        path = write_model(job, contract, len(references), given)
        return {"OUTPUT_MODEL": path, **results}


def inputs():
    yield model()
    yield probability_parameter(
        tr("What this model made of the ground, as detection writes it."), optional=False
    )
    yield from reference_parameters()


def destination():
    return file_output(
        "OUTPUT_MODEL",
        tr("Calibrated model"),
        tr("ONNX models (*.onnx)"),
        tr(
            "A copy with another threshold and confidence, for 'Detect relic landslides'."
        ),
    )


def outputs():
    return numbers(
        ("THRESHOLD", tr("Threshold")),
        ("IOU_BEFORE", tr("Landslide IoU at the model's threshold, ground left out")),
        ("IOU_AFTER", tr("Landslide IoU at the new threshold, ground left out")),
        ("POLYGONS", tr("Polygons that the confidence was fitted to")),
        ("BRIER_BEFORE", tr("Brier score of the model's confidence")),
        ("BRIER_AFTER", tr("Brier score of the new confidence, ground left out")),
        ("ERROR_AFTER", tr("Calibration error of the new confidence, ground left out")),
    )


def check_same_model(probability, chosen):
    """Raises MrifeError where the raster was made by another model, or does not say by
    which.
    """
    made_by = probability.outline.run.model_id
    if made_by != chosen.model_id:
        raise MrifeError(
            "The probability raster '{}' was made by the model '{}', not by '{}'; choose "
            "the model that made it, or search again with this one.",
            probability.name,
            made_by or tr("unknown"),
            chosen.model_id,
        )


def with_threshold(job, references, feedback):
    """(the model's contract with the threshold that holds here, what it is worth)."""
    from ..models.evaluation.recalibrate import FOLDS, choose_threshold, moved_seed
    from ..models.geo.crs import Crs

    crs = Crs(job.reference.sourceCrs().toWkt())
    folds, _ = counted_pixels(job.probability, job.area, references, crs, FOLDS, feedback)
    contract = job.model.contract
    choice = choose_threshold(folds, contract.threshold)
    say_threshold(choice, feedback)
    if not choice.helps:
        return contract, choice
    seed = moved_seed(choice.threshold, contract.threshold, contract.seed)
    changed = replace(contract, threshold=choice.threshold, seed=seed, objects=())
    return changed, choice


def with_confidence(job, contract, references, feedback):
    """(the contract with the confidence that holds here, what it is worth)."""
    from ..models.evaluation.evaluate import Outline, evaluate
    from ..models.evaluation.recalibrate import choose_confidence
    from ..models.geo.crs import Crs
    from ..models.pipeline import OutlineRequest, prepare_outline

    probability = job.probability
    request = OutlineRequest(threshold=contract.threshold, seed=contract.seed)
    outline = prepare_outline(
        probability.path, request, probability.name, probability.crs, probability.nodata
    )
    polygons = own_outlines(probability.path, outline, feedback)
    candidates = job.area.layer(
        [Outline(wkb) for wkb, _ in polygons], Crs(probability.crs)
    )
    crs = Crs(job.reference.sourceCrs().toWkt())
    landslides = job.area.layer([Outline(wkb) for wkb, _ in references], crs)
    right = evaluate(candidates, landslides, job.area.outline).survey.matches.right
    rows = [polygons[place][1] for place in candidates.places.tolist()]
    choice = choose_confidence(rows, right, candidates.middles, contract.objects)
    say_confidence(choice, len(right), feedback)
    if choice is None or not choice.helps:
        return contract, choice
    return replace(contract, objects=choice.coefficients), choice


def write_model(job, contract, count, given):
    """The copy of the model; returns where it will stand."""
    from ..models.onnxfile import with_metadata

    staged, path = given.outputs.file("OUTPUT_MODEL")
    if contract == job.model.contract:
        shutil.copyfile(job.model.path, staged)
        return path
    day = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    fitted = f"{job.reference.sourceName()}, {count} landslides, {day}"
    metadata = replace(contract, calibrated_on=fitted).to_metadata()
    with open(staged, "wb") as file:
        file.write(with_metadata(job.model.path, metadata))
    return path


def threshold_results(choice):
    return {
        "THRESHOLD": choice.threshold if choice.helps else choice.before,
        "IOU_BEFORE": choice.iou_before,
        "IOU_AFTER": choice.iou,
    }


def confidence_results(choice):
    """Those of the confidence; none where there were too few polygons."""
    if choice is None:
        return {}
    results = {
        "POLYGONS": sum(count for *_, count in choice.after.bins),
        "BRIER_AFTER": choice.after.brier,
        "ERROR_AFTER": choice.after.calibration_error,
    }
    if choice.before is not None:
        results["BRIER_BEFORE"] = choice.before.brier
    return results
