# SPDX-License-Identifier: GPL-2.0-or-later
"""A polygon on its way from the mask into the inventory."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry import MultiPolygon, Polygon


@dataclass(frozen=True)
class Candidate:
    """What the steps of shaping know of a polygon that its outline and the probability
    raster do not say.
    """

    polygon: Polygon | MultiPolygon  # in the grid's CRS
    coalesced: bool = False  # looks like several slides grown together
    excluded: float | None = (
        None  # share covered by exclusion masks, 0-1; None without masks
    )
