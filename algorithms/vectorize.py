# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectorize a probability raster: another threshold in seconds, no network needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem

from .detection import DetectionAlgorithm, attribute_parameters, landslides, totals
from .messages.detection import follow, say_notes, say_thresholds
from .parameters import declare
from .parameters import detection as shared
from .parameters.behind_layers import assigned_crs, gdal_source, layer_nodata
from .parameters.outputs import check_temporary
from .parameters.polygonize import step_parameters
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.jobs import OutlineJob


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    path: str
    crs: QgsCoordinateReferenceSystem
    outline: OutlineJob


class VectorizeProbability(DetectionAlgorithm):
    def name(self):
        return "vectorize"

    def displayName(self):
        return tr("Vectorize probability")

    def tags(self):
        return tr(
            "landslide,polygonize,threshold,hysteresis,probability,contour,vector,inventory"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Makes landslide polygons from a probability raster with another threshold, "
            "in seconds."
        )

    def shortHelpString(self):
        return paragraphs(
            tr("""
<p>Outlines where a landslide probability reaches a threshold, drops what is too small or nowhere
sure enough, and fills the attributes of an inventory.</p>
<p>The advanced parameters hold the steps, each on or off: contour between pixel centres, holes,
gaps, minimum area by map scale, smoothing, simplifying, exclusions, splitting. The log says how
many polygons and how much area each changed. Polygons are valid and do not overlap.</p>
<p>Takes the raster that 'Detect relic landslides' writes, or any single band of floats from 0 to 1.
Empty parameters take what the raster says it was made with. Needs no network and no runtime.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        self.declare(
            [
                *inputs(),
                *limits(),
                *step_parameters(),
                *attribute_parameters(),
                landslides(),
            ],
            totals(),
        )

    def examine(self, given):
        from ..models.jobs import prepare_outline

        layer = given.raster("INPUT")
        path = gdal_source(layer)
        request = self.request(given, layer.crs())
        outline = prepare_outline(
            path, request, layer.name(), assigned_crs(layer), layer_nodata(layer)
        )
        check_temporary(0)
        return Job(path, layer.crs(), outline)

    def work(self, job, given, feedback):
        from ..models import pipeline
        from ..models.inventory.candidates.attributes import Collection

        say_thresholds(job.outline.thresholds, feedback)
        say_notes(job.outline.notes, feedback)
        feedback.setProgressText(tr("Outlining"))
        with Collection(job.outline.inventory) as candidates:
            progress = pipeline.outline(job.path, job.outline, candidates)
            follow(progress, feedback)
            return self.publish(candidates, job.outline, job.crs, given, feedback)


def inputs():
    default = tr("what the raster was made with, else {}")
    yield declare.raster(
        "INPUT",
        tr("Landslide probability"),
        tr(
            "A probability raster: 8-bit with a scale of 1/250 as detection "
            "writes it, or floats from 0 to 1."
        ),
    )
    yield shared.dem()
    wrapper = f"{declare.__package__}.model_labels.RasterWrapper"
    yield declare.shown_by(shared.dem_unit(), wrapper)
    yield shared.threshold(
        default.format("0.5"), tr("Threshold (default: the raster's own)")
    )


def limits():
    """What becomes a polygon, all advanced."""
    default = tr("what the raster was made with, else {}")
    yield shared.seed(
        default.format(tr("the threshold")),
        tr("Seed threshold (default: the raster's own)"),
    )
    yield shared.min_area(
        default.format("0"), tr("Minimum area (default: the raster's own)")
    )
