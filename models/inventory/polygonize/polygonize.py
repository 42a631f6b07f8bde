# SPDX-License-Identifier: GPL-2.0-or-later
"""From the mask to outlines a survey accepts: each step on or off, streaming, and
counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shapely.geometry import MultiPolygon, Polygon

from ...geo.dem import ElevationModel
from ...geo.geodesic import AreaFilter, Geodesic
from ...geo.grid import Grid
from ...inference.levels import Strip, level
from ...inference.probability import Probability
from ..morphometry.shape import convex_hull, ellipse_fit, solidity
from .components import components
from .draw import MOST, Piece, PolygonDrawer
from .exclusion import Exclusion
from .gaps import Gaps
from .options import DEFAULT, OutlineOptions, Thresholds, no_changes
from .split import Splitter

SPECK = 10  # pieces of a tenth of the minimum area may be joined
ELLIPSE = 0.5  # below either, several slides have probably grown together
SOLID = 0.7


@dataclass(frozen=True)
class Candidate:
    """A polygon on its way into the inventory, and what neither its outline nor the
    probability raster says of it.
    """

    polygon: Polygon | MultiPolygon  # in the grid's CRS
    coalesced: bool = False  # looks like several slides grown together
    # share covered by exclusion masks, 0-1; None without masks
    excluded: float | None = None


class Polygonizer:
    """The steps of one run over one probability raster; `changes` tells by step what they
    did.

    Polygons are valid and do not overlap, whatever the raster, and the same whatever the
    strips' height. `grid` is the raster's, in the CRS it is to be read in. `dem` is
    for joining and splitting. Raises UnsuitableRaster when
    the grid has no CRS or the elevation model cannot serve.
    """

    def __init__(
        self,
        probability: Probability,
        grid: Grid,
        rules: Thresholds,
        steps: OutlineOptions = DEFAULT,
        dem: ElevationModel | None = None,
        exclusion: Exclusion | None = None,
    ):
        self._grid = grid
        self._rules = rules
        self._steps = steps
        self._exclusion = exclusion
        self.changes = no_changes()
        self._sieve = AreaFilter(grid, rules.min_area)
        self._measure = Geodesic(grid.crs)
        if steps.gap > 0:
            self._gaps = Gaps(grid, steps.gap, dem, exclusion)
        else:
            self._gaps = None
        if self._gaps:
            fewest = 1
        else:
            fewest = self._sieve.fewest
        self._outliner = PolygonDrawer(
            probability, grid, rules, steps, fewest, self.changes
        )
        self._by_slope = dem is not None  # two slopes may lie under one round outline
        if steps.split:
            self._splitter = Splitter(probability, grid, rules.min_area, dem)
        else:
            self._splitter = None

    def candidates(self, strips: Iterable[Strip]) -> Iterator[Candidate]:
        """All steps, one finished polygon after the other, by last row and then by first
        pixel.

        Where gaps are joined none comes before the last strip: their outlines wait on the
        disk.
        """
        pieces = self._pieces(strips)
        if self._gaps:
            pieces = map(
                Piece,
                self._gaps.joined(
                    (piece.polygon for piece in pieces), self.changes["gaps"]
                ),
            )
        for piece in pieces:
            if self._large_enough(piece):
                yield from self._examined(piece.polygon)

    def _pieces(self, strips: Iterable[Strip]) -> Iterator[Piece]:
        for found in components(
            strips,
            self._grid,
            self._outliner.lowest,
            level(self._rules.seed),
            self._fewest(),
        ):
            yield from self._outliner.draw(found)

    def _fewest(self) -> int:
        """Pixels with which a component may still reach the minimum area after the steps."""
        fewest = self._sieve.fewest
        if self._gaps:
            return max(1, fewest // SPECK)
        if self._steps.exact and not self._steps.holes:
            return fewest
        return max(
            1, int(((fewest - 1) / (1 + MOST) - 1) / 2)
        )  # a contour of n pixels bounds at most 2 n + 1

    def _large_enough(self, piece: Piece) -> bool:
        if self._sieve.passes(int(piece.pixels), piece.polygon):
            return True
        self.changes["min_area"].add(1, self._measure.area(piece.polygon))
        return False

    def _examined(self, polygon: Polygon | MultiPolygon) -> Iterator[Candidate]:
        """Covered by exclusions, grown together, split."""
        hull = convex_hull(polygon)
        grown = ellipse_fit(polygon, hull) < ELLIPSE or solidity(polygon, hull) < SOLID
        parts = [polygon]
        if grown:
            self.changes["coalesced"].add(1, self._measure.area(polygon))
        if self._splitter and (grown or self._by_slope):
            parts = self._splitter.split(polygon, self.changes["split"])
        for part in parts:
            if self._exclusion is None:
                excluded = None
            else:
                excluded = self._exclusion.share(part)
            if self._kept(part, excluded):
                yield Candidate(part, grown and len(parts) == 1, excluded)

    def _kept(self, polygon: Polygon | MultiPolygon, excluded: float | None) -> bool:
        if not excluded:
            return True
        change = self.changes["excluded"]
        area = self._measure.area(polygon)
        change.add(1, excluded * area)
        if self._steps.max_excluded is None or excluded <= self._steps.max_excluded:
            return True
        change.more["dropped"] += 1
        return False
