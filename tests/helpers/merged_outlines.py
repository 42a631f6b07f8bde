# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines on a square slide, as candidate layers of a merge bring them."""

from __future__ import annotations

from collections.abc import Iterable

from shapely import wkb
from shapely.geometry import box

from models.inventory.merge.conflicts import Conflict
from models.inventory.merge.outline import MatchOutline, read_outline

SLIDE = box(500000, 3000000, 500100, 3000100)
REDRAWN = SLIDE.buffer(-8, join_style=2)
EXISTING = -2  # layers, by their numbers
CONFLICTS = 9


def outline(shape, layer: int, status: str | None, **values: object) -> MatchOutline:
    """A machine's, unless `values` say otherwise."""
    values = {"ls_id": "a", "method": "auto", "p_mean": 0.7, "status": status, **values}
    return read_outline(wkb.dumps(shape), values, layer)


def given_again(
    conflicts: Iterable[Conflict], word: str | None = None
) -> list[MatchOutline]:
    """The conflicts as their layer gives them back, with a decision."""
    rows = [(c.outline.wkb, dict(c.values)) for c in conflicts]
    for _, values in rows:
        values["resolve"] = word or values.get("resolve")
    return [read_outline(data, values, CONFLICTS) for data, values in rows]
