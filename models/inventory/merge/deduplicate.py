# SPDX-License-Identifier: GPL-2.0-or-later
"""What machines found, each landslide once: seen by two sheets or models it is one,
cut by sheets it is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from shapely import wkb

from ...watch import Watch
from ..morphometry.morphometry import Morphometry
from .combine import combined_attributes
from .edge_matching import group_pieces, join_pieces, still_cut
from .outline import MatchOutline, by_two_models, canonical, same_source
from .overlap import (
    EQUAL_SHARE,
    WITHIN_SHARE,
    OutlineIndex,
    Overlap,
    overlap,
)
from .rules import MatchRules

UNITED_LAYER = -1  # of outlines put together from pieces


class Duplicate(NamedTuple):
    """An outline for which a better one stands."""

    outline: MatchOutline
    best: MatchOutline
    overlap: Overlap  # of the best with the outline


class Deduplicated(NamedTuple):
    """Each landslide once; `copies` were left out for it, and what is `contested` too,
    with less than the IoU asked.

    `pieces` went into `united` outlines.
    """

    outlines: list[MatchOutline]
    copies: int
    contested: list[Duplicate]
    pieces: int
    united: int


def deduplicate(
    outlines: Sequence[MatchOutline],
    rules: MatchRules,
    morphometry: Morphometry,
    watch: Watch,
) -> Deduplicated:
    """Outlines of one sheet of one layer are not compared with each other; their order
    does not count.
    """

    def same_landslide(best: MatchOutline, other: MatchOutline, common: Overlap) -> bool:
        least = WITHIN_SHARE
        if best.cut_off:
            least = EQUAL_SHARE
        part = other.cut_off and common.second >= least
        again = by_two_models(best, other) and common.iou >= rules.iou
        return common.iou >= EQUAL_SHARE or part or again

    def related(best: MatchOutline, other: MatchOutline, common: Overlap) -> bool:
        return common.related(rules)

    pieces, copies = suppress_non_maxima(canonical(outlines), same_landslide, watch)
    groups = group_pieces(pieces, rules.gap, watch)
    whole = []
    for group in watch(groups):
        if len(group) == 1:
            whole.append(group[0])
        else:
            whole.append(_united(group, rules, morphometry))
    best, duplicates = suppress_non_maxima(whole, related, watch)
    contested = [one for one in duplicates if one.overlap.iou < rules.iou]
    united = [group for group in groups if len(group) > 1]
    return Deduplicated(
        canonical(best),
        len(copies) + len(duplicates) - len(contested),
        contested,
        sum(map(len, united)),
        len(united),
    )


def suppress_non_maxima(
    outlines: Sequence[MatchOutline],
    same: Callable[[MatchOutline, MatchOutline, Overlap], bool],
    watch: Watch,
) -> tuple[list[MatchOutline], list[Duplicate]]:
    """Of outlines from different sources that are the same landslide only the best,
    and the others.
    """
    ranked = sorted(outlines, key=_rank)
    index = OutlineIndex(ranked)
    suppressed = set()
    duplicates = []
    for i, best in enumerate(watch(ranked)):
        if i in suppressed:
            continue
        for j in index.near(best.shape):
            if j <= i or j in suppressed or same_source(best, ranked[j]):
                continue
            common = overlap(best, ranked[j])
            if common.iou > 0 and same(best, ranked[j], common):
                suppressed.add(j)
                duplicates.append(Duplicate(ranked[j], best, common))
    maxima = [outline for i, outline in enumerate(ranked) if i not in suppressed]
    return maxima, duplicates


def _rank(outline: MatchOutline) -> tuple:
    """Smaller is better: whole ones first, then by confidence; of those that were cut the
    largest first.
    """
    area = -outline.shape.area
    doubt = -(outline.confidence or 0.0)
    if outline.cut_off:
        return (1, area, doubt)
    return (0, doubt, area)


def _united(
    group: list[MatchOutline], rules: MatchRules, morphometry: Morphometry
) -> MatchOutline:
    shape = join_pieces(group, rules.gap)
    cut = still_cut(group, shape, rules.gap)
    values = combined_attributes(group, shape, cut, morphometry)
    name = str(values.get("ls_id") or "")
    return MatchOutline(
        shape, values, UNITED_LAYER, name, wkb=wkb.dumps(shape), pieces=tuple(group)
    )
