# SPDX-License-Identifier: GPL-2.0-or-later
"""Images, an elevation model and polygons before a search: passed, warning, failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qgis.core import QgsCoordinateReferenceSystem, QgsProcessingFeedback

from ..models.errors import MrifeError
from .base import MrifeAlgorithm
from .layers import styles as layers
from .layers.classes import show_verdicts
from .layers.features import records
from .layers.references import outcome
from .messages.inputs import say_report
from .parameters.behind_layers import assigned_crs, gdal_source, layer_nodata
from .parameters.declare import (
    file_output,
    numbers,
    polygon_sink,
    polygon_source,
    raster,
    rasters,
)
from .parameters.detection import dem_unit, searching_model
from .parameters.language import language, language_code
from .texts import paragraphs, tr

if TYPE_CHECKING:
    from ..models.preflight.job import InputRequest


@dataclass(frozen=True)
class Job:
    """What is to be checked."""

    request: InputRequest
    language: str


class CheckInputs(MrifeAlgorithm):
    takes_broken = ("INPUTS",)

    def name(self):
        return "checkinputs"

    def displayName(self):
        return tr("Check inputs")

    def tags(self):
        return tr(
            "preflight,check,quality,bands,nodata,pixel size,coordinate system,overlap,"
            "elevation,labels,landslide"
        ).split(",")

    def shortDescription(self):
        return tr(
            "Tells in seconds what is wrong with images, elevation model and polygons, "
            "and what to do, before a search."
        )

    def shortHelpString(self):
        return inputs_help()

    def initAlgorithm(self, configuration=None):
        self.declare([*inputs(), *outputs()], counts())

    def examine(self, given):
        from ..models.inference.elevation_alone import suited_model
        from ..models.onnxfile import describe
        from ..models.preflight.job import InputRequest

        images = [image_source(given, one) for one in given.rasters_or_texts("INPUTS")]
        paths = (image.path for image in images)
        path = suited_model(given.file("MODEL"), False, paths, given.dem())
        request = InputRequest(
            images,
            describe(path),
            elevation_source(given),
            polygon_layer(given),
        )
        return Job(request, language_code(given))

    def work(self, job, given, feedback):
        from ..models.inventory.language import Language
        from ..models.preflight.checked import INPUT_FIELDS
        from ..models.preflight.job import check_inputs
        from ..models.preflight.page import page

        report = outcome(check_inputs(job.request), feedback)
        reader = Language.of(job.language)
        say_report(report, feedback)
        results = {name.upper(): count for name, count in report.counts.items()}
        if given.has("OUTPUT"):
            wkt = report.crs.srs().ExportToWkt()
            crs = QgsCoordinateReferenceSystem.fromWkt(wkt)
            fields = layers.qgs_fields(INPUT_FIELDS)
            rows = report.rows(reader)
            path, _ = given.outputs.layer("OUTPUT", rows, fields, crs)
            style = layers.with_style(show_verdicts, reader, labelled=True)
            layers.finish_polygons(given, "OUTPUT", path, tr("Checked inputs"), style)
            results["OUTPUT"] = path
        results["REPORT"] = given.outputs.text(
            "REPORT", lambda: page(report, job.language)
        )
        return {name: value for name, value in results.items() if value is not None}


def image_source(given, layer):
    """Of a layer, or of the text of what is none."""
    from ..models.preflight.image import ImageSource, name_of

    if isinstance(layer, str):
        return ImageSource(layer, name_of(layer))
    try:
        given.layers.check_file_behind("INPUTS", layer)
    except MrifeError as error:
        return ImageSource(layer.source(), layer.name(), error=error)
    path = gdal_source(layer)
    return ImageSource(path, layer.name(), layer_nodata(layer), assigned_crs(layer))


def elevation_source(given):
    """None where there is none."""
    from ..models.preflight.elevation import ElevationSource

    path = given.dem()
    if path is None:
        return None
    name = given.raster("DEM").name()
    return ElevationSource(path, name, given.choice("DEM_UNIT"), given.dem_layer())


def polygon_layer(given):
    """All features of the layer; None where there is none."""
    from ..models.geo.crs import Crs
    from ..models.preflight.outlines import PolygonSource

    if not given.has("POLYGONS"):
        return None
    name = given.vector_layer("POLYGONS").name()
    try:
        source = given.polygons("POLYGONS")
        rows = list(records(source, QgsProcessingFeedback()))
    except MrifeError as error:
        return PolygonSource(name, error=error)
    return PolygonSource(name, rows, Crs(source.sourceCrs().toWkt()))


def inputs():
    yield rasters(
        "INPUTS",
        tr("Images"),
        tr(
            "One or more rasters that are to be searched. If one cannot be opened, that is "
            "said, and the others are checked all the same."
        ),
    )
    yield searching_model()
    yield raster(
        "DEM",
        tr("Elevation model"),
        tr("The checks say whether it covers the images, and what is doubtful in it."),
        optional=True,
    )
    yield dem_unit()
    yield polygon_source(
        "POLYGONS",
        tr("Labels or reference"),
        tr(
            "Polygons for training or evaluation. The checks say whether they are valid, "
            "lie on the images, and whether one is there twice."
        ),
        optional=True,
    )
    yield language(tr("Of the page, and of what to do in the layer."))


def outputs():
    yield polygon_sink(
        "OUTPUT",
        tr("Checked inputs"),
        tr(
            "The outer edge of each raster with its verdict and what to do. What has no "
            "place on the map is a row without an outline."
        ),
        optional=True,
    )
    yield file_output(
        "REPORT",
        tr("Report"),
        tr("HTML files (*.html)"),
        tr("Every check of every input on one page."),
        optional=True,
    )


def counts():
    return numbers(
        ("PASSED", tr("Inputs without a warning")),
        ("WARNED", tr("Inputs with warnings alone")),
        ("FAILED", tr("Inputs that cannot be used as they are")),
    )


def inputs_help():
    return paragraphs(
        tr("""
<p>Looks at images before hours of work are put into them, and says of each what is right, what is
doubtful, what a search would refuse, and what to do. It takes seconds, whatever the size: values
are looked at in up to a hundred blocks of each image. It needs no network and changes no file.</p>
<h3>Each image</h3>
<p>Whether it can be read; blocks and pyramids; coordinate system and place; pixel size beside the
model's; which bands reach the network; values beside those of the model's training, clipped or dark
images; missing pixels, collars that nothing declares, holes where dark ground counts as
missing.</p>
<h3>Several images</h3>
<p>Other systems, pixels, bands or brightness than the rest; the same ground twice; narrow gaps in
which landslides are cut.</p>
<h3>Elevation model and polygons</h3>
<p>Unit, voids, cells, cover of the images; outlines that are invalid or stand twice, and polygons
that lie elsewhere. Whether polygons lie beside what the image shows is measured by 'Fine-tune on
digitized polygons', which runs the network for it.</p>
<p>The three numbers count inputs (all images together are one), so that a model can stop where one
failed.</p>""")
    )
