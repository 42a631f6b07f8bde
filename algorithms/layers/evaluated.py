# SPDX-License-Identifier: GPL-2.0-or-later
"""The layers of an evaluation: right and false candidates, missed landslides, with the
fields that they came with.
"""

from __future__ import annotations

from ..texts import tr
from . import styles as layers
from .classes import show_evaluated
from .features import with_own


def write_layers(job, assessed, given):
    """The sinks of an evaluate.Job that are asked for, by name; `assessed` is its
    models.assessment.Assessed.
    """
    from ...models.evaluation.fields import LAYERS, rows_by_layer

    evaluation = assessed.result.evaluation
    rows = rows_by_layer(evaluation, assessed.candidates.rows, assessed.reference.rows)
    titles = {
        "hits": tr("Right candidates, {}"),
        "missed": tr("Missed landslides, {}"),
        "false": tr("False candidates, {}"),
    }
    paths = {}
    for layer, (_, results) in LAYERS.items():
        name = layer.upper()
        if given.has(name):
            title = titles[layer]
            paths[name] = write_layer(job, name, rows[layer], results, given, title)
    return paths


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
    return layers.qgs_fields(fields), job.raster_crs
