# SPDX-License-Identifier: GPL-2.0-or-later
"""The part of a raster that is searched."""

from __future__ import annotations

from collections.abc import Iterable

from shapely import wkb
from shapely.geometry import Polygon
from shapely.ops import unary_union

from ..errors import UnsuitableRaster
from .crs import Crs
from .grid import Grid
from .repair import sound
from .reproject import near


def search_area(polygons: Iterable[bytes], crs: Crs, grid: Grid) -> list[bytes]:
    """Polygons (WKB of any surfaces in `crs`) as valid ones in the grid's CRS, what lies
    far from it left out. Raises UnsuitableRaster where there is none.
    """
    given = [polygon.wkb for polygon in map(sound, polygons) if polygon is not None]
    if not given:
        raise UnsuitableRaster(
            "The area to search holds no polygon; choose a layer that has one, and look "
            "at its filter and selection."
        )
    return [polygon.wkb for polygon in near(given, crs, grid.bounds, grid.crs)]


def searched_share(polygons: Iterable[bytes], grid: Grid) -> float:
    """Share of a grid's ground that lies in polygons (WKB in its CRS), 0-1. Raises
    UnsuitableRaster where it is none.
    """
    ground = Polygon(grid.corners)
    pieces = [wkb.loads(polygon).intersection(ground) for polygon in polygons]
    share = unary_union(pieces).area / ground.area
    if share == 0:
        raise UnsuitableRaster(
            "The area to search and the image do not overlap; choose an area on the "
            "image, or look at the coordinate systems of both."
        )
    if share * grid.width * grid.height < 1:
        raise UnsuitableRaster(
            "What the area to search has in common with the image is smaller than a pixel "
            "of it; choose a larger area."
        )
    return share
