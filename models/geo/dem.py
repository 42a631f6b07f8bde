# SPDX-License-Identifier: GPL-2.0-or-later
"""The one reader of elevation models: heights in metres with their voids known, whatever
unit, cells, cover and CRS the file has.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np
from osgeo import gdal
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon

from ..errors import Note, UnsuitableRaster
from .alpha import tagged_alpha
from .block import in_blocks, read_block
from .coordinates import mapped
from .crs import Crs
from .dem_window import RING_WIDTH, DemWindow
from .elevation_doubts import (
    cut_short,
    eight_bits,
    no_heights,
    several_bands,
    steep_ground,
    unit_of_the_grid,
    unknown_unit,
    voids_found,
)
from .elevation_file import HeightScale, each, in_metres, undeclared_voids
from .files import grid_of, open_raster
from .gdal_errors import quiet
from .grid import Window, sample_windows
from .height_unit import (
    METRES_PER_FOOT,
    grid_unit,
    is_no_unit_of_height,
    stated_unit,
    unit_of_band,
)
from .heights import Heights
from .missing import FEWEST_SHARE, FILE_ALONE, LayerNodata, Missing, left_out
from .rasterize import rings_of

MAX_WINDOW_CELLS = 1 << 20


@dataclass(frozen=True)
class ElevationLayer:
    """What the user says of an elevation model beside its file: what is missing, and WKT
    of its coordinate reference system where the file has none or a wrong one.
    """

    nodata: LayerNodata = FILE_ALONE
    wkt: str | None = None


ELEVATION_FILE = ElevationLayer()


class ElevationModel(Heights):
    """A raster of elevations, read in metres: under polygons, on the pixels of an image,
    or on a small grid. `name`: by default after the file.

    `unit` is auto, metres or feet; auto takes what the band or a vertical CRS states,
    else that of a grid in feet, else metres. Void is what counts as missing in any raster
    (missing.py), -9999 and the like, what is no height on the planet, and what stands for none
    without being declared (`elevation_file.SUSPECTS`); `notes` are for the log. Under a
    polygon of more than `max_window_cells` only every second, third ... row and column is
    read. Raises UnsuitableRaster when the file cannot be opened, has no CRS or holds no
    heights.
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
        self._dataset = open_raster(path)
        self.path = str(path)
        self.name = name or PurePath(path).name
        vertical = self._place(layer.wkt)
        band = self._dataset.GetRasterBand(1)
        self.grid.check_place()
        self._band = band
        self._check_bands()
        self._missing = Missing(self._dataset, (1,), layer.nodata)
        self.doubts = self._missing.notes  # what the user should look at
        if band.DataType == gdal.GDT_Byte:
            self.doubts += (eight_bits(self.name),)
        bands = self._dataset.RasterCount - len(tagged_alpha(self._dataset))
        if bands > 1:
            self.doubts += (several_bands(self.name, bands),)
        self._left_out: tuple[Note, ...] = ()
        self.damage: Note | None = None  # where some of a sample cannot be read
        self.stated_unit = stated_unit(band, vertical)
        self.metres = {"metres": 1.0, "feet": METRES_PER_FOOT}.get(unit)
        if self.metres is None:
            self.metres = self.stated_unit or self._supposed_unit()
        metres = self.metres
        if vertical.counts_depths:
            metres = -metres
        scale = HeightScale.of(band, metres, self.grid.crs.is_on_earth)
        blocks = self._sampled()
        self._scale = self._without_undeclared(scale, blocks)
        if unit == "auto" and self.stated_unit is None:
            heights = map(self._scale.metres, blocks)
            self.doubts += steep_ground(self.name, heights, self.grid.pixel_metres())
        crs = self.grid.crs.flat
        xml = in_metres(self._dataset, self._scale, self._missing, crs)
        super().__init__(xml, self.name)

    def __reduce__(self) -> tuple:
        return ElevationModel, self._given  # another process opens it itself

    def _place(self, wkt: str | None) -> Crs:
        """Set the grid, in the CRS that the user gave it, if any; returns the CRS that
        says how heights are counted. Raises UnsuitableRaster.
        """
        self.grid = grid_of(self._dataset)
        of_file = self.grid.crs
        if wkt is not None:
            self.grid = replace(self.grid, wkt=wkt)
        if self.grid.crs.is_missing:
            raise UnsuitableRaster(
                "The elevation model {} has no coordinate reference system; assign the "
                "right one to it first.",
                self.name,
            )
        if self.grid.crs.vertical_unit is None:
            return of_file
        return self.grid.crs

    def _check_bands(self) -> None:
        """Raises UnsuitableRaster for what is an image, or slopes."""
        if gdal.DataTypeIsComplex(self._band.DataType):
            raise UnsuitableRaster(
                "The elevation model {} holds complex numbers; choose a raster of heights.",
                self.name,
            )
        unit = unit_of_band(self._band)
        if unit and is_no_unit_of_height(unit):
            raise UnsuitableRaster(
                "The elevation model {} states its values in '{}': slopes or aspects, and "
                "no heights; choose the model that they were computed from.",
                self.name,
                unit,
            )
        if self._band.GetColorInterpretation() == gdal.GCI_RedBand:
            raise UnsuitableRaster(
                "The elevation model {} is a picture with red, green and blue; choose a "
                "raster of heights.",
                self.name,
            )

    @property
    def notes(self) -> tuple[Note, ...]:
        """For the log."""
        return self._left_out + self.doubts

    @property
    def resolution(self) -> float:
        """Side of a cell on the ground at the middle of the model, metres."""
        return round(math.sqrt(math.prod(self.grid.pixel_metres())), 2)

    def _supposed_unit(self) -> float:
        """Metres by unit where the file states none: that of a grid in feet, else 1; said
        where it is doubtful.
        """
        named = unit_of_band(self._band)
        unit = grid_unit(self.grid.crs)
        if named:
            self.doubts += (unknown_unit(self.name, named),)
            return 1.0
        if unit is None:
            return 1.0
        self.doubts += (unit_of_the_grid(self.name),)
        return unit

    def _without_undeclared(
        self, scale: HeightScale, blocks: list[np.ndarray]
    ) -> HeightScale:
        """The scale with the voids that the file does not declare, which a sample shows;
        said, as is a model without any height.
        """
        voids = undeclared_voids(blocks, scale, self.resolution)
        scale = replace(scale, voids=scale.voids + each(voids))
        numbers = np.concatenate([block[np.isfinite(block)] for block in blocks])
        valid = scale.valid(numbers)
        if numbers.size and not valid.any():
            self.doubts += (no_heights(self.name, numbers, scale),)
            return scale
        reasons = self._missing.reasons
        if not valid.all():
            note = voids_found(self.name, numbers[~valid])
            self.doubts += (note,)
            reasons = ", ".join(filter(None, (reasons, note.values[1])))
        share = 1 - valid.sum() / sum(block.size for block in blocks)
        if share >= FEWEST_SHARE:
            self._left_out += (left_out(self.name, share, reasons),)
        return scale

    def _sampled(self) -> list[np.ndarray]:
        """Numbers at places that stand for the model. Some that cannot be read are said,
        for polygons may lie elsewhere. Raises UnsuitableRaster where none can.
        """
        windows = list(sample_windows(self.grid.width, self.grid.height))
        blocks = []
        for window in windows:
            try:
                blocks.append(self._numbers(window))
            except UnsuitableRaster as error:
                problem = error.with_traceback(None)
        if not blocks:
            raise problem
        if len(blocks) < len(windows):
            unread = len(windows) - len(blocks)
            self.damage = cut_short(self.name, unread, len(windows))
            self._left_out += (self.damage,)
        return blocks

    def _numbers(self, window: Window) -> np.ndarray:
        """As the file has them (rows, cols), NaN where it declares none. Raises
        UnsuitableRaster.
        """
        numbers = read_block(self._band, window, self.name)
        valid = self._missing.valid(numbers[None], window)
        if valid is None:
            return numbers
        return np.where(valid, numbers, np.nan)

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
        places = crs.transform(points, self.grid.crs)
        cols, rows = self.grid.to_pixel(*places.T)
        inside = (cols >= 0) & (cols < self.grid.width)
        inside &= (rows >= 0) & (rows < self.grid.height)
        known = np.zeros(len(places), bool)
        for place in np.flatnonzero(inside):
            with suppress(UnsuitableRaster):
                numbers = self._numbers(Window(int(rows[place]), int(cols[place]), 1, 1))
                known[place] = np.isfinite(self._scale.metres(numbers)).all()
        return known

    def covers_some_of(self, polygon: Polygon | MultiPolygon, crs: Crs) -> bool:
        """Whether the model and a polygon in a CRS overlap."""
        shape = self._moved(polygon, crs)
        return (
            shape is not None and self._cells(rings_of(shape, self.grid), 0) is not None
        )

    def window(self, polygon: Polygon | MultiPolygon, crs: Crs) -> DemWindow | None:
        """The cells under and around a polygon in a CRS; None where there are none."""
        shape = self._moved(polygon, crs)
        if shape is None:
            return None
        rings = rings_of(shape, self.grid)
        span = np.ptp(np.concatenate(rings), axis=0).max()
        window = self._cells(rings, math.ceil(RING_WIDTH * 0.71 * span) + 1)
        if window is None or self._cells(rings, 0) is None:
            return None
        every = math.ceil(math.sqrt(window.rows * window.cols / self._max_window_cells))
        cell = self._cell_metres(window) * every
        rings = [(ring - (window.col, window.row)) / every for ring in rings]
        on_window = affinity.affine_transform(shape, self._to_window(window, every))
        plane = affinity.affine_transform(on_window, (*cell.ravel(), 0, 0))
        return DemWindow(self._read(window, every), cell, rings, plane, every)

    def _to_window(self, window: Window, every: int) -> tuple[float, ...]:
        """Coefficients (a, b, d, e, x, y) from map coordinates to a window's cells."""
        (x0, y0), (x1, y1), (x2, y2) = (
            self.grid.to_pixel(x, y) for x, y in ((0, 0), (1, 0), (0, 1))
        )
        matrix = (x1 - x0, x2 - x0, y1 - y0, y2 - y0, x0 - window.col, y0 - window.row)
        return tuple(np.array(matrix) / every)

    def _moved(
        self, polygon: Polygon | MultiPolygon, crs: Crs
    ) -> Polygon | MultiPolygon | None:
        """The polygon in the model's CRS; None where it cannot be expressed there."""
        self.check_planet(crs)
        if crs == self.grid.crs:
            return polygon
        shape = mapped(polygon, lambda points: crs.transform(points, self.grid.crs))
        if np.isfinite(shape.bounds).all():
            return shape
        return None

    def _cells(self, rings: list[np.ndarray], margin: int) -> Window | None:
        """The cells of the model that rings (n, 2) in its columns and rows may touch,
        and a margin; None where there are none.
        """
        corners = np.concatenate(rings)
        if not np.isfinite(corners).all():
            return None
        left, top = corners.min(axis=0) - margin
        right, bottom = corners.max(axis=0) + margin
        row = max(0, math.floor(top))
        col = max(0, math.floor(left))
        end_row = min(self.grid.height, math.ceil(bottom))
        end_col = min(self.grid.width, math.ceil(right))
        if row < end_row and col < end_col:
            return Window(row, col, end_row - row, end_col - col)
        return None

    def _read(self, window: Window, every: int) -> np.ndarray:
        """Metres, with a margin of one cell around, NaN where there are none."""
        rows = math.ceil(window.rows / every)
        cols = math.ceil(window.cols / every)
        z = np.full((rows + 2, cols + 2), np.nan)
        row = max(0, window.row - every)
        col = max(0, window.col - every)
        end_row = min(self.grid.height, window.row + (rows + 1) * every)
        end_col = min(self.grid.width, window.col + (cols + 1) * every)
        place = (col, row, end_col - col, end_row - row)
        size = (math.ceil(place[2] / every), math.ceil(place[3] / every))
        source = Window(row, col, end_row - row, end_col - col)
        with quiet(), in_blocks():
            values = self._band.ReadAsArray(*place, *size)
        if values is None:
            raise UnsuitableRaster(
                "The elevation model {} cannot be read where a polygon lies; its file "
                "may be damaged.",
                self.name,
            )
        valid = self._missing.valid(values[None], source, size)
        values = self._scale.metres(values)
        if valid is not None:
            values[~valid] = np.nan
        first_row = 1 - (window.row - row) // every
        first_col = 1 - (window.col - col) // every
        part = z[
            first_row : first_row + len(values), first_col : first_col + values.shape[1]
        ]
        part[:] = values[: len(part), : part.shape[1]]
        return z

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
        geographic = self.grid.crs.geographic
        points = self.grid.crs.transform(ends, geographic)
        scale = np.array(geographic.metres_per_unit(points[:, 1].mean()))
        steps = np.stack((points[0] - points[1], points[2] - points[3]), axis=1)
        return steps * scale[:, None]
