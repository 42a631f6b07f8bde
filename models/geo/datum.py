# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether places go from the datum of one layer to that of another."""

from __future__ import annotations

import warnings
from functools import lru_cache

from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

from ..errors import Note
from .crs import EARTH_RADIUS_M, Crs

BALLPARK = "Ballpark"  # PROJ's word for coordinates that are taken over as they are
SAME_ELLIPSOID_M = 1.0  # GRS 80, WGS 84, CGCS2000: their datums lie within metres


def datum_doubt(name: str, crs: Crs, other: Crs) -> Note | None:
    """What to beware of where the layer called `name` goes from `crs` to `other`: as from
    Xian 1980 or Beijing 1954 to WGS 84, where no parameters are public. None where all is
    right, or nothing can be said.
    """
    if not is_way_unknown(crs, other):
        return None
    return Note(
        "PROJ knows no transformation between the datums of '{}' ({}) and of {}: its "
        "polygons may lie some 100 m beside their place; compare a few points, and move "
        "them where that is so.",
        name,
        crs.name,
        other.name,
    )


def is_way_unknown(crs: Crs, other: Crs) -> bool:
    """Whether places of `crs` are taken over in `other` as they are for want of a
    transformation between two datums on Earth.
    """
    if crs.is_missing or other.is_missing or not (crs.is_on_earth and other.is_on_earth):
        return False
    radii = (crs.semi_major, other.semi_major)
    if all(abs(radius - EARTH_RADIUS_M) < SAME_ELLIPSOID_M for radius in radii):
        return False
    return _is_ballpark(crs, other)


@lru_cache(maxsize=64)  # asked of each of a thousand images
def _is_ballpark(crs: Crs, other: Crs) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a better one would need a grid
            group = TransformerGroup(crs.text, other.text, always_xy=True)
    except (CRSError, ProjError):
        return False
    ways = group.transformers
    return bool(ways) and BALLPARK in ways[0].description
