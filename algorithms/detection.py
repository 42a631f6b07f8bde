# SPDX-License-Identifier: GPL-2.0-or-later
"""What detection and vectorizing share: from a probability raster to a sink full of
polygons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
)
from qgis.PyQt.QtCore import QDate, QDateTime

from ..models.errors import Cancelled, MrifeError
from ..models.geo.grid import Grid
from ..models.inference.image_date import stated_date
from ..models.inference.probability import Probability
from ..models.inventory.candidates.attributes import Inventory, Run
from ..models.inventory.candidates.collection import Collection
from ..models.inventory.polygonize.exclusion import Exclusion
from ..models.inventory.polygonize.options import OutlineOptions, Thresholds
from ..models.inventory.polygonize.polygonize import Polygonizer
from .base import gdal_source, tr
from .layers import styles as layers
from .layers.features import ISO, VectorAlgorithm
from .parameters import declare as shared
from .parameters import polygonize as shaping
from .parameters.declare import helped


@dataclass(frozen=True)
class DetectionJob:
    """All that polygons are made with, examined and found right."""

    grid: Grid
    crs: QgsCoordinateReferenceSystem
    rules: Thresholds
    steps: OutlineOptions
    exclusion: Exclusion | None
    dem: str | None
    inventory: Inventory
    run: Run


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
        if given not in (None, ""):
            return stated_date(str(given))
        return None

    def rules(self, parameters, context, defaults):
        """What the user gave, else the defaults; a lone high threshold lifts the seed."""
        threshold = self.number(parameters, "THRESHOLD", context)
        if threshold is None:
            threshold = defaults.threshold
        seed = self.number(parameters, "SEED", context)
        if seed is None:
            seed = max(defaults.seed, threshold)
        if seed < threshold:
            raise MrifeError(
                "The seed threshold {} is below the threshold {}; it must be at least "
                "that.",
                f"{seed:g}",
                f"{threshold:g}",
            )
        return Thresholds(
            threshold,
            seed,
            shaping.smallest(self, parameters, context, defaults.min_area),
        )

    def dem(self, parameters, context):
        """What GDAL opens as the elevation model; None where none is given."""
        if parameters.get("DEM") in (None, ""):
            return None
        return gdal_source(self.gdal_layer(parameters, "DEM", context))

    def survey(self, parameters, context, grid, crs, rules, facts):
        """`facts` of the run: model_id, src_img, img_date, gsd_m, objects."""
        dem = self.dem(parameters, context)
        sheet = self.parameterAsString(parameters, "SHEET", context).strip()
        given = self.image_date(parameters)
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        run = Run(
            **{**facts, "img_date": given or facts["img_date"]}, sheet=sheet, run_utc=now
        )
        inventory = Inventory(
            grid,
            run,
            dem,
            rules.min_area,
            self.parameterAsBool(parameters, "SIZES", context),
            self.parameterAsEnumString(parameters, "DEM_UNIT", context),
        )
        self.check_sink(parameters, "OUTPUT", context)
        return DetectionJob(
            grid,
            crs,
            rules,
            shaping.steps(self, parameters, context),
            shaping.exclusion(self, parameters, context, grid, crs),
            dem,
            inventory,
            run,
        )

    def say_rules(self, rules, feedback):
        feedback.pushInfo(
            tr("Threshold {}, seed {}, minimum area {} m².").format(
                f"{rules.threshold:g}", f"{rules.seed:g}", f"{rules.min_area:g}"
            )
        )

    def outline(self, path, survey, parameters, context, feedback, begin=0):
        """Polygons of a probability raster to the sink; progress from `begin` % on."""
        feedback.setProgressText(tr("Outlining"))
        with (
            Probability(path) as probability,
            Collection(survey.inventory, probability) as found,
        ):
            steps = Polygonizer(
                probability,
                survey.grid,
                survey.rules,
                survey.steps,
                survey.dem,
                survey.exclusion,
            )
            for candidate in steps.candidates(
                watched(probability.strips(), survey.grid, feedback, begin, 100)
            ):
                if feedback.isCanceled():
                    raise Cancelled()
                found.take(candidate)
            for sentence in shaping.sentences(steps.changes, survey.steps):
                feedback.pushInfo(sentence)
            return self.publish(found, survey, parameters, context, feedback)

    def publish(self, found, survey, parameters, context, feedback):
        """The sink is made only now: a run that failed or was cancelled leaves nothing
        that looks finished.
        """
        total = []

        def records():
            for wkb, values in found:
                total.append(values["area_m2"])
                yield wkb, values

        destination, count = self.write(
            records(),
            layers.qgs_fields(survey.inventory.fields),
            survey.crs,
            parameters,
            "OUTPUT",
            context,
        )
        layers.keep_polygon_style(destination)
        layers.finish_layer(
            destination,
            context,
            tr("Landslides"),
            layers.polygon_name(survey.run.src_img),
            layers.style_polygons,
        )
        feedback.pushInfo(
            tr("{} landslides, {} m².").format(count, f"{sum(total):,.0f}")
            if count
            else tr("No candidates above threshold.")
        )
        return {"OUTPUT": destination, "COUNT": count, "AREA_M2": sum(total)}


def watched(strips, grid, feedback, begin=0, end=100):
    """Pass strips on, showing progress between two percentages and asking whether to
    stop.
    """
    for strip in strips:
        if feedback.isCanceled():
            raise Cancelled()
        feedback.setProgress(
            begin + (end - begin) * (strip.row + len(strip.values)) / grid.height
        )
        yield strip
