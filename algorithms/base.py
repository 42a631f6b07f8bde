# SPDX-License-Identifier: GPL-2.0-or-later
"""What all algorithms share: two steps, first examine, then work, and one place where
errors get their QGIS form.
"""

from __future__ import annotations

import os
import tempfile
import weakref

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingParameterBand,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsRasterLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QIcon

from ..models.errors import Cancelled, MrifeError
from .messages.errors import translated
from .parameters.files import (
    check_files_apart,
    check_regular_inputs,
    output_places,
    stamps,
)
from .parameters.given import Given
from .parameters.language import qgis_language
from .parameters.limits import check_bounds, check_choice, check_kind
from .parameters.outputs import check_destinations
from .parameters.plain_values import with_numbers
from .parameters.shown import check_not_edited, show_anew
from .runtime.libraries import LIBRARIES, check_fit, check_libraries
from .runtime.proj_context import context_kept
from .texts import RESOURCES, tr


class Examined:
    """The job of the last check, kept for the run that follows it.

    QGIS checks the parameters on one instance and runs another one made of it; both
    share this. A job is given out once, and only for the same parameters, context and
    inputs.
    """

    def __init__(self):
        self._entry = None  # (key, job)

    def keep(self, key, job):
        self._entry = (key, job)

    def take(self, key):
        """(job,), or () where there is none of this key."""
        entry = self._entry
        self._entry = None
        if entry is None or entry[0] != key:
            return ()
        return entry[1:]


class MrifeAlgorithm(QgsProcessingAlgorithm):
    """A subclass gives `examine` (raises MrifeError for all that is wrong, costs
    little, returns the job), `work`, and which `libraries` both need.
    """

    libraries = LIBRARIES
    # parameters of several rasters, whose broken ones are part of what the work tells
    takes_broken = ()
    # names of the layers of a file of several that is its output
    own_layers = ()
    step = 0  # of the work, from image to delivery; 0: a tool beside it

    def __init__(self, examined=None):
        super().__init__()
        self._examined = examined or Examined()
        self.written = []  # paths of files that the user named

    def createInstance(self):
        return type(self)(self._examined)

    def svgIconPath(self):
        return str(RESOURCES / "icons" / f"{self.name()}.svg")

    def group(self):
        if self.step:
            return tr("Landslide mapping, step by step")
        return tr("Landslide mapping, tools")

    def groupId(self):
        return "steps" if self.step else "tools"

    def in_order(self, title):
        """The title with the number of the step: QGIS sorts algorithms by their names."""
        return f"{self.step}. {title}"

    def icon(self):
        return QIcon(self.svgIconPath())

    def helpUrl(self):
        """The page that comes with the plugin: it opens without internet."""
        page = RESOURCES / "help" / qgis_language() / f"{self.name()}.html"
        return bytes(QUrl.fromLocalFile(str(page)).toEncoded()).decode()

    def declare(self, parameters, outputs=()):
        """Parameters in the order in which the user sees them, outputs after theirs."""
        for parameter in parameters:
            self.addParameter(parameter)
        for output in outputs:
            self.addOutput(output)

    def examine(self, given):
        return None

    def work(self, job, given, feedback):
        raise NotImplementedError

    def canExecute(self):
        try:
            check_libraries(self.libraries)
            return True, ""
        except MrifeError as error:
            return False, translated(error)

    @context_kept()
    def checkParameterValues(self, parameters, context):
        try:
            given = self._given(parameters, context)
            fine, message, job = self._check(given)
        except MrifeError as error:
            return False, translated(error)
        if fine:
            self._examined.keep(self._key(given), job)
        return fine, message

    @context_kept()
    def prepareAlgorithm(self, parameters, context, feedback):
        try:
            given = self._given(parameters, context)
            kept = self._examined.take(self._key(given))
            if kept:
                (self.job,) = kept
                return True
            # models and some scripts come here without checkParameterValues
            fine, message, self.job = self._check(given)
        except MrifeError as error:
            raise QgsProcessingException(translated(error)) from error
        if not fine:
            raise QgsProcessingException(message)
        return True

    @context_kept()
    def processAlgorithm(self, parameters, context, feedback):
        given = Given(self, parameters, context, feedback)
        # rasters that are open in it outlive neither the run nor GDAL, which goes with QGIS
        job = self.job
        self.job = None
        try:
            if feedback.isCanceled():  # steps of a feedback do not hear of it later
                return {}
            with given.outputs as outputs:
                results = self.work(job, given, feedback)
                if feedback.isCanceled():
                    raise Cancelled()
                outputs.place()
            self.written = [place.path for place in output_places(given)]
            return results
        except Cancelled:
            return {}
        except MrifeError as error:
            raise QgsProcessingException(translated(error)) from error
        except OSError as error:  # of a disk that is full or a folder that is gone
            raise QgsProcessingException(translated(not_written(error))) from error

    def postProcessAlgorithm(self, context, feedback):
        """In the thread of the project."""
        show_anew(self.written, context.project())
        return {}

    def _given(self, parameters, context):
        """What can be looked at. Raises MrifeError."""
        given = Given(self, parameters, context)
        check_libraries(self.libraries)
        check_regular_inputs(given)
        return given

    def _check(self, given):
        """(whether QGIS takes all, its words where it does not, the job). Raises
        MrifeError.
        """
        self.check_values(given)
        values = {**with_numbers(given), **self._with_layers(given)}
        fine, message = super().checkParameterValues(values, given.context)
        if not fine:
            return fine, message, None
        return fine, message, self.examined(given)

    def examined(self, given):
        """The job of what the user gave. Raises MrifeError for all that is wrong."""
        check_fit(self.libraries)
        check_files_apart(given)
        check_not_edited(output_places(given), given.context.project())
        check_destinations(given)
        return self.examine(given)

    def check_values(self, given):
        """What QGIS itself would only call an 'Incorrect parameter value'."""
        for definition in self.parameterDefinitions():
            name = definition.name()
            if isinstance(definition, QgsProcessingParameterNumber):
                check_bounds(definition, given.number(name))
            elif isinstance(definition, QgsProcessingParameterBoolean):
                given.flag(name)
            elif isinstance(definition, QgsProcessingParameterEnum):
                check_choice(definition, given.value(name))
            elif isinstance(definition, QgsProcessingParameterFile):
                check_kind(definition, given.value(name))
            elif isinstance(definition, QgsProcessingParameterBand):
                given.integers(name)
            elif isinstance(definition, QgsProcessingParameterExtent):
                given.check_extent(name)
            elif isinstance(definition, QgsProcessingParameterFeatureSource):
                given.check_source(name)
            elif isinstance(definition, QgsProcessingParameterRasterLayer):
                given.check_raster(name)
            elif takes_rasters(definition) and name not in self.takes_broken:
                given.rasters(name)

    def _with_layers(self, given):
        """The layers of `takes_broken`: QGIS's own check opens what is named, and takes
        layers as they are.
        """
        values = {}
        for name in self.takes_broken:
            opened = given.rasters_or_texts(name)
            values[name] = [
                QgsRasterLayer() if isinstance(one, str) else one for one in opened
            ]
        return values

    def _key(self, given):
        """What must be the same for a job to be the one of these parameters."""
        values = []
        for definition in self.parameterDefinitions():
            value = given.parameters.get(definition.name())
            values.append(definition.valueAsPythonString(value, given.context))
        files = stamps(self, given.parameters, given.context)
        return identity(given.context), tuple(values), files


def takes_rasters(definition):
    """Whether a parameter takes several rasters."""
    if not isinstance(definition, QgsProcessingParameterMultipleLayers):
        return False
    return definition.layerType() == QgsProcessing.SourceType.TypeRaster


def identity(context):
    """Equal only for one and the same context: jobs hold layers that live as long as it.

    One of Python's is told by a reference that dies with it (the next may lie at the
    same address); one of C++ has a new Python side in each call, and is told by its
    address.
    """
    if sip.ispyowned(context):
        return weakref.ref(context)
    return sip.unwrapinstance(context)


def not_written(error):
    """The sentence for an OSError; one without a file is of a temporary one."""
    from ..models.geo.write_failure import write_failure

    temporary = os.path.join(tempfile.gettempdir(), "mrife")
    return write_failure(error.filename or temporary, error)
