# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidates, or a probability raster, against a reference inventory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingFeatureSource

from ..models.evaluation.defaults import PER_100_KM2
from .base import MrifeAlgorithm
from .layers.evaluated import write_layers
from .layers.features import watched
from .layers.references import outcome, polygon_layer, reference_layer
from .messages.detection import say_notes
from .messages.evaluation import say_evaluated
from .messages.words import say_datums
from .parameters.declare import (
    advanced,
    number,
    numbers,
    optional,
    polygon_sink,
    polygon_source,
    report_files,
)
from .parameters.evaluation import (
    evaluation_area,
    probability_crs,
    probability_parameter,
    read_probability,
    reference_parameters,
)
from .parameters.language import language, language_code
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.assessment import ScoredRaster
    from ..models.evaluation.evaluate import EvaluationArea


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    candidates: QgsProcessingFeatureSource | None
    probability: ScoredRaster | None
    raster_crs: QgsCoordinateReferenceSystem | None  # of the probability raster
    reference: QgsProcessingFeatureSource
    area_name: str
    area: EvaluationArea
    is_bounding_box: bool
    per_100_km2: float
    language: str

    @property
    def name(self):
        """Of what is evaluated."""
        if self.candidates is not None:
            return self.candidates.sourceName()
        return self.probability.name


class EvaluateCandidates(MrifeAlgorithm):
    def name(self):
        return "evaluate"

    def displayName(self):
        return tr("Evaluate against an inventory")

    def tags(self):
        return tr(
            "landslide,evaluate,accuracy,precision,recall,iou,validation,reference,"
            "threshold,calibration,confidence,report,html,csv"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Compares candidates or a probability raster with a reference inventory: "
            "what is found, missed and false, with intervals, curves and thresholds."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>Compares candidates with the landslides of an inventory inside an evaluation area, where that
inventory is complete. Writes one HTML page, a table, and three layers to look at: candidates that
are right, landslides that were missed, candidates that are false.</p>
<p>Scores by ground (precision, recall, intersection over union, in true areas) and by landslide
under three rules that stand beside the numbers; pieces and merged landslides; classes of size;
false candidates per 100 km²; distances of outlines; 95 % intervals by resampling squares of ground
(bootstrap), the same in every run; of fewer than 8 landslides none for recall, F1 and IoU.</p>
<p>With a probability raster also curves over all thresholds, whether the probability means what it
says, and thresholds for the best F1 and for a recall of 0.8. With the confidence of candidates the
same by polygon, and the threshold that leaves as many as can be looked at. Without candidates the
raster's own outlines are evaluated.</p>
<p>Polygons count as objects where at least half of them lies in the area; what lies over one covers
it also where most of that lies beyond. Rejected polygons of the reference are no landslides;
candidates count whatever their status.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare([*inputs(), *choices(), *files()], outputs())

    def examine(self, given):
        from ..models.assessment import check_anything

        check_anything(given.has("INPUT"), given.has("PROBABILITY"))
        reference = given.polygons("REFERENCE")
        area_source = given.polygons("AREA")
        per_100_km2 = given.number("PER_100_KM2")
        area = evaluation_area(area_source, reference)
        return Job(
            given.polygons("INPUT"),
            read_probability(given, area, not given.has("INPUT")),
            probability_crs(given),
            reference,
            (area_source or reference).sourceName(),
            area,
            area_source is None,
            PER_100_KM2 if per_100_km2 is None else per_100_km2,
            language_code(given),
        )

    def work(self, job, given, feedback):
        from ..models.evaluation.page import page
        from ..models.evaluation.table import table
        from ..models.tables import EXCEL

        assessed = evaluated(job, feedback)
        result = assessed.result
        say_evaluated(result, feedback)
        paths = write_layers(job, assessed, given)
        paths["REPORT"] = given.outputs.text("REPORT", lambda: page(result, job.language))
        paths["CSV"] = given.outputs.text("CSV", lambda: table(result), EXCEL)
        figures = {name.upper(): value for name, value in result.figures().items()}
        results = {**paths, **figures}
        return {name: value for name, value in results.items() if value not in (None, "")}


def inputs():
    yield polygon_source(
        "INPUT",
        tr("Candidates"),
        tr(
            "What detection found, in any coordinate system. Empty: the outlines of the "
            "probability raster at its own threshold."
        ),
        optional=True,
    )
    yield probability_parameter(
        tr(
            "Needed for the curves over all thresholds. Without candidates the outlines "
            "of this raster are evaluated."
        ),
        optional=True,
    )
    yield from reference_parameters()


def choices():
    yield language()
    per_100_km2 = number(
        "PER_100_KM2",
        tr("Candidates per 100 km² that can be looked at (default: 60)"),
        tr(
            "How many candidates per 100 km² you have time to look at. The third "
            "recommended threshold gives about so many. Empty: 60."
        ),
    )
    yield advanced(per_100_km2)


def files():
    yield from report_files("REPORT")
    for name, label, text in (
        (
            "HITS",
            tr("Right candidates"),
            tr(
                "At least half of each lies on landslides of the reference (survey rule)."
            ),
        ),
        (
            "MISSED",
            tr("Missed landslides"),
            tr("Candidates cover less than half of each (survey rule)."),
        ),
        (
            "FALSE",
            tr("False candidates"),
            tr(
                "Less than half of each lies on landslides of the reference (survey rule)."
            ),
        ),
    ):
        yield optional(polygon_sink(name, label, text, optional=True))


def outputs():
    return numbers(
        ("IOU", tr("Landslide IoU by ground")),
        ("PRECISION", tr("Precision by ground")),
        ("RECALL", tr("Recall by ground")),
        ("F1", tr("F1 by ground")),
        ("OBJECT_PRECISION", tr("Precision by landslide, survey rule")),
        ("OBJECT_RECALL", tr("Recall by landslide, survey rule")),
        ("STRICT_PRECISION", tr("Precision by landslide, strict rule")),
        ("STRICT_RECALL", tr("Recall by landslide, strict rule")),
        ("FALSE_PER_100_KM2", tr("False candidates per 100 km²")),
        ("REFERENCES", tr("Landslides of the reference")),
        ("FOUND", tr("Landslides found")),
        ("CANDIDATES", tr("Candidates")),
        ("BOUNDARY_M", tr("Median distance of outlines (m)")),
        ("AVERAGE_PRECISION", tr("Average precision of the probability")),
        ("CALIBRATION_ERROR", tr("Calibration error of the probability")),
        ("THRESHOLD", tr("Threshold with the best F1")),
    )


def evaluated(job, feedback):
    """The models.assessment.Assessed of a job."""
    from ..models import assessment

    candidates = None
    if job.candidates is not None:
        candidates = polygon_layer(job.candidates, feedback)
    elif job.probability is not None:
        say_notes(job.probability.outline.notes, feedback)
    reference = reference_layer(job.reference, feedback)
    judged = candidates or job.probability
    say_datums(reference.name, reference.crs, judged.crs, feedback)
    asked = assessment.Assessment(
        candidates,
        job.probability,
        reference,
        job.area,
        job.area_name,
        job.is_bounding_box,
        job.per_100_km2,
    )
    return outcome(assessment.evaluated(asked, watched(feedback)), feedback)
