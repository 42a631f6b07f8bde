# SPDX-License-Identifier: GPL-2.0-or-later
"""The layers of an evaluation: right and false candidates, missed landslides, with the
fields that they came with.
"""

from __future__ import annotations

from qgis.core import QgsCoordinateReferenceSystem

from ..texts import tr
from . import styles as layers
from .classes import show_evaluated
from .features import with_own


def write_layers(job, records, evaluation, given):
    """The sinks that are asked for, by name; `records`: (WKB, values) of the candidates
    and of the landslides that were evaluated.
    """
    from ...models.evaluation.fields import candidate_values, reference_values

    candidates, references = records
    found = list(
        of_places(candidates, evaluation.candidates, candidate_values(evaluation))
    )
    known = list(
        of_places(references, evaluation.references, reference_values(evaluation))
    )
    results = {}
    for name, rows, result, title in (
        ("HITS", found, ("right", "merging"), tr("Right candidates, {}")),
        ("MISSED", known, ("missed",), tr("Missed landslides, {}")),
        ("FALSE", found, ("false",), tr("False candidates, {}")),
    ):
        if given.has(name):
            chosen = [row for row in rows if row[1]["ev_result"] in result]
            results[name] = write_layer(job, name, chosen, result, given, title)
    return results


def of_places(records, layer, values):
    """(WKB, values) of the polygons that count, with what the evaluation says of each."""
    for place, own in zip(layer.places.tolist(), values):
        wkb, attributes = records[place]
        yield wkb, {**attributes, **own}


def write_layer(job, name, rows, result, given, title):
    """One sink; returns its destination."""
    fields, crs = format_of(job, job.reference if name == "MISSED" else job.candidates)
    path, _ = given.outputs.layer(name, rows, fields, crs)
    style = layers.with_style(show_evaluated(result))
    layers.finish_polygons(given, name, path, title.format(job.name), style)
    return path


def format_of(job, source):
    """(fields, CRS) of the polygons of a source, without one of the raster's outlines."""
    from ...models.evaluation.fields import EVALUATION_FIELDS

    if source is not None:
        return with_own(source, EVALUATION_FIELDS), source.sourceCrs()
    fields = (*job.probability.outline.inventory.fields, *EVALUATION_FIELDS)
    return layers.qgs_fields(fields), QgsCoordinateReferenceSystem(job.probability.crs)
