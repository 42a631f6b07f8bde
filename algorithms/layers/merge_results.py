# SPDX-License-Identifier: GPL-2.0-or-later
"""What a merge leaves: one inventory, and the conflicts for a person to decide. Both
layers are made only now: a run that failed or was cancelled leaves nothing that looks
finished.
"""

from __future__ import annotations

from qgis.core import QgsFields

from ..texts import tr
from . import styles as layers
from .classes import show_confidence, show_conflicts
from .fields import Table
from .merge_sources import lowered


def write_inventory(job, existing, merged, given, stack):
    """The sink OUTPUT: {OUTPUT, COUNT}. `existing`: (feature, outline) of each polygon
    that stands; `stack`: a Stack of the layers.
    """
    from ...models.inventory.schema import ALL

    fields = None
    if job.existing:
        fields = job.existing.fields()
    features = [feature for feature, _ in existing]
    table = Table(fields, landslide_fields(job), ALL, features)
    is_new = brings_candidates(job)
    rows = inventory(existing, merged, given.flag("KEEP"), is_new, table)
    path, count = given.outputs.layer("OUTPUT", rows, table.fields, job.crs)
    title = tr("Inventory, {}").format(origin(job))
    style = layers.with_style(show_confidence)
    layers.finish_polygons(given, "OUTPUT", path, title, style, stack)
    return {"OUTPUT": path, "COUNT": count}


def write_conflicts(job, conflicts, given, stack):
    """The sink CONFLICTS, over the inventory; returns its destination."""
    from ...models.inventory.merge.conflicts import CONFLICT_FIELDS
    from ...models.inventory.schema import ALL

    table = Table(None, candidate_fields(job), (*CONFLICT_FIELDS, *ALL), [])
    rows = ((c.outline.wkb, table.row(c.values)) for c in conflicts)
    path, _ = given.outputs.layer("CONFLICTS", rows, table.fields, job.crs)
    title = tr("Conflicts, {}").format(origin(job))
    style = layers.with_style(show_conflicts)
    layers.finish_polygons(
        given, "CONFLICTS", path, title, style, stack, place=layers.Stack.OVER
    )
    return path


def origin(job):
    """The names of the layers that were merged, of many the first."""
    sources = [*filter(None, [job.existing]), *job.candidates]
    first, *others = [source.sourceName() for source in sources]
    if len(others) > 1:
        return tr("{} and {} more").format(first, len(others))
    return ", ".join([first, *others])


def candidate_fields(job):
    return [source.fields() for source in job.candidates]


def landslide_fields(job):
    """Those of the candidates without what only conflicts have."""
    from ...models.inventory.merge.conflicts import CONFLICT_FIELDS

    of_conflicts = {field.name for field in CONFLICT_FIELDS}
    reduced = []
    for fields in candidate_fields(job):
        plain_fields = QgsFields()
        for field in fields:
            if field.name().lower() not in of_conflicts:
                plain_fields.append(field)
        reduced.append(plain_fields)
    return reduced


def renewed(change, feature, names):
    """Of the relations of this merge what takes the place of an earlier merge's in an
    existing feature: an inv_id that is none of `names`, the inventory's identifiers, is
    somebody's own.
    """
    own = lowered(feature)
    if not set(change) <= set(own):
        return {}
    if own["inv_id"] is None or own["inv_id"] in names:
        return change
    return {name: value for name, value in change.items() if name != "inv_id"}


def brings_candidates(job):
    """Whether not only conflicts of an earlier merge are given, whose relations stay."""
    from ...models.inventory.merge.conflicts import RESOLVE

    return any(fields.lookupField(RESOLVE.name) < 0 for fields in candidate_fields(job))


def inventory(existing, merged, keep_all, is_new, table):
    """(WKB, values): existing polygons, with what lies on them where they have no fields
    of such names, or, where the merge `is_new`, those of an earlier one, and with what
    people's records add, then the new ones, in one order of review. `keep_all`: also
    existing ones that nothing matches.
    """
    from ...models.inventory.schema import BY_NAME

    longest = BY_NAME["ls_id"].length
    longest_id = BY_NAME["inv_id"].length
    names = {outline.name[:longest_id] for _, outline in existing}
    places = merged.places(len(existing), keep_all)
    ranks = merged.ranks([outline for _, outline in existing], places)
    for place, rank in zip(places, ranks):
        feature, outline = existing[place]
        relation, iou = merged.changes.get(place, (None, None))
        change = {
            "inv_rel": relation,
            "inv_id": relation and outline.name[:longest_id],
            "inv_iou": iou and round(iou, 3),
        }
        named = {"ls_id": outline.name if len(outline.name) <= longest else None}
        shown = merged.replaced.get(place, outline)
        added = {**merged.additions.get(place, {}), "rev_rank": rank}
        row = {**table.row({**named, **change}), **table.own(feature)}
        if is_new:
            row.update(table.row(renewed(change, feature, names)))
        row.update(table.row(added))
        yield shown.wkb, row
    ranks_of_new = ranks[len(places) :]
    for number, (outline, rank) in enumerate(zip(merged.outlines, ranks_of_new), 1):
        fid = table.last_row + number
        row = table.row({**outline.values, "rev_rank": rank, "fid": fid})
        yield outline.wkb, row
