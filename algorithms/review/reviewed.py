# SPDX-License-Identifier: GPL-2.0-or-later
"""A reviewed layer, the outlines before the review and the reviewed area, as read by
'Apply review'.
"""

from __future__ import annotations

from qgis.core import QgsProcessingFeatureSource

from ...models.errors import MrifeError
from ..layers.features import records
from ..messages.review import warn_of_unknown_outlines
from ..parameters.behind_layers import extent_of
from ..parameters.whole_layer import remember_file
from .package import ORIGINAL, open_layer


def check_status(source):
    """Raises MrifeError where nothing says what a person decided."""
    if source.fields().lookupField("status") < 0:
        raise MrifeError(
            "'{}' has no field 'status'; choose a layer that 'Prepare review' made "
            "and a person reviewed.",
            source.sourceName(),
        )


def check_identifiers(source):
    """Raises MrifeError where nothing says which polygon an outline was of."""
    if source is not None and source.fields().lookupField("ls_id") < 0:
        raise MrifeError(
            "'{}' has no field 'ls_id' that says which polygon each outline is of; choose "
            "the candidates that the review was prepared from.",
            source.sourceName(),
        )


def check_comparable(source):
    """Raises MrifeError where no outline can be found among those before the review: all
    would count as drawn new, without their terrain.
    """
    if source.fields().lookupField("ls_id") < 0:
        raise MrifeError(
            "'{}' has no field 'ls_id', by which its outlines are held against those "
            "before the review; give the field its name back.",
            source.sourceName(),
        )


def original_polygons(job, crs, context, feedback):
    """Polygons before the review by ls_id; None where they are not known. Raises
    MrifeError where somebody edited what the review keeps of them.
    """
    from ...models.geo.repair import polygon_from_wkb
    from ...models.inventory.review.outlines import fingerprint
    from ...models.inventory.review.prepare import by_schema

    source = job.originals
    layer = None  # lives as long as what reads it
    if source is None and job.file:
        layer = open_layer(job.file, ORIGINAL)
    if layer is not None:
        if layer.crs() == job.file_crs:
            layer.setCrs(crs)  # which a person may have assigned to the review
        source = QgsProcessingFeatureSource(layer, context)
        remember_file(source, layer)
    if source is None:
        warn_of_unknown_outlines(feedback)
        return None
    check_comparable(job.source)
    polygons = {}
    edited = 0
    for wkb, values in records(source, feedback, crs, context, {"ls_id", "hash"}):
        polygon = polygon_from_wkb(wkb)
        polygons[by_schema(values).get("ls_id")] = polygon
        edited += "hash" in values and values["hash"] != fingerprint(polygon)
    if edited and job.originals is None:
        raise MrifeError(
            "{} outlines of the layer 'original' were changed after the review was "
            "prepared; give the untouched candidates as 'Outlines before the "
            "review'.",
            edited,
        )
    return polygons


def area_polygons(job, crs, feedback):
    """Polygons of the reviewed area in the CRS of the reviewed layer; None where none is
    given. Raises MrifeError where they lie elsewhere.
    """
    from ...models.geo.crs import Crs
    from ...models.geo.reproject import into, meets, surroundings

    if job.area is None:
        return None
    area = Crs(job.area.sourceCrs().toWkt())
    target = Crs(crs.toWkt())
    bounds = extent_of(job.source)
    if bounds is None:  # nothing was found there: all of it is background
        bounds = surroundings(extent_of(job.area), area, target).bounds
    polygons = (wkb for wkb, _ in records(job.area, feedback, only=()))
    moved = list(into(polygons, area, bounds, target))
    if not meets(moved, bounds):
        raise MrifeError(
            "The reviewed area '{}' holds nothing of '{}'; choose the area that was "
            "looked through, or look at the coordinate systems of both.",
            job.area.sourceName(),
            job.source.sourceName(),
        )
    return moved
