# SPDX-License-Identifier: GPL-2.0-or-later
"""What people drew or confirmed in the candidate layers of a merge: as classed as what
machines found, but nothing that they wrote is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ...watch import Watch
from ..status import MODIFIED
from .change import Change, changes, with_relation
from .conflicts import Conflict
from .outline import NO_RELATION, PERSONS_METHODS, MatchOutline, same_source
from .overlap import EQUAL_SHARE, OutlineIndex, Overlap, same_drawing
from .record import additions, contradictions, day_of
from .rules import MatchRules


class PeoplesOutlines(NamedTuple):
    """`accepted` stand beside the existing outlines; `changes` are those on existing
    ones, `additions` what these take over, by their places in `existing`.

    Counts of what became of each: new, known, modified, split, merged, duplicates,
    contested.
    """

    accepted: list[MatchOutline]
    changes: list[Change]
    additions: dict[int, dict]
    conflicts: list[Conflict]
    counts: list[str]


def settle_people(
    outlines: Sequence[MatchOutline],
    existing: Sequence[MatchOutline],
    rules: MatchRules,
    exact: float,
    named: Callable[[MatchOutline], MatchOutline],
    watch: Watch,
) -> PeoplesOutlines:
    """The latest review first; all outlines in one CRS, to whose units places are `exact`
    in any format. `named` gives an outline the identifier that it has in the inventory.

    On an existing outline each is known, modified, split or merged as a machine's would
    be. Of a known one the record goes to the existing outline, where that is empty; what
    contradicts it, an outline drawn by hand otherwise than the existing one, and all that
    is modified, split or merged is a conflict.
    """
    latest = sorted(outlines, key=lambda o: day_of(o.values), reverse=True)
    result = PeoplesOutlines([], [], {}, [], [])
    fresh = []
    for change in changes(latest, existing, (), rules, watch):
        if change.kind == "new":
            fresh.append(change.outline)
        else:
            _on_existing(result, change, existing, exact)
    _among_people(result, fresh, rules, exact, named, watch)
    return result


def _on_existing(
    result: PeoplesOutlines,
    change: Change,
    existing: Sequence[MatchOutline],
    exact: float,
) -> None:
    common, place = change.overlaps[0]
    names = change.names(existing)
    outline = change.described(existing)
    result.changes.append(change)
    if change.kind != "known":
        result.counts.append(change.kind)
        result.conflicts.append(Conflict(outline, change.kind, names))
        return
    another = _redrawn(outline, existing[place]) or _waits(outline)
    if another and not same_drawing(outline, existing[place], common, exact):
        result.counts.append("contested")
        result.conflicts.append(Conflict(outline, "human", names[:1]))
        return
    result.counts.append("known")
    standing = {**existing[place].values, **result.additions.get(place, {})}
    if contradictions(standing, outline.values):
        result.conflicts.append(Conflict(outline, "attributes", names[:1]))
    added = additions(standing, outline.values)
    if added:
        result.additions.setdefault(place, {}).update(added)


def _among_people(
    result: PeoplesOutlines,
    outlines: Sequence[MatchOutline],
    rules: MatchRules,
    exact: float,
    named: Callable[[MatchOutline], MatchOutline],
    watch: Watch,
) -> None:
    """Those that nothing existing has to do with, held against each other."""
    index = OutlineIndex(outlines)
    near = [list(index.overlapping(outline)) for outline in watch(outlines)]
    authors = [_authors_with(outlines, overlaps) for overlaps in near]
    standing = {}  # accepted ones by their place in `outlines`
    for place, outline in enumerate(outlines):
        overlaps = [
            (common, i)
            for i, common in near[place]
            if i in standing
            and common.related(rules)
            and not _stand_together(
                outline, outlines[i], common, authors[place], authors[i]
            )
        ]
        if not overlaps:
            result.counts.append("new")
            fresh = outline.with_values({**NO_RELATION, "inv_rel": "new"})
            standing[place] = named(fresh)
            continue
        common, i = max(overlaps, key=lambda pair: pair[0].iou)
        best = standing[i]
        contested = with_relation(outline, best, common)
        if not same_drawing(outline, best, common, exact):
            result.counts.append("contested")
            result.conflicts.append(Conflict(contested, "human", [best.name]))
            continue
        result.counts.append("duplicates")
        if contradictions(best.values, outline.values):
            result.conflicts.append(Conflict(contested, "attributes", [best.name]))
        standing[i] = best.with_values(additions(best.values, outline.values))
    result.accepted.extend(standing.values())


def _waits(outline: MatchOutline) -> bool:
    """Whether it is such a conflict of an earlier merge, of which nobody has decided."""
    return outline.values.get("conflict") == "human"


def _authors_with(
    outlines: Sequence[MatchOutline], overlaps: Sequence[tuple[int, Overlap]]
) -> set[tuple[int, str] | None]:
    """Those who have the outline with these `overlaps`, its own included."""
    return {outlines[i].author for i, common in overlaps if common.iou >= EQUAL_SHARE}


def _stand_together(
    outline: MatchOutline,
    other: MatchOutline,
    common: Overlap,
    authors: set[tuple[int, str] | None],
    others: set[tuple[int, str] | None],
) -> bool:
    """Whether a person has both of them, as a slide within an older one; `authors` have an
    outline or one that is equal.
    """
    if common.iou >= EQUAL_SHARE:
        is_own = outline.author is not None and outline.author == other.author
        return is_own and same_source(outline, other)
    return bool((authors & others) - {None})


def _redrawn(outline: MatchOutline, standing: MatchOutline) -> bool:
    """Whether a person drew it, not only confirmed what a machine had drawn. Before a
    review is applied the status may not say so: then it has the identifier of what stands
    as a machine drew it.
    """
    if _drawn(outline):
        return True
    own = outline.values.get("ls_id")
    return bool(own) and own == standing.values.get("ls_id") and not _drawn(standing)


def _drawn(outline: MatchOutline) -> bool:
    """By what is stated of it."""
    by_hand = outline.values.get("method") in PERSONS_METHODS
    return by_hand or outline.values.get("status") == MODIFIED
