# SPDX-License-Identifier: GPL-2.0-or-later
"""Labels of a dialog that say what an empty number means for what was chosen above it.

Widgets of QGIS's own stay what they are, as the modeler needs them: the labels are kept
from a choice of the same dialog.
"""

from __future__ import annotations

from qgis.core import QgsProcessingContext, QgsProject
from qgis.gui import QgsProcessingGui

from ...models.errors import MrifeError
from .choice_widget import ChoiceWrapper
from .files import check_regular_inputs
from .given import Given


class FollowingLabels:
    """`labels_of` makes labels, by the names of parameters, of what the parameters
    `choosing` hold.
    """

    def __init__(self, algorithm, wrappers, choosing, labels_of):
        self._algorithm = algorithm
        self._labels_of = labels_of
        self._choosing = choosing
        self._wrappers = {one.parameterDefinition().name(): one for one in wrappers}
        self._texts = {
            name: wrapper.wrappedLabel().text()
            for name, wrapper in self._wrappers.items()
            if wrapper.wrappedLabel() is not None
        }
        for name in choosing:
            self._wrappers[name].widgetValueHasChanged.connect(self.follow)
        self.follow()

    def follow(self, _=None):
        """Say what the chosen says; nothing of it where it cannot be read: a run will say
        why.
        """
        try:
            labels = self._labels_of(self._given())
        except MrifeError:
            labels = {}
        for name, text in self._texts.items():
            definition = self._wrappers[name].parameterDefinition()
            plain = definition.description()
            label = self._wrappers[name].wrappedLabel()
            label.setText(text.replace(plain, labels.get(name, plain)))

    def _given(self):
        """What is chosen. Raises MrifeError where it is no regular file."""
        names = self._choosing
        values = {name: self._wrappers[name].parameterValue() for name in names}
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        given = Given(self._algorithm, values, context)
        check_regular_inputs(given)
        return given


class FollowingWrapper(ChoiceWrapper):
    """A choice from which the labels of its dialog are kept true; not in the modeler, nor
    in batch.
    """

    choosing = ()

    def labels_of(self, given):
        raise NotImplementedError

    def postInitialize(self, wrappers):
        if self.dialogType != QgsProcessingGui.WidgetType.Standard:
            return
        algorithm = self.dialog.algorithm()
        self.labels = FollowingLabels(algorithm, wrappers, self.choosing, self.labels_of)
