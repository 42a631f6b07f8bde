# SPDX-License-Identifier: GPL-2.0-or-later
"""A choice in words of the user's language. What is given, saved in a model or written
in a script stays the same in all languages; QGIS itself shows no other words for it.
"""

from __future__ import annotations

from processing.gui.wrappers import WidgetWrapper
from qgis.gui import QgsCheckableComboBox, QgsProcessingGui
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QLabel

NOT_CHECKED = Qt.CheckState.Unchecked
CHECKED = Qt.CheckState.Checked


class ChoiceWrapper(WidgetWrapper):
    """`words` by value, as the metadata of the parameter hold them."""

    def createWidget(self, words):
        options = self.parameterDefinition().options()
        if self.parameterDefinition().allowMultiple():
            box = QgsCheckableComboBox()
            for value in options:
                box.addItemWithCheckState(words[value], NOT_CHECKED, value)
            return box
        box = QComboBox()
        for value in options:
            box.addItem(words[value], value)
        box.currentIndexChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        return box

    def createLabel(self):
        """A choice is never empty, so it says nothing of being optional."""
        if self.dialogType == QgsProcessingGui.WidgetType.Batch:
            return None
        label = QLabel(self.parameterDefinition().description())
        label.setToolTip(self.parameterDefinition().name())
        return label

    def setValue(self, value):
        if self.parameterDefinition().allowMultiple():
            values = value.split(",") if isinstance(value, str) else value or []
            for place in range(self.widget.count()):
                is_selected = self.widget.itemData(place) in values
                state = CHECKED if is_selected else NOT_CHECKED
                self.widget.setItemCheckState(place, state)
            return
        self.widget.setCurrentIndex(max(0, self.widget.findData(value)))

    def value(self):
        if self.parameterDefinition().allowMultiple():
            # of a list QGIS writes nothing into its history, nor into a saved batch
            return ",".join(self.widget.checkedItemsData())
        return self.widget.currentData()
