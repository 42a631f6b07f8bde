# SPDX-License-Identifier: GPL-2.0-or-later
"""By how much outlines lie on the same ground, and when that makes them one landslide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shapely.geometry import MultiPolygon, Polygon

from ...geo.spatial_index import SpatialIndex
from ..review.outlines import same_outline
from .outline import MatchOutline
from .rules import MatchRules

SLIVER_SHARE = 0.05  # of the smaller; below, an overlap is inexact drawing
WITHIN_SHARE = 0.9  # of a piece cut by an edge; from here it is part of what it lies in
EQUAL_SHARE = 1 - 1e-9  # all but rounding


class Overlap(NamedTuple):
    """Intersection over union, and the share of each of the two that lies in the
    other; all 0-1.
    """

    iou: float
    first: float
    second: float

    @property
    def larger_share(self) -> float:
        """Share of the smaller of the two in the other."""
        return max(self.first, self.second)

    def related(self, rules: MatchRules) -> bool:
        """Whether the two have to do with each other."""
        return self.iou >= rules.iou or self.larger_share >= rules.share


def overlap(a: MatchOutline, b: MatchOutline) -> Overlap:
    """How two outlines overlap, in the plane of their CRS: shares hardly depend on it."""
    if a.wkb == b.wkb:
        return Overlap(1.0, 1.0, 1.0)
    both = a.ready.common(b.ready)
    common = both.area if both is not None else 0.0
    first = a.ready.area
    second = b.ready.area
    return Overlap(common / (first + second - common), common / first, common / second)


def same_drawing(
    outline: MatchOutline, other: MatchOutline, common: Overlap, exact: float
) -> bool:
    """Whether two outlines, that have so much in `common`, are one drawing but for what
    formats round: each vertex by `exact` CRS units.
    """
    if common.iou >= EQUAL_SHARE:
        return True
    return same_outline(outline.shape, other.shape, exact)


class OutlineIndex:
    """Finds among `outlines` those that share ground with another."""

    def __init__(self, outlines: Sequence[MatchOutline]):
        self.outlines = outlines
        self._index = SpatialIndex([outline.shape for outline in outlines])

    def near(self, shape: Polygon | MultiPolygon) -> list[int]:
        """Places, ascending, of those whose bounds meet those of `shape`."""
        return self._index.near(shape)

    def overlapping(self, outline: MatchOutline) -> Iterator[tuple[int, Overlap]]:
        """Place and overlap of each that shares ground with an outline; `first` is the
        share of that outline.
        """
        for place in self.near(outline.shape):
            common = overlap(outline, self.outlines[place])
            if common.iou > 0:
                yield place, common


def has_unseen_piece(
    outline: MatchOutline, seen: Sequence[OutlineIndex], rules: MatchRules
) -> bool:
    """Whether it was put together with a piece, more than a sliver of it, that by itself
    has to do with nothing that was seen.
    """
    least = SLIVER_SHARE * outline.shape.area
    pieces = [piece for piece in outline.pieces if piece.shape.area >= least]
    return not all(_is_seen(piece, seen, rules) for piece in pieces)


def _is_seen(
    piece: MatchOutline, seen: Sequence[OutlineIndex], rules: MatchRules
) -> bool:
    return any(
        common.related(rules) for index in seen for _, common in index.overlapping(piece)
    )
