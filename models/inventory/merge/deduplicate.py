# SPDX-License-Identifier: GPL-2.0-or-later
"""What machines found, each landslide once: seen by two sheets or models it is one,
cut by sheets it is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from shapely import wkb

from ..morphometry.morphometry import Morphometry
from .combine import combined
from .edge_matching import groups, joined, still_cut
from .overlap import (
    Index,
    MatchOutline,
    MatchRules,
    Overlap,
    canonical,
    overlap,
    rivals,
    same_source,
)

WITHIN = (
    0.9  # share from which a piece that an edge cut off counts as part of what it lies in
)
EQUAL = 1 - 1e-9  # of an overlap: all but rounding


class Doubled(NamedTuple):
    """An outline for which a better one stands."""

    outline: MatchOutline
    best: MatchOutline
    overlap: Overlap  # of the best with the outline


class Distinct(NamedTuple):
    """Each landslide once; `copies` were left out for it, and what is `contested` too,
    with less than the IoU asked.

    `pieces` went into `united` outlines.
    """

    outlines: list[MatchOutline]
    copies: int
    contested: list[Doubled]
    pieces: int
    united: int


def distinct(
    outlines: Sequence[MatchOutline], rules: MatchRules, morphometry: Morphometry
) -> Distinct:
    """Outlines of one sheet of one layer are not compared with each other; their order
    does not count.
    """

    def seen_again(best: MatchOutline, other: MatchOutline, found: Overlap) -> bool:
        part = other.cut_off and found.second >= (EQUAL if best.cut_off else WITHIN)
        return (
            found.iou >= EQUAL or part or (rivals(best, other) and found.iou >= rules.iou)
        )

    def same(best: MatchOutline, other: MatchOutline, found: Overlap) -> bool:
        return found.related(rules)

    pieces, copies = thinned(canonical(outlines), seen_again)
    found = groups(pieces, rules.gap)
    united = [group for group in found if len(group) > 1]
    whole = [
        group[0] if len(group) == 1 else _united(group, rules, morphometry)
        for group in found
    ]
    best, doubled = thinned(whole, same)
    contested = [double for double in doubled if double.overlap.iou < rules.iou]
    return Distinct(
        canonical(best),
        len(copies) + len(doubled) - len(contested),
        contested,
        sum(map(len, united)),
        len(united),
    )


def thinned(
    outlines: Sequence[MatchOutline],
    same: Callable[[MatchOutline, MatchOutline, Overlap], bool],
) -> tuple[list[MatchOutline], list[Doubled]]:
    """Of outlines from different sources that are the same landslide only the best,
    and the others.
    """
    ranked = sorted(outlines, key=_worse)
    index = Index(ranked)
    gone = set()
    doubled = []
    for i, best in enumerate(ranked):
        for j in index.near(best.shape) if i not in gone else ():
            if j > i and j not in gone and not same_source(best, ranked[j]):
                found = overlap(best, ranked[j])
                if found.iou > 0 and same(best, ranked[j], found):
                    gone.add(j)
                    doubled.append(Doubled(ranked[j], best, found))
    return [outline for i, outline in enumerate(ranked) if i not in gone], doubled


def _worse(outline: MatchOutline) -> tuple:
    """Whole ones first, then by confidence; of those that were cut the largest first."""
    area = -outline.shape.area
    doubt = -(outline.confidence or 0.0)
    if outline.cut_off:
        return (1, area, doubt)
    return (0, doubt, area)


def _united(
    group: list[MatchOutline], rules: MatchRules, morphometry: Morphometry
) -> MatchOutline:
    shape = joined(group, rules.gap)
    values = combined(group, shape, still_cut(group, shape, rules.gap), morphometry)
    return MatchOutline(
        shape, values, -1, str(values.get("ls_id") or ""), key=wkb.dumps(shape)
    )
