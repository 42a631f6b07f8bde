# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons that others drew, one after the other: repaired, measured, given an
identifier.
"""

from __future__ import annotations

from typing import NamedTuple

from shapely import wkb

from ...errors import UnsuitableRaster
from ...geo.crs import Crs
from ...geo.repair import repaired
from ..identity import Run, identifier
from ..morphometry.morphometry import Morphometry


class ExistingPolygon(NamedTuple):
    """A repaired polygon as WKB (None: nothing with an area is left), its attributes,
    what was done, what failed.
    """

    geometry: bytes | None
    values: dict
    done: tuple[str, ...] = ()
    changed: bool = False  # whether the outline is not the one that was drawn
    problem: str = ""  # why there are no measures


class ExistingInventory:
    """Takes in the polygons of a layer called `name`, in the CRS `crs`; `identify`
    gives them an ls_id.

    The identifier comes from the layer's name and the place, so that a second run gives
    the same.
    """

    def __init__(self, morphometry: Morphometry, crs: Crs, name: str, identify: bool):
        self._morphometry = morphometry
        self._decimals = crs.decimals
        self._run = Run("", name)
        self._identify = identify
        self._used_ids = set()

    def take(self, geometry: bytes) -> ExistingPolygon:
        """One polygon's WKB; never raises for what is wrong with a single polygon."""
        repair = repaired(geometry)
        polygon = repair.polygon
        if polygon is None:
            return ExistingPolygon(None, {}, repair.done)
        values = {}
        problem = ""
        try:
            values.update(self._morphometry.measure(polygon))
        except UnsuitableRaster as error:
            problem = str(error)
        if self._identify:
            values["ls_id"] = identifier(
                polygon, self._decimals, self._run, self._used_ids
            )
            self._used_ids.add(values["ls_id"])
        return ExistingPolygon(
            wkb.dumps(polygon), values, repair.done, repair.changed, problem
        )
