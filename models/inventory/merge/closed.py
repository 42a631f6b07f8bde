# SPDX-License-Identifier: GPL-2.0-or-later
"""What a conflict was decided of is not asked, nor taken up, once more where its layers are
given again.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...watch import Watch
from .outline import MatchOutline
from .overlap import EQUAL_SHARE, OutlineIndex
from .record import same_record
from .rules import MatchRules

KEEP = "keep"
REPLACE = "replace"
ADD = "add"
REJECT = "reject"


def not_closed(
    outlines: Sequence[MatchOutline],
    decided: Sequence[tuple[str | None, MatchOutline]],
    rules: MatchRules,
    watch: Watch,
) -> list[MatchOutline]:
    """The undecided `outlines` without those that one of the `decided` ones, with their
    words, was made of.

    Of a machine's these are all on the ground of keep, replace and add; of a person's the
    outlines and records themselves, and what stood where a rejection of it holds.
    """
    conflicts = OutlineIndex([outline for word, outline in decided if word])
    ground = OutlineIndex([o for word, o in decided if word in (KEEP, REPLACE, ADD)])
    refusals = [o for word, o in decided if word == REJECT and o.rejected]
    refused = OutlineIndex(refusals)
    open_ones = []
    for outline in watch(outlines):
        if outline.rejected:
            is_closed = _is_decided(outline, conflicts)
        elif outline.human:
            is_closed = _is_decided(outline, conflicts) or _is_refused(
                outline, refused, rules
            )
        else:
            overlaps = [common.iou for _, common in ground.overlapping(outline)]
            is_closed = max(overlaps, default=0.0) >= rules.iou
        if not is_closed:
            open_ones.append(outline)
    return open_ones


def _is_decided(outline: MatchOutline, conflicts: OutlineIndex) -> bool:
    """Whether one of the decided conflicts is this very outline with its record."""
    return any(
        common.iou >= EQUAL_SHARE
        and same_record(outline.values, conflicts.outlines[place].values)
        for place, common in conflicts.overlapping(outline)
    )


def _is_refused(outline: MatchOutline, refusals: OutlineIndex, rules: MatchRules) -> bool:
    """Whether it is what one of these rejections is in conflict with."""
    return any(
        common.iou >= rules.iou and is_named(outline, names_of(refusals.outlines[place]))
        for place, common in refusals.overlapping(outline)
    )


def names_of(outline: MatchOutline) -> str:
    """Identifiers of the outlines that it is in conflict with, in a row."""
    return str(outline.values.get("with_ids") or outline.values.get("inv_id") or "")


def is_named(other: MatchOutline, names: str) -> bool:
    """Whether one of the identifiers in a row is its own, also one with commas."""
    own = (other.name, other.values.get("ls_id"))
    return any(name and f", {name}, " in f", {names}, " for name in own)
