# SPDX-License-Identifier: GPL-2.0-or-later
"""What people rejected, held against what stands: a candidate that waits in the inventory
is rejected there; where somebody has it as a landslide, that is for a person to decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...watch import Watch
from ..status import OPEN
from .change import risen
from .conflicts import Conflict
from .outline import MatchOutline, canonical
from .overlap import OutlineIndex
from .people import with_relation
from .record import refusal
from .rules import MatchRules


class Refusals:
    """`outlines` that people rejected in the candidate layers, and nobody has decided of;
    `drawn` is all that people have as a landslide there.
    """

    def __init__(
        self,
        outlines: Sequence[MatchOutline],
        drawn: Sequence[MatchOutline],
        rules: MatchRules,
        watch: Watch,
    ):
        self.outlines = outlines
        self._by_person = OutlineIndex(drawn)
        self._rules = rules
        self._watch = watch

    def taken_over(
        self, waiting: Mapping[int, MatchOutline], rejected: Sequence[MatchOutline]
    ) -> dict[int, dict]:
        """What existing outlines that are `waiting` for a decision take over from who
        rejected them, here or, as `rejected`, before; by their places.

        None is rejected that another author has as a landslide, nor one whose confidence
        has risen since.
        """
        all_rejected = canonical([*rejected, *self.outlines])
        if not all_rejected:
            return {}
        index = OutlineIndex(all_rejected)
        rows = {}
        for place, outline in self._watch(list(waiting.items())):
            authors = self._authors_of(outline)
            refusals = [
                index.outlines[i]
                for i, common in index.overlapping(outline)
                if common.iou >= self._rules.iou
                and authors <= {index.outlines[i].layer}
                and not risen(outline, index.outlines[i], self._rules)
            ]
            if refusals:
                latest = max(refusals, key=lambda o: str(o.values.get("rev_date") or ""))
                rows[place] = refusal(outline.values, latest.values)
        return rows

    def contradicted(
        self, rejected: Sequence[MatchOutline], standing: Sequence[MatchOutline]
    ) -> list[Conflict]:
        """What a person rejected, and others have as a landslide: one of `standing`, the
        existing outlines and those that people confirmed. Where its own author has one
        there, a better outline was drawn, and nobody is contradicted.
        """
        if not rejected:
            return []
        index = OutlineIndex(standing)
        conflicts = []
        for outline in self._watch(rejected):
            overlaps = [
                (common, i)
                for i, common in index.overlapping(outline)
                if common.iou >= self._rules.iou
                and self._others_have(index.outlines[i], outline)
            ]
            if overlaps:
                common, i = max(overlaps, key=lambda pair: pair[0].iou)
                best = index.outlines[i]
                contradiction = with_relation(outline, best, common)
                conflicts.append(Conflict(contradiction, "attributes", [best.name]))
        return conflicts

    def _others_have(self, standing: MatchOutline, rejected: MatchOutline) -> bool:
        """Whether what stands is a landslide of whoever put it into the inventory, or who
        drew one on a candidate that waits there, but not of who rejected it.
        """
        authors = self._authors_of(standing)
        if rejected.author is not None and rejected.author in authors:
            return False
        return bool(authors) or standing.values.get("status") != OPEN

    def _authors_of(self, outline: MatchOutline) -> set[int | None]:
        """Those who have the same landslide."""
        return {
            self._by_person.outlines[i].author
            for i, common in self._by_person.overlapping(outline)
            if common.iou >= self._rules.iou
        }
