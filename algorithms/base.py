# SPDX-License-Identifier: GPL-2.0-or-later
"""What all algorithms share: two steps, first examine, then work, and one place where
errors get their QGIS form.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingParameterNumber,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QIcon

from ..models.errors import Cancelled, MrifeError, UnsuitableRaster
from .messages.errors import translated
from .parameters.files import check_files_apart, stamps

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
HOMEPAGE = "https://github.com/mrife-landslides/mrife"
# what QGIS's own Python must have; Debian's and OSGeo4W's plain packages lack shapely
LIBRARIES = ("numpy", "osgeo", "shapely", "pyproj", "jinja2")


def tr(text):
    return QCoreApplication.translate("MRIFE", text)


def paragraphs(html):
    """Help text as one line: QGIS shows line ends as breaks."""
    return " ".join(html.split())


def missing_libraries(names=LIBRARIES):
    """Those that QGIS's own Python cannot import."""
    return [name for name in names if importlib.util.find_spec(name) is None]


class Examined:
    """The job of the last check, kept for the run that follows it.

    QGIS checks the parameters on one instance and runs another one made of it; both
    share this. A job is given out once, and only for the same parameters, context and
    inputs.
    """

    def __init__(self):
        self._key = None
        self._job = None

    def keep(self, key, job):
        self._key = key
        self._job = job

    def take(self, key):
        """The job, and whether there is one."""
        fits = self._key is not None and self._key == key
        job = self._job
        self._key = None
        self._job = None
        return (job, True) if fits else (None, False)


class MrifeAlgorithm(QgsProcessingAlgorithm):
    """A subclass gives `examine` (raises MrifeError for all that is wrong, costs
    little, returns the job), `work`, and which `libraries` both need.
    """

    libraries = LIBRARIES

    def __init__(self, examined=None):
        super().__init__()
        self._examined = examined or Examined()

    def createInstance(self):
        return type(self)(self._examined)

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

    def canExecute(self):
        try:
            self.check_libraries()
            return True, ""
        except MrifeError as error:
            return False, translated(error)

    def checkParameterValues(self, parameters, context):
        try:
            self.check_libraries()
            self.check_bounds(parameters, context)
            fine, message = super().checkParameterValues(parameters, context)
            if fine:
                check_files_apart(self, parameters, context)
                job = self.examine(parameters, context)
                self._examined.keep(self._key(parameters, context), job)
            return fine, message
        except MrifeError as error:
            return False, translated(error)

    def prepareAlgorithm(self, parameters, context, feedback):
        self.job, checked = self._examined.take(self._key(parameters, context))
        if checked:
            return True
        # models and some scripts come here without checkParameterValues
        try:
            self.check_libraries()
            check_files_apart(self, parameters, context)
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

    def check_libraries(self):
        """Raises MrifeError naming what QGIS's own Python lacks."""
        missing = missing_libraries(self.libraries)
        if missing:
            raise MrifeError(
                "QGIS's own Python lacks {}, which this algorithm needs; install it "
                "there (Debian: python3-{}; OSGeo4W Setup: python3-{}) and start QGIS "
                "again.",
                ", ".join(missing),
                missing[0],
                missing[0],
            )

    def _key(self, parameters, context):
        """What must be the same for a job to be the one of these parameters."""
        values = []
        for definition in self.parameterDefinitions():
            value = parameters.get(definition.name())
            values.append(definition.valueAsPythonString(value, context))
        return id(context), tuple(values), stamps(self, parameters, context)

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

    def elevation(self, parameters, context):
        """The elevation model in its unit; None where none is given."""
        from ..models.geo.dem import ElevationModel

        if parameters.get("DEM") in (None, ""):
            return None
        unit = "auto"
        if self.parameterDefinition("DEM_UNIT"):
            unit = self.parameterAsEnumString(parameters, "DEM_UNIT", context)
        return ElevationModel(
            gdal_source(self.gdal_layer(parameters, "DEM", context)), unit
        )


def gdal_source(layer):
    """What GDAL itself opens; QGIS appends its open options."""
    return layer.source().split("|option:")[0]
