# SPDX-License-Identifier: GPL-2.0-or-later
"""Components of the mask to polygons: outline, holes, smoothing, simplifying, for many
at a time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ...geo.geodesic import pixel_areas
from ...geo.grid import Grid, Window
from ...inference.levels import NODATA, level
from ...inference.probability import TILE, Probability
from .components import Components
from .contour import Contours, contours_of, corners_of, shoelace
from .holes import Holes
from .options import OutlineOptions, StepReport, Thresholds
from .rings import Rings, trace
from .smoothing import simplify, smooth

LARGEST = (
    1 << 20
)  # pixel edges of outlines worked on together; a polygon with more keeps its pixel edges
MOST = 0.02  # share of its area that smoothing and simplifying together may change
PASSES = 15  # of Taubin's two steps
FINE = 0.25  # pixels: tolerance of simplifying where none is given


class Piece(NamedTuple):
    """A polygon between two steps, and its area in pixels; 0 where that is unknown."""

    polygon: Polygon | MultiPolygon
    pixels: float = 0.0


class PolygonDrawer:
    """Draws components of one raster, none that ends with less than `fewest` pixels;
    adds to `changes` by step.
    """

    def __init__(
        self,
        probability: Probability,
        grid: Grid,
        rules: Thresholds,
        steps: OutlineOptions,
        fewest: int,
        changes: dict[str, StepReport],
    ):
        self._probability = probability
        self._grid = grid
        self._steps = steps
        self._changes = changes
        self.lowest = level(rules.threshold)
        self._metres = grid.pixel_metres()
        if steps.simplify is None:
            self._tolerance = FINE * min(self._metres)
        else:
            self._tolerance = steps.simplify
        if steps.hole_area is None:
            hole_area = rules.min_area
        else:
            hole_area = steps.hole_area
        if steps.holes:
            self._holes = Holes(grid.width, hole_area, steps.hole_share)
        else:
            self._holes = None
        self._fewest = fewest
        areas = pixel_areas(grid)
        self._rows = areas.rows
        # where the CRS is not defined no polygon will be either
        self._areas = np.nan_to_num(areas.by_row, nan=math.prod(self._metres))

    def draw(self, found: Components) -> Iterator[Piece]:
        """The polygons of some components in their order, as many together as memory
        allows.
        """
        self._changes["min_area"].add(
            found.specks, found.speck_pixels * self._areas.mean()
        )
        if not len(found.first):
            return
        if self._holes:
            self._holes.remember(found.first)
        rings = trace(found.edges, found.owner, apart=not self._steps.exact)
        lengths = np.bincount(rings.owner, rings.lengths(), len(found.first))
        start = 0
        while start < len(lengths):
            stop = max(
                start + 1,
                start
                + int(np.searchsorted(np.cumsum(lengths[start:]), LARGEST, "right")),
            )
            if self._steps.exact or lengths[start] > LARGEST:
                self._changes["outline"].more["large"] += int(not self._steps.exact)
                yield from self._on_pixel_edges(found, start, stop)
            else:
                yield from self._between_pixels(found, rings.part(start, stop), start)
            start = stop

    def _on_pixel_edges(
        self, found: Components, start: int, stop: int
    ) -> Iterator[Piece]:
        chosen = (found.owner >= start) & (found.owner < stop)
        outlines, _ = self._without_holes(
            corners_of(trace(found.edges[chosen], found.owner[chosen] - start))
        )
        return map(Piece, outlines.polygons(self._grid), outlines.areas())

    def _between_pixels(
        self, found: Components, rings: Rings, start: int
    ) -> Iterator[Piece]:
        drawn = contours_of(rings, self._look, self.lowest, self._steps.contour)
        areas = shoelace(np.stack((rings.x, rings.y), axis=1).astype(float), rings.first)
        if self._steps.contour:
            self._count("outline", drawn, drawn.areas() - np.bincount(rings.owner, areas))
            areas = drawn.ring_areas()
        drawn, stays = self._without_holes(drawn)
        wanted = np.bincount(rings.owner, areas * stays, drawn.count)
        large = wanted * (1 + MOST) > self._fewest - 1
        self._changes["min_area"].add(
            (~large).sum(), (wanted * self._pixel_areas(drawn))[~large].sum()
        )
        drawn = drawn.of(large)
        wanted = wanted[large]
        numbers = start + np.flatnonzero(large)
        drawn = self._simplified(self._smoothed(drawn, wanted), wanted)
        pixels = drawn.areas()
        polygons = drawn.polygons(self._grid)
        pieces = list(map(Piece, polygons, pixels))
        for place in np.flatnonzero(
            np.abs(pixels - wanted) > MOST * wanted
        ):  # few pixels, their corners cut off
            (pieces[place],) = self._on_pixel_edges(
                found, numbers[place], numbers[place] + 1
            )
        return iter(pieces)

    def _without_holes(self, drawn: Contours) -> tuple[Contours, np.ndarray]:
        """Small holes filled; and which rings stay."""
        if not self._holes:
            return drawn, np.ones(len(drawn.owner), bool)
        filled = self._holes.filled(drawn, self._pixel_areas(drawn))
        self._changes["holes"].more["holes"] += int(filled.sum())
        self._count(
            "holes",
            drawn,
            -np.bincount(drawn.owner, drawn.ring_areas() * filled, drawn.count),
        )
        return drawn.without_rings(filled), ~filled

    def _smoothed(self, drawn: Contours, wanted: np.ndarray) -> Contours:
        if not self._steps.smooth:
            return drawn
        done, used = smooth(drawn, PASSES, wanted, MOST)
        self._changes["smooth"].more["fewer"] += int(((used > 0) & (used < PASSES)).sum())
        self._changes["smooth"].more["unsmoothed"] += int((used == 0).sum())
        self._count("smooth", drawn, done.areas() - drawn.areas(), used > 0)
        return done

    def _simplified(self, drawn: Contours, wanted: np.ndarray) -> Contours:
        if not self._tolerance:
            return drawn
        done, used = simplify(drawn, self._tolerance, self._metres, wanted, MOST)
        self._changes["simplify"].more["vertices"] += len(drawn.offset)
        self._changes["simplify"].more["left"] += len(done.offset)
        self._changes["simplify"].more["unsimplified"] += int((used == 0).sum())
        self._count("simplify", drawn, done.areas() - drawn.areas(), used > 0)
        return done

    def _count(
        self,
        step: str,
        drawn: Contours,
        pixels: np.ndarray,
        changed: np.ndarray | None = None,
    ) -> None:
        if changed is None:
            changed = pixels != 0
        self._changes[step].add(
            changed.sum(), (np.abs(pixels) * self._pixel_areas(drawn))[changed].sum()
        )

    def _pixel_areas(self, drawn: Contours) -> np.ndarray:
        """Square metres of a pixel where each polygon begins."""
        begins = drawn.first[np.searchsorted(drawn.owner, np.arange(drawn.count))]
        return np.interp(drawn.middle[begins, 1], self._rows, self._areas)

    def _look(self, row: np.ndarray, col: np.ndarray) -> np.ndarray:
        """Levels of single pixels, read tile by tile."""
        tile = (row // TILE) * (self._grid.width // TILE + 3) + col // TILE
        order = np.argsort(tile, kind="stable")
        levels = np.full(len(row), NODATA, np.uint8)
        for chosen in (
            np.split(order, np.flatnonzero(np.diff(tile[order])) + 1)
            if len(order)
            else ()
        ):
            top = int(row[chosen[0]] // TILE * TILE)
            left = int(col[chosen[0]] // TILE * TILE)
            values = self._probability.read(Window(top, left, TILE, TILE))
            levels[chosen] = values[row[chosen] - top, col[chosen] - left]
        return levels
