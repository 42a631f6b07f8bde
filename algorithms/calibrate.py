# SPDX-License-Identifier: GPL-2.0-or-later
"""Threshold and confidence of a model for one's own ground, without training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingFeatureSource

from .base import MrifeAlgorithm
from .layers.features import watched
from .layers.references import outcome, reference_layer
from .messages.calibration import say_confidence, say_threshold
from .messages.words import say_datums
from .parameters.declare import file_output, numbers
from .parameters.detection import model
from .parameters.evaluation import (
    evaluation_area,
    probability_parameter,
    read_probability,
    reference_parameters,
)
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.assessment import ScoredRaster
    from ..models.evaluation.evaluate import EvaluationArea
    from ..models.onnxfile import ModelFile


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    model: ModelFile
    probability: ScoredRaster
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
<p>On ground that a model has not learned from, its threshold is too high or too low, and its
confidence promises too much or too little, even where it ranks the polygons well. With a
probability raster that it made and the landslides that are known in an area, this fits threshold
and confidence again and writes a copy of the model file. The network in it is not changed, nor is
the first file.</p>
<p>The threshold is the one with the best intersection over union by pixel; the seed threshold moves
along with it. The confidence is a logistic regression on properties of the polygons at these
thresholds (mean and 90th percentile of the probability, contrast, size); it needs at least five
polygons that are right and five that are wrong.</p>
<p>Both are tested on ground that was left out of the fit, in five bands. If the new threshold is
not better there, the old one stays. If the new confidence is not better there, the old one stays,
too, unless the threshold is new: then the confidence is empty. The log says which.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare([*inputs(), destination()], outputs())

    def examine(self, given):
        from ..models.model_calibration import model_of

        reference = given.polygons("REFERENCE")
        area = evaluation_area(given.polygons("AREA"), reference)
        probability = read_probability(given, area, outlined=True)
        model = model_of(probability, given.file("MODEL"))
        return Job(model, probability, reference, area)

    def work(self, job, given, feedback):
        from ..models.model_calibration import calibrated, calibrated_copy

        reference = reference_layer(job.reference, feedback)
        ground = job.probability.crs
        say_datums(reference.name, reference.crs, ground, feedback)
        watch = watched(feedback)
        steps = calibrated(job.model, job.probability, reference, job.area, watch)
        calibration = outcome(steps, feedback)
        say_threshold(calibration.threshold, feedback)
        say_confidence(calibration, feedback)
        if calibration.contract == job.model.contract:
            feedback.pushWarning(
                tr("Nothing that was fitted holds: the copy is the model as it was.")
            )
        staged, path = given.outputs.file("OUTPUT_MODEL")
        with open(staged, "wb") as file:
            file.write(calibrated_copy(job.model, calibration, reference))
        figures = calibration.figures()
        results = {name.upper(): value for name, value in figures.items()}
        return {"OUTPUT_MODEL": path, **results}


def inputs():
    yield model(tr("that of the plugin's own models which made the raster"))
    yield probability_parameter(
        tr(
            "The probability raster that 'Detect relic landslides' wrote with this "
            "model."
        ), optional=False
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
