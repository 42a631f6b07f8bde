# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines on a square slide, as candidate layers of a merge bring them."""

from __future__ import annotations

from shapely import wkb
from shapely.geometry import box

from models.inventory.merge.outline import MatchOutline, read_outline

SLIDE = box(500000, 3000000, 500100, 3000100)
REDRAWN = SLIDE.buffer(-8, join_style=2)
EXISTING = -2  # layers, by their numbers
CONFLICTS = 9


def outline(shape, layer: int, status: str | None, **values: object) -> MatchOutline:
    """A machine's, unless `values` say otherwise."""
    values = {"ls_id": "a", "method": "auto", "p_mean": 0.7, "status": status, **values}
    return read_outline(wkb.dumps(shape), values, layer)
