# SPDX-License-Identifier: GPL-2.0-or-later
"""What each polygon says of itself: the fields of the inventory and how they are filled.

Names are ASCII, lower case and at most ten characters, so that a Shapefile keeps them; None is NULL, never 0 or -9999.
"""
from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePath

from ..inference.grid import Grid
from .measures import Measure
from .polygons import Patch
from .schema import BY_NAME, Field
from .terrain import Terrain

FIELDS = tuple(BY_NAME[name] for name in ("ls_id", "p_mean", "p_p90", "area_m2", "perim_m", "model_id", "src_img"))
TERRAIN_FIELDS = tuple(BY_NAME[name] for name in ("z_min", "z_max", "relief_m", "slope_mean", "azim_deg", "dem_cells"))


@dataclass(frozen=True)
class Run:
    """What all polygons of a run share; `sheet` is the map sheet, by default the image's base name."""

    model_id: str
    src_img: str
    sheet: str = ""


class Inventory:
    """Fills the fields of one run's polygons: `fields` in order, `describe` for each patch.

    Raises UnsuitableRaster when the grid has no CRS or the elevation model (a path) cannot serve.
    """

    def __init__(self, grid: Grid, run: Run, dem: str | None = None):
        self._measure, self._run, self._taken = Measure(grid), run, set()
        self._terrain = Terrain(dem, grid) if dem else None
        self.fields = fields(bool(dem))

    def describe(self, patch: Patch) -> dict[str, str | float | int | None]:
        """Values by field name."""
        values = attributes(patch, self._measure, self._run, self._taken)
        self._taken.add(values["ls_id"])
        return {**values, **self._terrain.measure(patch.polygon)} if self._terrain else values


def fields(terrain: bool) -> tuple[Field, ...]:
    """The fields of an inventory with or without an elevation model."""
    return FIELDS + TERRAIN_FIELDS if terrain else FIELDS


def attributes(patch: Patch, measure: Measure, run: Run, taken: set[str] = frozenset()) -> dict[str, str | float]:
    """FIELDS of one patch; `taken` are the identifiers given before in this run."""
    area, length = measure.both(patch.polygon)
    return {
        "ls_id": identifier(patch, measure, run, taken),
        "p_mean": round(float(patch.p_mean), 3),
        "p_p90": round(float(patch.p_p90), 3),
        "area_m2": round(area, 1),
        "perim_m": round(length, 1),
        "model_id": run.model_id[:40],
        "src_img": run.src_img[:120],
    }


def identifier(patch: Patch, measure: Measure, run: Run, taken: set[str] = frozenset()) -> str:
    """The sheet and 8 hexadecimal digits of a point inside (to 0.1 m) and the model: the same in every run."""
    place, digits = patch.polygon.representative_point(), measure.decimals
    text = f"{place.x:.{digits}f} {place.y:.{digits}f} {run.model_id}"
    while True:
        found = f"{sheet_name(run)}_{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        if found not in taken:
            return found
        text += "+"


def sheet_name(run: Run) -> str:
    """At most 15 letters (of any script), digits, hyphens and underscores."""
    name = run.sheet or PurePath(run.src_img).stem
    return re.sub(r"[^\w-]+", "_", name).strip("_")[:15] or "sheet"
