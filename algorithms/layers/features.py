# SPDX-License-Identifier: GPL-2.0-or-later
"""What the algorithms on polygon layers share: features as plain records, and records
to a sink.
"""

from __future__ import annotations

from qgis.core import (
    NULL,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeatureRequest,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsProcessingFeatureSource,
    QgsWkbTypes,
)

from ...models.errors import Cancelled, MrifeError
from ..messages.words import say_datums, say_left_out, say_reading, say_unread
from ..parameters.whole_layer import UNKNOWN, to_the_end
from . import styles as layers
from .layout import NO_TEXTS, plain

AS_THEY_ARE = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks


def features(source, request=None):
    """The features of a source, valid or not. QGIS's own check of a source raises an
    exception in the middle of an iterator, which Python cannot catch: the process ends.
    Raises MrifeError where the file is damaged.
    """
    request = request or QgsFeatureRequest()
    expected = UNKNOWN
    if request.filterRect().isNull():
        expected = source.featureCount()
    found = to_the_end(lambda: source.getFeatures(request, AS_THEY_ARE), source, expected)
    for feature in found:
        if feature.id() < 0:
            _without_promises(feature)
        yield feature


def _without_promises(feature):
    """Of a polygon that is not saved yet: QGIS puts what the database will compute, as a
    text, in the place of a value.
    """
    feature.setAttributes(list(map(_kept, feature.attributes(), feature.fields())))


def _kept(value, field):
    """A text as a value of the field: a default such as 7 is one, the name of what will
    count or date the row is none.
    """
    if hasattr(value, "defaultValueClause"):  # from QGIS 3.28 on
        value = value.defaultValueClause()
    if not isinstance(value, str) or field.type() not in NO_TEXTS:
        return value
    try:
        return field.convertCompatible(value)
    except ValueError:
        return NULL


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


def watched(feedback):
    """A models.watch.Watch that shows progress, and heeds cancel."""
    return lambda items: with_progress(items, len(items), feedback)


def records(source, feedback, crs=None, context=None, only=None):
    """(WKB, values) of each feature with a geometry, in the source's CRS or in `crs`,
    all of them polygons with straight sides; shows progress, heeds cancel.

    `only`: the fields that are wanted, lower case, found and named so whatever their
    case; else all. What the schema cannot read of them is said, and what is left out.
    """
    from ...models.inventory.values import Unread

    request = QgsFeatureRequest()
    names = list(enumerate(source.fields().names()))
    if only is not None:
        names = [(index, name.lower()) for index, name in names if name.lower() in only]
        request.setSubsetOfAttributes([index for index, _ in names])
    say_reading(source, feedback)
    count = source.featureCount()
    unread = Unread()
    outlines = Outlines(source, crs, context)
    if crs is not None:
        say_datums(source.sourceName(), *outlines.systems, feedback)
    for item in with_progress(features(source, request), count, feedback):
        outline = outlines.take(item)
        if outline:
            values = item.attributes()
            attributes = {name: plain(values[index]) for index, name in names}
            unread.note(attributes)
            yield outline, attributes
    say_unread(unread, source.sourceName(), feedback)
    say_left_out(outlines.left_out, source.sourceName(), feedback)
    outlines.check()


class Outlines:
    """The polygons of a source's features in its CRS, or in `crs`; counts what is left
    out.
    """

    def __init__(self, source, crs, context):
        from ...models.geo.crs import Crs

        self._source = source
        self._crs = self._target = Crs(source.sourceCrs().toWkt())
        self._way = None
        if crs is not None and crs != source.sourceCrs():
            self._target = Crs(crs.toWkt())
            transforms = context.transformContext()
            self._way = QgsCoordinateTransform(source.sourceCrs(), crs, transforms)
        self._taken = 0
        self.left_out = LeftOut()

    @property
    def systems(self):
        """models.geo.crs.Crs of the source, and of what is made of it."""
        return self._crs, self._target

    def take(self, feature):
        """WKB of a feature, empty where it has no polygon or no place."""
        from ...models.geo.reproject import has_place

        outline = polygons_of(feature)
        self.left_out.note(feature, outline)
        if not outline:
            return b""
        wkb = b""
        if has_place(outline, self._crs):
            wkb = self._moved(outline)
        if wkb:
            self._taken += 1
        else:
            self.left_out.nowhere += 1
        return wkb

    def check(self):
        """Raises MrifeError where all polygons lie nowhere."""
        if self.left_out.nowhere and not self._taken:
            raise MrifeError(
                "All polygons of '{}' lie where its coordinate reference system is not "
                "defined; check the system assigned to the layer.",
                self._source.sourceName(),
            )

    def _moved(self, outline):
        """In the CRS asked for; empty where it has no place there."""
        if self._way is None:
            return outline
        return moved(outline, self._way, self._target)


def moved(outline, way, target):
    """WKB of polygons by a QgsCoordinateTransform to a models.geo.crs.Crs; empty where
    they have no place there.
    """
    from ...models.geo.reproject import in_one_piece

    geometry = geometry_of(outline)
    try:
        geometry.transform(way)
    except QgsCsException:
        return b""
    return in_one_piece(bytes(geometry.asWkb()), target)


def geometry_of(wkb):
    """A QgsGeometry."""
    geometry = QgsGeometry()
    geometry.fromWkb(wkb)
    return geometry


class LeftOut:
    """Counts what of a layer is not read: `features` without a polygon, `parts`: features
    that hold points or lines beside their polygons, `nowhere`: polygons that lie where
    their system is not defined.
    """

    def __init__(self):
        self.features = 0
        self.parts = 0
        self.nowhere = 0

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


def outlines_of(source):
    """The polygons of each feature as `polygons_of` gives them, and the models.geo.crs.Crs
    that they are in; nothing else is read.
    """
    from ...models.geo.crs import Crs

    request = QgsFeatureRequest().setNoAttributes()
    polygons = map(polygons_of, features(source, request))
    return polygons, Crs(source.sourceCrs().toWkt())


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
