# SPDX-License-Identifier: GPL-2.0-or-later
"""A probability raster summed up in square tiles of the map, a strip of rows at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from ..errors import MrifeError
from ..geo.grid import Grid, Window
from ..geo.rasterize import PolygonMask
from ..inference.levels import LEVELS, NODATA, Strip
from ..inference.probability import Probability
from .defaults import TILE_M

MIN_OPEN = 0.5  # share of a tile that must be open for it to be a place to look at
MAX_TILES = 1 << 21
PROBABILITY = np.arange(NODATA) / LEVELS  # of each level; those over LEVELS do not occur
DOUBT = 2 * np.minimum(PROBABILITY, np.maximum(0, 1 - PROBABILITY))


class TileSurvey:
    """Tiles of `side` metres over a probability raster, from its first pixel on; `grid` is
    the raster's in the CRS it is to be taken in.

    A pixel is open where it was searched and lies in the polygons `inside` (None:
    everywhere) but not in those `without`, all WKB in the grid's CRS. A tile counts where
    MIN_OPEN of it is open. `run` fills, of the n tiles that count: `places` (n, 2) their
    rows and columns, `doubt` (n,) 0-1, `mean` (n,) probability, `landslide_share` (n,) share of the
    open ground at `threshold` and above, `landslide_m2` (n,) how much that is. Raises
    MrifeError where there are too many, or they are smaller than a pixel.
    """

    def __init__(
        self,
        grid: Grid,
        side: float,
        threshold: float,
        inside: Sequence[bytes] | None = None,
        without: Sequence[bytes] = (),
    ):
        across, down = grid.pixel_metres()
        if side < max(across, down):
            raise MrifeError(
                "Tiles of {} m are smaller than the raster's pixels of {} m; choose "
                "larger ones, as {} m.",
                f"{side:g}",
                f"{max(across, down):.3g}",
                f"{TILE_M:g}",
            )
        self.grid = grid
        self.side = side
        self.cols = max(1, round(side / across))  # pixels of a tile
        self.rows = max(1, round(side / down))
        self._threshold = threshold
        self._inside = None
        if inside is not None:
            self._inside = PolygonMask(inside, grid)
        self._without = PolygonMask(without, grid) if without else None
        self._lefts = np.arange(0, grid.width, self.cols)
        self._check_count()
        self._clear()
        self._tiles: list[tuple[float, ...]] = []

    def _check_count(self) -> None:
        count = len(self._lefts) * -(-self.grid.height // self.rows)
        if count > MAX_TILES:
            raise MrifeError(
                "Tiles of {} m would be {} on this raster; choose tiles of at least {} m.",
                f"{self.side:g}",
                f"{count:,}",
                f"{np.ceil(self.side * np.sqrt(count / MAX_TILES)):g}",
            )

    def run(self, probability: Probability) -> Iterator[float]:
        """Sum the raster up; yields the share of its rows that is through."""
        for strip in probability.strips():
            self._mask(strip)
            self._add(strip)
            yield strip.end / self.grid.height
        table = np.array(self._tiles, float).reshape(-1, 6)
        self.places = table[:, :2].astype(int)
        self.doubt, self.mean, self.landslide_share, self.landslide_m2 = table[:, 2:].T

    def ring(self, place: int) -> np.ndarray:
        """Closed outline (5, 2) of a tile that counts, as far as the raster reaches, in
        the grid's CRS.
        """
        row, col = self.places[place].tolist()
        top = row * self.rows
        left = col * self.cols
        rows = min(self.rows, self.grid.height - top)
        cols = min(self.cols, self.grid.width - left)
        corners = self.grid.crop(Window(top, left, rows, cols)).corners
        return np.concatenate((corners, corners[:1]))

    @property
    def middles(self) -> np.ndarray:
        """(n, 2) metres from the raster's first corner, right and down, of the tiles that
        count.
        """
        return (self.places[:, ::-1] + 0.5) * self.side

    def _mask(self, strip: Strip) -> None:
        """What of a strip is not open becomes nodata."""
        rows, cols = strip.values.shape
        window = (strip.row, rows, 0, cols)
        if self._inside is not None:
            strip.values[~self._inside.read(*window)] = NODATA
        if self._without is not None:
            strip.values[self._without.read(*window)] = NODATA
        if strip.spread is not None:
            strip.spread[strip.values == NODATA] = NODATA

    def _add(self, strip: Strip) -> None:
        """Count the levels of a strip, part by part of rows of tiles."""
        first = strip.row
        end = strip.end
        while first < end:
            row = first // self.rows
            last = min(end, (row + 1) * self.rows)
            rows = slice(first - strip.row, last - strip.row)
            _count(strip.values[rows], self._lefts, self._levels)
            if strip.spread is not None:
                _count(strip.spread[rows], self._lefts, self._spreads)
            if last in ((row + 1) * self.rows, self.grid.height):
                self._finish(row)
            first = last

    def _clear(self) -> None:
        """Begin a row of tiles: pixels of each level (tiles, 256)."""
        self._levels = np.zeros((len(self._lefts), 256), np.int64)
        self._spreads = np.zeros((len(self._lefts), 256), np.int64)

    def _pixel_m2(self, row: int) -> float:
        """Of a pixel amid a row of tiles: in degrees they shrink towards the poles."""
        grid = self.grid
        middle = grid.to_map(grid.width / 2, (row + 0.5) * self.rows)
        _, xc, xr, _, yc, yr = grid.geotransform
        return abs(xc * yr - xr * yc) * math.prod(grid.crs.metres_at(*middle))

    def _finish(self, row: int) -> None:
        levels = self._levels[:, :NODATA]
        pixels = levels.sum(1)
        counted = np.flatnonzero(pixels >= MIN_OPEN * self.rows * self.cols)
        levels = levels[counted]
        pixels = pixels[counted]
        doubt = levels @ DOUBT / pixels
        spreads = self._spreads[counted, :NODATA]
        if spreads.any():
            doubt = (doubt + 2 * spreads @ PROBABILITY / pixels) / 2
        landslides = levels[:, PROBABILITY >= self._threshold - 1e-9].sum(1)
        rows = np.full(len(counted), row)
        mean = levels @ PROBABILITY / pixels
        share = landslides / pixels
        ground = landslides * self._pixel_m2(row)
        self._tiles += np.stack(
            [rows, counted, doubt, mean, share, ground], axis=1
        ).tolist()
        self._clear()


def _count(levels: np.ndarray, lefts: np.ndarray, counts: np.ndarray) -> None:
    """Add the pixels of each level (rows, width) to those of the tiles that begin at
    columns `lefts`.
    """
    for tile, part in enumerate(np.split(levels, lefts[1:], axis=1)):
        counts[tile] += np.bincount(part.ravel(), minlength=256)
