# SPDX-License-Identifier: GPL-2.0-or-later
"""A reviewed layer, the outlines before the review and the reviewed area, as read by
'Apply review'.
"""

from __future__ import annotations

from qgis.core import QgsProcessingFeatureSource

from ...models.errors import MrifeError
from ..layers.features import records
from ..messages.review import warn_of_unknown_outlines
from .package import ORIGINAL, open_layer


def check_status(source):
    """Raises MrifeError where nothing says what a person decided."""
    if source.fields().lookupField("status") < 0:
        raise MrifeError(
            "'{}' has no field 'status'; choose a layer that 'Prepare review' made "
            "and a person reviewed.",
            source.sourceName(),
        )


def original_polygons(job, crs, context, feedback):
    """Polygons before the review by ls_id; None where they are not known. Raises
    MrifeError where somebody edited what the review keeps of them.
    """
    from ...models.geo.repair import drawn
    from ...models.inventory.review.outlines import fingerprint

    source = job.originals
    layer = None  # lives as long as what reads it
    if source is None and job.file:
        layer = open_layer(job.file, ORIGINAL)
    if layer is not None:
        source = QgsProcessingFeatureSource(layer, context)
    if source is None:
        warn_of_unknown_outlines(feedback)
        return None
    polygons = {}
    edited = 0
    for wkb, values in records(source, feedback, crs, context):
        polygon = drawn(wkb)
        polygons[values.get("ls_id")] = polygon
        edited += "hash" in values and values["hash"] != fingerprint(polygon)
    if edited and job.originals is None:
        raise MrifeError(
            "{} outlines of the layer 'original' were changed after the review was "
            "prepared; give the untouched candidates as 'Outlines before the "
            "review'.",
            edited,
        )
    return polygons


def area_polygons(job, crs, context, feedback):
    """Polygons of the reviewed area; None where none is given."""
    from ...models.geo.repair import sound

    if job.area is None:
        return None
    polygons = (sound(wkb) for wkb, _ in records(job.area, feedback, crs, context))
    return [polygon for polygon in polygons if polygon]
