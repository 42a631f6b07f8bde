# SPDX-License-Identifier: GPL-2.0-or-later
"""What detection and vectorizing share: from strips of probability to a sink full of polygons."""
from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsProcessing,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsWkbTypes,
)

from ..models.errors import Cancelled, MrifeError
from ..models.inventory.attributes import Inventory, Run
from ..models.inventory.polygons import polygonize
from . import layers
from .base import MrifeAlgorithm, gdal_source, tr
from .parameters import helped
from .preflight import check_output


@dataclass(frozen=True)
class Rules:
    """Which polygons are kept: probabilities 0-1, square metres."""

    threshold: float
    seed: float
    min_area: float


class InventoryAlgorithm(MrifeAlgorithm):

    def group(self):
        return tr("Landslide detection")

    def groupId(self):
        return "detection"

    def add_polygons(self):
        sink = QgsProcessingParameterFeatureSink("OUTPUT", tr("Landslides"), QgsProcessing.SourceType.TypeVectorPolygon)
        self.addParameter(helped(sink, tr("Polygons on true pixel edges, with holes, confidence and size.")))

    def add_results(self):
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of landslides")))
        self.addOutput(QgsProcessingOutputNumber("AREA_M2", tr("Area of all landslides (m²)")))

    def rules(self, parameters, context, defaults):
        """What the user gave, else the defaults; a lone high threshold lifts the seed."""
        threshold = self.number(parameters, "THRESHOLD", context)
        threshold = defaults.threshold if threshold is None else threshold
        seed = self.number(parameters, "SEED", context)
        seed = max(defaults.seed, threshold) if seed is None else seed
        if seed < threshold:
            raise MrifeError(tr("The seed threshold {} is below the threshold {}; it must be at least that.")
                             .format(f"{seed:g}", f"{threshold:g}"))
        area = self.number(parameters, "MIN_AREA", context)
        return Rules(threshold, seed, defaults.min_area if area is None else area)

    def dem(self, parameters, context):
        """What GDAL opens as the elevation model; None where none is given."""
        if parameters.get("DEM") in (None, ""):
            return None
        return gdal_source(self.gdal_layer(parameters, "DEM", context))

    def inventory(self, parameters, context, grid, model_id, source):
        return Inventory(grid, Run(model_id, source), self.dem(parameters, context))

    def check_sink(self, parameters, context):
        check_output(self.parameterAsFileOutput(parameters, "OUTPUT", context), self.input_files(parameters, context))

    def say_rules(self, rules, feedback):
        feedback.pushInfo(tr("Threshold {}, seed {}, minimum area {} m².").format(
            f"{rules.threshold:g}", f"{rules.seed:g}", f"{rules.min_area:g}"))

    def collect(self, strips, grid, rules, inventory, spool, feedback):
        """Strips to the spool, which keeps the polygons until all has gone well."""
        for patch in polygonize(watched(strips, grid, feedback), grid, rules.threshold, rules.seed, rules.min_area):
            if feedback.isCanceled():
                raise Cancelled("Cancelled.")
            spool.add(patch, inventory.describe(patch))

    def publish(self, spool, job, parameters, context, feedback):
        """The sink is made only now: a run that failed or was cancelled leaves nothing that looks finished."""
        fields, crs = layers.qgs_fields(job.inventory.fields), job.crs
        sink, destination = self.parameterAsSink(parameters, "OUTPUT", context, fields, QgsWkbTypes.Type.MultiPolygon,
                                                 crs)
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, "OUTPUT"))
        failure = tr("The polygons cannot be written to '{}'; make room or choose another place.").format(destination)
        try:
            count, area = layers.add_features(sink, fields, spool, failure)
        except QgsProcessingException:
            del sink
            layers.remove_file(destination)  # half of the polygons must not look like all of them
            raise
        del sink  # closes the file
        layers.keep_polygon_style(destination)
        layers.finish_layer(destination, context, tr("Landslides"), layers.polygon_name(job.source),
                            layers.style_polygons)
        feedback.pushInfo(tr("{} landslides, {} m².").format(count, f"{area:,.0f}") if count
                          else tr("No candidates above threshold."))
        return {"OUTPUT": destination, "COUNT": count, "AREA_M2": area}


def watched(strips, grid, feedback):
    """Pass strips on, showing progress and asking whether to stop."""
    for strip in strips:
        if feedback.isCanceled():
            raise Cancelled("Cancelled.")
        feedback.setProgress(100 * (strip.row + len(strip.values)) / grid.height)
        yield strip
