# SPDX-License-Identifier: GPL-2.0-or-later
"""The band of heights in the file of an elevation model, examined before anything is
measured: its place, unit and voids, and what is doubtful in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np
from osgeo import gdal

from ..errors import Note, UnsuitableRaster
from .alpha import tagged_alpha
from .block import in_blocks, read_block, sampled
from .crs import Crs
from .elevation_doubts import (
    cut_short,
    eight_bits,
    like_an_index,
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
from .grid import Window
from .height_unit import (
    METRES_PER_FOOT,
    grid_unit,
    is_no_unit_of_height,
    stated_unit,
    unit_of_band,
)
from .missing import FEWEST_SHARE, FILE_ALONE, LayerNodata, Missing, left_out
from .rectangles import common, grown


@dataclass(frozen=True)
class ElevationLayer:
    """What the user says of an elevation model beside its file: what is missing, and WKT
    of its coordinate reference system where the file has none or a wrong one.
    """

    nodata: LayerNodata = FILE_ALONE
    wkt: str | None = None


ELEVATION_FILE = ElevationLayer()


class ElevationBand:
    """Numbers of a file, in metres: `unit`, `layer` and `name` as `ElevationModel` takes
    them.

    `doubts` are what the user should look at, `damage` says where some of a sample cannot
    be read. Raises UnsuitableRaster when the file cannot be opened, has no CRS or holds
    no heights.
    """

    def __init__(self, path: str, unit: str, layer: ElevationLayer, name: str):
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
            heights = [self._scale.metres(block) for block in blocks]
            self.doubts += like_an_index(self.name, heights)
            self.doubts += steep_ground(self.name, heights, self.grid.pixel_metres())

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

    @property
    def in_metres(self) -> str:
        """The XML of a virtual raster of the heights in metres, as GDAL takes it."""
        return in_metres(self._dataset, self._scale, self._missing, self.grid.crs.flat)

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
        grid = self.grid
        blocks = []
        count = 0
        for window in sampled(grid.width, grid.height, self._band.FlushCache):
            count += 1
            try:
                blocks.append(self._numbers(window))
            except UnsuitableRaster as error:
                problem = error.with_traceback(None)
        if not blocks:
            raise problem
        if len(blocks) < count:
            self.damage = cut_short(self.name, count - len(blocks), count)
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

    def heights(self, window: Window) -> np.ndarray:
        """Metres (rows, cols), NaN where there are none. Raises UnsuitableRaster."""
        return self._scale.metres(self._numbers(window))

    def heights_around(self, window: Window, margin: int) -> np.ndarray:
        """Metres (rows + 2 margin, cols + 2 margin) of a window with a margin of cells
        around, NaN where that is void or beyond the model. Raises UnsuitableRaster.
        """
        wide = grown(window, margin, margin)
        z = np.full((wide.rows, wide.cols), np.nan)
        inner = common(wide, self.grid.whole)
        if inner is None:
            return z
        with quiet(), in_blocks():
            values = self._band.ReadAsArray(inner.col, inner.row, inner.cols, inner.rows)
        if values is None:
            raise UnsuitableRaster(
                "The elevation model {} cannot be read where a polygon lies; its file "
                "may be damaged.",
                self.name,
            )
        valid = self._missing.valid(values[None], inner)
        values = self._scale.metres(values)
        if valid is not None:
            values[~valid] = np.nan
        top = inner.row - wide.row
        left = inner.col - wide.col
        z[top : top + inner.rows, left : left + inner.cols] = values
        return z
