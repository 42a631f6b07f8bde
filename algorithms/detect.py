# SPDX-License-Identifier: GPL-2.0-or-later
"""Detect relic landslides: raster in, styled polygons out."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass

from qgis.core import (
    QgsFeatureRequest,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterExtent,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterRasterLayer,
    QgsProcessingUtils,
)

from ..models.errors import UnsuitableRaster
from ..models.inference.image_date import image_date
from ..models.inference.plan import Plan, plan
from ..models.inference.predict import predict
from ..models.inference.probability import ProbabilityWriter
from ..models.inference.raster import Raster
from ..models.inference.worker_client import RemoteDetector
from ..models.onnxfile import ModelFile, chosen_model, describe
from .base import gdal_source, paragraphs, tr
from .detection import DetectionAlgorithm, DetectionJob, watched
from .layers import styles as layers
from .parameters import declare as shared
from .parameters.declare import advanced, helped
from .parameters.outputs import check_output, check_temporary
from .runtime.interpreter import find_interpreter
from .runtime.process import WorkerChannel

BATCH = 8
SEARCHED = 95  # % of a run when the network is through


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    raster: Raster
    model: ModelFile
    plan: Plan
    survey: DetectionJob
    batch: int
    device: str
    interpreter: str


class DetectLandslides(DetectionAlgorithm):
    def name(self):
        return "detect"

    def displayName(self):
        return tr("Detect relic landslides")

    def tags(self):
        return tr(
            "landslide,relic,ancient,landslip,geohazard,mass movement,inventory,deep "
            "learning,neural network,ai,onnx,segmentation,orthophoto,satellite"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Finds candidate relic landslides in an orthophoto or satellite image and "
            "outlines them."
        )

    def shortHelpString(self):
        return detection_help()

    def initAlgorithm(self, configuration=None):
        contract = tr("what the model says")
        self.addParameter(
            helped(
                QgsProcessingParameterRasterLayer("INPUT", tr("Image")),
                tr(
                    "An orthophoto or satellite image as a raster file with a "
                    "coordinate reference system. It is resampled on the fly where its "
                    "pixels differ from those the model was trained on."
                ),
            )
        )
        self.addParameter(
            helped(
                QgsProcessingParameterExtent("EXTENT", tr("Extent"), optional=True),
                tr(
                    "Only this part is searched; the result equals a cut of the whole "
                    "run. Empty: all of the image."
                ),
            )
        )
        self.addParameter(shared.threshold(contract))
        for parameter in (
            shared.bands(),
            shared.mask(),
            shared.model(),
            shared.seed(contract),
            shared.min_area(contract),
            shared.dem(),
            shared.overlap(contract),
            shared.batch(BATCH),
            shared.device(),
            shared.fast(),
        ):
            self.addParameter(advanced(parameter))
        self.add_steps()
        self.add_polygons()
        self.addParameter(
            helped(
                QgsProcessingParameterRasterDestination(
                    "PROBABILITY",
                    tr("Landslide probability"),
                    optional=True,
                    createByDefault=False,
                ),
                tr(
                    "8-bit raster on the image's own grid: value / 250 is the "
                    "probability, 255 is nodata. From it 'Vectorize probability' makes "
                    "polygons with another threshold in seconds."
                ),
            )
        )
        self.add_results()
        self.addOutput(QgsProcessingOutputString("DEVICE_USED", tr("Device that ran")))
        self.addOutput(QgsProcessingOutputNumber("SECONDS", tr("Seconds")))

    def examine(self, parameters, context):
        layer = self.gdal_layer(parameters, "INPUT", context)
        model = describe(
            chosen_model(
                self.parameterAsFile(parameters, "MODEL", context),
                self.parameterAsBool(parameters, "FAST", context),
            )
        )
        contract = model.contract
        rules = self.rules(parameters, context, contract)
        raster = Raster(
            gdal_source(layer),
            self.parameterAsInts(parameters, "BANDS", context),
            contract,
            self.dem(parameters, context),
        )
        if layer.crs() != layer.dataProvider().crs():  # the user assigned another
            raster.place(layer.crs().toWkt())
        overlap = self.number(parameters, "OVERLAP", context)
        laid = plan(
            raster,
            contract,
            None if overlap is None else overlap / 100,
            self.window(parameters, context, layer, raster),
            self.area(parameters, context, layer.crs()),
        )
        self.check_outputs(parameters, context, laid.grid)
        across, down = laid.seen.pixel_metres()
        survey = self.survey(
            parameters,
            context,
            laid.grid,
            layer.crs(),
            rules,
            {
                "model_id": model.model_id,
                "src_img": layer.name(),
                "img_date": image_date(raster.path),
                "gsd_m": round((across * down) ** 0.5, 3),
                "objects": contract.objects,
            },
        )
        return Job(
            raster,
            model,
            laid,
            survey,
            int(self.number(parameters, "BATCH", context) or BATCH),
            self.parameterAsEnumString(parameters, "DEVICE", context),
            find_interpreter(),
        )

    def window(self, parameters, context, layer, raster):
        extent = self.parameterAsExtent(parameters, "EXTENT", context, layer.crs())
        if extent.isNull():
            return None
        return raster.grid.window(
            extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()
        )

    def area(self, parameters, context, crs):
        """The mask's polygons as WKB in the raster's CRS."""
        source = self.parameterAsSource(parameters, "MASK", context)
        if source is None:
            if parameters.get("MASK"):
                raise UnsuitableRaster(
                    "The mask layer '{}' cannot be opened; choose a polygon layer.",
                    parameters["MASK"],
                )
            return None
        request = (
            QgsFeatureRequest()
            .setDestinationCrs(crs, context.transformContext())
            .setNoAttributes()
        )
        geometries = (feature.geometry() for feature in source.getFeatures(request))
        return [
            bytes(geometry.asWkb()) for geometry in geometries if not geometry.isEmpty()
        ]

    def check_outputs(self, parameters, context, grid):
        need = grid.width * grid.height // 2
        if parameters.get("PROBABILITY"):
            check_output(
                self.parameterAsFileOutput(parameters, "PROBABILITY", context),
                self.input_files(parameters, context),
                need,
            )
        check_temporary(0 if parameters.get("PROBABILITY") else need)

    def work(self, job, parameters, context, feedback):
        started = time.monotonic()
        self.announce(job, feedback)
        asked = parameters.get("PROBABILITY")
        with tempfile.TemporaryDirectory(
            prefix="mrife-", dir=QgsProcessingUtils.tempFolder()
        ) as folder:
            if asked:
                path = self.parameterAsOutputLayer(parameters, "PROBABILITY", context)
            else:
                path = os.path.join(folder, "probability.tif")
            device = ""
            try:
                device = self.search(job, path, feedback)
            finally:
                if not device:  # cancelled or failed
                    layers.forget_layer(path, context)
            if asked:
                self.finish_probability(path, job, context)
            results = self.outline(
                path, job.survey, parameters, context, feedback, SEARCHED
            )
        seconds = time.monotonic() - started
        feedback.pushInfo(
            tr("{} windows in {} s.").format(job.plan.tiles, f"{seconds:.1f}")
        )
        if asked:
            probability = {"PROBABILITY": path}
        else:
            probability = {}
        return {
            **results,
            **probability,
            "DEVICE_USED": device,
            "SECONDS": round(seconds, 3),
        }

    def search(self, job, path, feedback):
        """The long work; what it opens is closed, and half a probability raster
        deleted, however it ends.
        """
        with ExitStack() as stack:
            channel = WorkerChannel(job.interpreter, feedback)
            detector = stack.enter_context(
                RemoteDetector(channel, job.model.path, job.device, job.batch)
            )
            feedback.pushInfo(detector.why)
            feedback.setProgressText(tr("Searching"))
            writer = stack.enter_context(
                ProbabilityWriter(path, job.plan.grid, provenance(job))
            )
            if writer.done:
                feedback.pushInfo(
                    tr("An interrupted run is continued after row {}.").format(
                        writer.done
                    )
                )
            strips = predict(job.raster, detector, job.plan, job.batch, writer.done)
            for strip in watched(strips, job.plan.grid, feedback, end=SEARCHED):
                writer.write(strip)
            return detector.device

    def announce(self, job, feedback):
        feedback.pushInfo(
            tr("Model {}, bands {} of the image.").format(
                job.model.model_id, ", ".join(map(str, job.raster.bands))
            )
        )
        self.say_rules(job.survey.rules, feedback)
        for note in job.plan.notes:
            feedback.pushWarning(note)
        feedback.pushInfo(
            tr("{} windows of {} pixels, overlap {}, in the Python of {}.").format(
                job.plan.tiles,
                job.plan.window,
                f"{job.plan.overlap:.0%}",
                job.interpreter,
            )
        )

    def finish_probability(self, path, job, context):
        layers.keep_probability_style(path, job.survey.rules.threshold)
        layers.finish_layer(
            path,
            context,
            tr("Landslide probability"),
            layers.probability_name(job.survey.run.src_img),
            layers.probability_style(job.survey.rules.threshold),
        )


def provenance(job):
    """What the probability raster says of its making; no time stamp, so that equal
    runs give equal files.
    """
    rules = job.survey.rules
    run = job.survey.run
    facts = {
        "MRIFE_MODEL": job.model.model_id,
        "MRIFE_RUN": job.plan.digest(job.raster, job.model.model_id),
        "MRIFE_THRESHOLD": rules.threshold,
        "MRIFE_SEED": rules.seed,
        "MRIFE_MIN_AREA": rules.min_area,
        "MRIFE_SOURCE": run.src_img,
        "MRIFE_GSD": run.gsd_m,
        "MRIFE_IMG_DATE": run.img_date,
        "MRIFE_OBJECTS": ",".join(map(repr, run.objects)),
        "MRIFE_BANDS": ",".join(map(str, job.raster.bands)),
        "MRIFE_OVERLAP": job.plan.overlap,
    }
    return {
        key: value for key, value in facts.items() if value not in (None, "")
    }  # GDAL does not keep empty ones


def detection_help():
    return paragraphs(
        tr("""
<p>Searches an orthophoto or satellite image for relic landslides with the MRIFE network and outlines what it finds.</p>
<p>The result is a layer of <b>candidates</b> for a geologist's review: expect more false polygons than true
ones, and slides that are missed. 'Describe model' says what the model was trained on and what it has never seen.</p>
<h3>Inputs</h3>
<p>Keep the defaults for a first run: thresholds and the window come from the model. The image is resampled on the fly
to the pixel size of the model; nodata, alpha and empty collars are left out.</p>
<h3>Outputs</h3>
<p><b>Landslides</b>: polygons in the image's coordinate system, valid and without overlaps, with confidence, shape and,
where an elevation model is given, terrain; areas and lengths are true metres on the ellipsoid, what cannot be computed
is empty. The advanced parameters hold the steps from mask to outline, each on or off; the log says how many polygons
and how much area each changed.<br>
<b>Landslide probability</b> (optional): 8-bit, value / 250, on exactly the image's pixels.</p>
<h3>Runtime</h3>
<p>The network runs in a Python process of its own with numpy and onnxruntime; 'Check runtime' tells whether one is
found.</p>
<h3>Method</h3>
<p>After MRIFE, a mask-recovering and interactive-feature-enhancing semantic segmentation network for relic landslide
detection (He and others 2024, arXiv 2411.17167).</p>""")
    )
