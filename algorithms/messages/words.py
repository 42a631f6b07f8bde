# SPDX-License-Identifier: GPL-2.0-or-later
"""What the log says of layers that are read, and of values that nobody could read."""

from __future__ import annotations

from ..texts import tr
from .errors import translated

MAX_SHOWN = 5  # different values of a field


def say_reading(source, feedback):
    """Which of several layers a source is, and its encoding where the file states it wrongly."""
    from ...models.inventory.export.shapefile_encoding import ANY_BYTES

    only = getattr(source, "only_layer", ())
    if only:
        feedback.pushWarning(
            tr(
                "'{}' holds several layers of polygons, of which only '{}' is read; write "
                "the name of another behind the file, as in file.gpkg|layername=name."
            ).format(*only)
        )
    encoding = getattr(source, "encoding", None)
    if encoding == ANY_BYTES:
        feedback.pushWarning(
            tr(
                "Nothing says in which encoding the texts of '{}' are; they are read as {}. "
                "Set it in the layer's properties (Source), or put a .cpg file that names "
                "it beside the Shapefile."
            ).format(source.sourceName(), encoding)
        )
    elif encoding:
        feedback.pushInfo(
            tr("Texts of '{}' are read as {}.").format(source.sourceName(), encoding)
        )


def say_datums(name, crs, other, feedback):
    """Where nobody knows how a layer goes from `crs` to `other`, models.geo.crs.Crs."""
    from ...models.geo.datum import datum_doubt

    doubt = datum_doubt(name, crs, other)
    if doubt is not None:
        feedback.pushWarning(translated(doubt))


def say_unread(unread, name, feedback):
    """`unread`: values.Unread of the layer called `name`."""
    from ...models.inventory.schema import BY_NAME
    from ...models.inventory.values import DATES

    if unread.lost:
        feedback.pushWarning(
            tr(
                "Texts of '{}' hold characters that were lost when they were read or "
                "before (fields {}); set the encoding of the layer."
            ).format(name, ", ".join(sorted(unread.lost)))
        )
    for field in sorted({field for field, _ in unread}):
        counts = {value: n for (other, value), n in unread.items() if other == field}
        values = ", ".join(f"'{value}' ({n})" for value, n in _most(counts))
        if BY_NAME[field].choices:
            words = ", ".join(BY_NAME[field].choices)
            feedback.pushWarning(
                tr(
                    "Field {} of '{}' holds words that are none of its vocabulary: {}. "
                    "Known, in English or Chinese, are {}."
                ).format(field, name, values, words)
            )
        elif BY_NAME[field].kind in DATES:
            feedback.pushWarning(
                tr("Field {} of '{}' holds what is no date like 2026-03-04: {}.").format(
                    field, name, values
                )
            )
        else:
            feedback.pushWarning(
                tr("Field {} of '{}' holds what is no number: {}.").format(
                    field, name, values
                )
            )


def say_left_out(left_out, name, feedback):
    """`left_out`: features.LeftOut of the layer called `name`."""
    if left_out.features:
        feedback.pushWarning(
            tr("{} features of '{}' hold no polygon and are left out.").format(
                left_out.features, name
            )
        )
    if left_out.nowhere:
        feedback.pushWarning(
            tr(
                "{} features of '{}' lie where its coordinate reference system is not "
                "defined, and are left out."
            ).format(left_out.nowhere, name)
        )
    if left_out.parts:
        feedback.pushWarning(
            tr(
                "{} features of '{}' hold points or lines beside their polygons, which "
                "are left out."
            ).format(left_out.parts, name)
        )


def _most(counts):
    """The most frequent ones first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MAX_SHOWN]


def say_not_rejected(count, name, feedback):
    """So many polygons of a layer of rejected ones were not rejected."""
    if count:
        feedback.pushWarning(
            tr(
                "{} polygons of '{}' do not count as rejected: they have another status."
            ).format(count, name)
        )
