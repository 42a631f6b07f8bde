# SPDX-License-Identifier: GPL-2.0-or-later
"""The one reader of elevation models: heights in metres with their voids known, whatever
unit, cells, cover and CRS the file has.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon

from ..errors import Note, UnsuitableRaster
from .coordinates import mapped
from .crs import Crs
from .dem_window import MARGIN, RING_WIDTH, DemWindow
from .elevation_band import ELEVATION_FILE, ElevationBand, ElevationLayer
from .elevation_doubts import unknown_datum
from .grid import Window, spans
from .heights import Heights
from .rasterize import rings_of
from .rectangles import common

MAX_WINDOW_CELLS = 1 << 20
WIDEST = 1e7  # m: no landslide is, but what lies between the ends of a world map


class ElevationModel(Heights):
    """A raster of elevations, read in metres: under polygons, on the pixels of an image,
    or on a small grid. `name`: by default after the file.

    `unit` is auto, metres or feet; auto takes what the band or a vertical CRS states,
    else that of a grid in feet, else metres. Void is what counts as missing in any raster
    (missing.py), -9999 and the like, what is no height on the planet, and what stands for none
    without being declared (`elevation_file.SUSPECTS`); `notes` are for the log. Under a
    polygon of more than `max_window_cells` not all are held at once (`DemWindow.strips`).
    Raises UnsuitableRaster when the file cannot be opened, has no CRS or holds no heights.
    """

    def __init__(
        self,
        path: str,
        unit: str = "auto",
        max_window_cells: int = MAX_WINDOW_CELLS,
        layer: ElevationLayer = ELEVATION_FILE,
        name: str = "",
    ):
        self._given = (path, unit, max_window_cells, layer, name)
        self._max_window_cells = max_window_cells
        band = ElevationBand(path, unit, layer, name)
        self._band = band
        self.path = band.path
        self.grid = band.grid
        self.resolution = band.resolution  # side of a cell at its middle, metres
        self.metres = band.metres  # by unit of height
        self.stated_unit = band.stated_unit
        self.doubts = band.doubts  # what the user should look at
        self.damage = band.damage  # where some of a sample cannot be read
        self.notes = band.notes  # for the log
        super().__init__(band.in_metres, band.name)

    def __reduce__(self) -> tuple:
        return ElevationModel, self._given  # another process opens it itself

    def notes_on(self, crs: Crs) -> tuple[Note, ...]:
        """For the log where it is laid under an image or polygons in a CRS."""
        return self.notes + unknown_datum(self.name, self.grid.crs, crs)

    def check_planet(self, crs: Crs) -> None:
        """Raises UnsuitableRaster where polygons in a CRS cannot lie on the model."""
        if crs.to(self.grid.crs) is None:
            raise UnsuitableRaster(
                "The coordinate reference system of the elevation model {} has nothing "
                "in common with that of the polygons; choose a model of the same "
                "planet.",
                self.name,
            )

    def known_at(self, points: np.ndarray, crs: Crs) -> np.ndarray:
        """Which places (n, 2) in a CRS have a height that can be read, (n,) bool; each is
        looked up by itself.
        """
        own = self.grid.crs
        places = own.turned(crs.transform(points, own), self.grid.centre[0])
        cols, rows = self.grid.to_pixel(*places.T)
        inside = (cols >= 0) & (cols < self.grid.width)
        inside &= (rows >= 0) & (rows < self.grid.height)
        known = np.zeros(len(places), bool)
        for place in np.flatnonzero(inside):
            with suppress(UnsuitableRaster):
                cell = Window(int(rows[place]), int(cols[place]), 1, 1)
                known[place] = np.isfinite(self._band.heights(cell)).all()
        return known

    def covers_some_of(self, polygon: Polygon | MultiPolygon, crs: Crs) -> bool:
        """Whether the model and a polygon in a CRS overlap."""
        shape = self._moved(polygon, crs)
        return (
            shape is not None and self._cells(rings_of(shape, self.grid), 0) is not None
        )

    def window(self, polygon: Polygon | MultiPolygon, crs: Crs) -> DemWindow | None:
        """The cells under and around a polygon in a CRS; None where there are none."""
        shape = self._moved(polygon, crs, is_small=True)
        if shape is None:
            return None
        rings = rings_of(shape, self.grid)
        span = np.ptp(np.concatenate(rings), axis=0).max()
        window = self._cells(rings, math.ceil(RING_WIDTH * 0.71 * span) + 1)
        if window is None or self._cells(rings, 0) is None:
            return None
        cell = self._cell_metres(window)
        rings = [ring - (window.col, window.row) for ring in rings]
        on_window = affinity.affine_transform(shape, self._to_window(window))
        plane = affinity.affine_transform(on_window, (*cell.ravel(), 0, 0))
        cut = DemWindow(cell, rings, plane, partial(self._strips, window))
        if window.rows * window.cols > self._max_window_cells:
            return cut
        return replace(cut, held=tuple(cut.strips()))

    def _strips(self, window: Window) -> Iterator[tuple[int, np.ndarray]]:
        """(first row in a window, heights with a margin) of strips of its rows."""
        rows = max(1, self._max_window_cells // window.cols)
        for first, count in spans(0, window.rows, rows):
            strip = Window(window.row + first, window.col, count, window.cols)
            yield first, self._band.heights_around(strip, MARGIN)

    def _to_window(self, window: Window) -> tuple[float, ...]:
        """Coefficients (a, b, d, e, x, y) from map coordinates to a window's cells."""
        (x0, y0), (x1, y1), (x2, y2) = (
            self.grid.to_pixel(x, y) for x, y in ((0, 0), (1, 0), (0, 1))
        )
        return x1 - x0, x2 - x0, y1 - y0, y2 - y0, x0 - window.col, y0 - window.row

    def _moved(
        self, polygon: Polygon | MultiPolygon, crs: Crs, is_small: bool = False
    ) -> Polygon | MultiPolygon | None:
        """The polygon in the model's CRS, in longitudes as the model counts them; None
        where it cannot be expressed there. One that `is_small` goes on across 180 degrees,
        and is not one that a map has at both its ends.
        """
        self.check_planet(crs)
        own = self.grid.crs
        shape = polygon
        if crs != own:
            shape = mapped(polygon, lambda points: crs.transform(points, own))
        if not np.isfinite(shape.bounds).all():
            return None
        west, _, east, _ = shape.bounds
        if not own.is_geographic:
            is_torn = is_small and (east - west) * own.linear_unit > WIDEST
            return None if is_torn else shape
        if is_small and east - west > own.turn / 2:
            shape = mapped(shape, lambda points: own.turned(points, points[0, 0]))
            west, _, east, _ = shape.bounds
        turns = round(((west + east) / 2 - self.grid.centre[0]) / own.turn)
        if turns:
            return affinity.translate(shape, -turns * own.turn)
        return shape

    def _cells(self, rings: list[np.ndarray], margin: int) -> Window | None:
        """The cells of the model that rings (n, 2) in its columns and rows may touch,
        and a margin; None where there are none.
        """
        corners = np.concatenate(rings)
        if not np.isfinite(corners).all():
            return None
        left, top = corners.min(axis=0) - margin
        right, bottom = corners.max(axis=0) + margin
        row = math.floor(top)
        col = math.floor(left)
        cells = Window(row, col, math.ceil(bottom) - row, math.ceil(right) - col)
        return common(cells, self.grid.whole)

    def _cell_metres(self, window: Window) -> np.ndarray:
        """Metres east and north (rows) of a step of one column and one row (columns)
        at the middle of a window.
        """
        col = window.col + window.cols / 2
        row = window.row + window.rows / 2
        ends = [
            self.grid.to_map(col + c, row + r)
            for c, r in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5))
        ]
        crs = self.grid.crs
        points = crs.places_together(ends)
        scale = np.array(crs.geographic.metres_per_unit(points[:, 1].mean()))
        steps = np.stack((points[0] - points[1], points[2] - points[3]), axis=1)
        return steps * scale[:, None]
