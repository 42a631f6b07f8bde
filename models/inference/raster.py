# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading a raster in blocks of rows: pixels as the model wants them, and which of them
are valid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..contract import ELEVATION, Contract
from ..geo.dem import ElevationModel, ElevationReader
from ..geo.files import grid_of, open_raster
from ..geo.grid import Grid
from .band_file import BandFile
from .bands import choose_bands, contradictions
from .radiometry import Radiometry, examine


class Block(NamedTuple):
    """Pixels (bands, rows, cols) and their validity (rows, cols), None where all are
    valid.
    """

    pixels: np.ndarray
    valid: np.ndarray | None


class RasterReader:
    """Blocks of pixels on `grid` as the model takes them; elevation, where the model
    wants it, is the last band.
    """

    def __init__(
        self,
        grid: Grid,
        radiometry: Radiometry,
        elevation: ElevationReader | None,
    ):
        self.grid = grid
        self._radiometry = radiometry
        self._file = radiometry.bands
        self._elevation = elevation

    def read(self, row: int, rows: int, col: int = 0, cols: int | None = None) -> Block:
        """A block of the grid; what missing pixels hold means nothing."""
        if cols is None:
            cols = self.grid.width - col
        raw = self._file.read(row, rows, col, cols)
        valid = self._radiometry.valid(raw, row, rows, col, cols)
        pixels = self._radiometry.stretched(raw)
        if self._elevation is not None:
            heights = self._elevation.read(row, rows, col, cols)
            pixels = np.concatenate([pixels.astype(np.float32), heights])
        return Block(pixels, valid)

    def valid(self, row: int, rows: int, col: int, cols: int) -> np.ndarray | None:
        """Validity (rows, cols) of a block alone, None where all of it is valid."""
        if self.always_valid():
            return None
        raw = self._file.read(row, rows, col, cols)
        return self._radiometry.valid(raw, row, rows, col, cols)

    def always_valid(self) -> bool:
        """Whether no pixel can be missing."""
        return self._radiometry.always_valid

    def block_rows(self) -> int:
        """Height of the file's own blocks, by which it is cheapest to read."""
        return self._file.block_rows()

    def release(self) -> None:
        """Drop the file's blocks from GDAL's cache, which the whole process shares."""
        self._file.release()

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
        return self._radiometry.dtype

    def resized(self, grid: Grid) -> RasterReader:
        """The same ground in another number of pixels."""
        radiometry = self._radiometry.on(self._file.resized(grid))
        elevation = None
        if self._elevation is not None:
            elevation = self._elevation.resized(grid)
        return RasterReader(grid, radiometry, elevation)


class Raster(RasterReader):
    """Selected bands of a raster file, never read whole.

    `bands` are 1-based; empty: by colour interpretation where the contract's band names
    are colours and the file tags them, else the first ones. Pixels are 8-bit stretched
    where the contract says so. Where the contract asks for elevation, `dem` brings it,
    in `dem_unit` (auto, metres, feet).
    `notes` are for the log, `fingerprint` differs where the pixels do. Raises
    UnsuitableRaster.
    """

    def __init__(
        self,
        path: str,
        bands: Sequence[int] = (),
        contract: Contract | None = None,
        dem: str | None = None,
        dem_unit: str = "auto",
    ):
        self.path = str(path)
        strict = contract is not None
        if contract is None:
            contract = Contract(bands=("",) * len(bands))
        dataset = open_raster(self.path)
        self.bands = choose_bands(dataset, tuple(bands), contract, strict)
        grid = grid_of(dataset)
        elevation = None
        if ELEVATION in contract.bands:
            model = None
            if dem:
                model = ElevationModel(dem, dem_unit)
            elevation = ElevationReader(model, grid)
        file = BandFile(dataset, self.bands, self.path)
        radiometry, sample, notes = examine(file, contract)
        super().__init__(grid, radiometry, elevation)
        self.notes = contradictions(dataset, self.bands, contract)
        if elevation is not None and not dem:
            self.notes += (
                "The model can use elevation, but none was given: it looks at the image "
                "alone.",
            )
        self.notes += notes
        heights = None
        if elevation is not None and dem:
            heights = f"{dem}"
            if dem_unit != "auto":
                heights += f" in {dem_unit}"
        self.fingerprint = _fingerprint(sample, heights)

    def place(self, wkt: str) -> None:
        """Take the raster to be in another coordinate reference system than the file
        says.
        """
        self.grid = replace(self.grid, wkt=wkt)
        if self._elevation is not None:
            self._elevation = self._elevation.resized(self.grid)


def _fingerprint(sample: np.ndarray, dem: str | None) -> str:
    """16 hex digits of sampled pixels and the elevation model."""
    facts = np.ascontiguousarray(sample).tobytes() + str(dem).encode()
    return hashlib.sha256(facts).hexdigest()[:16]
