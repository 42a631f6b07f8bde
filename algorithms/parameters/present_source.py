# SPDX-License-Identifier: GPL-2.0-or-later
"""A layer as it is now, whatever becomes of it: QGIS's own source of a layer holds its bare
address, and takes the process down where that leaves the project before it is read.
"""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsFields,
    QgsProcessingFeatureSource,
    QgsProcessingFeatureSourceDefinition,
    QgsRectangle,
    QgsVectorLayerFeatureSource,
    QgsVectorLayerSelectedFeatureSource,
)

EVERY_FEATURE = QgsProcessingFeatureSourceDefinition()


class PresentSource(QgsProcessingFeatureSource):
    """The features of a layer, edits that are not saved included, of which `choice` (a
    QgsProcessingFeatureSourceDefinition) may take the selected ones, the first ones, or
    those of an expression.
    """

    def __init__(self, layer, choice, context):
        present = PresentFeatures(layer, choice.selectedFeaturesOnly)
        limits = [choice.featureLimit]
        if getattr(choice, "filterExpression", ""):  # since QGIS 3.32
            limits.append(choice.filterExpression)
        super().__init__(present, context, False, *limits)
        self._alive = present  # as long as this


class PresentFeatures(QgsFeatureSource):
    """What QGIS's drawing of maps reads in its threads: nothing asks the layer again."""

    def __init__(self, layer, only_selected):
        super().__init__()
        if only_selected:
            self._features = counted = QgsVectorLayerSelectedFeatureSource(layer)
        else:
            self._features = QgsVectorLayerFeatureSource(layer)
            counted = layer
        self._count = counted.featureCount()
        self._extent = counted.sourceExtent()
        self._name = layer.name()
        self._crs = layer.sourceCrs()
        self._fields = layer.fields()
        self._kind = layer.wkbType()

    def getFeatures(self, request=None):
        return self._features.getFeatures(request or QgsFeatureRequest())

    def sourceName(self):
        return self._name

    def sourceCrs(self):
        return QgsCoordinateReferenceSystem(self._crs)

    def fields(self):
        return QgsFields(self._fields)

    def wkbType(self):
        return self._kind

    def featureCount(self):
        return self._count

    def sourceExtent(self):
        return QgsRectangle(self._extent)
