# SPDX-License-Identifier: GPL-2.0-or-later
"""Components of the mask to polygons: outline, holes, smoothing, simplifying, for many
at a time.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from shapely.geometry import Polygon

from ...geo.geodesic import pixel_areas
from ...geo.grid import Grid
from ...inference.levels import level
from ...inference.probability import Probability
from .components import Finished
from .contour import Contours, contours_of, corners_of, shoelace
from .options import OutlineOptions, Thresholds
from .report import PolygonizeReport, StepReport
from .rings import Rings, trace
from .smoothing import simplify, smooth

# pixel edges of outlines worked on together; a polygon with more keeps its pixel edges
MAX_EDGES = 1 << 20
MAX_AREA_CHANGE = 0.02  # share that smoothing and simplifying together may change
SMOOTHING_PASSES = 15  # of Taubin's two steps
SIMPLIFY_PIXELS = 0.25  # tolerance where none is given


class PolygonDrawer:
    """Draws components of one raster, none that ends with less than `min_pixels` pixels;
    adds to `report`.
    """

    def __init__(
        self,
        probability: Probability,
        grid: Grid,
        thresholds: Thresholds,
        options: OutlineOptions,
        min_pixels: int,
        report: PolygonizeReport,
        max_edges: int,
    ):
        self._max_edges = max_edges
        self._probability = probability
        self._grid = grid
        self._options = options
        self._report = report
        self._lowest = level(thresholds.threshold)
        self._metres = grid.pixel_metres()
        self._tolerance = options.simplify
        if self._tolerance is None:
            self._tolerance = SIMPLIFY_PIXELS * min(self._metres)
        hole_area = options.hole_area
        if hole_area is None:
            hole_area = thresholds.min_area
        self._holes = None
        if options.holes:
            self._holes = Holes(grid.width, hole_area, options.hole_share)
        self._min_pixels = min_pixels
        areas = pixel_areas(grid)
        self._rows = areas.rows
        # where the CRS is not defined no polygon will be either
        self._areas = np.nan_to_num(areas.by_row, nan=math.prod(self._metres))

    def draw(self, finished: Finished) -> Iterator[Polygon]:
        """The polygons of some components in their order, as many together as memory
        allows.
        """
        self._report.min_area.count(
            finished.specks, finished.speck_pixels * self._areas.mean()
        )
        if not len(finished.first):
            return
        rings = trace(finished.edges, finished.owner, apart=not self._options.exact)
        lengths = np.bincount(rings.owner, rings.lengths(), len(finished.first))
        for start, stop in self._batches(lengths):
            batch = rings.part(start, stop)
            first = finished.first[start:stop]
            if self._options.exact:
                yield from self._on_pixel_edges(batch, first)
                continue
            if lengths[start] > self._max_edges:
                self._report.outline.large += 1
                polygons = [(0, None)]
            else:
                polygons = self._between_pixels(batch, first)
            for number, polygon in polygons:
                if polygon is None:
                    alone = _touching_rings(finished, start + number)
                    alone_first = first[number : number + 1]
                    (polygon,) = self._on_pixel_edges(alone, alone_first)
                yield polygon

    def _batches(self, lengths: np.ndarray) -> Iterator[tuple[int, int]]:
        """First component of each batch and the one after its last; `lengths` in pixel
        edges.
        """
        edges_to = np.cumsum(lengths)
        start = 0
        while start < len(lengths):
            limit = edges_to[start] - lengths[start] + self._max_edges
            stop = int(np.searchsorted(edges_to, limit, "right"))
            stop = max(start + 1, stop)
            yield start, stop
            start = stop

    def _on_pixel_edges(self, rings: Rings, first: np.ndarray) -> list[Polygon]:
        outlines, _ = self._without_holes(corners_of(rings), first)
        return outlines.polygons(self._grid)

    def _between_pixels(
        self, rings: Rings, first: np.ndarray
    ) -> Iterable[tuple[int, Polygon | None]]:
        """Those that are large enough, with their numbers; None for what is to keep its
        pixel edges. `first` pixel of each.
        """
        contours = contours_of(
            rings, self._probability.at, self._lowest, self._options.contour
        )
        areas = shoelace(np.stack((rings.x, rings.y)).astype(float).T, rings.first)
        if self._options.contour:
            self._count(
                self._report.outline,
                contours,
                contours.areas() - np.bincount(rings.owner, areas),
            )
            areas = contours.ring_areas
        contours, stays = self._without_holes(contours, first)
        target_areas = np.bincount(rings.owner, areas * stays, contours.count)
        large = self._may_stay(target_areas)
        self._report.min_area.count(
            (~large).sum(), (target_areas * self._pixel_areas(contours))[~large].sum()
        )
        contours = contours.of(large)
        target_areas = target_areas[large]
        contours = self._simplified(self._smoothed(contours, target_areas), target_areas)
        pixels = contours.areas()
        polygons = contours.polygons(self._grid)
        # of few pixels, their corners cut off
        changed = np.abs(pixels - target_areas) > MAX_AREA_CHANGE * target_areas
        for place in np.flatnonzero(changed):
            polygons[place] = None
        return zip(np.flatnonzero(large), polygons)

    def _may_stay(self, areas: np.ndarray) -> np.ndarray:
        """Which polygons may reach the minimum, bool (p,), of areas (p,) in pixels."""
        return areas * (1 + MAX_AREA_CHANGE) > self._min_pixels - 1

    def _without_holes(
        self, contours: Contours, first: np.ndarray
    ) -> tuple[Contours, np.ndarray]:
        """Small holes filled; and which rings stay. `first` pixel of each polygon."""
        if not self._holes:
            return contours, np.ones(len(contours.owner), bool)
        shell_areas = contours.ring_areas[contours.shells]
        self._holes.remember(first[self._may_stay(shell_areas)])
        filled = self._holes.filled(contours, self._pixel_areas(contours))
        self._report.holes.holes += int(filled.sum())
        self._count(
            self._report.holes,
            contours,
            -np.bincount(contours.owner, contours.ring_areas * filled, contours.count),
        )
        return contours.without_rings(filled), ~filled

    def _smoothed(self, contours: Contours, target_areas: np.ndarray) -> Contours:
        if not self._options.smooth:
            return contours
        changed_contours, used = smooth(
            contours, SMOOTHING_PASSES, target_areas, MAX_AREA_CHANGE
        )
        self._report.smooth.fewer += int(((used > 0) & (used < SMOOTHING_PASSES)).sum())
        self._report.smooth.unsmoothed += int((used == 0).sum())
        self._count(
            self._report.smooth,
            contours,
            changed_contours.areas() - contours.areas(),
            used > 0,
        )
        return changed_contours

    def _simplified(self, contours: Contours, target_areas: np.ndarray) -> Contours:
        if not self._tolerance:
            return contours
        changed_contours, used = simplify(
            contours, self._tolerance, self._metres, target_areas, MAX_AREA_CHANGE
        )
        self._report.simplify.vertices += len(contours.offset)
        self._report.simplify.left += len(changed_contours.offset)
        self._report.simplify.unsimplified += int((used == 0).sum())
        self._count(
            self._report.simplify,
            contours,
            changed_contours.areas() - contours.areas(),
            used > 0,
        )
        return changed_contours

    def _count(
        self,
        step: StepReport,
        contours: Contours,
        pixels: np.ndarray,
        changed: np.ndarray | None = None,
    ) -> None:
        if changed is None:
            changed = pixels != 0
        areas = np.abs(pixels) * self._pixel_areas(contours)
        step.count(changed.sum(), areas[changed].sum())

    def _pixel_areas(self, contours: Contours) -> np.ndarray:
        """Square metres of a pixel where each polygon begins."""
        begins = contours.first[contours.shells]
        return np.interp(contours.middle[begins, 1], self._rows, self._areas)


def _touching_rings(finished: Finished, number: int) -> Rings:
    """The rings of one component, which touch where it touches itself at a corner."""
    own = finished.owner == number
    return trace(finished.edges[own], finished.owner[own] - number)


class Holes:
    """Remembers where polygons lie: what lies in a hole is finished before what lies
    around it.

    A hole is filled below `area` (m2) or below `share` of what its polygon's shell
    bounds. `width`: of the raster.
    """

    def __init__(self, width: int, area: float, share: float):
        self._stride = width + 1
        self._area = area
        self._share = share
        self._found: dict[int, list[int]] = defaultdict(list)

    def remember(self, first: np.ndarray) -> None:
        """First pixels, row * (width + 1) + column, of polygons that may be kept."""
        for row, col in zip(*(part.tolist() for part in np.divmod(first, self._stride))):
            self._found[row].append(col)

    def filled(self, outlines: Contours, pixel_area: np.ndarray) -> np.ndarray:
        """Rings to leave out, bool (r,); `pixel_area` (m2) where each polygon lies,
        (polygons,).
        """
        areas = outlines.ring_areas
        shell_areas = areas[outlines.shells][outlines.owner]
        small = -areas * pixel_area[outlines.owner] < self._area
        small |= -areas < self._share * shell_areas
        filled = np.zeros(len(areas), bool)
        points = outlines.points
        for ring in np.flatnonzero(small & (areas < 0)):
            begin, end = outlines.first[ring : ring + 2]
            filled[ring] = not self._inhabited(points[begin:end])
        return filled

    def _inhabited(self, ring: np.ndarray) -> bool:
        left, top = ring.min(axis=0)
        right, bottom = ring.max(axis=0)
        for row in range(int(np.floor(top)), int(np.ceil(bottom))):
            for col in self._found.get(row, ()):
                if left < col + 0.5 < right and _holds(ring, col + 0.5, row + 0.5):
                    return True
        return False


def _holds(ring: np.ndarray, x: float, y: float) -> bool:
    """Even-odd rule."""
    ahead = np.roll(ring, -1, axis=0)
    crosses = (ring[:, 1] > y) != (ahead[:, 1] > y)
    (x0, y0) = ring[crosses].T
    (x1, y1) = ahead[crosses].T
    return bool(np.count_nonzero(x0 + (y - y0) * (x1 - x0) / (y1 - y0) > x) % 2)
