# SPDX-License-Identifier: GPL-2.0-or-later
"""What a new outline is to those that stand already, and to those that people rejected."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Optional

from shapely.ops import unary_union

from .distinct import WITHIN
from .matching import Index, Outline, Overlap, Rules


class Rejection(NamedTuple):
    """The rejected outline that an outline repeats, and whether it may come back all the same."""

    before: Outline
    returns: bool


class Relation(NamedTuple):
    """`kind`: new, known, modified, split, merged or suppressed; `met`: overlaps with the standing, best first."""

    outline: Outline
    kind: str
    met: list[tuple[Overlap, int]]
    rejection: Optional[Rejection]  # noqa: UP045  (evaluated by NamedTuple under Python 3.9)

    @property
    def iou(self) -> float | None:
        """With the best match."""
        return self.met[0][0].iou if self.met else None


def relations(outlines: Sequence[Outline], standing: Sequence[Outline], rejected: Sequence[Outline],
              rules: Rules) -> list[Relation]:
    """One a new outline: the share of it that lies in a standing one is `first` of an overlap.

    known: IoU reaches `rules.iou`, or an edge cut the outline and what is left lies within the standing one. Else, of
    those related by `rules.share`: merged where two standing ones and more lie mostly in the outline, split where two
    outlines and more lie mostly in a standing one, modified otherwise; new where there are none.
    """
    index, refused, parts, found = Index(standing), Refused(rejected, rules), Counter(), []
    for outline in outlines:
        met = sorted(((o, i) for i, o in index.overlapping(outline)), key=lambda pair: (-pair[0].iou, pair[1]))
        known = _known(outline, met, rules)
        rejection = None if known else refused.match(outline)
        suppressed = rejection is not None and not rejection.returns
        found.append(Relation(outline, "known" if known else "suppressed" if suppressed else "", met, rejection))
        parts.update(i for o, i in met if o.first >= rules.share and not suppressed)
    return [relation if relation.kind else relation._replace(kind=_kind(relation.met, parts, rules))
            for relation in found]


def _known(outline: Outline, met: list[tuple[Overlap, int]], rules: Rules) -> bool:
    return any(o.iou >= rules.iou or (outline.cut_off and o.first >= WITHIN) for o, _ in met)


def _kind(met: list[tuple[Overlap, int]], parts: Counter, rules: Rules) -> str:
    related = [(o, i) for o, i in met if o.related(rules)]
    if not related:
        return "new"
    if sum(o.second >= rules.share for o, _ in related) > 1:
        return "merged"
    return "split" if any(parts[i] > 1 for o, i in related if o.first >= rules.share) else "modified"


class Refused:
    """What people rejected, which comes back only where it is something else by now."""

    def __init__(self, rejected: Sequence[Outline], rules: Rules):
        self._index, self._rules = Index(rejected), rules

    def match(self, outline: Outline) -> Rejection | None:
        """The rejected outline it repeats: by IoU, or for its share in all of them; None where there is none.

        It returns where its confidence rose by `rules.rise` above that of each, whatever the models (calibrated where
        both are, else the mean probability), or where it is much larger than what was rejected.
        """
        rejected, rules = self._index.outlines, self._rules
        met = [(o, rejected[i]) for i, o in self._index.overlapping(outline) if o.related(rules)]
        if not met:
            return None
        best = max(met, key=lambda pair: pair[0].iou)
        covered = unary_union([other.shape for _, other in met]).intersection(outline.shape).area / outline.shape.area
        repeats = best[0].iou >= rules.iou or covered >= rules.share
        return Rejection(best[1], not repeats or all(self._rose(outline, other) for _, other in met))

    def _rose(self, outline: Outline, before: Outline) -> bool:
        for name in ("conf", "p_mean"):
            now, then = outline.values.get(name), before.values.get(name)
            if now is not None and then is not None:
                return now - then >= self._rules.rise - 1e-9
        return False
