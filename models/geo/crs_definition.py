# SPDX-License-Identifier: GPL-2.0-or-later
"""A coordinate reference system as pyproj reads it, taken into its parts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import pyproj
from pyproj.exceptions import CRSError


@dataclass(frozen=True)
class CrsDefinition:
    """The parts that are asked about."""

    whole: pyproj.CRS

    @cached_property
    def without_heights(self) -> pyproj.CRS:
        """All of it, of a compound one its first part."""
        if self.whole.is_compound:
            return self.whole.sub_crs_list[0]
        return self.whole

    @cached_property
    def horizontal(self) -> pyproj.CRS:
        """Without heights and without a stated tie to another datum (TOWGS84)."""
        crs = self.without_heights
        if crs.is_bound:
            return crs.source_crs
        return crs

    @cached_property
    def vertical(self) -> pyproj.CRS | None:
        """What a compound one says of heights; None in any other."""
        if self.whole.is_compound:
            return self.whole.sub_crs_list[-1]
        return None


@lru_cache(maxsize=64)
def definition_of(text: str) -> CrsDefinition | None:
    """Of WKT, PROJ text or an authority's code; None for what cannot be read."""
    if not text:
        return None
    try:
        return CrsDefinition(pyproj.CRS.from_user_input(text))
    except CRSError:
        return None


def unit_of(crs: pyproj.CRS) -> float | None:
    """Metres or radians by unit of the first axis."""
    for axis in crs.axis_info:
        return axis.unit_conversion_factor
    return None
