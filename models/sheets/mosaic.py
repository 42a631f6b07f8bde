# SPDX-License-Identifier: GPL-2.0-or-later
"""The sheets of a survey as one image: each pixel is that of the first sheet, by name,
that shows ground there. Collars and gaps of one are filled by the next.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Union

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ..contract import Contract
from ..errors import Note, UnsuitableRaster
from ..geo.coordinates import inner_point
from ..geo.dem import ElevationModel
from ..geo.elevation_reader import ElevationReader
from ..geo.grid import Grid, Window
from ..geo.missing import FILE_ALONE
from ..geo.rectangles import Rectangles, common, slices
from ..geo.undeclared import NOTHING
from ..inference.band_file import BandFile, Block, ResampledBands, tiles
from ..inference.elevation_alone import ElevationAlone
from ..inference.raster import RasterReader
from ..inference.stretch import Stretch
from .joined_heights import joined_heights
from .layout import PlacedSheet, SheetLayout
from .resampled_sheet import ResampledSheet
from .sheet import Sheet, digest

MAX_OPEN = 32  # files
# pixels around what cannot be read, in which the reason lies: GDAL warps by blocks of up
# to 512, and a sheet of other pixels once more before
FAR = 1100
FAR_TILE = 512  # rows and columns that are looked at together
BLOCK_ROWS = 256  # by which it is read: sheets have blocks of their own


# a sheet on pixels of the survey's grid
SheetFile = Union[BandFile, ResampledSheet, ElevationAlone]


class UnreadableSheet(UnsuitableRaster):
    """A sheet that looked right cannot be read somewhere; `part` names the one that was
    searched then.
    """

    def __init__(self, sheet: Sheet, error: UnsuitableRaster, part: str = ""):
        super().__init__(error.template, *error.values)
        self.sheet = sheet
        self.part = part
        self._error = error

    def __reduce__(self) -> tuple:
        return UnreadableSheet, (self.sheet, self._error, self.part)


class NothingMissing:
    """What is still missing in a mosaic is known of each sheet already."""

    undeclared = NOTHING
    reasons = "no sheet"


class MosaicFile:
    """Sheets on the grid of a survey, read as a BandFile is."""

    never_missing = False
    missing = NothingMissing()

    def __init__(self, grid: Grid, placed: Sequence[PlacedSheet]):
        self.width = grid.width
        self.height = grid.height
        self.path = placed[0].sheet.path
        self.bands = placed[0].sheet.bands
        self.dtype = np.dtype(placed[0].sheet.dtype)
        self._grid = grid
        self._placed = tuple(placed)
        self._places = Rectangles([item.place for item in placed])
        self._open: OrderedDict[int, SheetFile] = OrderedDict()

    def __reduce__(self) -> tuple:
        return MosaicFile, (self._grid, self._placed)  # open files stay here

    def read(self, window: Window) -> Block:
        """Values and which of them are valid. Raises UnreadableSheet."""
        shape = (window.rows, window.cols)
        pixels = np.zeros((len(self.bands), *shape), self.dtype)
        valid = np.zeros(shape, bool)
        for number, shared in self.under(window):
            place = slices(shared, window)
            free = ~valid[place]
            if not free.any():
                continue
            block = self._read(number, shared)
            if block.valid is not None:
                free &= block.valid
            target = pixels[(slice(None), *place)]
            np.copyto(target, block.pixels, where=free)
            valid[place] |= free
        return Block(pixels, None if valid.all() else valid)

    def under(self, window: Window) -> Iterator[tuple[int, Window]]:
        """Number of each sheet on a window, ascending, and what they share."""
        return self._places.on(window)

    def valid(self, window: Window) -> np.ndarray | None:
        """Validity (rows, cols) alone; None where all is valid."""
        return self.read(window).valid

    def owner(self, row: int, col: int) -> PlacedSheet | None:
        """The sheet that a pixel is of; None where none shows ground there."""
        pixel = Window(row, col, 1, 1)
        for number, _ in self.under(pixel):
            block = self._read(number, pixel)
            if block.valid is None or block.valid.all():
                return self._placed[number]
        return None

    def read_through(self) -> Iterator[None]:
        """Read all of each sheet, yielding now and then. Raises UnreadableSheet."""
        for number, item in enumerate(self._placed):
            for tile in tiles(item.place, self._grid.whole, FAR_TILE, FAR_TILE):
                self._read(number, common(tile, item.place))
                yield

    def resampled(self, grid: Grid) -> ResampledBands:
        """The same ground in the pixels of a grid."""
        return ResampledBands(self, grid.width, grid.height)

    def block_rows(self) -> int:
        """Rows by which it is read."""
        return BLOCK_ROWS

    def release(self) -> None:
        """Drop blocks of files from GDAL's cache, which the whole process shares."""
        for file in self._open.values():
            file.release()

    def close(self) -> None:
        """Let the files go; they are opened again where they are read."""
        self._open.clear()

    def _read(self, number: int, window: Window) -> Block:
        """A window of the grid that lies within a sheet."""
        place = self._placed[number].place
        row = window.row - place.row
        col = window.col - place.col
        try:
            return self._opened(number).read(window._replace(row=row, col=col))
        except UnsuitableRaster as error:
            raise UnreadableSheet(self._placed[number].sheet, error) from error

    def _opened(self, number: int) -> SheetFile:
        if number in self._open:
            self._open.move_to_end(number)
            return self._open[number]
        item = self._placed[number]
        file = item.sheet.open()
        if not item.aligned:
            grid = self._grid.crop(item.place)
            if item.sheet.is_elevation:
                file = file.resampled(grid)
            else:
                file = ResampledSheet(file, item.sheet.grid, grid)
        self._open[number] = file
        if len(self._open) > MAX_OPEN:
            self._open.popitem(last=False)
        return file


class SheetHeights:
    """The heights of sheets that are elevation models, on a grid, as an ElevationReader
    gives them. Raises UnreadableSheet.
    """

    def __init__(self, layout: SheetLayout, grid: Grid, pixel_m: float | None):
        self._layout = layout
        self._grid = grid
        self._pixel_m = pixel_m
        self._reader = ElevationReader(joined_heights(layout), grid, pixel_m)

    def __reduce__(self) -> tuple:
        return SheetHeights, (self._layout, self._grid, self._pixel_m)

    def read(self, row: int, rows: int, col: int, cols: int) -> np.ndarray:
        """(1, rows, cols) float32 metres, MISSING_ELEVATION where there are none."""
        try:
            return self._reader.read(row, rows, col, cols)
        except UnsuitableRaster:
            self._name_the_sheet(self._grid.crop(Window(row, col, rows, cols)))
            raise

    def resized(self, grid: Grid) -> SheetHeights:
        """The same heights on another grid."""
        return SheetHeights(self._layout, grid, self._pixel_m)

    def _name_the_sheet(self, block: Grid) -> None:
        """Raises UnreadableSheet for a sheet that cannot be read in a block or around it:
        the raster of all of them does not know which.
        """
        whole = self._layout.grid
        west, south, east, north = block.bounds
        margin = FAR * max(block.geotransform[1], whole.geotransform[1])
        ground = (west - margin, south - margin, east + margin, north + margin)
        file = MosaicFile(whole, self._layout.placed)
        for tile in tiles(whole.window(*ground), whole.whole, FAR_TILE, FAR_TILE):
            file.read(tile)


class Mosaic(RasterReader):
    """The sheets of a layout as one raster for a search, with one radiometry, or by their
    heights alone. `elevation`: of the elevation model that the user gave, which then
    stands in for heights of the sheets' own.
    """

    own_dem = ""  # what polygons are measured with is that of all sheets, once
    image_date = None  # each sheet has its own
    nodata = FILE_ALONE

    def __init__(
        self,
        layout: SheetLayout,
        contract: Contract,
        stretch: Stretch | None,
        elevation: ElevationReader | None,
        elevation_identity: str = "",
        notes: tuple[Note, ...] = (),
    ):
        self.layout = layout
        self.is_elevation = layout.is_elevation
        self.file = MosaicFile(layout.grid, layout.placed)
        self._contract = contract
        self._given_elevation = elevation
        source = self.file
        if self.is_elevation:
            heights = elevation
            if heights is None:
                heights = SheetHeights(layout, layout.grid, contract.height_pixel)
            source = ElevationAlone(heights, len(contract.image_bands))
            elevation = None
        super().__init__(layout.grid, source, source, stretch, elevation)
        self.path = self.file.path
        self.bands = self.file.bands
        self.notes = notes
        self.images = digest(
            [(item.sheet.identity, item.place) for item in layout.placed]
        )
        self.radiometry = _in_words(stretch)
        self.elevation_identity = elevation_identity
        facts = (self.images, self.radiometry, elevation_identity)
        self.fingerprint = digest(facts)

    def part(self, placed: Sequence[PlacedSheet]) -> Mosaic:
        """The same with these sheets alone."""
        return Mosaic(
            replace(self.layout, placed=tuple(placed)),
            self._contract,
            self._stretch,
            self._given_elevation,
            self.elevation_identity,
        )

    def elevation_model(self, name: str) -> ElevationModel | None:
        """Of all sheets, under a name, where they are elevation models."""
        if not self.is_elevation:
            return None
        return ElevationModel(joined_heights(self.layout).xml, "metres", name=name)

    def close(self) -> None:
        """Let the files of the sheets go."""
        self.file.close()

    def sheet_of(self, polygon: Polygon | MultiPolygon) -> Sheet:
        """The sheet that a polygon is counted to: that of a point inside; where that
        shows no ground, the first one that the point lies on, or else the polygon.
        """
        x, y = inner_point(polygon)
        col, row = (int(place // 1) for place in self.grid.to_pixel(x, y))
        owner = self.file.owner(row, col)
        if owner is not None:
            return owner.sheet
        around = self.grid.window(*polygon.bounds)
        for window in (Window(row, col, 1, 1), around, self.grid.whole):
            for number, _ in self.file.under(window):
                return self.layout.placed[number].sheet
        return self.layout.placed[0].sheet


def _in_words(stretch: Stretch | None) -> str:
    if stretch is None:
        return "as it is"
    return digest((stretch.gain.tolist(), stretch.offset.tolist()))
