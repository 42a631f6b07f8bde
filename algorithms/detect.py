# SPDX-License-Identifier: GPL-2.0-or-later
"""Detect relic landslides: raster in, styled polygons out."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingParameterExtent

from .detection import DetectionAlgorithm, attribute_parameters, landslides, totals
from .layers import styles as layers
from .layers.references import outcome
from .messages.detection import say_search
from .parameters import declare
from .parameters import detection as shared
from .parameters.behind_layers import gdal_source
from .parameters.declare import advanced, numbers, strings, with_help
from .parameters.formats import GeoTiffDestination
from .parameters.image import image_raster
from .parameters.model_path import model_path
from .parameters.outputs import check_probability
from .parameters.polygonize import step_parameters
from .parameters.results import temporary_folder
from .runtime.interpreter import find_interpreter, providers
from .runtime.search import search
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.jobs import DetectJob


@dataclass(frozen=True)
class Job:
    """All that was examined and found right."""

    detect: DetectJob
    crs: QgsCoordinateReferenceSystem
    device: str
    interpreter: str


class DetectLandslides(DetectionAlgorithm):
    step = 1

    def name(self):
        return "detect"

    def displayName(self):
        return self.in_order(tr("Detect relic landslides"))

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
        self.declare(
            [
                *inputs(contract),
                *search_parameters(contract),
                *shared.limits(contract),
                *step_parameters(),
                *attribute_parameters(),
                landslides(),
                probability(),
                shared.uncertainty(),
                shared.flat_below(),
            ],
            [
                *totals(),
                *strings(("DEVICE_USED", tr("Device that ran"))),
                *numbers(("SECONDS", tr("Seconds"))),
            ],
        )

    def examine(self, given):
        from ..models.jobs import prepare_detect
        from ..models.onnxfile import describe

        layer = given.raster("INPUT")
        model = describe(model_path(given, [gdal_source(layer)], providers()))
        request = self.request(given, layer.crs())
        bands = given.integers("BANDS")
        raster = image_raster(layer, model.contract, given, bands)
        detect = prepare_detect(
            raster,
            model,
            request,
            extent=given.window("EXTENT", layer.crs(), raster.grid),
            mask=given.search_area("MASK", raster.grid),
            overlap=given.share("OVERLAP"),
            batch_size=given.integer("BATCH"),
            image=layer.name(),
            uncertainty=given.flag("UNCERTAINTY"),
            flat_below=given.number("FLAT_BELOW"),
        )
        check_probability(given, detect.plan)
        return Job(detect, layer.crs(), given.choice("DEVICE"), find_interpreter())

    def work(self, job, given, feedback):
        from ..models.inventory.candidates.attributes import Collection

        started = time.monotonic()
        job = without_flat_windows(job, feedback)
        outline = job.detect.outline
        results = {}
        stack = layers.Stack()
        with temporary_folder() as folder:
            path = str(folder / "probability.tif")
            is_temporary = not given.has("PROBABILITY")
            if not is_temporary:
                path = given.outputs.raster("PROBABILITY")
                results["PROBABILITY"] = path
            with Collection(outline.inventory) as candidates:
                device = search(job, path, candidates, feedback, is_temporary)
                if not is_temporary:
                    layers.finish_probability(path, outline, given, stack)
                published = self.publish(
                    candidates, outline, job.crs, given, feedback, stack, job.detect
                )
                results.update(published)
        seconds = time.monotonic() - started
        feedback.pushInfo(
            tr("{} windows in {} s.").format(job.detect.plan.tiles, f"{seconds:.1f}")
        )
        return {**results, "DEVICE_USED": device, "SECONDS": round(seconds, 3)}


def without_flat_windows(job, feedback):
    """The job as it will be searched, which the log then says."""
    from ..models.jobs import without_flat

    detect = outcome(without_flat(job.detect), feedback)
    say_search(detect, job.interpreter, feedback)
    return replace(job, detect=detect)


def inputs(contract):
    """`contract` says where empty values come from."""
    yield declare.raster(
        "INPUT",
        tr("Image"),
        tr(
            "An orthophoto or satellite image as a raster file with a coordinate "
            "reference system. It is resampled on the fly where its pixels differ from "
            "those the model was trained on. To search an elevation model alone, give it "
            "here: the plugin has a model for that, which runs if 'Model' is empty."
        ),
    )
    yield with_help(
        QgsProcessingParameterExtent("EXTENT", tr("Extent"), optional=True),
        tr(
            "Only this part is searched; the result equals a cut of the whole "
            "run. Empty: all of the image."
        ),
    )
    yield shared.searched_dem()
    yield shared.dem_unit()
    yield shared.threshold(contract, shared.by_model(tr("Threshold")))


def search_parameters(contract):
    """All advanced."""
    for parameter in (
        shared.searching_model(),
        shared.fast(),
        shared.bands(),
        shared.mask(),
        shared.overlap(contract),
        shared.batch(),
        shared.device(),
    ):
        yield advanced(parameter)


def probability():
    return with_help(
        GeoTiffDestination(
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


def detection_help():
    return paragraphs(
        tr("""
<p>Searches an orthophoto or satellite image for relic landslides with the MRIFE network and
outlines what it finds.</p>
<p>The result is a layer of <b>candidates</b> for a geologist's review: expect more false polygons
than true ones, and slides that are missed. 'Describe model' says what the model was trained on and
what it has never seen.</p>
<h3>Inputs</h3>
<p>Keep the defaults for a first run: thresholds and the window come from the model. The image is
resampled on the fly to the pixel size of the model; nodata, alpha and empty collars are left
out.</p>
<h3>Outputs</h3>
<p><b>Landslides</b>: polygons in the image's coordinate system, valid and without overlaps, with
confidence, shape and, where an elevation model is given, terrain; areas and lengths are true metres
on the ellipsoid, what cannot be computed is empty. The advanced parameters hold the steps from mask
to outline, each on or off; the log says how many polygons and how much area each changed.<br>
<b>Landslide probability</b> (optional): 8-bit, value / 250, on exactly the image's pixels.</p>
<h3>Runtime</h3>
<p>The network runs in a Python process of its own with numpy and onnxruntime; 'Check runtime' tells
whether one is found.</p>
<h3>Method</h3>
<p>After MRIFE, a mask-recovering and interactive-feature-enhancing semantic segmentation network
for relic landslide detection (He and others 2024, arXiv 2411.17167).</p>""")
    )
