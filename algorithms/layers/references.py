# SPDX-License-Identifier: GPL-2.0-or-later
"""The landslides of a reference, and the long work of models.assessment on them."""

from __future__ import annotations

from contextlib import closing

from ...models.errors import Cancelled
from ..texts import tr
from .features import records


def polygon_layer(source, feedback):
    """All polygons of a source as a models.assessment.PolygonLayer."""
    from ...models.assessment import PolygonLayer
    from ...models.geo.crs import Crs

    crs = Crs(source.sourceCrs().toWkt())
    return PolygonLayer(list(records(source, feedback)), crs, source.sourceName())


def reference_layer(source, feedback):
    """The landslides of a source; what a person rejected is none."""
    from ...models.assessment import landslides_of

    layer = polygon_layer(source, feedback)
    landslides, rejected = landslides_of(layer.rows)
    if rejected:
        feedback.pushInfo(
            tr("{} rejected polygons of the reference are left out.").format(rejected)
        )
    return layer._replace(rows=landslides)


def outcome(steps, feedback):
    """What a generator of shares (0-1) returns; shows progress, heeds cancel."""
    with closing(steps):
        while True:
            try:
                share = next(steps)
            except StopIteration as end:
                return end.value
            if feedback.isCanceled():
                raise Cancelled()
            feedback.setProgress(100 * share)
