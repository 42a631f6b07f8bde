# SPDX-License-Identifier: GPL-2.0-or-later
"""The GeoPackage of a review: the candidates with form and styles, and their outlines
as they were before.
"""

from __future__ import annotations

import os

from qgis.core import (
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsFields,
    QgsProcessingContext,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...models.errors import MrifeError
from ...models.inventory.schema import BY_NAME, Field
from ..layers import styles as layers
from ..layers.features import feature
from ..texts import tr
from .styles import keep_styles, load_styles

REVIEW = "review"
ORIGINAL = "original"
OUTLINE = (
    BY_NAME["ls_id"],
    Field(
        "hash", "text", 16, "", "Digits of the outline's coordinates", "Digits", "校验码"
    ),
)


def write_review(path, records, fields, crs, context, language, description):
    """The file gets its name only when all is there. `records`: a list-like of (WKB,
    values), gone through twice.
    """
    from ...models.geo.repair import drawn
    from ...models.inventory.review.outlines import fingerprint

    part = f"{os.path.splitext(path)[0]}.part.gpkg"
    _remove(part)
    try:
        _write_layer(part, REVIEW, records, fields, crs, context)
        before = (
            (wkb, {"ls_id": values["ls_id"], "hash": fingerprint(drawn(wkb))})
            for wkb, values in records
        )
        _write_layer(part, ORIGINAL, before, layers.qgs_fields(OUTLINE), crs, context)
        failure = keep_styles(open_layer(part, REVIEW), language, description)
        if failure:  # raised here: in a traceback the layer would keep the file open
            raise MrifeError("The style cannot be written into '{}': {}.", path, failure)
        os.replace(part, path)
    except OSError as error:
        raise MrifeError(
            "'{}' cannot be written ({}); close it where it is open, or choose another "
            "name.",
            path,
            error.strerror,
        ) from error
    finally:
        _remove(part)


def _write_layer(path, name, records, fields, crs, context):
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = name
    if os.path.exists(path):
        options.actionOnExistingFile = (
            QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
        )
    writer = QgsVectorFileWriter.create(
        path,
        fields,
        QgsWkbTypes.Type.MultiPolygon,
        crs,
        context.transformContext(),
        options,
    )
    try:
        fine = writer.hasError() == QgsVectorFileWriter.WriterError.NoError and all(
            writer.addFeature(
                feature(wkb, values, fields), QgsFeatureSink.Flag.FastInsert
            )
            for wkb, values in records
        )
        reason = writer.errorMessage()
    finally:
        del writer  # closes the file
    if not fine:
        raise MrifeError(
            "The polygons cannot be written to '{}' ({}); make room or choose another "
            "place.",
            path,
            reason,
        )


def open_layer(path, name):
    """A layer of a GeoPackage; None where it is not there."""
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    if layer.isValid():
        return layer
    return None


def load_review(path, destination, source, context):
    """The layer of the file, not the file, is what QGIS loads."""
    if context.willLoadLayerOnCompletion(path):
        details = QgsProcessingContext.LayerDetails(
            context.layerToLoadOnCompletionDetails(path)
        )
        # frees what the context itself holds: hence the copy
        layers.forget_layer(path, context)
        context.addLayerToLoadOnCompletion(destination, details)
    layers.finish_layer(
        destination,
        context,
        tr("Review"),
        tr("Review of {}").format(source),
        load_styles,
    )


def check_decisions(path):
    """A file in which a person has decided something is not overwritten."""
    if os.path.exists(path):
        layer = open_layer(path, REVIEW)
    else:
        layer = None
    if layer is None or layer.fields().lookupField("status") < 0:
        return
    request = QgsFeatureRequest().setFilterExpression(
        '"status" is not null and "status" <> \'candidate\''
    )
    decided = sum(1 for _ in layer.getFeatures(request))
    if decided:
        raise MrifeError(
            "'{}' holds {} polygons that were reviewed already; choose another name.",
            path,
            decided,
        )


def without_fid(fields):
    """GeoPackage numbers its rows itself."""
    others = QgsFields()
    for field in fields:
        if field.name().lower() != "fid":
            others.append(field)
    return others


def _remove(path):
    for file in (path, f"{path}-wal", f"{path}-shm", f"{path}-journal"):
        if os.path.exists(file):
            os.remove(file)
