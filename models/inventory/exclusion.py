# SPDX-License-Identifier: GPL-2.0-or-later
"""Places where a landslide is unlikely or of no interest: water, quarries, built-up ground."""
from __future__ import annotations

from collections.abc import Iterable

from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union
from shapely.strtree import STRtree


class Exclusion:
    """Exclusion polygons as WKB in the grid's CRS; repaired where they are not valid, empty ones left out."""

    def __init__(self, shapes: Iterable[bytes]):
        found = (wkb.loads(bytes(shape)) for shape in shapes)
        self._shapes = [shape if shape.is_valid else shape.buffer(0) for shape in found if not shape.is_empty]
        self._tree = STRtree(self._shapes) if self._shapes else None

    def __len__(self) -> int:
        return len(self._shapes)

    def share(self, polygon: Polygon | MultiPolygon) -> float:
        """Part of a polygon's area that is covered, 0-1; what several cover counts once."""
        covered = [polygon.intersection(shape) for shape in self._near(polygon)]
        return min(1.0, unary_union(covered).area / polygon.area) if covered else 0.0

    def touches(self, shape: BaseGeometry) -> bool:
        """Whether any of it is covered."""
        return any(near.intersects(shape) for near in self._near(shape))

    def _near(self, shape: BaseGeometry) -> list[BaseGeometry]:
        if self._tree is None:
            return []
        found = self._tree.query(shape)  # shapely 1.8: geometries, 2: their numbers
        return [self._shapes[item] if not isinstance(item, BaseGeometry) else item for item in found]
