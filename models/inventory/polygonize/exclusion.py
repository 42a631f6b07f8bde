# SPDX-License-Identifier: GPL-2.0-or-later
"""Places where a landslide is unlikely or of no interest: water, quarries, built-up
ground.
"""

from __future__ import annotations

from collections.abc import Iterable

from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from ...geo.many_shapes import parts_of
from ...geo.overlay import SurfaceIndex, joint_area
from ...geo.repair import areal, sound


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
            for part in parts_of(polygon)
        ]
        self._surfaces = SurfaceIndex(self._shapes)

    def __len__(self) -> int:
        return len(self._shapes)

    def share(self, polygon: Polygon | MultiPolygon) -> float:
        """Part of a polygon's area that is covered, 0-1; what several cover counts once."""
        covered = [common for _, common in self._surfaces.shared(polygon)]
        return min(1.0, joint_area(covered) / polygon.area)

    def without(self, polygon: Polygon | MultiPolygon) -> list[Polygon | MultiPolygon]:
        """What is left of a valid polygon where nothing is covered: its pieces, each by
        itself; of one that has several parts already, all of them as one.
        """
        covered = [common for _, common in self._surfaces.shared(polygon)]
        if not covered:
            return [polygon]
        rest = areal(polygon.difference(unary_union(covered)))
        if rest is None:
            return []
        if isinstance(polygon, MultiPolygon):
            return [rest]
        return parts_of(rest)

    def touches(self, shape: BaseGeometry) -> bool:
        """Whether any of it is covered."""
        return self._surfaces.meets(shape)
