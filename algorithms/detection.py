# SPDX-License-Identifier: GPL-2.0-or-later
"""What detection and vectorizing share: the request to the pipeline, and what it finds
as a layer of polygons.
"""

from __future__ import annotations

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
)
from qgis.PyQt.QtCore import QDate, QDateTime

from .base import gdal_source, tr
from .layers import styles as layers
from .layers.features import ISO, VectorAlgorithm
from .messages.detection import say_polygons
from .parameters import declare as shared
from .parameters import polygonize as shaping
from .parameters.declare import helped


class DetectionAlgorithm(VectorAlgorithm):
    def group(self):
        return tr("Landslide detection")

    def groupId(self):
        return "detection"

    def add_steps(self):
        for parameter in (
            *shaping.step_parameters(),
            shared.dem_unit(),
            shared.sizes(),
            shared.sheet(),
            shared.image_date(),
        ):
            self.addParameter(parameter)

    def add_polygons(self):
        sink = QgsProcessingParameterFeatureSink(
            "OUTPUT", tr("Landslides"), QgsProcessing.SourceType.TypeVectorPolygon
        )
        self.addParameter(
            helped(
                sink,
                tr(
                    "Valid polygons that do not overlap, with confidence, shape and "
                    "terrain."
                ),
            )
        )

    def add_results(self):
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of landslides")))
        self.addOutput(
            QgsProcessingOutputNumber("AREA_M2", tr("Area of all landslides (m²)"))
        )

    def check_bounds(self, parameters, context):
        super().check_bounds(parameters, context)
        self.image_date(parameters)
        shaping.exclusion_layers(self, parameters, context)

    def image_date(self, parameters):
        """ISO date the user gave; None where the field is empty."""
        given = parameters.get("IMG_DATE")
        if isinstance(given, (QDate, QDateTime)):
            if given.isValid():
                given = given.toString(ISO)
            else:
                given = None
        if given in (None, ""):
            return None
        from ..models.inference.image_date import stated_date

        return stated_date(str(given))

    def dem(self, parameters, context):
        """What GDAL opens as the elevation model; None where none is given."""
        if parameters.get("DEM") in (None, ""):
            return None
        return gdal_source(self.gdal_layer(parameters, "DEM", context))

    def request(self, parameters, context, crs):
        """What the user asks of the polygons; exclusions will come in `crs`."""
        from ..models.pipeline import OutlineRequest

        def read_exclusion(grid):
            return shaping.exclusion(self, parameters, context, grid, crs)

        return OutlineRequest(
            threshold=self.number(parameters, "THRESHOLD", context),
            seed=self.number(parameters, "SEED", context),
            min_area=self.number(parameters, "MIN_AREA", context),
            scale=self.number(parameters, "SCALE", context),
            options=shaping.steps(self, parameters, context),
            read_exclusion=read_exclusion,
            dem=self.dem(parameters, context),
            dem_unit=self.parameterAsEnumString(parameters, "DEM_UNIT", context),
            sizes=self.parameterAsBool(parameters, "SIZES", context),
            sheet=self.parameterAsString(parameters, "SHEET", context).strip(),
            image_date=self.image_date(parameters),
        )

    def publish(self, candidates, job, crs, parameters, context, feedback):
        """The sink is made only now: a run that failed or was cancelled leaves nothing
        that looks finished.
        """
        for sentence in shaping.sentences(candidates.changes, job.options):
            feedback.pushInfo(sentence)
        area = 0.0

        def records():
            nonlocal area
            for wkb, values in candidates:
                area += values["area_m2"]
                yield wkb, values

        destination, count = self.write(
            records(),
            layers.qgs_fields(job.inventory.fields),
            crs,
            parameters,
            "OUTPUT",
            context,
        )
        layers.keep_polygon_style(destination)
        layers.finish_layer(
            destination,
            context,
            tr("Landslides"),
            layers.polygon_name(job.run.src_img),
            layers.style_polygons,
        )
        say_polygons(count, area, feedback)
        return {"OUTPUT": destination, "COUNT": count, "AREA_M2": area}
