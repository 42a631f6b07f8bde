# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a person redrew an outline."""

from __future__ import annotations

import hashlib

from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

from ..schema import BY_NAME, Field

FINGERPRINT_DIGITS = 16  # hexadecimal
# of the layer that keeps the outlines as they were before the review
ORIGINAL_FIELDS = (
    BY_NAME["ls_id"],
    Field(
        "hash",
        "text",
        FINGERPRINT_DIGITS,
        "",
        "Digits of the outline's coordinates",
        "Digits",
    ),
)


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
