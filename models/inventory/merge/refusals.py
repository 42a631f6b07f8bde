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
from .outline import MatchOutline
from .overlap import OutlineIndex
from .people import with_relation
from .record import refusal
from .rules import MatchRules


def refused_rows(
    waiting: Mapping[int, MatchOutline],
    rejected: Sequence[MatchOutline],
    drawn: Sequence[MatchOutline],
    rules: MatchRules,
    watch: Watch,
) -> dict[int, dict]:
    """What existing outlines that are `waiting` for a decision take over from who rejected
    them, by their places.

    None is rejected of which another layer has a landslide among all that people have
    `drawn`, nor one whose confidence has risen since.
    """
    index = OutlineIndex(rejected)
    by_person = OutlineIndex(drawn)
    rows = {}
    for place, outline in watch(list(waiting.items())):
        layers = _layers_on(by_person, outline, rules)
        refusals = [
            index.outlines[i]
            for i, common in index.overlapping(outline)
            if common.iou >= rules.iou
            and layers <= {index.outlines[i].layer}
            and not risen(outline, index.outlines[i], rules)
        ]
        if refusals:
            latest = max(refusals, key=lambda o: str(o.values.get("rev_date") or ""))
            rows[place] = refusal(outline.values, latest.values)
    return rows


def contradicted(
    rejected: Sequence[MatchOutline],
    standing: Sequence[MatchOutline],
    drawn: Sequence[MatchOutline],
    rules: MatchRules,
    watch: Watch,
) -> list[Conflict]:
    """What a person rejected, and others have as a landslide: one of `standing`, the
    existing outlines and those that people confirmed. Where its own layer has one there,
    among all that people have `drawn`, a better outline was drawn, and nobody is
    contradicted.
    """
    if not rejected:
        return []
    index = OutlineIndex([o for o in standing if o.values.get("status") != OPEN])
    by_person = OutlineIndex(drawn)
    conflicts = []
    for outline in watch(rejected):
        overlaps = [
            (common, i)
            for i, common in index.overlapping(outline)
            if common.iou >= rules.iou
            and outline.layer not in _layers_on(by_person, index.outlines[i], rules)
        ]
        if overlaps:
            common, i = max(overlaps, key=lambda pair: pair[0].iou)
            best = index.outlines[i]
            contradiction = with_relation(outline, best, common)
            conflicts.append(Conflict(contradiction, "attributes", [best.name]))
    return conflicts


def _layers_on(index: OutlineIndex, outline: MatchOutline, rules: MatchRules) -> set[int]:
    """Those that have the same landslide."""
    return {
        index.outlines[i].layer
        for i, common in index.overlapping(outline)
        if common.iou >= rules.iou
    }
