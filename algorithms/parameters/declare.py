# SPDX-License-Identifier: GPL-2.0-or-later
"""Parameters that several algorithms share, worded once."""

from __future__ import annotations

import qgis.core
from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBand,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterDistance,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterScale,
    QgsProcessingParameterString,
    QgsUnitTypes,
)

from ..texts import spoken, tr

DEVICES = ["auto", "cpu", "cuda"]
LANGUAGES = ["auto", "en", "zh"]
UNITS = ["auto", "metres", "feet"]
POLYGONS = QgsProcessing.SourceType.TypeVectorPolygon


def advanced(parameter):
    parameter.setFlags(
        parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced
    )
    return parameter


def helped(parameter, text):
    parameter.setHelp(text)
    return parameter


def optional(parameter):
    """What has a default need not be given: QGIS 3.22 takes a model without it for
    invalid, so that one saved before there was this parameter would be.
    """
    parameter.setFlags(
        parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagOptional
    )
    return parameter


def number(name, label, text, low=0.0, high=None, whole=False):
    """An optional number: empty means what the model's contract says."""
    if whole:
        kind = QgsProcessingParameterNumber.Type.Integer
    else:
        kind = QgsProcessingParameterNumber.Type.Double
    if high is None:
        limits = {"minValue": low}
    else:
        limits = {"minValue": low, "maxValue": high}
    return helped(
        QgsProcessingParameterNumber(name, label, type=kind, optional=True, **limits),
        text,
    )


def polygon_source(name, label, text, optional=False):
    kinds = [POLYGONS]
    source = QgsProcessingParameterFeatureSource(name, label, kinds, optional=optional)
    return helped(source, text)


def raster(name, label, text, optional=False):
    return helped(QgsProcessingParameterRasterLayer(name, label, optional=optional), text)


def yes_no(name, label, default, text):
    return optional(helped(QgsProcessingParameterBoolean(name, label, default), text))


def string(name, label, text):
    return helped(QgsProcessingParameterString(name, label, optional=True), text)


def choice(name, label, options, text):
    """One of options that are the same in all languages; the first where none is given."""
    parameter = QgsProcessingParameterEnum(
        name, label, options, defaultValue=options[0], usesStaticStrings=True
    )
    return in_words(optional(helped(parameter, text)), choice_words())


def in_words(parameter, words):
    """A choice shown in `words` by value; those without one are names."""
    shown = {value: words.get(value, value) for value in parameter.options()}
    widget = f"{__package__}.choice_widget.ChoiceWrapper"
    parameter.setMetadata({"widget_wrapper": {"class": widget, "words": shown}})
    return parameter


def choice_words():
    """Of all choices that are the same in all languages."""
    return {
        "auto": tr("automatic"),
        "cpu": tr("CPU"),
        "cuda": tr("GPU (CUDA)"),
        "en": "English",
        "zh": tr("Simplified Chinese"),
        "metres": tr("metres"),
        "feet": tr("feet"),
        "contour": tr("contour of the probability"),
        "pixel": tr("edges of pixels"),
        "clip": tr("are cut out"),
        "drop": tr("drop polygons"),
        "shapefile": "Shapefile",
        "kml": "KML",
        "slido": tr("SLIDO (Oregon)"),
        "usgs": tr("USGS (United States)"),
        "iffi": tr("IFFI (Italy)"),
        "inspire": tr("INSPIRE (Europe)"),
        "china": tr("Record form (China)"),
    }


def area(name, label, text, unit="m²"):
    """An optional area in m² or ha; QGIS from 3.40 on shows and converts its unit."""
    if not hasattr(qgis.core, "QgsProcessingParameterArea"):
        if unit not in label:
            label = f"{label} ({unit})"
        return number(name, label, text)
    units = qgis.core.Qgis.AreaUnit
    parameter = qgis.core.QgsProcessingParameterArea(
        name, label, optional=True, minValue=0.0
    )
    parameter.setDefaultUnit(units.Hectares if unit == "ha" else units.SquareMeters)
    return helped(parameter, text)


def distance(name, label, text, default=None):
    """An optional distance in m, whatever the unit of a layer; QGIS shows and converts
    its unit.
    """
    parameter = QgsProcessingParameterDistance(
        name, label, defaultValue=default, optional=True, minValue=0.0
    )
    parameter.setDefaultUnit(QgsUnitTypes.DistanceUnit.DistanceMeters)
    return helped(parameter, text)


def map_scale(name, label, text):
    """An optional map scale, as its denominator."""
    parameter = QgsProcessingParameterScale(name, label, optional=True)
    parameter.setMinimum(1.0)
    return helped(parameter, text)


def of_model(label, attribute, form="{:g}"):
    """A label with what the shipped model says, so that it is seen before a run."""
    from ...models.errors import MrifeError
    from ...models.onnxfile import shipped_contract

    try:
        value = getattr(shipped_contract(), attribute)
    except MrifeError:  # a run will say why
        return label
    return tr("{} (shipped model: {})").format(label, form.format(value))


def polygon_sink(name, label, text, optional=False):
    sink = QgsProcessingParameterFeatureSink(name, label, POLYGONS, optional=optional)
    return helped(sink, text)


def file_output(name, label, kinds, text, optional=False, by_default=True):
    """`kinds`: what a file dialog offers."""
    return helped(
        QgsProcessingParameterFileDestination(
            name, label, kinds, optional=optional, createByDefault=by_default
        ),
        text,
    )


def numbers(*outputs):
    """Outputs that are numbers, from (name, label)."""
    return [QgsProcessingOutputNumber(name, label) for name, label in outputs]


def strings(*outputs):
    """Outputs that are texts, from (name, label)."""
    return [QgsProcessingOutputString(name, label) for name, label in outputs]


def threshold(default, label):
    """`default` and `label` say where an empty value comes from, as of the next two."""
    return number(
        "THRESHOLD",
        label,
        tr(
            "Probability from which a pixel belongs to a landslide, 0 to 1. Lower finds "
            "more and invents more. Empty: {}."
        ).format(default),
        high=1.0,
    )


def seed(default, label):
    return advanced(
        number(
            "SEED",
            label,
            tr(
                "A polygon is kept only where at least one of its pixels reaches this "
                "probability; not below the threshold. Empty: {}."
            ).format(default),
            high=1.0,
        )
    )


def min_area(default, label):
    return advanced(
        area(
            "MIN_AREA",
            label,
            tr(
                "Smaller polygons are left out; true square metres whatever the "
                "coordinate system, measured on the finished outline. Empty: by the map "
                "scale, else {}."
            ).format(default),
        )
    )


def dem():
    return raster(
        "DEM",
        tr("Elevation model"),
        tr(
            "A raster of elevations in any coordinate system. With it polygons also get "
            "terrain attributes, and a model that takes elevation sees it. The shipped "
            "model does not: it finds the same with and without."
        ),
        optional=True,
    )


def model():
    file = QgsProcessingParameterFile(
        "MODEL", tr("Model"), fileFilter=tr("ONNX model (*.onnx)"), optional=True
    )
    return helped(
        file,
        tr(
            "An ONNX segmentation model with its contract in its metadata, or one made "
            "for Deepness. Empty: the model that comes with the plugin."
        ),
    )


def fast():
    return yes_no(
        "FAST",
        tr("Fast 8-bit model"),
        False,
        tr(
            "The shipped model in 8-bit numbers: on a recent CPU twice as fast, on an "
            "old CPU or a GPU not; outlines differ a little. Only with an empty model."
        ),
    )


def bands():
    bands = QgsProcessingParameterBand(
        "BANDS", tr("Bands"), None, "INPUT", optional=True, allowMultiple=True
    )
    return helped(
        bands,
        tr(
            "The image's bands in the order the model wants them (see 'Describe "
            "model'). Empty: by the image's own colour tags, else the first ones."
        ),
    )


def mask():
    return polygon_source(
        "MASK",
        tr("Search only inside"),
        tr(
            "Polygons in any coordinate system; what lies outside is not searched and "
            "becomes nodata."
        ),
        optional=True,
    )


def overlap(default):
    return number(
        "OVERLAP",
        of_model(tr("Overlap of windows (%)"), "overlap", "{:.0%}"),
        tr(
            "Share of a window that the next one sees again. More is smoother and "
            "slower. Empty: {}."
        ).format(default),
        high=75.0,
    )


def batch(default):
    return number(
        "BATCH",
        tr("Windows per batch (default: {})").format(default),
        tr(
            "Windows computed at once; does not change the result. Halved by itself "
            "when memory runs out. Empty: {}."
        ).format(default),
        low=1,
        high=256,
        whole=True,
    )


def device():
    return choice(
        "DEVICE",
        tr("Device"),
        DEVICES,
        tr(
            "auto takes the GPU where one really works; cuda refuses to run without. "
            "The log says which ran, and why."
        ),
    )


def dem_unit():
    return choice(
        "DEM_UNIT",
        tr("Unit of the elevations"),
        UNITS,
        tr("auto takes what the file says, else metres."),
    )


def sizes():
    return advanced(
        yes_no(
            "SIZES",
            tr("Size estimates"),
            False,
            tr(
                "Depth and volume, orders of magnitude: two common laws differ 1.3 "
                "times at 0.25 ha and 2.6 times at 1 km2."
            ),
        )
    )


def sheet():
    return advanced(
        string(
            "SHEET",
            tr("Map sheet"),
            tr(
                "Number of the map sheet; begins the identifiers. Empty: the image's "
                "base name."
            ),
        )
    )


def image_date():
    day = QgsProcessingParameterDateTime(
        "IMG_DATE",
        tr("Image date"),
        QgsProcessingParameterDateTime.Type.Date,
        optional=True,
    )
    return advanced(
        helped(
            day,
            tr(
                "The day the image was taken, year-month-day. Empty: what the image's "
                "metadata say, if anything."
            ),
        )
    )


def language(text=None):
    """`text` says what is in that language; None where all words are."""
    return choice(
        "LANGUAGE",
        tr("Language"),
        LANGUAGES,
        text
        or tr(
            "Of all words: auto is QGIS's language, en English, zh Simplified Chinese. "
            "What is stored does not depend on it."
        ),
    )


def language_code(given):
    """en or zh; auto is what QGIS speaks."""
    code = given.choice("LANGUAGE")
    if code != "auto":
        return code
    return qgis_language()


def qgis_language():
    """zh where QGIS speaks Chinese, else en."""
    if spoken().lower().startswith("zh"):
        return "zh"
    return "en"
