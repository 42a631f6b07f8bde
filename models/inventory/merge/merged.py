# SPDX-License-Identifier: GPL-2.0-or-later
"""What comes out of a merge, and the one order of review over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..confidence import priority, ranks
from ..status import OPEN
from .change import Change
from .conflicts import Conflict
from .outline import MatchOutline
from .rules import MatchRules

# of several changes to one existing outline the last counts
STRENGTH = ("modified", "split", "merged", "known")


@dataclass
class Merged:
    """`outlines` beside the existing ones are the inventory; `changes`: kind and IoU of
    what lies on an existing outline, by its place. `additions`: what the rows of existing
    ones take over of people's records, by place; `replaced`: their new outlines;
    `removed`: places that a person gave up. `decisions`: conflicts that stay decided;
    `overruled`: landslides of people that one of these keeps out.

    Counts: duplicates + contested + pieces - united + suppressed + new + known + modified
    + split + merged + refused (of status rejected) are all candidates but those decided.
    """

    outlines: list[MatchOutline] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    changes: dict[int, tuple[str, float]] = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)
    additions: dict[int, dict] = field(default_factory=dict)
    replaced: dict[int, MatchOutline] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    decisions: list[Conflict] = field(default_factory=list)
    overruled: list[MatchOutline] = field(default_factory=list)
    resolved: Counter = field(default_factory=Counter)  # by what a person decided

    def places(self, existing: int, keep_all: bool) -> list[int]:
        """Places of the existing outlines, so many, that stand in the inventory: all
        that were not given up, or those of them that something matches.
        """
        return [
            place
            for place in range(existing)
            if place not in self.removed
            and (keep_all or self.changes.get(place) or self.additions.get(place))
        ]

    def ranks(
        self, existing: Sequence[MatchOutline], places: Sequence[int]
    ) -> list[int | None]:
        """One order of review over the existing outlines at `places` and, behind them,
        `outlines`, whatever ranks their own lists gave them: None for what is not open.
        """
        rows = [
            {**existing[place].values, **self.additions.get(place, {})}
            for place in places
        ]
        rows += [outline.values for outline in self.outlines]
        undecided = [i for i, row in enumerate(rows) if row.get("status") == OPEN]
        order = ranks([priority(rows[i]) for i in undecided])
        rank_of = dict(zip(undecided, order))
        return [rank_of.get(i) for i in range(len(rows))]

    def note(self, change: Change, places: Sequence[int], rules: MatchRules) -> None:
        """Notes a change for the existing outlines (at `places` of their layer) that it
        touches, unless a stronger one is noted.
        """
        if change.kind not in STRENGTH:
            return
        strength = STRENGTH.index(change.kind)
        for common, i in change.related(rules):
            if i >= len(places):  # a person's, of a candidate layer
                continue
            kind, iou = self.changes.get(places[i], (change.kind, common.iou))
            if (strength, common.iou) >= (STRENGTH.index(kind), iou):
                self.changes[places[i]] = (change.kind, common.iou)
