# SPDX-License-Identifier: GPL-2.0-or-later
"""What people rejected, held against what stands: a candidate that waits in the inventory
is rejected there; where somebody has it as a landslide, that is for a person to decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ...watch import Watch
from ..status import OPEN
from .change import risen, with_relation
from .conflicts import Conflict
from .outline import MatchOutline, canonical
from .overlap import EQUAL_SHARE, OutlineIndex, overlap
from .record import day_of, refusal
from .rules import MatchRules

ANOTHER = (None, "")  # author of what one cannot have drawn oneself
AS_NEAR = 0.98  # of an IoU: formats round outlines


class Refusals:
    """`outlines` that people rejected in the candidate layers, and nobody has decided of;
    `others` is all else that these have.
    """

    def __init__(
        self,
        outlines: Sequence[MatchOutline],
        others: Sequence[MatchOutline],
        rules: MatchRules,
        watch: Watch,
    ):
        self.outlines = outlines
        self._others = OutlineIndex(others)
        self._by_person = OutlineIndex([o for o in others if o.human])
        self._rules = rules
        self._watch = watch

    def taken_over(
        self, existing: Mapping[int, MatchOutline], rejected: Sequence[MatchOutline]
    ) -> dict[int, dict]:
        """What those of the `existing` outlines that wait for a decision take over from
        who rejected them, here or, as `rejected`, before; by their places.

        Each rejection is about the outline that it overlaps best. None is rejected that
        another author has as a landslide, nor one whose confidence has risen since. Whose
        the rejections of before are nobody knows: a landslide that is less near to the
        outline than one of these is another, unless it was drawn of that very candidate.
        """
        before = set(rejected)
        places = list(existing)
        index = OutlineIndex(list(existing.values()))
        refusals = defaultdict(list)
        for outline in self._watch(canonical([*rejected, *self.outlines])):
            for i, iou in self._best(outline, index):
                least = iou * AS_NEAR if outline in before else 0.0
                authors = self._authors_of(index.outlines[i], outline, least)
                is_own = authors <= {(outline.layer, outline.reviewer)}
                if is_own and self._refuses(outline, index.outlines[i], iou):
                    refusals[i].append(outline)
        rows = {}
        for i, outlines in sorted(refusals.items()):
            latest = max(outlines, key=lambda o: day_of(o.values))
            rows[places[i]] = refusal(index.outlines[i].values, latest.values)
        return rows

    def _best(
        self, outline: MatchOutline, index: OutlineIndex
    ) -> list[tuple[int, float]]:
        """Place and IoU of the outline that is the same landslide; several where some are
        equal.
        """
        overlaps = [(i, common.iou) for i, common in index.overlapping(outline)]
        least = max((iou for _, iou in overlaps), default=0.0) * EQUAL_SHARE
        least = max(least, self._rules.iou)
        return [(i, iou) for i, iou in overlaps if iou >= least]

    def _refuses(
        self, rejected: MatchOutline, standing: MatchOutline, iou: float
    ) -> bool:
        """Whether a rejection that overlaps what stands by `iou` is one of it: not where
        its author has another outline that is as near to it, decided or not.
        """
        if standing.values.get("status") != OPEN:
            return False
        has_it = any(
            common.iou >= iou and _is_beside(self._others.outlines[i], rejected)
            for i, common in self._others.overlapping(standing)
        )
        return not (has_it or risen(standing, rejected, self._rules))

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
        authors = self._authors_of(standing, rejected)
        if rejected.author is not None and rejected.author in authors:
            return False
        return bool(authors) or standing.values.get("status") != OPEN

    def _authors_of(
        self, standing: MatchOutline, rejected: MatchOutline, least: float = 0.0
    ) -> set[tuple[int | None, str] | None]:
        """Those who have the same landslide; of another candidate from an IoU of `least`
        on. Who has the very candidate that is rejected is somebody else, though both are
        in one layer.
        """
        authors = set()
        for i, common in self._by_person.overlapping(standing):
            outline = self._by_person.outlines[i]
            is_near = common.iou >= least or _same_name(outline, standing)
            if common.iou >= self._rules.iou and is_near:
                is_it = outline.author is not None and _is_copy(outline, rejected)
                authors.add(ANOTHER if is_it else outline.author)
        return authors


def _is_beside(outline: MatchOutline, rejected: MatchOutline) -> bool:
    """Whether a layer has an outline beside one that is rejected there, which is no copy
    of it.
    """
    if outline.author is None or outline.layer != rejected.layer:
        return False
    return not _is_copy(outline, rejected)


def _is_copy(one: MatchOutline, other: MatchOutline) -> bool:
    """Whether two are one candidate, of which two people decided."""
    return _same_name(one, other) and overlap(one, other).iou >= EQUAL_SHARE


def _same_name(one: MatchOutline, other: MatchOutline) -> bool:
    return one.values.get("ls_id") == other.values.get("ls_id")
