# SPDX-License-Identifier: GPL-2.0-or-later
"""What the algorithms on polygon layers share: features as plain records, and records
to a sink.
"""

from __future__ import annotations

from qgis.core import (
    QgsFeatureRequest,
    QgsField,
    QgsFields,
    QgsProcessingFeatureSource,
    QgsWkbTypes,
)

from ...models.errors import Cancelled
from ..messages.words import say_encoding, say_left_out, say_unread
from . import styles as layers
from .layout import plain

AS_THEY_ARE = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks


def features(source, request=None):
    """The features of a source, valid or not. QGIS's own check of a source raises an
    exception in the middle of an iterator, which Python cannot catch: the process ends.
    """
    return source.getFeatures(request or QgsFeatureRequest(), AS_THEY_ARE)


def cancellable(items, feedback):
    """The items, until the user cancels: then raises Cancelled."""
    for item in items:
        if feedback.isCanceled():
            raise Cancelled()
        yield item


def with_progress(items, count, feedback):
    """The items, of which there are `count`; shows progress, heeds cancel."""
    for number, item in enumerate(cancellable(items, feedback)):
        feedback.setProgress(100 * number / max(1, count))
        yield item


def records(source, feedback, crs=None, context=None, only=None):
    """(WKB, values) of each feature with a geometry, in the source's CRS or in `crs`,
    all of them polygons with straight sides; shows progress, heeds cancel.

    `only`: the fields that are wanted, lower case, found and named so whatever their
    case; else all. What the schema cannot read of them is said, and what is left out.
    """
    from ...models.inventory.values import Unread

    request = QgsFeatureRequest()
    names = list(enumerate(source.fields().names()))
    if crs is not None:
        request.setDestinationCrs(crs, context.transformContext())
    if only is not None:
        names = [(index, name.lower()) for index, name in names if name.lower() in only]
        request.setSubsetOfAttributes([index for index, _ in names])
    say_encoding(source, feedback)
    count = source.featureCount()
    unread = Unread()
    left_out = LeftOut()
    for item in with_progress(features(source, request), count, feedback):
        outline = polygons_of(item)
        left_out.note(item, outline)
        if outline:
            values = item.attributes()
            attributes = {name: plain(values[index]) for index, name in names}
            unread.note(attributes)
            yield outline, attributes
    say_unread(unread, source.sourceName(), feedback)
    say_left_out(left_out, source.sourceName(), feedback)


class LeftOut:
    """Counts what of a layer is no polygon: `features` without any, `parts`: features
    that hold points or lines beside their polygons.
    """

    def __init__(self):
        self.features = 0
        self.parts = 0

    def note(self, feature, outline):
        """A feature and what `polygons_of` gave of it."""
        self.features += not outline
        self.parts += bool(outline) and holds_others(feature.geometry())


def holds_others(geometry):
    """Whether a geometry is a collection of not only polygons."""
    if QgsWkbTypes.flatType(geometry.wkbType()) != QgsWkbTypes.Type.GeometryCollection:
        return False
    polygon = QgsWkbTypes.GeometryType.PolygonGeometry
    return any(
        QgsWkbTypes.geometryType(part.wkbType()) != polygon
        for part in geometry.constParts()
    )


def polygons_of(feature):
    """WKB of a feature's polygons with straight sides, valid or not; empty where it has
    none.
    """
    from ...models.geo import repair

    geometry = feature.geometry()
    if geometry.isEmpty():
        return b""
    return repair.plain(bytes(geometry.asWkb()))


def with_own(source, fields):
    """The layer's own fields, then ours (`schema.Field`); one of the same name is ours."""
    ours = layers.qgs_fields(fields)
    result = QgsFields()
    for field in source.fields():
        if ours.lookupField(field.name()) < 0:
            result.append(QgsField(field))
    for field in ours:
        result.append(field)
    return result
