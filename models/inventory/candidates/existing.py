# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons that others drew, one after the other: repaired, measured, given an
identifier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from shapely import wkb
from shapely.geometry import MultiPolygon, Polygon

from ...errors import UnsuitableRaster
from ...geo.crs import Crs
from ...geo.repair import Repaired, repaired
from ..identity import Run, identifier
from ..morphometry.morphometry import Morphometry
from .batches import grouped

POINT_BYTES = 16  # of WKB


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

    def take(self, geometries: Iterable[bytes]) -> Iterator[ExistingPolygon]:
        """One for the WKB of each polygon, in their order, measured some dozens at a time;
        never raises for what is wrong with a single polygon.
        """
        for some in grouped(geometries, _most_points):
            repairs = list(map(repaired, some))
            polygons = [each.polygon for each in repairs if each.polygon is not None]
            measures = iter(self._measured(polygons))
            for repair in repairs:
                if repair.polygon is None:
                    yield ExistingPolygon(None, {}, repair.done)
                else:
                    yield self._taken(repair, *next(measures))

    def _measured(
        self, polygons: Sequence[Polygon | MultiPolygon]
    ) -> list[tuple[dict, str]]:
        """(values, why there are none) of each."""
        if self._morphometry.terrain is None:  # which counts what it has seen
            with suppress(UnsuitableRaster):  # of one of them
                return [(each, "") for each in self._morphometry.measure_all(polygons)]
        return list(map(self._measured_alone, polygons))

    def _measured_alone(self, polygon: Polygon | MultiPolygon) -> tuple[dict, str]:
        try:
            return self._morphometry.measure(polygon), ""
        except UnsuitableRaster as error:
            return {}, str(error)

    def _taken(self, repair: Repaired, values: dict, problem: str) -> ExistingPolygon:
        polygon = repair.polygon
        if self._identify:
            name = identifier(polygon, self._decimals, self._run, self._used_ids)
            values = {**values, "ls_id": name}
            self._used_ids.add(name)
        return ExistingPolygon(
            wkb.dumps(polygon), values, repair.done, repair.changed, problem
        )


def _most_points(geometry: bytes) -> int:
    """How many vertices WKB may have."""
    return len(geometry) // POINT_BYTES
