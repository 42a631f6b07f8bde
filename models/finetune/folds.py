# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground in bands, so that what was learned on one is judged on another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from shapely.geometry import box

from ..evaluation.evaluate import EvaluationArea, Outline
from ..geo.crs import Crs
from ..geo.grid import Grid
from ..geo.rasterize import PolygonMask
from ..geo.reproject import near
from .labels import Surface

FOLDS = 2  # networks that are taught to judge the teaching, beside the one for use
# between two bands, so that neighbouring windows do not share what they see
BUFFER_M = 60.0
AS_WIDE = 0.99  # of the widest gap: distances on a map are not exact
FAR_M = 2e7  # beyond the ends of a band


class Folds:
    """Bands across the longer side of the labelled ground, with as many landslides in
    each, parted where the gap between landslides is widest near there.
    """

    def __init__(self, landslides: Sequence[Surface], crs: Crs):
        area = EvaluationArea([polygon.wkb for polygon in landslides], crs)
        self.plane = area.plane
        outlines = [Outline(polygon.wkb) for polygon in landslides]
        middles = area.layer(outlines, crs).middles
        self.count = min(FOLDS, len(middles))
        self._axis = int(np.argmax(np.ptp(middles, axis=0)))
        along = np.sort(middles[:, self._axis])
        edges = [_edge(along, number / self.count) for number in range(1, self.count)]
        self._edges = [-FAR_M, *edges, FAR_M]

    def band(self, number: int, buffered: bool) -> Surface:
        """The ground of a fold on `plane`; `buffered`: without what lies between."""
        low, high = self._edges[number : number + 2]
        if buffered:
            low += BUFFER_M / 2
            high -= BUFFER_M / 2
        if self._axis == 0:
            return box(low, -FAR_M, high, FAR_M)
        return box(-FAR_M, low, FAR_M, high)

    def on(self, number: int, grid: Grid, buffered: bool = True) -> list[bytes]:
        """WKB of a fold's ground in the CRS of a grid, as far as it lies on it."""
        wkb = self.band(number, buffered).wkb
        return [part.wkb for part in near([wkb], self.plane, grid.bounds, grid.crs)]

    def masks(self, grid: Grid) -> tuple[PolygonMask, ...]:
        """The inner ground of each fold on a grid."""
        numbers = range(self.count)
        return tuple(PolygonMask(self.on(number, grid), grid) for number in numbers)


def _edge(along: np.ndarray, share: float) -> float:
    """Where sorted places (n,) are parted so that about `share` of them lie below: in the
    middle of the widest gap among those within a tenth of them, of gaps that are as wide
    the one nearest to the share.
    """
    count = len(along)
    reach = max(1, round(0.1 * count))
    wanted = round(share * count)
    first = max(1, wanted - reach)
    last = min(count - 1, wanted + reach)
    cuts = np.arange(first, last + 1)
    gaps = along[cuts] - along[cuts - 1]
    widest = cuts[gaps >= AS_WIDE * gaps.max()]
    best = widest[int(np.argmin(np.abs(widest - wanted)))]
    return float(along[best - 1] + along[best]) / 2
