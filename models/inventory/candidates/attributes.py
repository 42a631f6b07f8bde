# SPDX-License-Identifier: GPL-2.0-or-later
"""What each polygon says of itself: how the fields of the inventory (schema.py) are
filled.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePath

from shapely.geometry import MultiPolygon, Polygon

from ...geo.dem import ElevationModel
from ...geo.geodesic import Geodesic
from ...geo.grid import Grid
from ...inference.probability import Probability
from ..confidence import classes, confidence, priority
from ..morphometry.morphometry import Morphometry
from ..polygonize.candidate import Candidate
from ..review.triage import DOUBTS, road_like
from ..schema import ALL
from .zonal import surroundings

NEAR = 1.5  # times the minimum area: a polygon that another image might have lost
DOUBTFUL = (0.35, 0.65)  # confidence between which a polygon counts as uncertain


@dataclass(frozen=True)
class Run:
    """What all polygons of a run share; `sheet` is the map sheet, by default the image's
    base name.

    Dates are ISO 8601 texts, `gsd_m` the network's pixel in m, `objects` the coefficients
    of a polygon's confidence.
    """

    model_id: str
    src_img: str
    sheet: str = ""
    img_date: str | None = None
    gsd_m: float | None = None
    run_utc: str | None = None
    objects: tuple[float, ...] = ()


class Inventory:
    """Fills the fields of one run's polygons: `fields` in order, `describe` for each
    candidate.

    `dem` gives the terrain's; `sizes` adds estimates of depth, volume; `min_area` (m2) is
    the minimum mapping unit. Raises UnsuitableRaster when the grid has no CRS or the
    elevation model cannot serve.
    """

    fields = ALL

    def __init__(
        self,
        grid: Grid,
        run: Run,
        dem: ElevationModel | None = None,
        min_area: float = 0.0,
        sizes: bool = False,
    ):
        self._run = run
        self._min_area = min_area
        self._taken = set()
        self._measure = Geodesic(grid.crs)
        self._morphometry = Morphometry(grid.crs, dem, sizes, grid)

    def describe(
        self, candidate: Candidate, probability: Probability
    ) -> dict[str, str | float | int | None]:
        """Values of all fields by name; those that cannot be computed, and those that
        people fill, are None.
        """
        run = self._run
        polygon = candidate.polygon
        values = dict.fromkeys(field.name for field in ALL)
        values.update(
            self._morphometry.measure(polygon), **surroundings(polygon, probability)
        )
        values.update(classes(confidence(values, run.objects)))
        values.update(
            ls_id=identifier(polygon, self._measure.decimals, run, self._taken),
            sheet=sheet(run),
            src_img=run.src_img[:120],
            img_date=run.img_date,
            gsd_m=run.gsd_m,
            model_id=run.model_id[:40],
            run_utc=run.run_utc,
            method="auto",
            status="candidate",
            excl_fr=None if candidate.excluded is None else round(candidate.excluded, 3),
        )
        values["flags"] = flags(values, candidate, self._min_area)
        self._taken.add(values["ls_id"])
        return values

    def priority(self, values: dict) -> float:
        """What the order of review goes by, higher first."""
        return priority(values, self._min_area)


def flags(values: dict, candidate: Candidate, min_area: float) -> str | None:
    """One letter for each doubt, as the schema explains them; None without any."""
    conf = values["conf"]
    found = {
        "E": values["edge"],
        "S": values["area_m2"] < NEAR * min_area,
        "K": candidate.coalesced,
        "D": values.get("dem_chk") in DOUBTS,
        "X": candidate.excluded,
        "L": road_like(candidate.polygon),
        "U": conf is not None and DOUBTFUL[0] <= conf <= DOUBTFUL[1],
    }
    return "".join(letter for letter, raised in found.items() if raised) or None


def identifier(
    polygon: Polygon | MultiPolygon, digits: int, run: Run, taken: set[str] = frozenset()
) -> str:
    """The sheet and 8 hexadecimal digits of a point inside (to 0.1 m) and the model: the
    same in every run.

    `digits` of a coordinate stand for 0.1 m (`Measure.decimals`); `taken` are the
    identifiers given before in this run.
    """
    place = polygon.representative_point()
    text = f"{place.x:.{digits}f} {place.y:.{digits}f} {run.model_id}"
    while True:
        found = f"{sheet_name(run)}_{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        if found not in taken:
            return found
        text += "+"


def sheet(run: Run) -> str:
    """The map sheet as it is called, else the image's base name; at most 24 characters."""
    return (run.sheet or PurePath(run.src_img).stem)[:24]


def sheet_name(run: Run) -> str:
    """At most 15 letters (of any script), digits, hyphens and underscores."""
    return (
        re.sub(r"[^\w-]+", "_", run.sheet or PurePath(run.src_img).stem).strip("_")[:15]
        or "sheet"
    )
