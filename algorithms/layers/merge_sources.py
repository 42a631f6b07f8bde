# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of any coordinate system and schema, read as outlines that can be merged."""

from __future__ import annotations

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeatureRequest,
    QgsGeometry,
)

from ...models.errors import MrifeError
from ..texts import tr
from .features import AS_THEY_ARE, cancellable, plain

EXISTING = -2  # number of its layer
# where an existing inventory usually keeps its identifiers; the first that differs on all
# polygons is taken
IDENTIFIERS = (
    "ls_id",
    "unique_id",
    "usgs_id",
    "source_id",
    "localid",
    "inspireid",
    "id_frana",
    "id",
    "objectid",
    "code",
    "gid",
    "fid",
    "统一编号",
    "编号",
)


class Reader:
    """Reads the layers of a merge into one CRS; heeds cancel, shows progress over all
    of them.
    """

    def __init__(self, sources, crs, context, feedback):
        self._crs = crs
        self._context = context
        self._feedback = feedback
        self._total = max(1, sum(source.featureCount() for source in sources))
        self._done = 0
        self.repaired = self.empty = 0

    def candidates(self, source, layer):
        """Outlines of a layer with their attributes by lower-case name; `layer` is its
        number.
        """
        from ...models.inventory.merge.edge_matching import cut_sides

        features = self._features(source)
        values = [lowered(feature) for feature in features]
        own = [bytes(feature.geometry().asWkb()) for feature in features]
        moved = [self._moved(feature.geometry(), source) for feature in features]
        sides = [
            side and self._moved(_geometry(side), source)
            for side in cut_sides(own, values)
        ]
        outlines = []
        for wkb, attributes, side in zip(moved, values, sides):
            outlines += self._outline(wkb, attributes, layer, side)
        return outlines

    def existing(self, source, name_field):
        """(feature, outline) of each polygon of an inventory; `name_field` holds the
        identifiers, empty: the usual one.
        """
        features = self._features(source)
        field = name_field or identifying(features, source.fields())
        pairs = []
        self._feedback.pushInfo(
            tr("Identifiers of the existing inventory: {}.").format(
                field or tr("numbers of its features")
            )
        )
        for feature in features:
            if field:
                name = identifier(feature[field])
            else:
                name = None
            moved = self._moved(feature.geometry(), source)
            values = lowered(feature)
            outlines = self._outline(
                moved, values, EXISTING, None, name or str(feature.id())
            )
            pairs += [(feature, outline) for outline in outlines]
        return pairs

    def say(self, candidates, existing, rejected):
        """What was read, and what had to be done to it."""
        self._feedback.pushInfo(
            tr("{} candidates, {} existing and {} rejected polygons.").format(
                candidates, existing, rejected
            )
        )
        if self.repaired or self.empty:
            self._feedback.pushWarning(
                tr("{} invalid polygons were repaired, {} without area left out.").format(
                    self.repaired, self.empty
                )
            )

    def _features(self, source):
        usable = []
        features = source.getFeatures(QgsFeatureRequest(), AS_THEY_ARE)
        for feature in cancellable(features, self._feedback):
            self._done += 1
            self._feedback.setProgress(40 * self._done / self._total)
            if feature.hasGeometry() and not feature.geometry().isEmpty():
                geometry = feature.geometry()
                geometry.convertToStraightSegment()
                feature.setGeometry(geometry)
                usable.append(feature)
            else:
                self.empty += 1
        return usable

    def _moved(self, geometry, source):
        """WKB in the CRS of the result; untouched where that is the source's own."""
        if source.sourceCrs() != self._crs:
            try:
                geometry.transform(
                    QgsCoordinateTransform(
                        source.sourceCrs(), self._crs, self._context.transformContext()
                    )
                )
            except QgsCsException as error:
                raise MrifeError(
                    "A polygon of '{}' cannot be expressed in {}; check the system "
                    "assigned to the layer or choose another for the result.",
                    source.sourceName(),
                    self._crs.authid(),
                ) from error
        return bytes(geometry.asWkb())

    def _outline(self, wkb, values, layer, side, name=""):
        from ...models.inventory.merge.outline import read_outline

        outline = read_outline(wkb, values, layer, side, name)
        if outline is None:
            self.empty += 1
            return []
        self.repaired += outline.repaired
        return [outline]


def lowered(feature):
    """Plain values by lower-case name."""
    return {
        name.lower(): plain(value)
        for name, value in zip(feature.fields().names(), feature.attributes())
    }


def identifier(value):
    """A value as the text of an identifier: 12 of a Shapefile's 12.0."""
    value = plain(value)
    if value is None:
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def identifying(features, fields):
    """The field of an inventory that tells its polygons apart; None where there is none."""
    names = {name.lower(): name for name in fields.names()}
    for name in (names[usual] for usual in IDENTIFIERS if usual in names):
        values = [plain(feature[name]) for feature in features]
        if None not in values and "" not in values and len(set(values)) == len(values):
            return name
    return None


def _geometry(wkb):
    geometry = QgsGeometry()
    geometry.fromWkb(wkb)
    return geometry
