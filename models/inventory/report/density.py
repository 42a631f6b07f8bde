# SPDX-License-Identifier: GPL-2.0-or-later
"""Landslide density: how many there are by square kilometre, and what share of the ground
they cover, in square cells of an investigated area.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np
from shapely.geometry import box
from shapely.ops import unary_union

from ...errors import MrifeError
from ...geo.geodesic import KM2, Geodesic
from ...geo.overlay import SurfaceIndex
from ...geo.reproject import near
from ..schema import Field
from .columns import Landslides
from .study_area import StudyArea

ACROSS = 20  # cells over the side of a square as large as the area, by default
ROUND = (1, 2, 5, 10)  # by powers of ten: lengths of a side that people read
MAX_CELLS = 250_000
DENSITY_FIELDS = (
    Field(
        "ls_count",
        "int",
        0,
        "",
        "Landslides whose inner point lies in the cell",
        "Landslides",
    ),
    Field(
        "ls_per_km2",
        "real",
        0,
        "1/km2",
        "Landslides by square kilometre of the cell's investigated area",
        "Landslides per km²",
    ),
    Field(
        "ls_share",
        "real",
        0,
        "%",
        "Share of the cell's investigated area under landslides, ground under several "
        "counted once",
        "Share under landslides (%)",
    ),
    Field(
        "cell_m2",
        "real",
        0,
        "m2",
        "Investigated area in the cell, on the ellipsoid",
        "Investigated area (m²)",
    ),
)
SHARE = DENSITY_FIELDS[2]
# where classes of the share begin, percent; the first one is what has no landslide
SHARE_CLASSES = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0)


class DensityCells:
    """Squares of `side` metres, by default of a round length that gives some hundred, on
    multiples of it in the system of the area: those of neighbouring sheets meet.

    Raises MrifeError where they would be too many.
    """

    def __init__(self, area: StudyArea, side: float | None = None):
        self.side = side or round_length(math.sqrt(area.m2) / ACROSS)
        self._area = area
        left, bottom, right, top = area.outline.bounds
        metres = area.crs.metres_at((left + right) / 2, (bottom + top) / 2)
        self._step = self.side / np.array(metres)  # map units
        self._first = np.floor((left, bottom) / self._step)
        self._shape = np.ceil((right, top) / self._step) - self._first
        if self._shape.prod() > MAX_CELLS:
            raise MrifeError(
                "Cells of {} m would be {} in the investigated area; give a larger size "
                "of cells.",
                f"{self.side:g}",
                f"{self._shape.prod():.0f}",
            )

    def density(self, landslides: Landslides) -> Iterator[tuple[bytes, dict]]:
        """(WKB in the area's system, values of DENSITY_FIELDS) of each cell with any of
        the area; `landslides` are those inside it, all with their whole outlines.
        """
        counts = Counter(self._cells_of(landslides))
        bounds = self._area.outline.bounds
        crs = self._area.crs
        ground = SurfaceIndex([self._area.outline])
        slides = SurfaceIndex(list(near(landslides.whole, landslides.crs, bounds, crs)))
        geodesic = Geodesic(crs)
        for column, row in np.ndindex(*self._shape.astype(int)):
            low = (self._first + (column, row)) * self._step
            piece = ground.within(box(*low, *(low + self._step)))
            if piece is None:
                continue
            area = geodesic.area(piece)
            if round(area, 1) == 0:  # what rounding leaves of a border along cells
                continue
            under = unary_union([common for _, common in slides.shared(piece)])
            share = 0.0 if under.is_empty else geodesic.area(under) / area
            count = counts[column, row]
            yield (
                piece.wkb,
                {
                    "ls_count": count,
                    "ls_per_km2": round(count / (area / KM2), 3),
                    "ls_share": round(100 * share, 3),
                    "cell_m2": round(area, 1),
                },
            )

    def _cells_of(self, landslides: Landslides) -> list[tuple[int, int]]:
        """Column and row of the cell in which each lies with its inner point."""
        places = np.column_stack((landslides.numbers["lon"], landslides.numbers["lat"]))
        crs = self._area.crs
        places = landslides.crs.world.transform(places, crs)
        if crs.is_geographic:  # its longitudes may go from 0 to 360 degrees
            left, _, right, _ = self._area.outline.bounds
            turns = np.rint(((left + right) / 2 - places[:, 0]) / crs.turn)
            places[:, 0] += turns * crs.turn
        cells = np.floor(places / self._step) - self._first
        return [(int(column), int(row)) for column, row in cells.tolist()]


def round_length(length: float) -> float:
    """The round number nearest to a length, by their ratio."""
    power = 10.0 ** math.floor(math.log10(length))
    return power * min(ROUND, key=lambda step: abs(math.log(step * power / length)))
