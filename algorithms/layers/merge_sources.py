# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of any coordinate system and schema, read as outlines that can be merged."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from qgis.core import QgsCoordinateTransform, QgsFeature

from ...models.errors import MrifeError
from ...models.inventory.status import counts_as_rejected
from ..messages.words import (
    say_datums,
    say_left_out,
    say_not_rejected,
    say_reading,
    say_unread,
)
from ..texts import tr
from .features import LeftOut, cancellable, features, geometry_of, moved, polygons_of
from .layout import plain

if TYPE_CHECKING:
    from ...models.inventory.merge.outline import MatchOutline

REJECTED = -1  # number of its layer
EXISTING = -2
OURS = "ls_id"
# numbers that a format counts rows by, and another one anew: last of the usual names
ROW_NUMBERS = ("objectid", "gid", "fid")
MAX_NAMED = 20  # features that are left out


class Sources(NamedTuple):
    """What a merge takes, in the CRS of its result."""

    candidates: list[MatchOutline]
    existing: list[tuple[QgsFeature, MatchOutline]]
    rejected: list[MatchOutline]

    @property
    def existing_outlines(self):
        return [outline for _, outline in self.existing]


def read_sources(job, name_field, context, feedback):
    """The layers of a job of merging; `name_field` holds the identifiers of the existing
    inventory, empty: the usual one.
    """
    others = [job.existing, job.rejected]
    layers = [*job.candidates, *(source for source in others if source)]
    reader = Reader(layers, job.crs, context, feedback)
    candidates = []
    for place, source in enumerate(job.candidates):
        candidates += reader.candidates(source, place)
    rejected = []
    if job.rejected:
        rejected = reader.rejected(job.rejected)
    existing = []
    if job.existing:
        existing = reader.existing(job.existing, name_field)
    reader.say(len(candidates), len(existing), len(rejected))
    return Sources(candidates, existing, rejected)


class Reader:
    """Reads the layers of a merge into one CRS; heeds cancel, shows progress over all
    of them.
    """

    def __init__(self, sources, crs, context, feedback):
        from ...models.geo.crs import Crs

        self._crs = crs
        self._target = Crs(crs.toWkt())
        self._system = crs.authid() or self._target.name
        self._context = context
        self._feedback = feedback
        self._total = max(1, sum(source.featureCount() for source in sources))
        self._done = 0
        self.repaired = self.empty = 0

    def candidates(self, source, layer):
        """Outlines of a layer with their attributes by lower-case name; `layer` is its
        number.
        """
        from ...models.inventory.merge.edge_matching import cut_sides
        from ...models.inventory.values import Unread

        usable = self._features(source)
        values = [lowered(feature) for feature in usable]
        unread = Unread()
        for attributes in values:
            unread.note(attributes)
        say_unread(unread, source.sourceName(), self._feedback)
        own = [bytes(feature.geometry().asWkb()) for feature in usable]
        outlines = []
        rows = zip(usable, values, cut_sides(own, values))
        for feature, attributes, side in cancellable(rows, self._feedback):
            if side:
                side = self._moved(side, source)
            outlines += self._outline(feature, source, attributes, layer, side)
        self._check_place(usable, outlines, source)
        return outlines

    def rejected(self, source):
        """Outlines of a layer that were rejected: all of those that have no status."""
        outlines = self.candidates(source, REJECTED)
        rejected = [
            outline
            for outline in outlines
            if counts_as_rejected(outline.values.get("status"))
        ]
        others = len(outlines) - len(rejected)
        say_not_rejected(others, source.sourceName(), self._feedback)
        return rejected

    def existing(self, source, name_field):
        """(feature, outline) of each polygon of an inventory; `name_field` holds the
        identifiers, empty: the usual one.
        """
        from ...models.inventory.values import Unread

        usable = self._features(source)
        unread = Unread()
        for feature in usable:
            unread.note({"status": lowered(feature).get("status")})
        say_unread(unread, source.sourceName(), self._feedback)
        field = name_field or identifying(usable, source.fields())
        pairs = []
        self._feedback.pushInfo(
            tr("Identifiers of the existing inventory: {}.").format(
                field or tr("numbers of its features")
            )
        )
        rows = zip(usable, names_of(usable, field))
        for feature, name in cancellable(rows, self._feedback):
            values = lowered(feature)
            outlines = self._outline(feature, source, values, EXISTING, None, name)
            pairs += [(feature, outline) for outline in outlines]
        self._check_place(usable, pairs, source)
        return pairs

    def say(self, candidates, existing, rejected):
        """What was read, and what had to be done to it."""
        self._feedback.pushInfo(
            tr("{} candidates, {} existing and {} rejected polygons.").format(
                candidates, existing, rejected
            )
        )
        if self.repaired or self.empty:
            self._feedback.pushWarning(
                tr("{} invalid polygons were repaired, {} without area left out.").format(
                    self.repaired, self.empty
                )
            )

    def _features(self, source):
        from ...models.geo.crs import Crs

        usable = []
        left_out = LeftOut()
        say_reading(source, self._feedback)
        own = Crs(source.sourceCrs().toWkt())
        say_datums(source.sourceName(), own, self._target, self._feedback)
        for feature in cancellable(features(source), self._feedback):
            self._done += 1
            self._feedback.setProgress(40 * self._done / self._total)
            outline = polygons_of(feature)
            if outline:
                left_out.note(feature, outline)
                feature.setGeometry(geometry_of(outline))
                usable.append(feature)
            else:
                self._leave_out(feature, source)
        say_left_out(left_out, source.sourceName(), self._feedback)
        return usable

    def _moved(self, outline, source):
        """WKB in the CRS of the result, untouched where that is the source's own; empty
        where it has no place there.
        """
        if source.sourceCrs() == self._crs:
            return outline
        transforms = self._context.transformContext()
        way = QgsCoordinateTransform(source.sourceCrs(), self._crs, transforms)
        return moved(outline, way, self._target)

    def _outline(self, feature, source, values, layer, side, name=""):
        """The outline of a feature in a list; none where it has no area there, which is
        said.
        """
        from ...models.inventory.merge.outline import read_outline

        wkb = self._moved(bytes(feature.geometry().asWkb()), source)
        outline = read_outline(wkb, values, layer, side, name)
        if outline is None:
            self._leave_out(feature, source)
            return []
        self.repaired += outline.repaired
        return [outline]

    def _check_place(self, usable, outlines, source):
        """Raises MrifeError where nothing of a layer has a place in the CRS of the
        result.
        """
        if usable and not outlines and source.sourceCrs() != self._crs:
            raise MrifeError(
                "No polygon of '{}' can be expressed in {}; check the system assigned to "
                "the layer or choose another for the result.",
                source.sourceName(),
                self._system,
            )

    def _leave_out(self, feature, source):
        """The first ones are named, all are counted."""
        self.empty += 1
        if self.empty > MAX_NAMED:
            return
        self._feedback.pushWarning(
            tr(
                "Feature {} of '{}' has no outline with an area in {} and is left out."
            ).format(feature.id(), source.sourceName(), self._system)
        )


def lowered(feature):
    """Plain values by lower-case name."""
    return {
        name.lower(): plain(value)
        for name, value in zip(feature.fields().names(), feature.attributes())
    }


def identifier(value):
    """A value as the text of an identifier: 12 of a Shapefile's 12.0."""
    value = plain(value)
    if value is None:
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def names_of(features, field):
    """Identifiers by a field; where it is empty, or there is none, or another has it
    already, the feature's number, or the next one where it is not saved yet, longer where
    another has that.
    """
    stated = [identifier(feature[field]) if field else "" for feature in features]
    taken = set(stated)
    given = set()
    unsaved = count(max([0, *(feature.id() for feature in features)]) + 1)
    for feature, name in zip(features, stated):
        number = str(feature.id() if feature.id() >= 0 else next(unsaved))
        while number in taken:
            number += "+"
        if not name or name in given:
            name = number
        given.add(name)
        yield name


def identifying(features, fields):
    """The field of an inventory that tells its polygons apart: the first of the usual
    names that differs on all, of ours on most that have one, for what a person drew since
    has none, and what was split off that of the whole; None where there is none.
    """
    from ...models.inventory.language import words_of_all

    names = {name.lower(): name for name in fields.names()}
    usual = [*words_of_all("usual_identifiers"), *ROW_NUMBERS]
    for name in (names[one] for one in usual if one in names):
        values = [plain(feature[name]) for feature in features]
        stated = [value for value in values if value not in (None, "")]
        is_ours = name.lower() == OURS
        complete = len(stated) == len(values) or is_ours and stated
        copies = len(stated) - len(set(stated))
        if complete and (not copies or is_ours and copies < len(stated) / 2):
            return name
    return None
