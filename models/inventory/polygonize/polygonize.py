# SPDX-License-Identifier: GPL-2.0-or-later
"""From the mask to outlines a survey accepts: each step on or off, streaming, and
counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ...geo.coordinates import table_of, wkb_rings
from ...geo.dem import ElevationModel
from ...geo.geodesic import AreaFilter, Geodesic
from ...geo.grid import Grid
from ...geo.many_shapes import wkbs
from ...inference.levels import Strip, level
from ...inference.probability import Probability
from ..morphometry.shape import OutlineShape, Shape
from .components import components
from .draw import MAX_AREA_CHANGE, MAX_EDGES, PolygonDrawer
from .exclusion import Exclusion
from .gaps import Gaps
from .options import DEFAULT, OutlineOptions, Thresholds
from .report import PolygonizeReport
from .split import Splitter

MIN_GAP_PIECE = 0.1  # of the minimum area: smaller pieces are not joined
# below either, several slides have probably grown together
MIN_ELLIPSE_FIT = 0.5
MIN_SOLIDITY = 0.7
MAX_TOGETHER = 256  # polygons that are measured together: bounds the memory


class DrawnOutline(NamedTuple):
    """An outline and what is measured of it, once for all."""

    wkb: bytes
    rings: list[list[np.ndarray]]  # as `part_rings` gives them
    shape: OutlineShape


@dataclass(frozen=True)
class Candidate:
    """A polygon on its way into the inventory, and what neither its outline nor the
    probability raster says of it.
    """

    polygon: Polygon | MultiPolygon  # in the grid's CRS
    coalesced: bool = False  # looks like several slides grown together
    # share covered by exclusion masks, 0-1; None without masks
    excluded: float | None = None
    drawn: DrawnOutline | None = None  # of a polygon that is as it was drawn

    @cached_property
    def wkb(self) -> bytes:
        """The polygon as well-known binary."""
        if self.drawn is not None:
            return self.drawn.wkb
        return self.polygon.wkb

    @cached_property
    def outline(self) -> list[list[np.ndarray]]:
        """Its rings as `part_rings` gives them."""
        if self.drawn is not None:
            return self.drawn.rings
        return wkb_rings(self.wkb)

    @property
    def shape(self) -> OutlineShape | None:
        """What is measured of the outline, where it was."""
        if self.drawn is not None:
            return self.drawn.shape
        return None


def polygonize(
    strips: Iterable[Strip],
    probability: Probability,
    grid: Grid,
    thresholds: Thresholds,
    options: OutlineOptions = DEFAULT,
    dem: ElevationModel | None = None,
    exclusion: Exclusion | None = None,
    report: PolygonizeReport | None = None,
    max_edges: int = MAX_EDGES,
    wanted: Callable[[Iterable], Iterator] = iter,
) -> Iterator[Candidate]:
    """The 4-connected components of probability >= threshold that reach the seed
    somewhere and the minimum area, as polygons in the grid's CRS, one after the other.

    Strips are uint8 (rows, grid.width) from top to bottom; rows left out count as nodata.
    `probability` is read where outlines run, never below the last row that came in a
    strip, and `grid` is its grid in the CRS that it is to be taken in. `dem` serves
    joining and splitting. `report` is added to as the work goes on. A polygon with more than
    `max_edges` pixel edges keeps them. A strip may hold a million specks: `wanted` goes over
    their outlines as they are drawn and over the gaps between them, and may end the work
    by an exception.

    Polygons are valid and do not overlap, whatever the raster, and the same whatever the
    strips' height. Order: by last row, then by first pixel in reading order; where gaps
    are joined none comes before the last strip, for the outlines wait on the disk.
    Memory: the outlines of the open components and one strip. Raises UnsuitableRaster
    when the grid has no CRS or the elevation model cannot serve, ValueError for strips
    out of order.
    """
    if report is None:
        report = PolygonizeReport()
    area_filter = AreaFilter(grid, thresholds.min_area)
    shape = Shape(grid.crs)
    min_pixels = area_filter.fewest
    if options.gap > 0:
        min_pixels = 1
    drawer = PolygonDrawer(
        probability, grid, thresholds, options, min_pixels, report, max_edges
    )
    finish = _Finish(probability, grid, thresholds, options, dem, exclusion, report)
    batches = _pieces(
        strips, grid, thresholds, options, area_filter.fewest, drawer, wanted
    )
    if options.gap > 0:
        gaps = Gaps(grid, options.gap, dem, exclusion, wanted)
        batches = _joined(batches, gaps, report)
    for polygons in batches:
        for begin in range(0, len(polygons), MAX_TOGETHER):
            some = polygons[begin : begin + MAX_TOGETHER]
            yield from finish.candidates(_large(some, area_filter, shape, report))


def _pieces(
    strips: Iterable[Strip],
    grid: Grid,
    thresholds: Thresholds,
    options: OutlineOptions,
    min_pixels: int,
    drawer: PolygonDrawer,
    wanted: Callable[[Iterable], Iterator],
) -> Iterator[list[Polygon]]:
    """Outlines of the components that may still end with `min_pixels`, those together
    that are finished together.
    """
    lowest = level(thresholds.threshold)
    seed = level(thresholds.seed)
    least = _min_component_pixels(min_pixels, options)
    for finished in components(strips, grid, lowest, seed, least):
        yield list(wanted(drawer.draw(finished)))


def _joined(
    batches: Iterable[list[Polygon]], gaps: Gaps, report: PolygonizeReport
) -> Iterator[list[Polygon | MultiPolygon]]:
    """Pieces of one landslide over narrow gaps as one, all others as they are."""
    joined = gaps.joined(chain.from_iterable(batches), report.gaps)
    while batch := list(islice(joined, MAX_TOGETHER)):
        yield batch


def _large(
    polygons: Sequence[Polygon | MultiPolygon],
    area_filter: AreaFilter,
    shape: Shape,
    report: PolygonizeReport,
) -> list[Candidate]:
    """Those that reach the minimum area, measured; the others are counted."""
    data = wkbs(polygons)
    outlines = list(map(wkb_rings, data))
    shapes = shape.outlines(table_of(outlines))
    large = []
    for polygon, *known in zip(polygons, data, outlines, shapes):
        drawn = DrawnOutline(*known)
        area = drawn.shape.area
        if area_filter.passes(area):
            large.append(Candidate(polygon, _is_coalesced(drawn.shape), drawn=drawn))
        else:
            report.min_area.count(1, area)
    return large


def _min_component_pixels(min_pixels: int, options: OutlineOptions) -> int:
    """Pixels with which a component may still end with `min_pixels` after the steps."""
    if options.gap > 0:
        return max(1, int(min_pixels * MIN_GAP_PIECE))
    if options.exact and not options.holes:
        return min_pixels
    area = (min_pixels - 1) / (1 + MAX_AREA_CHANGE)
    # a contour of n pixels bounds at most 2 n + 1 ...
    fewest = (area - 1) / 2
    if options.holes:
        # ... and a ring of them, its hole filled, a square of n / 4 + 2 a side
        fewest = min(fewest, 4 * (math.sqrt(area) - 2))
    return max(1, int(fewest))


class _Finish:
    """What is done to each polygon by itself: several slides told from one, split,
    compared with exclusions.
    """

    def __init__(
        self,
        probability: Probability,
        grid: Grid,
        thresholds: Thresholds,
        options: OutlineOptions,
        dem: ElevationModel | None,
        exclusion: Exclusion | None,
        report: PolygonizeReport,
    ):
        self._geodesic = Geodesic(grid.crs)
        self._by_slope = dem is not None  # two slopes may lie under one round outline
        self._splitter = None
        if options.split:
            self._splitter = Splitter(probability, grid, thresholds.min_area, dem)
        self._exclusion = exclusion
        self._max_excluded = options.max_excluded
        self._clip = options.clip
        across, down = grid.pixel_metres()
        # a sliver of less than a pixel is no landslide
        self._min_area = max(thresholds.min_area, across * down)
        self._report = report

    def candidates(self, whole: Sequence[Candidate]) -> Iterator[Candidate]:
        """Each or its pieces, those left out that lie under exclusions."""
        for candidate in whole:
            for piece in self._pieces(candidate):
                yield from self._beside_exclusions(piece)

    def _pieces(self, candidate: Candidate) -> Sequence[Candidate]:
        if candidate.coalesced:
            self._report.coalesced.count(1, candidate.shape.area)
        if self._splitter is None or not (candidate.coalesced or self._by_slope):
            return [candidate]
        parts = self._splitter.split(candidate.polygon, self._report.split)
        if len(parts) == 1:
            return [candidate]
        return list(map(Candidate, parts))

    def _beside_exclusions(self, candidate: Candidate) -> Iterator[Candidate]:
        if self._exclusion is None:
            yield candidate
            return
        polygon = candidate.polygon
        excluded = self._exclusion.share(polygon)
        if not excluded:
            yield replace(candidate, excluded=excluded)
        elif self._stays(polygon, excluded):
            yield from self._uncovered(polygon, candidate.coalesced, excluded)

    def _uncovered(
        self, polygon: Polygon | MultiPolygon, coalesced: bool, excluded: float
    ) -> Iterator[Candidate]:
        """The polygon with its covered share, or the pieces that are not covered."""
        if not self._clip:
            yield Candidate(polygon, coalesced, excluded)
            return
        report = self._report.excluded
        report.clipped += 1
        pieces = self._exclusion.without(polygon)
        for piece in pieces:
            area = self._geodesic.area(piece)
            if area < self._min_area:
                report.small += 1
                report.small_area += area
            else:
                report.pieces += 1
                yield Candidate(piece, coalesced and len(pieces) == 1, 0.0)

    def _stays(self, polygon: Polygon | MultiPolygon, excluded: float) -> bool:
        """Whether a polygon that is excluded in part is kept; counted either way."""
        self._report.excluded.count(1, excluded * self._geodesic.area(polygon))
        if self._max_excluded is None or excluded <= self._max_excluded:
            return True
        self._report.excluded.dropped += 1
        return False


def _is_coalesced(shape: OutlineShape) -> bool:
    """Whether an outline looks like several slides that have grown together."""
    return shape.ellipse_fit < MIN_ELLIPSE_FIT or shape.solidity < MIN_SOLIDITY
