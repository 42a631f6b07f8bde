# SPDX-License-Identifier: GPL-2.0-or-later
"""Which change a new outline is to those that stand already, and to those that people
rejected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...geo.overlay import joint_area
from ...watch import Watch, unwatched
from .outline import NO_RELATION, MatchOutline
from .overlap import (
    SLIVER_SHARE,
    WITHIN_SHARE,
    OutlineIndex,
    Overlap,
    has_unseen_piece,
)
from .rules import MatchRules

CONTRADICTIONS = ("modified", "split", "merged")  # what a person has to decide
ROUNDING = 1e-9  # of a difference of confidences
ROUNDED = 1e-3  # of an overlap that is written down


@dataclass(frozen=True)
class Rejection:
    """The rejected outline that an outline repeats, and whether it may come back all
    the same.
    """

    before: MatchOutline
    returns: bool


@dataclass(frozen=True)
class Change:
    """`kind`: new, known, modified, split, merged or suppressed; `overlaps` with the
    standing outlines (by their places), best first.
    """

    outline: MatchOutline
    kind: str
    overlaps: list[tuple[Overlap, int]]
    rejection: Rejection | None

    def related(self, rules: MatchRules) -> list[tuple[Overlap, int]]:
        """Overlaps with outlines that it has to do with."""
        return [(common, i) for common, i in self.overlaps if common.related(rules)]

    def names(self, standing: Sequence[MatchOutline]) -> list[str]:
        """Identifiers of the standing outlines that share more than a sliver with it."""
        return [
            standing[i].name
            for common, i in self.overlaps
            if common.larger_share >= SLIVER_SHARE
        ]

    def described(self, standing: Sequence[MatchOutline]) -> MatchOutline:
        """The outline with its relation to what stands."""
        if not self.overlaps:
            return self.outline.with_values({**NO_RELATION, "inv_rel": self.kind})
        common, best = self.overlaps[0]
        return with_relation(self.outline, standing[best], common, self.kind)


def with_relation(
    outline: MatchOutline,
    other: MatchOutline,
    common: Overlap,
    relation: str | None = None,
) -> MatchOutline:
    """The outline with the one that it lies on, and how much; `relation` to an existing
    one.
    """
    return outline.with_values(
        {"inv_rel": relation, "inv_id": other.name, "inv_iou": round(common.iou, 3)}
    )


def changes(
    outlines: Sequence[MatchOutline],
    standing: Sequence[MatchOutline],
    rejected: Sequence[MatchOutline],
    rules: MatchRules,
    watch: Watch = unwatched,
) -> list[Change]:
    """One a new outline: the share of it that lies in a standing one is `first` of an
    overlap.

    known: IoU reaches `rules.iou`, or an edge cut the outline and what is left lies
    within the standing one; but not where it was put together with a piece that nobody
    has seen, and has waited for a decision since. Else, of those related by
    `rules.share`: merged where two standing ones and more lie mostly in the outline, split
    where two outlines and more lie mostly in a standing one, modified otherwise; new where
    there are none.
    """
    index = OutlineIndex(standing)
    rejections = RejectedOutlines(rejected, rules)
    parts = Counter()  # outlines that lie mostly in a standing one, by its place
    drafts = []
    for outline in watch(outlines):
        overlaps = [(common, i) for i, common in index.overlapping(outline)]
        overlaps.sort(key=lambda pair: (-pair[0].iou, pair[1]))
        kind = ""
        rejection = None
        unseen = has_unseen_piece(outline, (index, rejections.index), rules)
        if _known(outline, overlaps, rules) and not unseen:
            kind = "known"
        else:
            rejection = rejections.match(outline, unseen)
        if rejection and not rejection.returns:
            kind = "suppressed"
        else:
            parts.update(i for common, i in overlaps if common.first >= rules.share)
        drafts.append(Change(outline, kind, overlaps, rejection))
    for place, draft in enumerate(drafts):
        if not draft.kind:
            drafts[place] = replace(draft, kind=_kind(draft, parts, rules))
    return drafts


def _known(
    outline: MatchOutline, overlaps: list[tuple[Overlap, int]], rules: MatchRules
) -> bool:
    for common, _ in overlaps:
        rest_of_known = outline.cut_off and common.first >= WITHIN_SHARE
        as_near = common.iou >= rules.iou and not _still_differs(outline, common, rules)
        if as_near or rest_of_known:
            return True
    return False


def _still_differs(outline: MatchOutline, common: Overlap, rules: MatchRules) -> bool:
    """Whether it was a conflict in spite of such an overlap, and nobody has decided of it:
    its layer no longer tells the pieces that it was put together from.
    """
    before = outline.values.get("inv_iou") or 0.0
    is_conflict = outline.values.get("conflict") in CONTRADICTIONS
    return is_conflict and before >= rules.iou and common.iou <= before + ROUNDED


def _kind(change: Change, parts: Counter, rules: MatchRules) -> str:
    related = change.related(rules)
    if not related:
        return "new"
    if sum(common.second >= rules.share for common, _ in related) > 1:
        return "merged"
    if any(parts[i] > 1 for common, i in related if common.first >= rules.share):
        return "split"
    return "modified"


def standing_for(
    changed: Sequence[Change],
    standing: Sequence[MatchOutline],
    new: Sequence[MatchOutline],
) -> dict[MatchOutline, str]:
    """Identifier of what is in the inventory for the outline of each change: one of
    `standing`, or of the `new` ones, in the order of the changes.
    """
    names = {
        change.outline: standing[change.overlaps[0][1]].name
        for change in changed
        if change.overlaps
    }
    fresh = [change.outline for change in changed if change.kind == "new"]
    names.update(zip(fresh, (outline.name for outline in new)))
    return names


class RejectedOutlines:
    """What people rejected, which comes back only where it is something else by now."""

    def __init__(self, rejected: Sequence[MatchOutline], rules: MatchRules):
        self.index = OutlineIndex(rejected)
        self._rules = rules

    def match(self, outline: MatchOutline, unseen: bool) -> Rejection | None:
        """The rejected outline it repeats: by IoU, or for its share in all of them; None
        where there is none.

        It returns where its confidence rose by `rules.rise` above that of each, whatever
        the models (calibrated where both are, else the mean probability), or where it is
        much larger than what was rejected, or a piece of it is `unseen`.
        """
        rejected = self.index.outlines
        rules = self._rules
        related = [
            (common, rejected[i])
            for i, common in self.index.overlapping(outline)
            if common.related(rules)
        ]
        if not related:
            return None
        common, best = max(related, key=lambda pair: pair[0].iou)
        covered = [outline.ready.common(other.ready) for _, other in related]
        share = joint_area(covered) / outline.shape.area
        repeats = common.iou >= rules.iou or share >= rules.share
        has_risen = all(risen(outline, other, rules) for _, other in related)
        return Rejection(best, not repeats or has_risen or unseen)


def risen(outline: MatchOutline, before: MatchOutline, rules: MatchRules) -> bool:
    """Whether its confidence rose since another one was rejected."""
    for name in ("conf", "p_mean"):
        now = outline.values.get(name)
        then = before.values.get(name)
        if now is not None and then is not None:
            return now - then >= rules.rise - ROUNDING
    return False
