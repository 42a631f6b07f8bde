# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons of layers of any type: QGIS names a layer of several kinds of geometry by its
first feature, and a collection of them has no kind.
"""

from __future__ import annotations

import os

from qgis.core import (
    QgsDataProvider,
    QgsFeatureRequest,
    QgsProviderRegistry,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...models.errors import MrifeError
from .layer_copy import CopiedSource
from .present_source import EVERY_FEATURE, PresentSource
from .shapefile_encoding import right_encoding
from .whole_layer import remember_file, to_the_end

# of which alone a layer is no polygon can be; with heights and measures the same
OTHER_KINDS = ("Point", "LineString", "MultiPoint", "MultiLineString", "None")


def polygon_source(source, layer, label, context, encoding="auto", choice=EVERY_FEATURE):
    """What is read of the source of a parameter called `label`, whose layer is None where
    QGIS knows none: the layer as it is now, or a copy of it whose texts are read right or
    that has the coordinate system of its file. `choice`: the features that the source
    takes of the layer. Raises MrifeError.
    """
    remember_file(source, layer)
    source.only_layer = only_layer(layer)
    if not may_hold_polygons(source, layer):
        raise MrifeError(
            "{}: '{}' holds no polygons ({}); choose a layer that does.",
            label,
            source.sourceName(),
            QgsWkbTypes.translatedDisplayString(source.wkbType()),
        )
    crs = source.sourceCrs()
    if layer is not None and not crs.isValid():
        crs = layer.dataProvider().crs()
    if not crs.isValid():
        raise MrifeError(
            "{}: '{}' has no coordinate reference system; assign the right one to it "
            "first.",
            label,
            source.sourceName(),
        )
    right = right_encoding(layer, encoding)
    if layer is None:
        return source
    if right is None and source.sourceCrs().isValid():
        copied = PresentSource(layer, choice, context)
    else:
        copied = CopiedSource(source, layer, context, crs, right)
    remember_file(copied, layer)
    copied.only_layer = source.only_layer
    return copied


def only_layer(layer):
    """(name of the file, the layer that QGIS reads of it) where it has several of polygons
    and none is named; () else.
    """
    if not isinstance(layer, QgsVectorLayer) or layer.providerType() != "ogr":
        return ()
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    if parts.get("layerName") or parts.get("layerId") is not None:
        return ()
    names = [name for _, name, _, kind, *_ in sublayers(layer) if _of_any_kind(kind)]
    if len(set(names)) < 2:
        return ()
    return os.path.basename(parts["path"]), names[0]


def may_hold_polygons(source, layer):
    """Whether a source is one of polygons, or one of anything in which some lie."""
    if _is_polygonal(source.wkbType()):
        return True
    if not isinstance(layer, QgsVectorLayer) or not _holds_several_kinds(layer):
        return False
    from ...models.geo.repair import plain

    request = QgsFeatureRequest().setNoAttributes()
    remember_file(layer, layer)
    for feature in to_the_end(lambda: layer.getFeatures(request), layer):
        geometry = feature.geometry()
        if _is_polygonal(geometry.wkbType()):
            return True
        if _is_collection(geometry.wkbType()) and plain(bytes(geometry.asWkb())):
            return True
    return False


def _is_polygonal(wkb_type):
    kind = QgsWkbTypes.geometryType(wkb_type)
    return kind == QgsWkbTypes.GeometryType.PolygonGeometry


def _is_collection(wkb_type):
    return QgsWkbTypes.flatType(wkb_type) == QgsWkbTypes.Type.GeometryCollection


def _holds_several_kinds(layer):
    """Whether polygons may lie in a layer that is none of polygons."""
    if layer.providerType() != "ogr":
        kinds = [QgsWkbTypes.displayString(layer.wkbType())]
    else:
        kinds = [parts[3] for parts in sublayers(layer)]
    return any(map(_of_any_kind, kinds))


def _of_any_kind(kind):
    return kind.rstrip("25DZM") not in OTHER_KINDS


def sublayers(layer):
    """Number, name, count, kind of geometry and more of each layer of a layer's file."""
    separator = QgsDataProvider.sublayerSeparator()
    return [text.split(separator) for text in layer.dataProvider().subLayers()]
