# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground in bands, so that what was learned on one is judged on another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from shapely.geometry import Point, box

from ..evaluation.evaluate import EvaluationArea, Outline
from ..geo.crs import Crs
from ..geo.grid import Grid
from ..geo.many_shapes import areas, parts_of
from ..geo.overlay import Surface, joined
from ..geo.rasterize import PolygonMask
from ..geo.reproject import near

FOLDS = 2  # networks that are taught to judge the teaching, beside the one for use
# between two bands, so that neighbouring windows do not share what they see
BUFFER_M = 60.0
AS_WIDE = 0.99  # of the widest gap: distances on a map are not exact
FAR_M = 2e7  # beyond the ends of a band


class Folds:
    """Bands across the longer side of the labelled ground, with as many landslides in
    each, parted near there where the least of them is cut, and the gap between landslides
    is widest. What is cut teaches no fold: one half of a landslide is no ground unseen by
    a network that has learned the other. Where a fold would be left without a landslide,
    as within one giant outline, each learns its own half.
    """

    def __init__(self, landslides: Sequence[Surface], crs: Crs):
        area = EvaluationArea([polygon.wkb for polygon in landslides], crs)
        self.plane = area.plane
        outlines = [Outline(polygon.wkb) for polygon in landslides]
        layer = area.layer(outlines, crs)
        middles = layer.middles
        self.count = min(FOLDS, len(middles))
        self._axis = int(np.argmax(np.ptp(middles, axis=0)))
        spans = Spans(layer.objects, self._axis)
        along = np.sort(middles[:, self._axis])
        shares = [number / self.count for number in range(1, self.count)]
        edges = [_edge(along, share, spans) for share in shares]
        self._edges = [-FAR_M, *edges, FAR_M]
        self._cut = joined(part.wkb for edge in edges for part in spans.cut_at(edge))
        if self._cut is not None and not self._leaves_some(middles):
            self._cut = None

    def _leaves_some(self, middles: np.ndarray) -> bool:
        """Whether in each band a middle (n, 2) of a landslide lies beside what is cut."""
        is_left = ~np.array([self._cut.intersects(Point(*each)) for each in middles])
        fold = np.searchsorted(self._edges[1:-1], middles[:, self._axis])
        return set(fold[is_left]) == set(range(self.count))

    def band(self, number: int, buffered: bool) -> Surface:
        """The ground of a fold on `plane`; `buffered`: what a network may learn of it,
        without what lies between and landslides that reach across.
        """
        low, high = self._edges[number : number + 2]
        if buffered:
            low += BUFFER_M / 2
            high -= BUFFER_M / 2
        ground = box(-FAR_M, low, FAR_M, high)
        if self._axis == 0:
            ground = box(low, -FAR_M, high, FAR_M)
        if buffered and self._cut is not None:
            ground = ground.difference(self._cut)
        return ground

    def on(self, number: int, grid: Grid, buffered: bool = True) -> list[bytes]:
        """WKB of a fold's ground in the CRS of a grid, as far as it lies on it."""
        wkb = self.band(number, buffered).wkb
        return [part.wkb for part in near([wkb], self.plane, grid.bounds, grid.crs)]

    def masks(self, grid: Grid) -> tuple[PolygonMask, ...]:
        """The inner ground of each fold on a grid."""
        numbers = range(self.count)
        return tuple(PolygonMask(self.on(number, grid), grid) for number in numbers)


class Spans:
    """How far the parts of landslides on a plane reach along one of its axes."""

    def __init__(self, landslides: Sequence[Surface], axis: int):
        self._parts = [part for surface in landslides for part in parts_of(surface)]
        self._areas = areas(self._parts)
        bounds = np.array([part.bounds for part in self._parts])
        self._lows = bounds[:, axis]
        self._highs = bounds[:, axis + 2]

    def cut_at(self, place: float) -> list[Surface]:
        """Those that lie on both sides of a place."""
        return [self._parts[number] for number in np.flatnonzero(self._is_cut(place))]

    def area_at(self, place: float) -> float:
        """Of those."""
        return float(self._areas[self._is_cut(place)].sum())

    def _is_cut(self, place: float) -> np.ndarray:
        return (self._lows < place) & (place < self._highs)


def _edge(along: np.ndarray, share: float, spans: Spans) -> float:
    """Where sorted places (n,) are parted so that about `share` of them lie below: in the
    middle of a gap among those within a tenth of them, where the least of the landslides
    is cut; of those the widest gap, of gaps that are as wide the one nearest to the share.
    """
    count = len(along)
    reach = max(1, round(0.1 * count))
    wanted = round(share * count)
    first = max(1, wanted - reach)
    last = min(count - 1, wanted + reach)
    cuts = np.arange(first, last + 1)
    middles = (along[cuts] + along[cuts - 1]) / 2
    cut_areas = np.array([spans.area_at(middle) for middle in middles])
    is_least = cut_areas <= cut_areas.min()
    cuts = cuts[is_least]
    middles = middles[is_least]
    gaps = along[cuts] - along[cuts - 1]
    is_widest = gaps >= AS_WIDE * gaps.max()
    cuts = cuts[is_widest]
    best = int(np.argmin(np.abs(cuts - wanted)))
    return float(middles[is_widest][best])
