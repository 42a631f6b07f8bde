# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines as a review reads them: whether a person redrew one, and what is left of a
broken one.
"""

from __future__ import annotations

import hashlib

from shapely import wkb
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon

from ...geo.repair import repaired

FINGERPRINT_DIGITS = 16  # hexadecimal


def fingerprint(polygon: Polygon | MultiPolygon) -> str:
    """16 hexadecimal digits of an outline's coordinates, exact to the last bit;
    heights do not count.
    """
    flat = wkb.dumps(
        MultiPolygon(list(getattr(polygon, "geoms", [polygon]))), output_dimension=2
    )
    return hashlib.sha256(flat).hexdigest()[:FINGERPRINT_DIGITS]


def same_outline(
    one: Polygon | MultiPolygon, other: Polygon | MultiPolygon, tolerance: float
) -> bool:
    """Whether two outlines have the same vertices within a tolerance, wherever their
    rings begin.
    """
    first, second = (
        MultiPolygon(list(getattr(p, "geoms", [p]))).normalize() for p in (one, other)
    )
    return first.equals_exact(second, tolerance)


def polygon_of(data: bytes) -> Polygon | MultiPolygon | None:
    """The polygon of WKB as it is, without heights; repaired where it holds curves,
    None where it holds no area.
    """
    try:
        shape = wkb.loads(data)
    except (ShapelyError, NotImplementedError, ValueError):
        shape = None
    if not isinstance(shape, (Polygon, MultiPolygon)) or shape.is_empty:
        return repaired(data).polygon
    if shape.has_z:
        return wkb.loads(wkb.dumps(shape, output_dimension=2))
    return shape


def valid(polygon: Polygon | MultiPolygon | None) -> Polygon | MultiPolygon | None:
    """The polygon, repaired where it is invalid; None where nothing with an area is left."""
    if polygon is None or polygon.is_valid:
        return polygon
    return repaired(wkb.dumps(polygon)).polygon
