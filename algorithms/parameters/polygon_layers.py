# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons of a layer that holds several kinds of geometry: QGIS shows one kind at a
time, by default that of the first feature.
"""

from __future__ import annotations

from qgis.core import (
    QgsDataProvider,
    QgsProcessingFeatureSource,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsWkbTypes,
)

from .plain_values import is_empty


def holds_polygons(wkb_type):
    kind = QgsWkbTypes.geometryType(wkb_type)
    return kind == QgsWkbTypes.GeometryType.PolygonGeometry


class LayerSource(QgsProcessingFeatureSource):
    """All of a layer that nobody else keeps."""

    def __init__(self, layer, context):
        super().__init__(layer, context)
        self._alive = layer


def with_polygons(layer):
    """The layer itself; where it shows no polygons but its file holds some in the same
    layer, those; None where it holds none.
    """
    if layer is None or holds_polygons(layer.wkbType()):
        return layer
    if layer.providerType() != "ogr" or "|geometrytype=" in layer.source().lower():
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    for name, kind in _kinds(layer, parts.get("layerName")):
        source = f"{parts['path']}|layername={name}|geometrytype={kind}"
        polygons = QgsVectorLayer(source, layer.name(), "ogr")
        if polygons.isValid() and holds_polygons(polygons.wkbType()):
            polygons.setCrs(layer.crs())
            return polygons
    return None


def _kinds(layer, own_name):
    """(layer, kind of geometry) of what the provider finds in the layer called
    `own_name`, the first of the file where that is empty.
    """
    separator = QgsDataProvider.sublayerSeparator()
    for text in layer.dataProvider().subLayers():
        number, name, _, kind, *_ = text.split(separator)
        if name == own_name or (is_empty(own_name) and number == "0"):
            yield name, kind
