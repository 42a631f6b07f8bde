# SPDX-License-Identifier: GPL-2.0-or-later
"""The investigated area: a map sheet or a county, over which landslides are counted by
the square kilometre.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.ops import unary_union
from shapely.prepared import prep

from ...errors import MrifeError
from ...geo.crs import Crs
from ...geo.geodesic import Geodesic
from ...geo.repair import sound
from ...geo.reproject import has_place, near
from .columns import Landslides


class StudyArea:
    """Polygons (WKB) in `crs` as one area: `outline` in that CRS, `m2` on the
    ellipsoid.

    Raises MrifeError when they hold no area.
    """

    def __init__(self, polygons: Iterable[bytes], crs: Crs):
        parts = [part for part in map(sound, polygons) if part is not None]
        parts = [part for part in parts if has_place(part.wkb, crs)]
        if not parts:
            raise MrifeError(
                "The investigated area holds no polygon with an area on the Earth; choose "
                "a layer that has one, and look at its coordinate reference system."
            )
        self.crs = crs
        self.outline: Polygon | MultiPolygon = unary_union(parts)
        self.m2 = Geodesic(crs).area(self.outline)

    def reaches(self, bounds: tuple[float, float, float, float], crs: Crs) -> bool:
        """Whether any of it lies within or near bounds (least x and y, largest x and y)
        of a system.
        """
        parts = getattr(self.outline, "geoms", [self.outline])
        polygons = (part.wkb for part in parts)
        return any(True for _ in near(polygons, self.crs, bounds, crs))

    def holds(self, landslides: Landslides) -> np.ndarray:
        """Which of them lie inside with their inner point, (n,) bool."""
        places = np.column_stack((landslides.numbers["lon"], landslides.numbers["lat"]))
        places = landslides.crs.world.transform(places, self.crs)
        turns = (0.0,)
        if self.crs.is_geographic:  # its longitudes may go from 0 to 360 degrees
            turns = (0.0, -self.crs.turn, self.crs.turn)
        inside = prep(self.outline)
        return np.array(
            [
                bool(np.isfinite((x, y)).all())
                and any(inside.contains(Point(x + turn, y)) for turn in turns)
                for x, y in places
            ],
            bool,
        )
