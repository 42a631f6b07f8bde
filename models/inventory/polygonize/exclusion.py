# SPDX-License-Identifier: GPL-2.0-or-later
"""Places where a landslide is unlikely or of no interest: water, quarries, built-up
ground.
"""

from __future__ import annotations

from collections.abc import Iterable

from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from ...geo.repair import areal, sound
from ...geo.spatial_index import SpatialIndex


class Exclusion:
    """Exclusion polygons as WKB in the grid's CRS; repaired where they must be, what has
    no area left out. Each part counts by itself: all water of a country may be one
    polygon.
    """

    def __init__(self, shapes: Iterable[bytes]):
        polygons = (sound(bytes(shape)) for shape in shapes)
        self._shapes = [
            part
            for polygon in polygons
            if polygon is not None
            for part in getattr(polygon, "geoms", [polygon])
        ]
        self._index = SpatialIndex(self._shapes)

    def __len__(self) -> int:
        return len(self._shapes)

    def share(self, polygon: Polygon | MultiPolygon) -> float:
        """Part of a polygon's area that is covered, 0-1; what several cover counts once."""
        covered = [polygon.intersection(shape) for shape in self._near(polygon)]
        if covered:
            return min(1.0, unary_union(covered).area / polygon.area)
        return 0.0

    def without(self, polygon: Polygon | MultiPolygon) -> list[Polygon | MultiPolygon]:
        """What is left of a valid polygon where nothing is covered: its pieces, each by
        itself; of one that has several parts already, all of them as one.
        """
        near = self._near(polygon)
        if not near:
            return [polygon]
        rest = areal(polygon.difference(unary_union(near)))
        if rest is None:
            return []
        if isinstance(polygon, MultiPolygon):
            return [rest]
        return list(getattr(rest, "geoms", [rest]))

    def touches(self, shape: BaseGeometry) -> bool:
        """Whether any of it is covered."""
        return any(near.intersects(shape) for near in self._near(shape))

    def _near(self, shape: BaseGeometry) -> list[BaseGeometry]:
        return [self._shapes[place] for place in self._index.near(shape)]
