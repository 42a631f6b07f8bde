# SPDX-License-Identifier: GPL-2.0-or-later
"""What GEOS does to many shapes: in one call for all of them, where Shapely is 2 or newer;
what is said to each by itself takes as long as some of what is done.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

IN_ONE_CALL = hasattr(shapely, "from_wkb")  # not in Shapely 1.8


def shapes_of(data: Sequence[bytes]) -> list[BaseGeometry]:
    """Of their well-known binary."""
    if IN_ONE_CALL:
        return shapely.from_wkb(_array(data)).tolist()
    return list(map(wkb.loads, data))


def wkbs(shapes: Sequence[BaseGeometry]) -> list[bytes]:
    """Their well-known binary."""
    if IN_ONE_CALL:
        return shapely.to_wkb(_array(shapes)).tolist()
    return [shape.wkb for shape in shapes]


def areas(shapes: Sequence[BaseGeometry]) -> np.ndarray:
    """In the plane (n,)."""
    if IN_ONE_CALL:
        return shapely.area(_array(shapes))
    return np.array([shape.area for shape in shapes])


def points_inside(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """A point inside of each, the same one for the same shape."""
    if IN_ONE_CALL:
        return shapely.point_on_surface(_array(shapes)).tolist()
    return [shape.representative_point() for shape in shapes]


def simplified(
    shapes: Sequence[Polygon | MultiPolygon], tolerances: np.ndarray, topology: bool
) -> list[BaseGeometry]:
    """With fewer vertices, none of them moved farther than its tolerance (n,); with
    `topology` no ring runs into another.
    """
    if IN_ONE_CALL:
        return shapely.simplify(
            _array(shapes), tolerances, preserve_topology=topology
        ).tolist()
    return [
        shape.simplify(tolerance, preserve_topology=topology)
        for shape, tolerance in zip(shapes, tolerances.tolist())
    ]


def buffered(
    shapes: Sequence[BaseGeometry], widths: np.ndarray, segments: int
) -> list[Polygon | MultiPolygon]:
    """All that lies within a width (n,) of each; a quarter of a circle in `segments`."""
    if IN_ONE_CALL:
        return shapely.buffer(_array(shapes), widths, quad_segs=segments).tolist()
    return [
        shape.buffer(width, segments) for shape, width in zip(shapes, widths.tolist())
    ]


def _array(values: Sequence) -> np.ndarray:
    """As objects (n,), of which multipolygons and bytes are not taken apart."""
    array = np.empty(len(values), object)
    array[:] = values
    return array
