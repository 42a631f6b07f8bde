# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading a raster in blocks of rows: pixels as the model wants them, and which of them
are valid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from osgeo import gdal

from ..contract import Contract
from ..errors import Note
from ..geo.dem import ElevationModel
from ..geo.elevation_band import ELEVATION_FILE, ElevationLayer
from ..geo.elevation_reader import ElevationReader
from ..geo.files import grid_of, open_raster, stamps
from ..geo.grid import Grid, Window
from ..geo.missing import FILE_ALONE, LayerNodata
from .band_file import BandFile, Block, ResampledBands
from .bands import choose_bands, contradictions
from .elevation_alone import ElevationAlone, sampled_heights, searches_elevation
from .image_date import image_date
from .radiometry import ExaminedImage, examine
from .stretch import Stretch


class RasterReader:
    """Blocks of pixels on `grid` as the model takes them; elevation, where the model
    wants it, is the last band.
    """

    def __init__(
        self,
        grid: Grid,
        source: BandFile | ResampledBands | ElevationAlone,
        file: BandFile | ElevationAlone,
        stretch: Stretch | None,
        elevation: ElevationReader | None,
    ):
        self.grid = grid
        self._source = source
        self._file = file
        self._stretch = stretch
        self._elevation = elevation

    def read(self, row: int, rows: int, col: int = 0, cols: int | None = None) -> Block:
        """A block of the grid; what missing pixels hold means nothing."""
        if cols is None:
            cols = self.grid.width - col
        pixels, valid = self._source.read(Window(row, col, rows, cols))
        if self._stretch is not None:
            pixels = self._stretch.apply(pixels)
        if self._elevation is not None:
            heights = self._elevation.read(row, rows, col, cols)
            pixels = np.concatenate([pixels.astype(np.float32), heights])
        return Block(pixels, valid)

    def read_into(self, out: np.ndarray, row: int, col: int) -> np.ndarray | None:
        """The block of the size of `out` (planes, rows, cols), which is of `read_dtype`,
        that begins at a row and a column, to `out`; gives the validity that `read` does.
        """
        _, rows, cols = out.shape
        as_it_is = self._stretch is None and self._elevation is None
        if as_it_is and isinstance(self._source, BandFile):
            return self._source.read_into(out, Window(row, col, rows, cols))
        pixels, valid = self.read(row, rows, col, cols)
        out[:] = pixels
        return valid

    def valid(self, row: int, rows: int, col: int, cols: int) -> np.ndarray | None:
        """Validity (rows, cols) of a block alone, None where all of it is valid."""
        return self._source.valid(Window(row, col, rows, cols))

    def always_valid(self) -> bool:
        """Whether no pixel can be missing."""
        return self._file.never_missing

    def block_rows(self) -> int:
        """Height of the file's own blocks, by which it is cheapest to read."""
        return self._source.block_rows()

    def release(self) -> None:
        """Drop the file's blocks from GDAL's cache, which the whole process shares."""
        self._source.release()

    @property
    def planes(self) -> int:
        """Bands that `read` gives, elevation included."""
        return len(self._file.bands) + (self._elevation is not None)

    @property
    def read_dtype(self) -> np.dtype:
        """Type of what `read` gives: floats with elevation, bytes where the raster is
        stretched, else its own.
        """
        if self._elevation is not None:
            return np.dtype(np.float32)
        if self._stretch is not None:
            return np.dtype(np.uint8)
        return self._file.dtype

    @property
    def has_elevation(self) -> bool:
        """Whether an elevation model lies beside the image."""
        return self._elevation is not None and self._elevation.is_given

    def heights(self, window: Window) -> np.ndarray:
        """(rows, cols) metres of the elevation model beside the image; MISSING_ELEVATION
        where it has none.
        """
        return self._elevation.read(window.row, window.rows, window.col, window.cols)[0]

    def without_elevation(self) -> RasterReader:
        """The image alone."""
        return RasterReader(self.grid, self._source, self._file, self._stretch, None)

    def resized(self, grid: Grid) -> RasterReader:
        """The same ground in another number of pixels."""
        source = self._file.resampled(grid)
        elevation = None
        if self._elevation is not None:
            elevation = self._elevation.resized(grid)
        return RasterReader(grid, source, self._file, self._stretch, elevation)


class Raster(RasterReader):
    """Selected bands of a raster file, never read whole.

    `bands` are 1-based; empty: by colour interpretation where the contract's band names
    are colours and the file tags them, else the first ones. Pixels are 8-bit stretched
    where the contract says so. Where the contract asks for elevation, `dem` brings it,
    in `dem_unit` (auto, metres, feet). `nodata`, `wkt` and `dem_layer`: what the user says
    of them beside what the files do, and in place of their coordinate reference systems.
    Where the contract takes elevation without an image, the raster may be the elevation
    model (`is_elevation`), and `own_dem` what its polygons are measured with.
    `notes` are for the log. `likeness` differs where sampled pixels do, and is that of a
    copy, too; `fingerprint` also where the files do. `image` is what was found in the
    bands, None for an elevation model. Raises UnsuitableRaster.
    """

    def __init__(
        self,
        path: str,
        bands: Sequence[int] = (),
        contract: Contract | None = None,
        dem: str | None = None,
        dem_unit: str = "auto",
        nodata: LayerNodata = FILE_ALONE,
        dem_layer: ElevationLayer = ELEVATION_FILE,
        wkt: str | None = None,
    ):
        self.path = str(path)
        self.nodata = nodata
        strict = contract is not None
        if contract is None:
            contract = Contract(bands=("",) * len(bands))
        dataset = open_raster(self.path)
        grid = grid_of(dataset)
        if wkt is not None:
            grid = replace(grid, wkt=wkt)
        self.image: ExaminedImage | None = None
        self.own_dem = ""
        self.own_dem_layer = ElevationLayer(nodata, wkt)
        self.is_elevation = searches_elevation(dataset, self.path, contract, bands)
        if self.is_elevation:
            self.own_dem = "" if dem else self.path
            layer = dem_layer if dem else self.own_dem_layer
            heights = ElevationModel(dem or self.path, dem_unit, layer=layer)
            self._search_elevation(heights, grid, contract)
            return
        self.bands = choose_bands(dataset, tuple(bands), contract, strict)
        heights = None
        dem_words = None
        if dem and contract.takes_elevation:
            heights = ElevationModel(dem, dem_unit, layer=dem_layer)
            dem_words = in_words(dem, dem_unit, dem_layer)
        self._search_image(dataset, grid, contract, heights)
        self.likeness = _fingerprint(self.image.sample, str(dem_words), nodata)
        self.fingerprint = f"{self.likeness} {_state_of(self.path)}"

    def _search_image(
        self,
        dataset: gdal.Dataset,
        grid: Grid,
        contract: Contract,
        heights: ElevationModel | None,
    ) -> None:
        """See the `bands`, with heights beside them where the model takes any."""
        elevation, elevation_notes = elevation_on(grid, contract, heights)
        image = examine(dataset, self.bands, self.path, contract, self.nodata)
        super().__init__(grid, image.file, image.file, image.stretch, elevation)
        self.image = image
        notes = contradictions(dataset, self.bands, contract)
        self.notes = notes + elevation_notes + image.notes

    def _search_elevation(
        self, heights: ElevationModel, grid: Grid, contract: Contract
    ) -> None:
        """See the heights alone, on the raster's grid."""
        reader = ElevationReader(heights, grid, contract.height_pixel)
        source = ElevationAlone(reader, len(contract.image_bands))
        super().__init__(grid, source, source, None, None)
        self.bands = (1,)
        self.notes = (by_form(heights.name), *heights.notes)
        sample = sampled_heights(source, grid, heights.path)
        words = in_words(heights.path, "auto", ELEVATION_FILE)
        self.likeness = _fingerprint(sample, words, FILE_ALONE)
        self.fingerprint = self.likeness

    @property
    def image_date(self) -> str | None:
        """ISO 8601 day in the file's metadata."""
        return image_date(self.path)


def by_form(name: str) -> Note:
    """Of a search without an image, with an elevation model."""
    return Note(
        "The search goes by the form of the ground alone, with the elevations of {}.",
        name,
    )


def elevation_on(
    grid: Grid, contract: Contract, heights: ElevationModel | None
) -> tuple[ElevationReader | None, tuple[Note, ...]]:
    """Heights on the pixels of an image, where the model takes them, and what the log
    should know.
    """
    if not contract.takes_elevation:
        return None, ()
    notes = ()
    if heights is None:
        notes = (
            Note(
                "The model can use elevation, but none was given: it looks at the image "
                "alone."
            ),
        )
    return ElevationReader(heights, grid, contract.height_pixel), notes


def in_words(dem: str, unit: str, layer: ElevationLayer) -> str:
    """An elevation model as it is read, for what tells runs apart: its files by size and
    time, as those of another may stand in their place.
    """
    words = f"{dem} {_state_of(dem)}"
    if unit != "auto":
        words += f" in {unit}"
    if layer != ELEVATION_FILE:
        words += f" by {layer}"
    return words


def _state_of(path: str) -> str:
    """8 hex digits of a raster's files by size and time: who paints clouds out of an
    image may touch no pixel of the sample.
    """
    return hashlib.sha256(repr(stamps(path)).encode()).hexdigest()[:8]


def _fingerprint(sample: np.ndarray, dem: str, nodata: LayerNodata) -> str:
    """16 hex digits of sampled pixels, the elevation model, and what is missing."""
    facts = np.ascontiguousarray(sample).tobytes() + f"{dem}{nodata}".encode()
    return hashlib.sha256(facts).hexdigest()[:16]
