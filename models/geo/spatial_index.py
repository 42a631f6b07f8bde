# SPDX-License-Identifier: GPL-2.0-or-later
"""Which of many shapes lie near another one, by their bounds: shapely's STRtree, as 1.8
and 2 have it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence

import numpy as np
from shapely.geometry.base import BaseGeometry
from shapely.strtree import STRtree


class SpatialIndex:
    """Of shapes of one CRS, known by their places in `shapes`."""

    def __init__(self, shapes: Sequence[BaseGeometry]):
        self._empty = not shapes
        with warnings.catch_warnings():  # 1.8 announces what getattr settles
            warnings.simplefilter("ignore", FutureWarning)
            tree = STRtree(list(shapes))
        # 1.8: query gives geometries, query_items numbers
        self._query = getattr(tree, "query_items", tree.query)

    def near(self, shape: BaseGeometry) -> list[int]:
        """Places, ascending, of the shapes whose bounds meet those of `shape`."""
        if self._empty:
            return []
        return sorted(int(place) for place in self._query(shape))


def close_pairs(
    bounds: np.ndarray, reach: tuple[float, float]
) -> Iterator[tuple[int, int]]:
    """Pairs i < j of boxes (n, 4) that lie within `reach` (x, y) of each other."""
    order = np.argsort(bounds[:, 1], kind="stable")
    low = bounds[order, :2] - reach
    high = bounds[order, 2:]
    for place, number in enumerate(order):
        # those that begin below its top
        stop = np.searchsorted(low[:, 1], high[place, 1], "right")
        beside = slice(place + 1, stop)
        close = (low[beside, 0] <= high[place, 0]) & (high[beside, 0] >= low[place, 0])
        for other in order[beside][close]:
            yield min(int(number), int(other)), max(int(number), int(other))
