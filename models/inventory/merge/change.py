# SPDX-License-Identifier: GPL-2.0-or-later
"""What a new outline is to those that stand already, and to those that people rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Optional

from shapely.ops import unary_union

from .deduplicate import WITHIN
from .overlap import Index, MatchOutline, MatchRules, Overlap


class Rejection(NamedTuple):
    """The rejected outline that an outline repeats, and whether it may come back all
    the same.
    """

    before: MatchOutline
    returns: bool


class Relation(NamedTuple):
    """`kind`: new, known, modified, split, merged or suppressed; `met`: overlaps with
    the standing, best first.
    """

    outline: MatchOutline
    kind: str
    met: list[tuple[Overlap, int]]
    rejection: Optional[Rejection]  # noqa: UP045  (evaluated by NamedTuple under Python 3.9)

    @property
    def iou(self) -> float | None:
        """With the best match."""
        if self.met:
            return self.met[0][0].iou
        return None


def relations(
    outlines: Sequence[MatchOutline],
    standing: Sequence[MatchOutline],
    rejected: Sequence[MatchOutline],
    rules: MatchRules,
) -> list[Relation]:
    """One a new outline: the share of it that lies in a standing one is `first` of an
    overlap.

    known: IoU reaches `rules.iou`, or an edge cut the outline and what is left lies
    within the standing one. Else, of those related by `rules.share`: merged where two
    standing ones and more lie mostly in the outline, split where two outlines and more
    lie mostly in a standing one, modified otherwise; new where there are none.
    """
    index = Index(standing)
    refused = Refused(rejected, rules)
    parts = Counter()
    found = []
    for outline in outlines:
        met = sorted(
            ((o, i) for i, o in index.overlapping(outline)),
            key=lambda pair: (-pair[0].iou, pair[1]),
        )
        known = _known(outline, met, rules)
        if known:
            rejection = None
        else:
            rejection = refused.match(outline)
        suppressed = rejection is not None and not rejection.returns
        found.append(
            Relation(
                outline,
                "known" if known else "suppressed" if suppressed else "",
                met,
                rejection,
            )
        )
        parts.update(i for o, i in met if o.first >= rules.share and not suppressed)
    return [
        relation
        if relation.kind
        else relation._replace(kind=_kind(relation.met, parts, rules))
        for relation in found
    ]


def _known(
    outline: MatchOutline, met: list[tuple[Overlap, int]], rules: MatchRules
) -> bool:
    return any(
        o.iou >= rules.iou or (outline.cut_off and o.first >= WITHIN) for o, _ in met
    )


def _kind(met: list[tuple[Overlap, int]], parts: Counter, rules: MatchRules) -> str:
    related = [(o, i) for o, i in met if o.related(rules)]
    if not related:
        return "new"
    if sum(o.second >= rules.share for o, _ in related) > 1:
        return "merged"
    if any(parts[i] > 1 for o, i in related if o.first >= rules.share):
        return "split"
    return "modified"


class Refused:
    """What people rejected, which comes back only where it is something else by now."""

    def __init__(self, rejected: Sequence[MatchOutline], rules: MatchRules):
        self._index = Index(rejected)
        self._rules = rules

    def match(self, outline: MatchOutline) -> Rejection | None:
        """The rejected outline it repeats: by IoU, or for its share in all of them; None
        where there is none.

        It returns where its confidence rose by `rules.rise` above that of each, whatever
        the models (calibrated where both are, else the mean probability), or where it is
        much larger than what was rejected.
        """
        rejected = self._index.outlines
        rules = self._rules
        met = [
            (o, rejected[i])
            for i, o in self._index.overlapping(outline)
            if o.related(rules)
        ]
        if not met:
            return None
        best = max(met, key=lambda pair: pair[0].iou)
        covered = (
            unary_union([other.shape for _, other in met])
            .intersection(outline.shape)
            .area
            / outline.shape.area
        )
        repeats = best[0].iou >= rules.iou or covered >= rules.share
        return Rejection(
            best[1], not repeats or all(self._rose(outline, other) for _, other in met)
        )

    def _rose(self, outline: MatchOutline, before: MatchOutline) -> bool:
        for name in ("conf", "p_mean"):
            now = outline.values.get(name)
            then = before.values.get(name)
            if now is not None and then is not None:
                return now - then >= self._rules.rise - 1e-9
        return False
