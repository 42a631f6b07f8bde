# SPDX-License-Identifier: GPL-2.0-or-later
"""What machines found, each landslide once: seen by two sheets or models it is one, cut by sheets it is whole."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from shapely import wkb

from ..measuring.morphometry import Morphometry
from .combine import combined
from .matching import Index, Outline, Overlap, Rules, canonical, overlap, rivals, same_source
from .seams import groups, joined, still_cut

WITHIN = 0.9        # share from which a piece that an edge cut off counts as part of what it lies in
EQUAL = 1 - 1e-9    # of an overlap: all but rounding


class Doubled(NamedTuple):
    """An outline for which a better one stands."""

    outline: Outline
    best: Outline
    overlap: Overlap    # of the best with the outline


class Distinct(NamedTuple):
    """Each landslide once; `copies` were left out for it, and what is `contested` too, with less than the IoU asked.

    `pieces` went into `united` outlines.
    """

    outlines: list[Outline]
    copies: int
    contested: list[Doubled]
    pieces: int
    united: int


def distinct(outlines: Sequence[Outline], rules: Rules, morphometry: Morphometry) -> Distinct:
    """Outlines of one sheet of one layer are not compared with each other; their order does not count."""

    def seen_again(best: Outline, other: Outline, found: Overlap) -> bool:
        part = other.cut_off and found.second >= (EQUAL if best.cut_off else WITHIN)
        return found.iou >= EQUAL or part or (rivals(best, other) and found.iou >= rules.iou)

    def same(best: Outline, other: Outline, found: Overlap) -> bool:
        return found.related(rules)

    pieces, copies = thinned(canonical(outlines), seen_again)
    found = groups(pieces, rules.gap)
    united = [group for group in found if len(group) > 1]
    whole = [group[0] if len(group) == 1 else _united(group, rules, morphometry) for group in found]
    best, doubled = thinned(whole, same)
    contested = [double for double in doubled if double.overlap.iou < rules.iou]
    return Distinct(canonical(best), len(copies) + len(doubled) - len(contested), contested, sum(map(len, united)),
                    len(united))


def thinned(outlines: Sequence[Outline],
            same: Callable[[Outline, Outline, Overlap], bool]) -> tuple[list[Outline], list[Doubled]]:
    """Of outlines from different sources that are the same landslide only the best, and the others."""
    ranked = sorted(outlines, key=_worse)
    index, gone, doubled = Index(ranked), set(), []
    for i, best in enumerate(ranked):
        for j in index.near(best.shape) if i not in gone else ():
            if j > i and j not in gone and not same_source(best, ranked[j]):
                found = overlap(best, ranked[j])
                if found.iou > 0 and same(best, ranked[j], found):
                    gone.add(j)
                    doubled.append(Doubled(ranked[j], best, found))
    return [outline for i, outline in enumerate(ranked) if i not in gone], doubled


def _worse(outline: Outline) -> tuple:
    """Whole ones first, then by confidence; of those that were cut the largest first."""
    area, doubt = -outline.shape.area, -(outline.confidence or 0.0)
    return (1, area, doubt) if outline.cut_off else (0, doubt, area)


def _united(group: list[Outline], rules: Rules, morphometry: Morphometry) -> Outline:
    shape = joined(group, rules.gap)
    values = combined(group, shape, still_cut(group, shape, rules.gap), morphometry)
    return Outline(shape, values, -1, str(values.get("ls_id") or ""), key=wkb.dumps(shape))
