# SPDX-License-Identifier: GPL-2.0-or-later
"""In the dialog of a search, numbers that are empty say what the chosen model makes of
them.
"""

from __future__ import annotations

from qgis.core import QgsProcessingContext, QgsProject
from qgis.gui import QgsProcessingGui

from ...models.errors import MrifeError
from .choice_widget import ChoiceWrapper
from .detection import model_labels
from .files import check_regular_inputs
from .given import Given
from .model_path import model_path

CHOOSING = ("INPUT", "DEM", "MODEL", "FAST")  # what the model follows from


class DeviceWrapper(ChoiceWrapper):
    """The choice of a device, and the place from which the dialog's labels are kept true:
    widgets of QGIS's own stay what they are, as the modeler needs them.
    """

    def postInitialize(self, wrappers):
        if self.dialogType != QgsProcessingGui.WidgetType.Standard:
            return
        self.labels = ModelLabels(self.dialog.algorithm(), wrappers)


class ModelLabels:
    """Labels of a dialog that follow its model."""

    def __init__(self, algorithm, wrappers):
        self._algorithm = algorithm
        self._wrappers = {one.parameterDefinition().name(): one for one in wrappers}
        self._texts = {
            name: wrapper.wrappedLabel().text()
            for name, wrapper in self._wrappers.items()
            if wrapper.wrappedLabel() is not None
        }
        for name in CHOOSING:
            self._wrappers[name].widgetValueHasChanged.connect(self.follow)
        self.follow()

    def follow(self, _=None):
        """Say what the model says; nothing of it where it cannot be read: a run will say
        why.
        """
        try:
            labels = model_labels(self._contract())
        except MrifeError:
            labels = {}
        for name, text in self._texts.items():
            definition = self._wrappers[name].parameterDefinition()
            plain = definition.description()
            label = self._wrappers[name].wrappedLabel()
            label.setText(text.replace(plain, labels.get(name, plain)))

    def _contract(self):
        from ...models.onnxfile import contract_of

        values = {name: self._wrappers[name].parameterValue() for name in CHOOSING}
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        given = Given(self._algorithm, values, context)
        check_regular_inputs(self._algorithm, values, context)
        return contract_of(model_path(given, image_of(given)))


def image_of(given):
    """The layer that is to be searched; None where there is none."""
    try:
        return given.raster("INPUT")
    except MrifeError:
        return None
