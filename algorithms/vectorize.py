# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectorize a probability raster: another threshold in seconds, no network needed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from qgis.core import QgsProcessingParameterRasterLayer

from ..models.inference.probability import Probability, read_provenance
from ..models.inventory.polygonize.options import Thresholds
from .base import gdal_source, paragraphs, tr
from .detection import DetectionAlgorithm, DetectionJob
from .parameters import declare as shared
from .parameters.declare import helped
from .parameters.outputs import check_temporary


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    path: str
    survey: DetectionJob


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
<p>Outlines where a landslide probability reaches a threshold, drops what is too small or nowhere sure enough, and
fills the attributes of an inventory.</p>
<p>The advanced parameters hold the steps, each on or off: contour between pixel centres, holes, gaps, minimum area by
map scale, smoothing, simplifying, exclusions, splitting. The log says how many polygons and how much area each
changed. Polygons are valid and do not overlap.</p>
<p>Takes the raster that 'Detect relic landslides' writes, or any single band of floats from 0 to 1. Empty parameters
take what the raster says it was made with. Needs no network and no runtime.</p>""")
        )

    def initAlgorithm(self, configuration=None):
        default = tr("what the raster was made with, else {}")
        self.addParameter(
            helped(
                QgsProcessingParameterRasterLayer("INPUT", tr("Landslide probability")),
                tr(
                    "A probability raster: 8-bit with a scale of 1/250 as detection "
                    "writes it, or floats from 0 to 1."
                ),
            )
        )
        self.addParameter(shared.threshold(default.format("0.5")))
        self.addParameter(shared.seed(default.format(tr("the threshold"))))
        self.addParameter(shared.min_area(default.format("0")))
        self.addParameter(shared.dem())
        self.add_steps()
        self.add_polygons()
        self.add_results()

    def examine(self, parameters, context):
        layer = self.gdal_layer(parameters, "INPUT", context)
        path = gdal_source(layer)
        grid = Probability(path).grid
        if layer.crs() != layer.dataProvider().crs():  # the user assigned another
            grid = replace(grid, wkt=layer.crs().toWkt())
        made = read_provenance(path)
        rules = self.rules(
            parameters,
            context,
            Thresholds(
                *(
                    float(made.get(key, value))
                    for key, value in (
                        ("MRIFE_THRESHOLD", 0.5),
                        ("MRIFE_SEED", 0.0),
                        ("MRIFE_MIN_AREA", 0.0),
                    )
                )
            ),
        )
        check_temporary(0)
        return Job(
            path,
            self.survey(
                parameters, context, grid, layer.crs(), rules, facts(made, layer.name())
            ),
        )

    def work(self, job, parameters, context, feedback):
        self.say_rules(job.survey.rules, feedback)
        return self.outline(job.path, job.survey, parameters, context, feedback)


def facts(made, name):
    """What a probability raster says of the run that made it."""
    size = made.get("MRIFE_GSD")
    return {
        "model_id": made.get("MRIFE_MODEL", ""),
        "src_img": made.get("MRIFE_SOURCE", name),
        "img_date": made.get("MRIFE_IMG_DATE") or None,
        "gsd_m": float(size) if size else None,
        "objects": tuple(
            float(part) for part in made.get("MRIFE_OBJECTS", "").split(",") if part
        ),
    }
