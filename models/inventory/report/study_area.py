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
from .columns import Landslides


class StudyArea:
    """Polygons (WKB) in `crs` as one area: `outline` in that CRS, `m2` on the
    ellipsoid.

    Raises MrifeError when they hold no area.
    """

    def __init__(self, polygons: Iterable[bytes], crs: Crs):
        parts = [part for part in map(sound, polygons) if part is not None]
        if not parts:
            raise MrifeError(
                "The investigated area holds no polygon with an area; choose a layer "
                "that has one."
            )
        self.crs = crs
        self.outline: Polygon | MultiPolygon = unary_union(parts)
        self.m2 = Geodesic(crs).area(self.outline)

    def holds(self, landslides: Landslides) -> np.ndarray:
        """Which of them lie inside with their inner point, (n,) bool."""
        places = np.column_stack((landslides.numbers["lon"], landslides.numbers["lat"]))
        places = landslides.crs.world.transform(places, self.crs)
        inside = prep(self.outline)
        return np.array(
            [
                bool(np.isfinite(place).all()) and inside.contains(Point(*place))
                for place in places
            ],
            bool,
        )
