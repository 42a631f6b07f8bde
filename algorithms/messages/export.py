# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log of an export says: what was left out, which fields went where, what
nobody has verified.
"""

from __future__ import annotations

from ..texts import tr


def say_selected(notes, feedback):
    """What became of the polygons that were read, counted in `notes`."""
    from ...models.inventory.schema import BY_NAME

    for count, text in (
        (notes["rejected"], tr("{} rejected polygons left out.")),
        (notes["not reviewed"], tr("{} polygons left out that are not confirmed.")),
        (notes["repaired"], tr("{} invalid outlines repaired.")),
    ):
        if count:
            feedback.pushInfo(text.format(count))
    for count, text in (
        (notes["empty"], tr("{} features without an area were left out.")),
        (
            notes["unreviewed"],
            tr(
                "Nobody has confirmed {} of the polygons; say so where you deliver them."
            ),
        ),
        (
            notes["stale"],
            tr(
                "The field area_m2 of {} polygons holds the area of another outline, and "
                "other measures may be old, too; run 'Measure shape and terrain' before "
                "delivery."
            ),
        ),
        (notes["capped"], tr("USGS confidence of {} unconfirmed polygons lowered to 3.")),
    ):
        if count:
            feedback.pushWarning(text.format(count))
    for name in sorted(set(notes) & set(BY_NAME)):
        feedback.pushWarning(
            tr("Field {}: {} values could not be read and stay empty.").format(
                name, notes[name]
            )
        )


def say_written(delivery, notes, count, feedback):
    """Where the fields went, what the target is not, how many polygons are where."""
    from ...models.inventory.export.crosswalk import TABLES

    columns = TABLES.get(delivery.target)
    own = [column.name for column in delivery.columns]
    if columns:
        _say_crosswalk(columns, [known(name) for name in own], delivery, feedback)
    else:
        feedback.pushInfo(tr("Fields: {}.").format(_listed(own)))
    if delivery.suffix == ".shp":
        _say_shapefile(
            [column.name for column in columns or delivery.columns],
            delivery.encoding,
            notes,
            feedback,
        )
    _say_target(delivery, feedback)
    feedback.pushInfo(
        tr("Landslides written: {}, to {}.").format(count, ", ".join(delivery.files))
    )


def known(name):
    """A field of a layer under the name by which it is read."""
    from ...models.inventory.export.crosswalk import READ

    if name.lower() in READ:
        return name.lower()
    return name


def _say_target(delivery, feedback):
    if delivery.target == "inspire":
        feedback.pushWarning(
            tr(
                "The GML follows nz-core 4.0 as its schema is described; it was not "
                "validated against the official one, and there is a version 5.0. INSPIRE "
                "knows no code list of landslide movements: their names are free texts."
            )
        )
    if delivery.target == "iffi":
        feedback.pushInfo(
            tr(
                "IFFI: a point for every landslide; from 1 ha on also a polygon, or a "
                "line where one of length and width is at least 8 times the other."
            )
        )
    if delivery.target == "slido":
        feedback.pushInfo(
            tr(
                "SLIDO: a second layer has the lines of head scarps and flanks of the "
                "landslides whose direction of movement is known. Its areas of heads and "
                "flanks, apart from the deposits, are not in one outline a landslide. "
                "SLOPE is that beside the landslide, which 'Measure shape and terrain' "
                "fills from an elevation model."
            )
        )
    if delivery.target == "inspire" and not delivery.namespace:
        feedback.pushWarning(
            tr(
                "The INSPIRE namespace is empty; give the one of your body before "
                "delivery."
            )
        )


def _say_crosswalk(columns, own, delivery, feedback):
    there = {*own, *delivery.stated}
    filled = [column for column in columns if there & set(column.sources)]
    if delivery.target == "usgs" and "inventory" not in there:
        feedback.pushWarning(
            tr(
                "The name of the inventory is empty; give the one under which yours is "
                "to be cited before delivery."
            )
        )
    used = {source for column in columns for source in column.sources}
    feedback.pushInfo(
        tr("Fields mapped: {}.").format(
            _listed(f"{' + '.join(column.sources)} > {column.name}" for column in filled)
        )
    )
    feedback.pushInfo(
        tr("Fields that stay empty: {}.").format(
            _listed(column.name for column in columns if column not in filled)
        )
    )
    feedback.pushInfo(
        tr("Fields of the layer without a place there: {}.").format(
            _listed(name for name in own if name not in used)
        )
    )
    doubtful = [column.name for column in columns if not column.verified]
    if doubtful:
        feedback.pushWarning(
            tr("Not verified, hold against the official template: {}.").format(
                _listed(doubtful)
            )
        )


def _say_shapefile(names, encoding, notes, feedback):
    from ...models.inventory.export.shapefile import short_names

    short = short_names(names, encoding)
    changed = [f"{name} > {short[name]}" for name in names if short[name] != name]
    if changed:
        feedback.pushWarning(
            tr("Names shortened to ten bytes: {}.").format(_listed(changed))
        )
    for key, text in (
        ("cut", tr("{} texts cut at 254 bytes.")),
        ("large", tr("{} numbers too large for a Shapefile stay empty.")),
        (
            "replaced",
            tr(
                "{} characters that GBK does not know became question marks; UTF-8 keeps "
                "them."
            ),
        ),
    ):
        if notes[key]:
            feedback.pushWarning(text.format(notes[key]))


def _listed(names):
    return ", ".join(names) or tr("none")
