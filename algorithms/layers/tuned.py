# SPDX-License-Identifier: GPL-2.0-or-later
"""The layers of a fine-tuning: what the tuned model misses and invents on ground left out,
and which landslides it gained and lost.
"""

from __future__ import annotations

from ..texts import titled, tr
from . import styles as layers
from .classes import show_change, show_evaluated
from .features import with_own

# what an evaluation, or a comparison, says of the polygons of a layer
MISSED = ("missed",)
FALSE = ("false",)
GAINED = ("gained",)
LOST = ("lost",)


def write_layers(source, change, name, given):
    """The sinks that are asked for, by name; `source` holds the landslides, `name` is the
    model's.
    """
    from ...models.finetune.object_change import FALSE_FIELDS, LANDSLIDE_FIELDS

    own = with_own(source, LANDSLIDE_FIELDS)
    others = layers.qgs_fields(FALSE_FIELDS)
    results = {}
    for parameter, records, fields, show, title in (
        ("MISSED", change.missed, own, show_evaluated(MISSED), tr("Missed landslides")),
        ("FALSE", change.false, others, show_evaluated(FALSE), tr("False candidates")),
        ("GAINED", change.gained, own, show_change(GAINED), tr("Landslides gained")),
        ("LOST", change.lost, own, show_change(LOST), tr("Landslides lost")),
    ):
        if not given.has(parameter):
            continue
        crs = source.sourceCrs()
        path, _ = given.outputs.layer(parameter, records(), fields, crs)
        style = layers.with_style(show)
        layers.finish_polygons(given, parameter, path, titled(title, name), style)
        results[parameter] = path
    return results
