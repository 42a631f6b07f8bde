# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a person redrew an outline."""

from __future__ import annotations

import hashlib

import numpy as np
from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

from ...geo.coordinates import rings
from ...geo.many_shapes import parts_of
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
    flat = wkb.dumps(MultiPolygon(parts_of(polygon)), output_dimension=2)
    return hashlib.sha256(flat).hexdigest()[:FINGERPRINT_DIGITS]


def rounding(decimals: int) -> float:
    """Coordinates this close are the same: 1 cm, or the seventh digit of degrees, to which
    formats such as GeoJSON round. `decimals` of a coordinate stand for 0.1 m.
    """
    return 10.0 ** -(decimals + 1)


def same_outline(
    one: Polygon | MultiPolygon, other: Polygon | MultiPolygon, tolerance: float
) -> bool:
    """Whether two outlines have the same vertices within a tolerance, wherever their
    rings begin and in whatever order they come.
    """
    left = rings(other)
    for ring in rings(one):
        twins = (i for i, each in enumerate(left) if _same_ring(ring, each, tolerance))
        twin = next(twins, None)
        if twin is None:
            return False
        del left[twin]
    return not left


def _same_ring(one: np.ndarray, other: np.ndarray, tolerance: float) -> bool:
    """The same of closed rings (n, 2)."""
    if len(one) != len(other):
        return False
    for order in (1, -1):
        vertices = other[:-1][::order]
        begins = np.abs(vertices - one[0]).max(axis=1) <= tolerance
        for begin in np.flatnonzero(begins).tolist():
            turned = np.roll(vertices, -begin, axis=0)
            if np.abs(turned - one[:-1]).max() <= tolerance:
                return True
    return False
