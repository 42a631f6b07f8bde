# SPDX-License-Identifier: GPL-2.0-or-later
"""Copies of a layer that are read otherwise than QGIS reads it, edits that are not saved
yet included; the user's own layer stays as it is.
"""

from __future__ import annotations

from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsProcessingFeatureSource,
    QgsVectorLayerSelectedFeatureSource,
)

from ...models.errors import MrifeError
from .whole_layer import to_the_end

NO_CHECK = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks


class CopiedSource(QgsProcessingFeatureSource):
    """The features of a source, read from a copy of its layer in a coordinate reference
    system and, where it is not None, in an encoding. Raises MrifeError where edits that
    are not saved cannot be repeated there.
    """

    def __init__(self, source, layer, context, crs, encoding):
        anew = layer.clone()  # with its joins, virtual fields and filter
        anew.setCrs(crs)
        if encoding:
            anew.setProviderEncoding(encoding)
        ids = _numbers(source)
        if layer.editBuffer():
            added = _repeat_edits(layer, anew)
            ids = [added.get(number, number) for number in ids]
        read = anew
        if len(ids) < anew.featureCount():
            anew.selectByIds(ids)
            read = QgsVectorLayerSelectedFeatureSource(anew)
        super().__init__(read, context)
        self.encoding = encoding
        self._alive = (anew, read)  # as long as this


def _numbers(source):
    """Those of the features that a source gives, by its selection, filter and limit.
    Raises MrifeError where the file is damaged.
    """
    request = QgsFeatureRequest().setNoAttributes()
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    features = to_the_end(
        lambda: source.getFeatures(request, NO_CHECK), source, source.featureCount()
    )
    return [feature.id() for feature in features]


def _repeat_edits(layer, anew):
    """What is not saved yet in a layer, in another one of the same file, which is never
    saved; returns the numbers of new features there by those that they have.
    """
    buffer = layer.editBuffer()
    if not anew.startEditing():
        raise MrifeError(
            "Layer '{}' has edits that are not saved, and its file can no longer be "
            "written, so they cannot be read; save them under another name and take that "
            "layer.",
            layer.name(),
        )
    # first, for all else goes by the columns that are left
    anew.deleteAttributes(list(buffer.deletedAttributeIds()))
    for field in buffer.addedAttributes():
        anew.addAttribute(field)
    for place, name in enumerate(layer.fields().names()):
        if anew.fields()[place].name() != name:
            anew.renameAttribute(place, name)
    for number, values in buffer.changedAttributeValues().items():
        for index, value in values.items():
            anew.changeAttributeValue(number, index, value)
    for number, geometry in buffer.changedGeometries().items():
        anew.changeGeometry(number, geometry)
    anew.deleteFeatures(list(buffer.deletedFeatureIds()))
    added = {}
    for number, feature in buffer.addedFeatures().items():
        copy = QgsFeature(feature)
        anew.addFeature(copy)
        added[number] = copy.id()
    return added
