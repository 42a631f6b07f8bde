# SPDX-License-Identifier: GPL-2.0-or-later
"""A layer as it can be delivered: its fields under our names, its polygons repaired,
and the files an export writes.
"""

from __future__ import annotations

import os

from qgis.core import QgsProcessing

from ...models.errors import MrifeError
from ...models.inventory.export.targets import SUFFIXES
from ..parameters.files import check_apart
from ..parameters.outputs import check_output, check_temporary
from .features import records
from .layout import DAY, MOMENT, TEXT, say_as_text, type_of

# of an export, by the type of a field; all others are text
KINDS = {
    type_of("Int", "Int"): "int",
    type_of("UInt", "UInt"): "long",
    type_of("Bool", "Bool"): "int",
    type_of("LongLong", "LongLong"): "long",
    type_of("ULongLong", "ULongLong"): "long",
    type_of("Double", "Double"): "real",
    DAY: "date",
    MOMENT: "datetime",
}


def check_status(source):
    """Raises MrifeError where nothing says what a person reviewed."""
    if "status" not in renamed(source.fields().names()).values():
        raise MrifeError(
            "'{}' has no field 'status'; untick 'Only reviewed polygons' or apply "
            "the review first.",
            source.sourceName(),
        )


def check_delivery(delivery, given):
    """Raises MrifeError where one of the files cannot be written, is read, or holds layers
    of others.
    """
    from ...models.geo.feature_file import check_replaceable

    check_replaceable(delivery.path, delivery.layers)
    for path in delivery.files:
        check_apart(path, given.input_files())
        check_output(path)
    check_temporary(0)


def columns_of(source, language):
    """The fields that can be delivered, under our names, in words of the language."""
    from ...models.inventory.export.own_values import own_column

    names = renamed(source.fields().names())
    fields = [field for field in source.fields() if field.name() in names]
    return tuple(
        own_column(
            names[field.name()],
            KINDS.get(field.type(), "text"),
            field.length(),
            language,
        )
        for field in fields
    )


def say_texts(source, feedback):
    """Say which fields become text, as no format of ours has their type."""
    names = [
        field.name() for field in source.fields() if field.type() not in (*KINDS, TEXT)
    ]
    if names:
        feedback.pushWarning(say_as_text(names))


def delivery_path(given, target):
    """The file with the extension of its target. Raises MrifeError for a wrong one."""
    from ...models.inventory.export.export import with_extension

    path = given.output("OUTPUT")
    # QGIS takes the first extension for all targets
    if given.parameters.get("OUTPUT") == QgsProcessing.TEMPORARY_OUTPUT:
        path = path.rpartition(".")[0] + SUFFIXES[target][0]
    right = with_extension(path, target)
    if right is None:
        raise MrifeError(
            "'{}' does not fit the target {}; its name must end in {}.",
            os.path.basename(path),
            target,
            " / ".join(SUFFIXES[target]),
        )
    return right


def polygons_for(job, context, feedback, notes):
    """Polygons and values that will be written; `notes` counts the others."""
    from ...models.geo.repair import repaired
    from ...models.inventory.export.crosswalk import TABLES
    from ...models.inventory.export.own_values import capped, our_values, unreviewed
    from ...models.inventory.status import ACCEPTED, REJECTED
    from ...models.inventory.values import in_stored_words

    in_table = job.delivery.target in TABLES
    is_stale = stale_areas(job.crs)
    source = job.source
    names = renamed(source.fields().names())
    for wkb, attributes in records(source, feedback, job.crs, context):
        values = in_stored_words(
            {names[key]: attributes[key] for key in attributes if key in names}
        )
        if in_table and values.get("status") == REJECTED:
            notes["rejected"] += 1
            continue
        if job.only_reviewed and values.get("status") not in ACCEPTED:
            notes["not reviewed"] += 1
            continue
        repair = repaired(wkb)
        lower = capped(values)
        notes["repaired"] += repair.changed
        notes["empty"] += repair.polygon is None
        notes["capped"] += lower is not values
        notes["unreviewed"] += unreviewed(values)
        if repair.polygon is None:
            continue
        notes["stale"] += is_stale(repair.polygon, values)
        if in_table:
            lower = our_values(lower, notes)
        yield repair.polygon, lower


def stale_areas(crs):
    """What tells of a polygon in a CRS, and its values, whether its area is stated and is
    that of another outline.
    """
    from ...models.geo.crs import Crs
    from ...models.geo.geodesic import Geodesic
    from ...models.inventory.values import finite, is_area_of

    own = Crs(crs.toWkt())
    if not own.is_on_planet:
        return lambda polygon, values: False
    measure = Geodesic(own)

    def is_stale(polygon, values):
        stated = finite(values.get("area_m2"))
        return bool(stated) and not is_area_of(stated, measure.area(polygon))

    return is_stale


def renamed(names):
    """The layer's names, ours in lower case whatever the format made of them; without
    the row number of GeoPackage.
    """
    from ...models.inventory.schema import BY_NAME

    ours = {}
    for name in names:
        lower = name.lower()
        # a layer may have both: then only the lower-case one is ours
        if lower in BY_NAME and (lower == name or lower not in names):
            ours[name] = lower
        elif name != "fid":
            ours[name] = name
    return ours
