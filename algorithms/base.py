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

from ..models.errors import Cancelled, MrifeError
from .messages.errors import translated
from .parameters.files import check_files_apart, stamps
from .parameters.given import Given

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
HOMEPAGE = "https://github.com/mrife-landslides/mrife"
NO_LIMIT = 1e300  # QGIS's own is the largest double
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

    def examine(self, given):
        return None

    def work(self, job, given, feedback):
        raise NotImplementedError

    def canExecute(self):
        try:
            self.check_libraries()
            return True, ""
        except MrifeError as error:
            return False, translated(error)

    def checkParameterValues(self, parameters, context):
        given = Given(self, parameters, context)
        try:
            self.check_libraries()
            self.check_values(given)
            fine, message = super().checkParameterValues(parameters, context)
            if fine:
                check_files_apart(self, parameters, context)
                self._examined.keep(self._key(given), self.examine(given))
            return fine, message
        except MrifeError as error:
            return False, translated(error)

    def prepareAlgorithm(self, parameters, context, feedback):
        given = Given(self, parameters, context)
        self.job, checked = self._examined.take(self._key(given))
        if checked:
            return True
        # models and some scripts come here without checkParameterValues
        try:
            self.check_libraries()
            check_files_apart(self, parameters, context)
            self.job = self.examine(given)
        except MrifeError as error:
            raise QgsProcessingException(translated(error)) from error
        return True

    def processAlgorithm(self, parameters, context, feedback):
        try:
            return self.work(self.job, Given(self, parameters, context), feedback)
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

    def check_values(self, given):
        """What QGIS itself would only call an 'Incorrect parameter value'."""
        for definition in self.parameterDefinitions():
            if isinstance(definition, QgsProcessingParameterNumber):
                check_bounds(definition, given.number(definition.name()))

    def _key(self, given):
        """What must be the same for a job to be the one of these parameters."""
        values = []
        for definition in self.parameterDefinitions():
            value = given.parameters.get(definition.name())
            values.append(definition.valueAsPythonString(value, given.context))
        files = stamps(self, given.parameters, given.context)
        return id(given.context), tuple(values), files


class InventoryAlgorithm(MrifeAlgorithm):
    """Polygons in, polygons or a report out."""

    def group(self):
        return tr("Landslide inventory")

    def groupId(self):
        return "inventory"


def check_bounds(definition, value):
    """Raises MrifeError for a number outside the limits of its parameter."""
    low = definition.minimum()
    high = definition.maximum()
    if value is None or low <= value <= high:
        return
    if high < NO_LIMIT:
        right = tr("between {} and {}").format(f"{low:g}", f"{high:g}")
    else:
        right = tr("at least {}").format(f"{low:g}")
    raise MrifeError(
        "{} is {}; it must be {}.", definition.description(), f"{value:g}", right
    )
