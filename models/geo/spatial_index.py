# SPDX-License-Identifier: GPL-2.0-or-later
"""Which of many shapes lie near another one: shapely's STRtree, as 1.8 and 2 have it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

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
