# SPDX-License-Identifier: GPL-2.0-or-later
"""What each polygon says of itself: how the fields of the inventory (schema.py) are
filled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from shapely.geometry import MultiPolygon, Polygon

from ...errors import Note
from ...geo.coordinates import inner_points
from ...geo.dem import ElevationModel
from ...geo.grid import Grid
from ...geo.polygon_store import PolygonStore
from ..confidence import NEAR_MIN_AREA, classes, confidence, priority, ranks
from ..identity import Run, identifier_at, sheet
from ..morphometry.morphometry import Morphometry
from ..morphometry.plausibility import DOUBTS
from ..morphometry.shape import road_like
from ..polygonize.polygonize import Candidate
from ..polygonize.report import PolygonizeReport
from ..schema import ALL, BY_NAME
from ..status import OPEN
from .batches import CandidateBatch

UNCERTAIN = (0.35, 0.65)  # confidence between which a polygon counts as uncertain
BLANK = dict.fromkeys(field.name for field in ALL)


class Inventory:
    """Fills the fields of one run's polygons: `fields` in order, `describe` for each
    candidate.

    `dem` gives the terrain's; `sizes` adds estimates of depth, volume; `min_area` (m2) is
    the minimum mapping unit; `run_of` says of a polygon which image it comes from, where
    there are several. Raises UnsuitableRaster when the grid has no CRS or the
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
        run_of: Callable[[Polygon | MultiPolygon], Run] | None = None,
    ):
        self._run = run
        self._run_of = run_of
        self._min_area = min_area
        self._used_ids = set()
        self._decimals = grid.crs.decimals
        self._morphometry = Morphometry(grid.crs, dem, sizes, grid)

    @property
    def notes(self) -> tuple[Note, ...]:
        """For the log when all is described, beside those of the elevation model."""
        if self._morphometry.terrain is None:
            return ()
        return self._morphometry.terrain.notes

    def describe(
        self, batch: CandidateBatch, levels: Sequence[dict]
    ) -> Iterator[dict[str, str | float | int | None]]:
        """Values of all fields by name, of each candidate, of which `surroundings` gave
        `levels`; those that cannot be computed, and those that people fill, are None.
        Many at a time cost a third.
        """
        points = inner_points(batch.polygons)
        outlines = [candidate.shape for candidate in batch.candidates]
        if None in outlines:
            outlines = self._morphometry.outlines(batch.table)
        measures = self._morphometry.measure_all(batch.polygons, points, outlines)
        roads = self._morphometry.are_roads(batch.polygons, batch.table)
        for each in zip(batch.candidates, points, measures, levels, roads):
            yield self._values(*each)

    def _values(
        self,
        candidate: Candidate,
        point: tuple[float, float],
        measures: dict,
        levels: dict,
        is_road: bool,
    ) -> dict:
        run = self._run
        if self._run_of is not None:
            run = self._run_of(candidate.polygon)
        values = {**BLANK, **measures, **levels}
        values.update(classes(confidence(values, run.objects)))
        values.update(
            ls_id=identifier_at(point, self._decimals, run, self._used_ids),
            sheet=sheet(run),
            src_img=run.src_img[: BY_NAME["src_img"].length],
            img_date=run.img_date,
            gsd_m=run.gsd_m,
            model_id=run.model_id[: BY_NAME["model_id"].length],
            run_utc=run.run_utc,
            method="auto",
            status=OPEN,
        )
        if candidate.excluded is not None:
            values["excl_fr"] = round(candidate.excluded, 3)
        values["flags"] = flags(values, candidate, self._min_area, is_road)
        self._used_ids.add(values["ls_id"])
        return values

    def priority(self, values: dict) -> float:
        """What the order of review goes by, higher first."""
        return priority(values, self._min_area)


def flags(
    values: dict, candidate: Candidate, min_area: float, is_road: bool | None = None
) -> str | None:
    """One letter for each doubt, as the schema explains them; None without any. Where it
    is not known whether it `is_road`-like, the candidate's outline in coordinates that
    are true to scale.
    """
    if is_road is None:
        is_road = road_like(candidate.polygon)
    conf = values["conf"]
    raised = {
        "E": values["edge"],
        "S": values["area_m2"] < NEAR_MIN_AREA * min_area,
        "K": candidate.coalesced,
        "D": values.get("dem_chk") in DOUBTS,
        "X": candidate.excluded,
        "L": is_road,
        "U": conf is not None and UNCERTAIN[0] <= conf <= UNCERTAIN[1],
    }
    return "".join(letter for letter, holds in raised.items() if holds) or None


class Collection(PolygonStore):
    """A run's candidates with their attributes, waiting on the disk until the run has
    succeeded and all have a rank.
    """

    def __init__(self, inventory: Inventory):
        super().__init__()
        self._inventory = inventory
        self._priorities = []
        self.report = PolygonizeReport()  # what each step of outlining did

    def begin_again(self, inventory: Inventory) -> None:
        """Forget all candidates; others are described by an inventory as new."""
        self.clear()
        self._inventory = inventory
        self._priorities = []
        self.report = PolygonizeReport()

    def extend(self, batch: CandidateBatch, levels: Sequence[dict]) -> None:
        """Describe candidates, of which `surroundings` gave `levels`, and keep them."""
        described = self._inventory.describe(batch, levels)
        for candidate, values in zip(batch.candidates, described):
            self._priorities.append(self._inventory.priority(values))
            self.add(candidate.polygon, values, candidate.wkb)

    def __iter__(self) -> Iterator[tuple[bytes, dict]]:
        """WKB and attributes, `rev_rank` over all of them included."""
        for rank, (geometry, values) in zip(ranks(self._priorities), super().__iter__()):
            yield geometry, {**values, "rev_rank": rank}
