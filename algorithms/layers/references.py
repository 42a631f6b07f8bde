# SPDX-License-Identifier: GPL-2.0-or-later
"""The landslides of a reference, and what a probability raster says where they lie."""

from __future__ import annotations

from ...models.errors import Cancelled
from ..messages.detection import follow, say_notes
from ..texts import tr
from .features import records


def reference_records(source, feedback):
    """(WKB, values) of the landslides; what a person rejected is none."""
    from ...models.inventory.schema import BY_NAME
    from ...models.inventory.status import REJECTED
    from ...models.inventory.values import typed

    landslides = []
    rejected = 0
    for wkb, values in records(source, feedback):
        status = {name.lower(): value for name, value in values.items()}.get("status")
        if typed(status, BY_NAME["status"]) == REJECTED:
            rejected += 1
        else:
            landslides.append((wkb, values))
    if rejected:
        feedback.pushInfo(
            tr("{} rejected polygons of the reference are left out.").format(rejected)
        )
    return landslides


def own_outlines(path, outline, feedback):
    """(WKB, values) of the polygons of a probability raster, by a pipeline.OutlineJob."""
    from ...models import pipeline
    from ...models.inventory.candidates.attributes import Collection

    say_notes(outline.notes, feedback)
    with Collection(outline.inventory) as candidates:
        follow(pipeline.outline(path, outline, candidates), feedback)
        return list(candidates)


def counted_pixels(probability, area, references, crs, folds, feedback):
    """(pixels by probability in `folds` bands of ground, share of the evaluation area
    that was searched); `crs` is that of the references.
    """
    from ...models.evaluation.pixel_metrics import ConfusionCounts
    from ...models.evaluation.raster import count_pixels, searched_share
    from ...models.geo.reproject import near
    from ...models.inference.probability import Probability

    counts = [ConfusionCounts() for _ in range(folds)]
    with Probability(probability.path, probability.nodata) as raster:
        grid = probability.outline.grid
        polygons = (wkb for wkb, _ in references)
        landslides = near(polygons, crs, grid.bounds, grid.crs)
        truth = [polygon.wkb for polygon in landslides]
        inside = area.on(grid.crs, grid.bounds)
        for share in count_pixels(raster, truth, inside, counts):
            if feedback.isCanceled():
                raise Cancelled()
            feedback.setProgress(100 * share)
        return counts, searched_share(counts, grid, area)
