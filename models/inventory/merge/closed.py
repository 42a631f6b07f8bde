# SPDX-License-Identifier: GPL-2.0-or-later
"""What a conflict was decided of is not asked, nor taken up, once more where its layers are
given again.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...watch import Watch
from .conflicts import RESOLVE, Conflict
from .outline import MatchOutline
from .overlap import EQUAL_SHARE, WITHIN_SHARE, OutlineIndex, Overlap
from .record import additions, contradictions, same_record
from .rules import MatchRules

KEEP = "keep"
REPLACE = "replace"
ADD = "add"
REJECT = "reject"


def without_closed(
    outlines: Sequence[MatchOutline],
    decided: Sequence[tuple[str, MatchOutline]],
    gone: Sequence[MatchOutline],
    rules: MatchRules,
    watch: Watch,
) -> tuple[list[MatchOutline], list[MatchOutline]]:
    """The undecided `outlines` without those that one of the `decided` ones, with their
    words, was made of; and these.

    Of a machine's these are all on the ground of keep, replace and add; of a person's the
    outlines and records themselves, also of what is in conflict and waits, and what is
    `gone` from the inventory by these decisions with all that is said of it.
    """
    waiting = [outline for outline in outlines if outline.author is None]
    decisions = _Decisions(decided, waiting, gone, rules)
    open_ones = []
    closed = []
    for outline in watch(outlines):
        if decisions.close(outline):
            closed.append(outline)
        else:
            open_ones.append(outline)
    return open_ones, closed


class _Decisions:
    """What was decided, beside the conflicts that are `waiting` for it."""

    def __init__(
        self,
        decided: Sequence[tuple[str, MatchOutline]],
        waiting: Sequence[MatchOutline],
        gone: Sequence[MatchOutline],
        rules: MatchRules,
    ):
        conflicts = [outline for _, outline in decided]
        refused = [outline for word, outline in decided if word == REJECT]
        ground = [outline for word, outline in decided if word != REJECT]
        self._conflicts = OutlineIndex(conflicts)
        self._asked = OutlineIndex([*conflicts, *waiting])
        self._ground = OutlineIndex(ground)
        self._refused = OutlineIndex(refused)
        self._gone = OutlineIndex(gone)
        self._rules = rules

    def close(self, outline: MatchOutline) -> bool:
        """Whether nothing is left to say of an outline that nobody decided of itself."""
        if not (outline.human or outline.rejected):
            overlaps = self._ground.overlapping(outline)
            return any(self._is_on(outline, common) for _, common in overlaps)
        if outline.author is None:
            return _is_among(outline, self._conflicts)
        return (
            _is_among(outline, self._asked)
            or _is_refused(outline, self._refused, self._rules)
            or _is_given_up(outline, self._gone)
        )

    def _is_on(self, outline: MatchOutline, common: Overlap) -> bool:
        """Whether it lies as well on a decided ground, or is a piece of what lies there."""
        is_piece = outline.cut_off and common.first >= WITHIN_SHARE
        return is_piece or common.iou >= self._rules.iou


def _is_among(outline: MatchOutline, conflicts: OutlineIndex) -> bool:
    """Whether one of the conflicts is this very outline with its record."""
    return any(
        common.iou >= EQUAL_SHARE
        and same_record(outline.values, conflicts.outlines[place].values)
        for place, common in conflicts.overlapping(outline)
    )


def _is_given_up(outline: MatchOutline, gone: OutlineIndex) -> bool:
    """Whether it is one of those that left the inventory, and says nothing else of it."""
    if outline.rejected:
        return False
    for place, common in gone.overlapping(outline):
        record = gone.outlines[place].values
        says_more = additions(record, outline.values)
        says_more = says_more or contradictions(record, outline.values)
        if common.iou >= EQUAL_SHARE and not says_more:
            return True
    return False


def _is_refused(
    outline: MatchOutline, conflicts: OutlineIndex, rules: MatchRules
) -> bool:
    """Whether one of these conflicts was with it, and is about the same landslide: a
    rejection of it, or another record of the outline.
    """
    for place, common in conflicts.overlapping(outline):
        conflict = conflicts.outlines[place]
        named = is_named(outline, names_of(conflict))
        least = EQUAL_SHARE
        if conflict.rejected:
            least = rules.iou
            named = named or is_named(outline, conflict.name)
        if named and common.iou >= least:
            return True
    return False


def overruled(
    closed: Sequence[MatchOutline], rejected: Sequence[MatchOutline], rules: MatchRules
) -> list[MatchOutline]:
    """Of the outlines that are `closed` those that people have as landslides, and that one
    of the decisions `rejected` keeps out.
    """
    decisions = OutlineIndex(rejected)
    return [
        outline
        for outline in closed
        if outline.human
        and outline.author is not None
        and _is_refused(outline, decisions, rules)
    ]


def names_of(outline: MatchOutline) -> str:
    """Identifiers of the outlines that it is in conflict with, in a row."""
    return str(outline.values.get("with_ids") or outline.values.get("inv_id") or "")


def is_named(other: MatchOutline, names: str) -> bool:
    """Whether one of the identifiers in a row is its own, also one with commas."""
    own = (other.name, other.values.get("ls_id"))
    return any(name and f", {name}, " in f", {names}, " for name in own)


def decision_row(outline: MatchOutline, word: str) -> Conflict:
    """The conflict as it was, with the stored word of the decision; no longer in an
    order of review.
    """
    ids = [names_of(outline)]
    decided = outline.with_values({RESOLVE.name: word, "rev_rank": None})
    return Conflict(decided, str(outline.values.get("conflict") or ""), ids)


def in_conflict(outline: MatchOutline) -> MatchOutline:
    """A person's outline with what was put in its place."""
    return outline.with_values({"conflict": "human", "with_ids": outline.name})
