# SPDX-License-Identifier: GPL-2.0-or-later
"""Where polygons of one inventory lie over each other: ground that a sum of areas counts
twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shapely.geometry import MultiPolygon, Polygon

from ..watch import Watch, unwatched
from .overlay import SurfaceIndex

MIN_OVERLAP_SHARE = 0.001  # of the smaller; below, a common border was drawn inexactly


class CommonGround(NamedTuple):
    """Two polygons by their places, `first` below `second`, and what both cover."""

    first: int
    second: int
    polygon: Polygon | MultiPolygon


def common_ground(
    polygons: Sequence[Polygon | MultiPolygon], watch: Watch = unwatched
) -> Iterator[CommonGround]:
    """Each pair of valid polygons of one CRS that overlaps by MIN_OVERLAP_SHARE of the
    smaller and more.
    """
    surfaces = SurfaceIndex(polygons)
    for first, polygon in enumerate(watch(polygons)):
        for second, common in surfaces.shared(polygon, first + 1):
            smaller = min(polygon.area, polygons[second].area)
            if common.area >= MIN_OVERLAP_SHARE * smaller:
                yield CommonGround(first, second, common)
