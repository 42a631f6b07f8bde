# SPDX-License-Identifier: GPL-2.0-or-later
"""The GeoPackage of a review: the candidates with form and styles, and their outlines
as they were before.
"""

from __future__ import annotations

import os

from qgis.core import (
    QgsFields,
    QgsProcessingContext,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...models.errors import MrifeError
from ..layers import styles as layers
from ..layers.features import cancellable, with_own
from ..layers.layout import Layout, is_unique
from ..texts import tr
from .styles import keep_styles, keep_words, load_styles

REVIEW = "review"
ORIGINAL = "original"


class Ranked:
    """Stored records with their rank, gone through as often as needed; heeds cancel."""

    def __init__(self, records, ranks, feedback):
        self._records = records
        self._ranks = ranks
        self._feedback = feedback

    def __iter__(self):
        ranked = zip(self._records, self._ranks)
        for (wkb, values), rank in cancellable(ranked, self._feedback):
            yield wkb, {**values, "rev_rank": rank}


def review_layer(path):
    """Source of the layer to review in a GeoPackage."""
    return f"{path}|layername={REVIEW}"


def write_review(path, records, job, context):
    """A new file. `records`: a list-like of (WKB, values), gone through twice. Raises
    MrifeError.
    """
    from ...models.geo.repair import polygon_from_wkb
    from ...models.geo.write_failure import write_failure
    from ...models.inventory.review.outlines import ORIGINAL_FIELDS, fingerprint
    from ...models.inventory.schema import ALL

    crs = job.source.sourceCrs()
    fields = without_fid(with_own(job.source, ALL))
    before = (
        (wkb, {"ls_id": values["ls_id"], "hash": fingerprint(polygon_from_wkb(wkb))})
        for wkb, values in records
    )
    _write_layer(path, REVIEW, records, fields, crs, context)
    outline = layers.qgs_fields(ORIGINAL_FIELDS)
    _write_layer(path, ORIGINAL, before, outline, crs, context)
    failure = keep_styles(open_layer(path, REVIEW), job.language, job.description)
    failure = failure or keep_words(
        open_layer(path, ORIGINAL), job.language, ORIGINAL_FIELDS
    )
    if failure:  # raised here: in a traceback the layer would keep the file open
        raise write_failure(path, failure)


def _write_layer(path, name, records, fields, crs, context):
    from ...models.geo.write_failure import write_failure
    from ..layers.sink import fill_file

    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = name
    if os.path.exists(path):
        options.actionOnExistingFile = (
            QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
        )
    layout = Layout(fields, options.driverName)
    writer = QgsVectorFileWriter.create(
        path,
        layout.fields,
        QgsWkbTypes.Type.MultiPolygon,
        crs,
        context.transformContext(),
        options,
    )
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        raise write_failure(path, writer.errorMessage())
    fill_file(writer, records, layout, path)


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


def check_format(path):
    """Raises MrifeError for a file that is no GeoPackage."""
    if not path.lower().endswith(".gpkg"):
        raise MrifeError(
            "'{}' is no GeoPackage, and only such a file holds form and styles; "
            "give a name that ends in .gpkg.",
            path,
        )


def check_decisions(path):
    """A file in which a person has decided, redrawn or written something is not
    overwritten. It is read without QGIS, which holds open for a minute what it has read.
    """
    from ...models.geo.feature_file import count_others

    decided = count_others(path, REVIEW, "status", "candidate")
    decided = decided or count_others(path, REVIEW, "rev_date", "")  # day of any change
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
        if field.name().lower() != "fid" or not is_unique(field):
            others.append(field)
    return others
