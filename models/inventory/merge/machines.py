# SPDX-License-Identifier: GPL-2.0-or-later
"""What machines found, held against what stands and what people rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ...watch import Watch
from ..morphometry.morphometry import Morphometry
from ..status import OPEN
from .change import CONTRADICTIONS, Change, changes, standing_for
from .combine import with_flag
from .conflicts import Conflict, contested, renamed
from .deduplicate import Deduplicated, Duplicate, deduplicate
from .merged import Merged
from .outline import MatchOutline
from .rules import MatchRules

SETTLED = ("known", "suppressed")  # what nobody has to decide once more


@dataclass(frozen=True)
class Machines:
    """Settles what machines found beside what is `standing`, the existing outlines first,
    at `places` of their layer, and what people `refused`; counts, changes and conflicts go
    to `merged`.
    """

    merged: Merged
    standing: Sequence[MatchOutline]
    refused: Sequence[MatchOutline]
    places: Sequence[int]
    rules: MatchRules
    watch: Watch

    def settle(
        self,
        candidates: Sequence[MatchOutline],
        morphometry: Morphometry,
        named: Callable[[MatchOutline], MatchOutline],
    ) -> list[MatchOutline]:
        """The new ones, each landslide once, measured; `named` gives an identifier that
        nothing else in the inventory has.
        """
        single = self._single(candidates, morphometry)
        changed = self._changes(single.outlines)
        new = []
        for change in changed:
            self._count(change)
            new += _settled(self.merged, change, self.standing)
        found = list(map(named, new))
        self.merged.conflicts = renamed(self.merged.conflicts, new, found)
        duplicates = self._still_contested(single.contested)
        names = standing_for(changed, self.standing, found)
        self.merged.conflicts += contested(duplicates, names, named)
        return _completed(self.watch(found), morphometry)

    def _single(
        self, candidates: Sequence[MatchOutline], morphometry: Morphometry
    ) -> Deduplicated:
        """What machines found, each landslide once."""
        machines = [o for o in candidates if not (o.human or o.rejected)]
        single = deduplicate(machines, self.rules, morphometry, self.watch)
        self.merged.counts["duplicates"] += single.copies
        self.merged.counts.update(pieces=single.pieces, united=single.united)
        return single

    def _changes(self, outlines: Sequence[MatchOutline]) -> list[Change]:
        return changes(outlines, self.standing, self.refused, self.rules, self.watch)

    def _count(self, change: Change) -> None:
        self.merged.counts[change.kind] += 1
        self.merged.note(change, self.places, self.rules)

    def _still_contested(self, duplicates: Sequence[Duplicate]) -> list[Duplicate]:
        """Of outlines that lie mostly in a better one those that nobody knows, or has
        rejected, by themselves.
        """
        left = []
        changed = self._changes([duplicate.outline for duplicate in duplicates])
        for duplicate, change in zip(duplicates, changed):
            if change.kind in SETTLED:
                self._count(change)
            else:
                self.merged.counts["contested"] += 1
                left.append(duplicate)
        return left


def _settled(
    merged: Merged, change: Change, standing: Sequence[MatchOutline]
) -> list[MatchOutline]:
    """The outline where it is new; what there is to decide goes to the conflicts."""
    outline = change.described(standing).with_values({"status": OPEN})
    names = change.names(standing)
    before = None
    if change.rejection:
        before = change.rejection.before
    if change.kind != "new":
        if change.kind in CONTRADICTIONS:
            merged.conflicts.append(Conflict(outline, change.kind, names, before))
        return []
    if names:
        outline = with_flag(outline, "O")
    if before:
        outline = outline.with_values({"triage": "check"})
        merged.conflicts.append(Conflict(outline, "returned", [before.name], before))
    elif names:
        merged.conflicts.append(Conflict(outline, "overlap", names))
    return [outline]


def _completed(
    outlines: Iterable[MatchOutline], morphometry: Morphometry
) -> list[MatchOutline]:
    """Measured where that is missing or the geometry is another than was measured."""
    measured = []
    for outline in outlines:
        if outline.repaired or outline.values.get("area_m2") is None:
            outline = outline.with_values(morphometry.measure(outline.shape))
        measured.append(outline)
    return measured
