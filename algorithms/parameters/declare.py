# SPDX-License-Identifier: GPL-2.0-or-later
"""The kinds of parameters, each declared in one line."""

from __future__ import annotations

import qgis.core
from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterDistance,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterScale,
    QgsProcessingParameterString,
    QgsUnitTypes,
)

from ..texts import tr

POLYGONS = QgsProcessing.SourceType.TypeVectorPolygon
RASTERS = QgsProcessing.SourceType.TypeRaster
LINES = QgsProcessing.SourceType.TypeVectorLine


def advanced(parameter):
    parameter.setFlags(
        parameter.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced
    )
    return parameter


def with_help(parameter, text):
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
    return with_help(
        QgsProcessingParameterNumber(name, label, type=kind, optional=True, **limits),
        text,
    )


def polygon_source(name, label, text, optional=False):
    kinds = [POLYGONS]
    source = QgsProcessingParameterFeatureSource(name, label, kinds, optional=optional)
    return with_help(source, text)


def raster(name, label, text, optional=False):
    return with_help(
        QgsProcessingParameterRasterLayer(name, label, optional=optional), text
    )


def rasters(name, label, text, optional=False):
    return with_help(
        QgsProcessingParameterMultipleLayers(name, label, RASTERS, optional=optional),
        text,
    )


def model_file(name, label, text):
    """An optional file of a network."""
    file = QgsProcessingParameterFile(
        name, label, fileFilter=tr("ONNX model (*.onnx)"), optional=True
    )
    return with_help(file, text)


def yes_no(name, label, default, text):
    return optional(with_help(QgsProcessingParameterBoolean(name, label, default), text))


def string(name, label, text):
    return with_help(QgsProcessingParameterString(name, label, optional=True), text)


def choice(name, label, options, text):
    """One of options that are the same in all languages; the first where none is given."""
    parameter = QgsProcessingParameterEnum(
        name, label, options, defaultValue=options[0], usesStaticStrings=True
    )
    return in_words(optional(with_help(parameter, text)), choice_words())


def in_words(parameter, words):
    """A choice shown in `words` by value; those without one are names."""
    shown = {value: words.get(value, value) for value in parameter.options()}
    widget = f"{__package__}.choice_widget.ChoiceWrapper"
    parameter.setMetadata({"widget_wrapper": {"class": widget, "words": shown}})
    return parameter


def shown_by(parameter, wrapper):
    """A choice in another widget than its own, a subclass of that."""
    widget = {**parameter.metadata()["widget_wrapper"], "class": wrapper}
    parameter.setMetadata({"widget_wrapper": widget})
    return parameter


def choice_words():
    """Of all choices that are the same in all languages."""
    return {
        "auto": tr("automatic"),
        "always": tr("always"),
        "never": tr("never"),
        "cpu": tr("CPU"),
        "cuda": tr("GPU (CUDA)"),
        "detection": tr("detection, on the CPU"),
        "detection-gpu": tr("detection, on an NVIDIA GPU"),
        "training": tr("detection and fine-tuning, on the CPU"),
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
        "recalibrate": tr("the threshold alone"),
        "decoder": tr("the decoder"),
        "late": tr("the decoder and the encoder's last stage"),
        "all": tr("the whole network"),
    }


def area(name, label, text, unit="m²"):
    """An optional area in m² or ha; QGIS from 3.40 on shows and converts its unit."""
    if not hasattr(qgis.core, "QgsProcessingParameterArea"):
        if unit not in label:
            label = f"{label} [{unit}]"
        return number(name, label, text)
    units = qgis.core.Qgis.AreaUnit
    parameter = qgis.core.QgsProcessingParameterArea(
        name, label, optional=True, minValue=0.0
    )
    parameter.setDefaultUnit(units.Hectares if unit == "ha" else units.SquareMeters)
    return with_help(parameter, text)


def distance(name, label, text, default=None):
    """An optional distance in m, whatever the unit of a layer; QGIS shows and converts
    its unit.
    """
    parameter = QgsProcessingParameterDistance(
        name, label, defaultValue=default, optional=True, minValue=0.0
    )
    parameter.setDefaultUnit(QgsUnitTypes.DistanceUnit.DistanceMeters)
    return with_help(parameter, text)


def map_scale(name, label, text):
    """An optional map scale, as its denominator."""
    parameter = QgsProcessingParameterScale(name, label, optional=True)
    parameter.setMinimum(1.0)
    return with_help(parameter, text)


def polygon_sink(name, label, text, optional=False, by_default=True):
    """`by_default`: made unless it is deselected, where it is optional."""
    sink = QgsProcessingParameterFeatureSink(
        name, label, POLYGONS, optional=optional, createByDefault=by_default
    )
    return with_help(sink, text)


def line_sink(name, label, text):
    """Optional, and not made unless it is asked for."""
    sink = QgsProcessingParameterFeatureSink(
        name, label, LINES, optional=True, createByDefault=False
    )
    return with_help(sink, text)


def file_output(name, label, kinds, text, optional=False, by_default=True):
    """`kinds`: what a file dialog offers."""
    return with_help(
        QgsProcessingParameterFileDestination(
            name, label, kinds, optional=optional, createByDefault=by_default
        ),
        text,
    )


def facts_file():
    return file_output(
        "HTML",
        tr("Report"),
        tr("HTML files (*.html)"),
        tr("The same facts as a page that can be kept or sent."),
        optional=True,
    )


def numbers(*outputs):
    """Outputs that are numbers, from (name, label)."""
    return [QgsProcessingOutputNumber(name, label) for name, label in outputs]


def strings(*outputs):
    """Outputs that are texts, from (name, label)."""
    return [QgsProcessingOutputString(name, label) for name, label in outputs]


def report_files(name):
    """A page under a parameter's name, and its numbers as a table."""
    yield file_output(
        name,
        tr("Report"),
        tr("HTML files (*.html)"),
        tr("One page that holds all it shows."),
    )
    yield file_output(
        "CSV",
        tr("Table"),
        tr("CSV files (*.csv)"),
        tr("Every number of the report: table, item, quantity, value, unit. UTF-8."),
        optional=True,
    )
