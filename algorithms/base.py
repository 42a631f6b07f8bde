# SPDX-License-Identifier: GPL-2.0-or-later
"""What all algorithms share: two steps, first examine, then work, and one place where
errors get their QGIS form.
"""

from __future__ import annotations

from pathlib import Path

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingParameterNumber,
    QgsProviderRegistry,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

from ..models.errors import Cancelled, MrifeError, UnsuitableRaster
from .messages.errors import translated

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
LAYERS = ("INPUT", "DEM", "MASK", "ORIGINAL", "REVIEWED_AREA", "AREA")
HOMEPAGE = "https://github.com/mrife-landslides/mrife"


def tr(text):
    return QCoreApplication.translate("MRIFE", text)


def paragraphs(html):
    """Help text as one line: QGIS shows line ends as breaks."""
    return " ".join(html.split())


class MrifeAlgorithm(QgsProcessingAlgorithm):
    """A subclass gives `examine` (raises MrifeError for all that is wrong, costs
    little, returns the job), `work`.
    """

    def createInstance(self):
        return type(self)()

    def svgIconPath(self):
        return str(RESOURCES / "icon.svg")

    def icon(self):
        return QIcon(self.svgIconPath())

    def helpUrl(self):
        return f"{HOMEPAGE}#mrife{self.name()}"

    def examine(self, parameters, context):
        return None

    def work(self, job, parameters, context, feedback):
        raise NotImplementedError

    def checkParameterValues(self, parameters, context):
        try:
            self.check_bounds(parameters, context)
            fine, message = super().checkParameterValues(parameters, context)
            if fine:
                self.examine(parameters, context)
            return fine, message
        except MrifeError as error:
            return False, translated(error)

    def prepareAlgorithm(self, parameters, context, feedback):
        # again, because models and some scripts come here without checkParameterValues
        try:
            self.job = self.examine(parameters, context)
        except MrifeError as error:
            raise QgsProcessingException(translated(error)) from error
        return True

    def processAlgorithm(self, parameters, context, feedback):
        try:
            return self.work(self.job, parameters, context, feedback)
        except Cancelled:
            return {}
        except MrifeError as error:
            raise QgsProcessingException(translated(error)) from error

    def check_bounds(self, parameters, context):
        """QGIS itself would only say 'Incorrect parameter value'."""
        for definition in self.parameterDefinitions():
            if not isinstance(definition, QgsProcessingParameterNumber):
                continue
            value = self.number(parameters, definition.name(), context)
            low = definition.minimum()
            high = definition.maximum()
            if value is not None and not low <= value <= high:
                if high < 1e300:
                    right = tr("between {} and {}").format(f"{low:g}", f"{high:g}")
                else:
                    right = tr("at least {}").format(f"{low:g}")
                raise MrifeError(
                    "{} is {}; it must be {}.",
                    definition.description(),
                    f"{value:g}",
                    right,
                )

    def number(self, parameters, name, context):
        """None where the user left it empty."""
        if parameters.get(name) in (None, ""):
            return None
        return self.parameterAsDouble(parameters, name, context)

    def gdal_layer(self, parameters, name, context):
        """The layer of a raster parameter; only what GDAL reads can be searched."""
        layer = self.parameterAsRasterLayer(parameters, name, context)
        label = self.parameterDefinition(name).description()
        if layer is None or not layer.isValid():
            raise UnsuitableRaster(
                "{}: '{}' cannot be opened as a raster; choose an existing, complete "
                "raster file.",
                label,
                parameters.get(name),
            )
        if layer.providerType() != "gdal":
            raise UnsuitableRaster(
                "{}: '{}' comes from a '{}' service; save it as a raster file first.",
                label,
                layer.name(),
                layer.providerType(),
            )
        return layer

    def input_files(self, parameters, context):
        """The files that are read, which no output may overwrite."""
        names = [
            d.name()
            for d in self.parameterDefinitions()
            if not d.isDestination() and parameters.get(d.name())
        ]
        layers = [
            self.parameterAsLayer(parameters, name, context)
            for name in names
            if name in LAYERS
        ]
        paths = [
            QgsProviderRegistry.instance()
            .decodeUri(layer.providerType(), layer.source())
            .get("path")
            for layer in layers
            if layer is not None
        ]
        return [path for path in [*paths, parameters.get("MODEL")] if path]


def gdal_source(layer):
    """What GDAL itself opens; QGIS appends its open options."""
    return layer.source().split("|option:")[0]
