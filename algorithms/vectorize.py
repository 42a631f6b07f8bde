# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectorize a probability raster: another threshold in seconds, no network needed."""
from __future__ import annotations

from dataclasses import dataclass, replace

from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingParameterRasterLayer

from ..models.inference.grid import Grid
from ..models.inference.probability import read_probability, read_provenance
from ..models.inventory.attributes import Inventory
from ..models.inventory.spool import Spool
from . import parameters as shared
from .base import gdal_source, paragraphs, tr
from .inventory import InventoryAlgorithm, Rules
from .parameters import helped
from .preflight import check_temporary


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    path: str
    grid: Grid
    crs: QgsCoordinateReferenceSystem
    rules: Rules
    inventory: Inventory
    source: str  # name of the image


class VectorizeProbability(InventoryAlgorithm):

    def name(self):
        return "vectorize"

    def displayName(self):
        return tr("Vectorize probability")

    def tags(self):
        return tr("landslide,polygonize,threshold,hysteresis,probability,contour,vector,inventory").split(",")

    def shortDescription(self):
        return tr("Makes landslide polygons from a probability raster with another threshold, in seconds.")

    def shortHelpString(self):
        return paragraphs(tr("""
<p>Traces polygons on true pixel edges where a landslide probability reaches a threshold, keeps holes, drops what is too
small or nowhere sure enough.</p>
<p>Takes the raster that 'Detect relic landslides' writes, or any single band of floats from 0 to 1. Empty parameters
take what the raster says it was made with. Needs no network and no runtime.</p>"""))

    def initAlgorithm(self, configuration=None):
        default = tr("what the raster was made with, else {}")
        self.addParameter(helped(QgsProcessingParameterRasterLayer("INPUT", tr("Landslide probability")), tr(
            "A probability raster: 8-bit with a scale of 1/250 as detection writes it, or floats from 0 to 1.")))
        self.addParameter(shared.threshold(default.format("0.5")))
        self.addParameter(shared.seed(default.format(tr("the threshold"))))
        self.addParameter(shared.min_area(default.format("0")))
        self.addParameter(shared.dem())
        self.add_polygons()
        self.add_results()

    def examine(self, parameters, context):
        layer = self.gdal_layer(parameters, "INPUT", context)
        path = gdal_source(layer)
        grid, _ = read_probability(path)
        if layer.crs() != layer.dataProvider().crs():  # the user assigned another
            grid = replace(grid, wkt=layer.crs().toWkt())
        made = read_provenance(path)
        defaults = Rules(*(float(made.get(key, value)) for key, value in (
            ("MRIFE_THRESHOLD", 0.5), ("MRIFE_SEED", 0.0), ("MRIFE_MIN_AREA", 0.0))))
        rules = self.rules(parameters, context, defaults)
        source = made.get("MRIFE_SOURCE", layer.name())
        inventory = self.inventory(parameters, context, grid, made.get("MRIFE_MODEL", ""), source)
        self.check_sink(parameters, context)
        check_temporary(0)
        return Job(path, grid, layer.crs(), rules, inventory, source)

    def work(self, job, parameters, context, feedback):
        self.say_rules(job.rules, feedback)
        _, strips = read_probability(job.path)
        with Spool() as spool:
            self.collect(strips, job.grid, job.rules, job.inventory, spool, feedback)
            return self.publish(spool, job, parameters, context, feedback)
