# SPDX-License-Identifier: GPL-2.0-or-later
"""Candidates, or a probability raster, against a reference inventory."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from qgis.core import QgsProcessingFeatureSource

from ..models.errors import Cancelled, MrifeError
from .base import MrifeAlgorithm
from .layers.evaluated import write_layers
from .layers.features import features, polygons_of, records
from .messages.detection import follow, say_notes
from .messages.evaluation import say_evaluated
from .parameters.declare import (
    advanced,
    file_output,
    number,
    numbers,
    optional,
    polygon_sink,
    polygon_source,
    raster,
)
from .parameters.given import assigned_crs, gdal_source, layer_nodata
from .parameters.language import language, language_code
from .parameters.outputs import check_temporary
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.evaluation.evaluate import EvaluationArea
    from ..models.pipeline import OutlineJob

WANTED = 60  # candidates per 100 km2 that a person can look at
EXCEL = "utf-8-sig"  # by which Excel sees UTF-8


@dataclass(frozen=True)
class ProbabilityInput:
    """A probability raster as it is read."""

    path: str
    name: str
    crs: str  # WKT
    nodata: object
    outline: OutlineJob


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    candidates: QgsProcessingFeatureSource | None
    raster: ProbabilityInput | None
    reference: QgsProcessingFeatureSource
    area_name: str
    area: EvaluationArea
    is_bounding_box: bool
    wanted: float
    language: str
    moment: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    @property
    def name(self):
        """Of what is evaluated."""
        if self.candidates is not None:
            return self.candidates.sourceName()
        return self.raster.name


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
<p>Compares candidates with the landslides of an inventory inside an evaluation area, where that inventory is complete.
Writes one HTML page, a table, and three layers to look at: candidates that are right, landslides that were missed,
candidates that are false.</p>
<p>Scores by ground (precision, recall, intersection over union, in true areas) and by landslide under three rules that
stand beside the numbers; pieces and merged landslides; classes of size; false candidates per 100 km²; distances of
outlines; intervals from squares of ground drawn anew, the same in every run.</p>
<p>With a probability raster also curves over all thresholds, whether the probability means what it says, and thresholds
for the best F1 and for a recall of 0.8. With the confidence of candidates the same by polygon, and the one that leaves
as many as can be looked at. Without candidates the raster's own outlines are evaluated.</p>
<p>Polygons count as objects where at least half of them lies in the area. Rejected polygons of the reference are no
landslides; candidates count whatever their status.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare([*inputs(), *choices(), *files()], outputs())

    def check_values(self, given):
        super().check_values(given)
        if not (given.has("INPUT") or given.has("PROBABILITY")):
            raise MrifeError(
                "There is nothing to evaluate; give candidates, a probability raster, or "
                "both."
            )

    def examine(self, given):
        reference = given.polygons("REFERENCE")
        area_source = given.polygons("AREA")
        wanted = given.number("PER_100_KM2")
        area = evaluation_area(area_source, reference)
        return Job(
            given.polygons("INPUT"),
            read_raster(given, area),
            reference,
            (area_source or reference).sourceName(),
            area,
            area_source is None,
            WANTED if wanted is None else wanted,
            language_code(given),
        )

    def work(self, job, given, feedback):
        from ..models.evaluation.page import page
        from ..models.evaluation.table import table

        result, layers = evaluated(job, feedback)
        say_evaluated(result, feedback)
        paths = write_layers(job, layers, result.evaluation, given)
        paths["REPORT"] = given.outputs.text("REPORT", lambda: page(result, job.language))
        paths["CSV"] = given.outputs.text("CSV", lambda: table(result), EXCEL)
        results = {**paths, **results_of(result)}
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
    yield raster(
        "PROBABILITY",
        tr("Landslide probability"),
        tr("For curves over all thresholds, and where there are no candidates."),
        optional=True,
    )
    yield polygon_source(
        "REFERENCE",
        tr("Reference inventory"),
        tr(
            "Landslides that are known, in any coordinate system; those of status "
            "'rejected' are left out."
        ),
    )
    yield polygon_source(
        "AREA",
        tr("Evaluation area"),
        tr(
            "Where the reference is complete. Empty: its bounding rectangle, which the "
            "report says."
        ),
        optional=True,
    )


def choices():
    yield language()
    per_100_km2 = number(
        "PER_100_KM2",
        tr("Candidates per 100 km² that can be looked at"),
        tr("For the third recommended threshold. Empty: 60."),
    )
    yield advanced(per_100_km2)


def files():
    yield file_output(
        "REPORT",
        tr("Report"),
        tr("HTML files (*.html)"),
        tr("One page that holds all it shows."),
    )
    yield file_output(
        "CSV",
        tr("Table"),
        tr("CSV files (*.csv)"),
        tr("Every number of the report: table, item, quantity, value, unit. UTF-8."),
        optional=True,
    )
    for name, label, text in (
        ("HITS", tr("Right candidates"), tr("By the survey rule.")),
        ("MISSED", tr("Missed landslides"), tr("Of the reference, by the survey rule.")),
        ("FALSE", tr("False candidates"), tr("By the survey rule.")),
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


def read_raster(given, area):
    """The probability raster; None where none is given. Raises MrifeError where it lies
    elsewhere than the evaluation area.
    """
    from ..models.pipeline import OutlineRequest, prepare_outline

    if not given.has("PROBABILITY"):
        return None
    layer = given.raster("PROBABILITY")
    path = gdal_source(layer)
    nodata = layer_nodata(layer)
    wkt = assigned_crs(layer)
    job = prepare_outline(path, OutlineRequest(), layer.name(), wkt, nodata)
    if not area.on(job.grid.crs, job.grid.bounds):
        raise MrifeError(
            "The evaluation area and the probability raster '{}' do not overlap; choose "
            "an area on the raster, or look at the coordinate systems of both.",
            layer.name(),
        )
    if not given.has("INPUT"):
        check_temporary(0)
    return ProbabilityInput(path, layer.name(), layer.crs().toWkt(), nodata, job)


def evaluation_area(area, reference):
    """The evaluation area of a source of polygons, else the bounding rectangle of the
    reference. Raises MrifeError where there is none.
    """
    from ..models.evaluation.evaluate import EvaluationArea
    from ..models.geo.crs import Crs
    from ..models.geo.overlay import bounding_rectangle

    source = area or reference
    polygons = map(polygons_of, features(source))
    if area is None:
        polygons = bounding_rectangle(polygons)
    return EvaluationArea(polygons, Crs(source.sourceCrs().toWkt()))


def evaluated(job, feedback):
    """(Result, the records behind its candidates and its landslides)."""
    from ..models.evaluation.evaluate import Outline, evaluate
    from ..models.evaluation.ranking import confidence_of
    from ..models.evaluation.result import Result
    from ..models.geo.crs import Crs

    references = reference_records(job.reference, feedback)
    candidates, crs = candidate_records(job, feedback)
    ranked_by, confidence = confidence_of([values for _, values in candidates])
    outlines = [Outline(wkb, own) for (wkb, _), own in zip(candidates, confidence)]
    found = job.area.layer(outlines, Crs(crs))
    reference_crs = job.reference.sourceCrs().toWkt()
    known = job.area.layer([Outline(wkb) for wkb, _ in references], Crs(reference_crs))
    evaluation = evaluate(found, known, job.area.outline, ranked_by)
    counts = None
    searched = None
    threshold = None
    if job.raster is not None:
        counts, searched = counted_pixels(job, references, reference_crs, feedback)
        threshold = job.raster.outline.thresholds.threshold
    result = Result(
        evaluation,
        job.name,
        job.reference.sourceName(),
        job.area_name,
        job.moment,
        job.wanted,
        job.is_bounding_box,
        counts,
        threshold,
        searched,
    )
    return result, (candidates, references)


def reference_records(source, feedback):
    """The landslides of the reference; what a person rejected is none."""
    from ..models.inventory.schema import BY_NAME
    from ..models.inventory.status import REJECTED
    from ..models.inventory.values import typed

    landslides = []
    rejected = 0
    for wkb, values in records(source, feedback):
        status = {name.lower(): value for name, value in values.items()}.get("status")
        if typed(status, BY_NAME["status"]) == REJECTED:
            rejected += 1
        else:
            landslides.append((wkb, values))
    if rejected:
        feedback.pushInfo(
            tr("{} rejected polygons of the reference are left out.").format(rejected)
        )
    return landslides


def candidate_records(job, feedback):
    """(records, WKT of their CRS): of the layer, or of the raster's own outlines."""
    from ..models import pipeline
    from ..models.inventory.candidates.attributes import Collection

    if job.candidates is not None:
        crs = job.candidates.sourceCrs().toWkt()
        return list(records(job.candidates, feedback)), crs
    outline = job.raster.outline
    say_notes(outline.notes, feedback)
    with Collection(outline.inventory) as candidates:
        follow(pipeline.outline(job.raster.path, outline, candidates), feedback)
        return list(candidates), job.raster.crs


def counted_pixels(job, references, crs, feedback):
    """(pixels by probability, share of the evaluation area that was searched)."""
    from ..models.evaluation.pixel_metrics import ConfusionCounts
    from ..models.evaluation.raster import count_pixels, searched_share
    from ..models.geo.crs import Crs
    from ..models.geo.reproject import near
    from ..models.inference.probability import Probability

    counts = ConfusionCounts()
    with Probability(job.raster.path, job.raster.nodata) as probability:
        grid = job.raster.outline.grid
        polygons = (wkb for wkb, _ in references)
        landslides = near(polygons, Crs(crs), grid.bounds, grid.crs)
        area = job.area.on(grid.crs, grid.bounds)
        truth = [polygon.wkb for polygon in landslides]
        for share in count_pixels(probability, truth, area, counts):
            if feedback.isCanceled():
                raise Cancelled()
            feedback.setProgress(100 * share)
        return counts, searched_share(counts, grid, job.area)


def results_of(result):
    """The figures for a model or a script; None where there is none."""
    evaluation = result.evaluation
    strict, survey, _ = evaluation.rules
    areas = evaluation.areas
    boundary = evaluation.boundary
    figures = {
        "IOU": areas.iou.value,
        "PRECISION": areas.precision.value,
        "RECALL": areas.recall.value,
        "F1": areas.f1.value,
        "OBJECT_PRECISION": survey.precision.value,
        "OBJECT_RECALL": survey.recall.value,
        "STRICT_PRECISION": strict.precision.value,
        "STRICT_RECALL": strict.recall.value,
        "FALSE_PER_100_KM2": evaluation.false_per_100_km2.value,
        "REFERENCES": len(survey.matches.found),
        "FOUND": int(survey.matches.found.sum()),
        "CANDIDATES": len(survey.matches.right),
        "BOUNDARY_M": boundary and boundary.median,
        **pixel_results(result),
    }
    return {
        name: value
        for name, value in figures.items()
        if value is not None and math.isfinite(value)
    }


def pixel_results(result):
    """Those of the probability raster."""
    if result.pixels is None or not result.pixels.slide.any():
        return {}
    return {
        "AVERAGE_PRECISION": result.pixels.average_precision(),
        "CALIBRATION_ERROR": result.pixels.calibration_error(),
        "THRESHOLD": result.pixels.best().threshold,
    }
