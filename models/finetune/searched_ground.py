# SPDX-License-Identifier: GPL-2.0-or-later
"""The ground that probability rasters hold: of sheets that lie over each other each piece
of it once.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from shapely.geometry import Polygon

from ..evaluation.evaluate import MIN_INSIDE
from ..geo.crs import Crs
from ..geo.geodesic import Geodesic, pixel_areas
from ..geo.grid import Grid
from ..geo.overlay import Surface
from ..geo.rasterize import PolygonMask
from ..geo.reproject import near
from ..inference.levels import NODATA, Strip
from ..inference.probability import Probability
from .candidate_seed import levels_under
from .labels import LANDSLIDE, Label, joined_on_grid
from .prepare import TuneJob

AT_ONCE = 1 << 20  # pixels that are looked up


class SearchedBefore:
    """Where probability rasters hold something, on the grid of one that comes after them."""

    def __init__(self, paths: Iterable[str], grid: Grid):
        self._grid = grid
        self._rows = max(1, AT_ONCE // grid.width)
        self._others = []
        for path in paths:
            with Probability(path) as probability:
                other = probability.grid
            edge = Polygon(other.corners).wkb
            extent = [part.wkb for part in near([edge], other.crs, grid.bounds, grid.crs)]
            if extent:
                self._others.append((path, PolygonMask(extent, grid)))

    def clear(self, strip: Strip) -> None:
        """What of a strip they hold becomes nodata."""
        if not self._others:
            return
        for first in range(0, len(strip.values), self._rows):
            values = strip.values[first : first + self._rows]
            values[self._held(strip.row + first, len(values))] = NODATA

    def _held(self, row: int, rows: int) -> np.ndarray:
        """(rows, width) bool of full-width rows."""
        held = np.zeros((rows, self._grid.width), bool)
        for path, extent in self._others:
            inside = np.nonzero(extent.read(row, rows, 0, self._grid.width) & ~held)
            if len(inside[0]):
                held[inside] = self._levels(path, row + inside[0], inside[1]) != NODATA
        return held

    def _levels(self, path: str, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
        """Of a raster at pixels (n,) of the grid."""
        grid = self._grid
        places = np.stack(grid.to_map(cols + 0.5, rows + 0.5), axis=1)
        with Probability(path) as probability:
            other = probability.grid
            if not grid.crs.is_same(other.crs):
                places = grid.crs.transform(places, other.crs)
            places = other.crs.turned(places, other.centre[0])
            other_cols, other_rows = np.floor(other.to_pixel(*places.T)).astype(int)
            return probability.at(other_rows, other_cols)


def searched_landslides(job: TuneJob, paths: Iterable[str]) -> list[Label]:
    """Those of which at least half lies under pixels that were looked at, on whichever of
    the probability rasters: the others nobody can find.
    """
    labels = [label for label in job.labels if label.kind == LANDSLIDE]
    measure = Geodesic(job.crs)
    areas = np.array([measure.area(label.polygon) for label in labels], float)
    searched = np.zeros(len(labels))
    for path in paths:
        with Probability(path) as probability:
            for place, label in enumerate(labels):
                searched[place] += searched_under(probability, label.polygon, job.crs)
    return [labels[place] for place in np.flatnonzero(searched >= MIN_INSIDE * areas)]


def searched_under(probability: Probability, polygon: Surface, crs: Crs) -> float:
    """Square metres under the pixels of a polygon in `crs` that hold a probability."""
    grid = probability.grid
    piece = joined_on_grid(polygon, crs, grid)
    if piece is None:
        return 0.0
    levels = levels_under(probability, piece)
    share = (levels != NODATA).sum() / max(1, len(levels))
    return float(share) * Geodesic(grid.crs).area(piece)


def searched_pixels(path: str) -> int:
    """How many of a probability raster were looked at."""
    with Probability(path) as probability:
        return sum(int((s.values != NODATA).sum()) for s in probability.strips())


def searched_m2(path: str) -> float:
    """Square metres under the pixels of a probability raster that were looked at: in
    degrees, or on Web Mercator, those of each row have their own size.
    """
    with Probability(path) as probability:
        areas = pixel_areas(probability.grid)
        total = 0.0
        for strip in probability.strips():
            pixels = (strip.values != NODATA).sum(axis=1)
            rows = np.arange(strip.row, strip.end)
            total += float(pixels @ np.interp(rows, areas.rows, areas.by_row))
    return total
