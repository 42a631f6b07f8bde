# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading a raster in blocks of rows: pixels as the model wants them, and which of
them are valid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from osgeo import gdal

from ..contract import ELEVATION, Contract
from ..errors import UnsuitableRaster
from ..geo.elevation import Elevation
from ..geo.gdal_errors import quiet
from ..geo.grid import Grid
from .bands import choose_bands, contradictions

SAMPLES = 10  # blocks a side that stand for the whole raster
SAMPLE_SIZE = 100  # pixels a side of each
COLLAR_SHARE = (
    0.02  # of the border that must hold one extreme value to be called a collar
)


class Block(NamedTuple):
    """Pixels (bands, rows, cols) and their validity (rows, cols), None where all are
    valid.
    """

    pixels: np.ndarray
    valid: np.ndarray | None


class Raster:
    """Selected bands of a raster file, never read whole.

    `bands` are 1-based; empty: by colour interpretation where the contract's band names
    are colours and the file tags them, else the first ones. Pixels are 8-bit stretched
    where the contract says so. Where the contract asks for elevation, `dem` brings it.
    Raises UnsuitableRaster.
    """

    def __init__(
        self,
        path: str,
        bands: Sequence[int] = (),
        contract: Contract | None = None,
        dem: str | None = None,
    ):
        self.path = str(path)
        self.contract = contract or Contract(bands=("",) * len(bands))
        self._dataset = open_raster(self.path)
        self.grid = _grid(self._dataset)
        self.bands = choose_bands(
            self._dataset, tuple(bands), self.contract, contract is not None
        )
        self.notes = contradictions(self._dataset, self.bands, self.contract)
        takes = ELEVATION in self.contract.bands
        if takes:
            self._elevation = Elevation(open_raster(dem) if dem else None, self.grid)
        else:
            self._elevation = None
        if takes and not dem:
            self.notes += (
                "The model can use elevation, but none was given: it looks at the image "
                "alone.",
            )
        self._look()

    def _look(self) -> None:
        """What does not change with the place: validity rule, collar, stretch."""
        first = self._dataset.GetRasterBand(self.bands[0])
        flags = first.GetMaskFlags()
        self._mask_band = bool(flags & gdal.GMF_PER_DATASET)
        self._alpha = bool(flags & gdal.GMF_ALPHA)
        self._nodata = [
            self._dataset.GetRasterBand(b).GetNoDataValue() for b in self.bands
        ]
        self.dtype = self._raw(0, 1, 0, 1).dtype
        if self.dtype.kind == "c":
            raise UnsuitableRaster(
                "'{}' holds complex numbers; choose an image.", self.path
            )
        self._collar = None
        self._gain: np.ndarray | None = None
        self._check_end()
        tagged = self._mask_band or any(value is not None for value in self._nodata)
        if self.dtype.kind in "iu" and not tagged:
            self._collar = self._find_collar()
        sample = self._sample()
        shown = (
            np.ascontiguousarray(sample).tobytes()
            + str(self._elevation and self._elevation.path).encode()
        )
        self.fingerprint = hashlib.sha256(shown).hexdigest()[:16]
        if self.contract.stretch and self.dtype != np.uint8:
            self._gain, self._offset = _stretch(sample, self.contract.stretch)

    def resized(self, grid: Grid) -> Raster:
        """The same raster in another number of pixels: averaged when shrinking,
        bilinear when growing.
        """
        shrinks = grid.width * grid.height < self.grid.width * self.grid.height
        bands = list(self.bands)
        if self._alpha:
            bands += [
                b
                for b in range(1, self._dataset.RasterCount + 1)
                if self._dataset.GetRasterBand(b).GetColorInterpretation()
                == gdal.GCI_AlphaBand
            ]
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        with quiet() as said:
            other._dataset = gdal.Translate(
                "",
                self._dataset,
                format="VRT",
                bandList=bands,
                width=grid.width,
                height=grid.height,
                resampleAlg="average" if shrinks else "bilinear",
            )
        if other._dataset is None:
            raise UnsuitableRaster(
                "'{}' cannot be resampled ({}).", self.path, said.words
            )
        other.bands = tuple(range(1, len(self.bands) + 1))
        other.grid = grid
        other._elevation = self._elevation and self._elevation.resized(grid)
        return other

    def place(self, wkt: str) -> None:
        """Take the raster to be in another coordinate reference system than the file
        says.
        """
        self.grid = replace(self.grid, wkt=wkt)
        self._elevation = self._elevation and self._elevation.resized(self.grid)

    def read(self, row: int, rows: int, col: int = 0, cols: int | None = None) -> Block:
        """A block of the grid; missing pixels hold the contract's fill value."""
        if cols is None:
            cols = self.grid.width - col
        pixels = self._raw(row, rows, col, cols)
        valid = self._valid(pixels, row, rows, col, cols)
        if self._gain is not None:
            pixels = np.nan_to_num(
                pixels.astype(np.float32) * self._gain + self._offset, nan=0
            )
            pixels = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
        if valid is not None:
            fill = self.contract.fill or (0,) * len(self.bands)
            for band, value in zip(pixels, fill):
                np.copyto(band, np.asarray(value).astype(band.dtype), where=~valid)
        if self._elevation is not None:
            pixels = np.concatenate(
                [pixels.astype(np.float32), self._elevation.read(row, rows, col, cols)]
            )
        return Block(pixels, valid)

    def valid(self, row: int, rows: int, col: int, cols: int) -> np.ndarray | None:
        """Validity (rows, cols) of a block alone, None where all of it is valid."""
        if self.always_valid():
            return None
        return self._valid(self._raw(row, rows, col, cols), row, rows, col, cols)

    def block_rows(self) -> int:
        """Height of the file's own blocks, by which it is cheapest to read."""
        return self._dataset.GetRasterBand(self.bands[0]).GetBlockSize()[1]

    def release(self) -> None:
        """Drop the file's blocks from GDAL's cache, which the whole process shares."""
        self._dataset.FlushCache()

    @property
    def planes(self) -> int:
        """Bands that `read` gives, elevation included."""
        return len(self.bands) + (self._elevation is not None)

    @property
    def read_dtype(self) -> np.dtype:
        """Type of what `read` gives: floats with elevation, bytes where the raster is
        stretched, else its own.
        """
        if self._elevation is not None:
            return np.dtype(np.float32)
        if self._gain is None:
            return self.dtype
        return np.dtype(np.uint8)

    def always_valid(self) -> bool:
        """Whether no pixel can be missing."""
        return (
            self.dtype.kind in "iu"
            and not self._mask_band
            and self._collar is None
            and all(value is None for value in self._nodata)
        )

    def _raw(self, row: int, rows: int, col: int, cols: int) -> np.ndarray:
        with quiet() as said:
            array = self._dataset.ReadAsArray(
                col, row, cols, rows, band_list=list(self.bands)
            )
        if array is None:
            raise UnsuitableRaster(
                "'{}' cannot be read near row {} ({}); the file may be cut short, copy "
                "it again.",
                self.path,
                row,
                said.words,
            )
        return array.reshape(len(self.bands), rows, cols)

    def _valid(
        self, pixels: np.ndarray, row: int, rows: int, col: int, cols: int
    ) -> np.ndarray | None:
        valid = None
        if self._mask_band:
            mask = self._dataset.GetRasterBand(self.bands[0]).GetMaskBand()
            valid = mask.ReadAsArray(col, row, cols, rows) >= (128 if self._alpha else 1)
        if any(value is not None for value in self._nodata):
            missing = _missing(pixels, self._nodata)
            if valid is None:
                valid = ~missing
            else:
                valid = valid & ~missing
        if self._collar is not None:
            valid = (pixels != self._collar).any(axis=0)
        if pixels.dtype.kind == "f":
            finite = np.isfinite(pixels).all(axis=0)
            if valid is None:
                valid = finite
            else:
                valid = valid & finite
        if valid is None or valid.all():
            return None
        return valid

    def _check_end(self) -> None:
        """A file cut short fails here and not hours later: its last block lies at its
        end.
        """
        self._raw(self.grid.height - 1, 1, self.grid.width - 1, 1)

    def _find_collar(self) -> int | None:
        """0 or the largest value, where all bands hold it along a good part of the
        border.
        """
        height = self.grid.height
        width = self.grid.width
        if min(height, width) < 3:
            return None
        border = np.concatenate(
            [
                self._raw(0, 1, 0, width)[:, 0],
                self._raw(height - 1, 1, 0, width)[:, 0],
                self._raw(0, height, 0, 1)[:, :, 0],
                self._raw(0, height, width - 1, 1)[:, :, 0],
            ],
            axis=1,
        )
        for value in (0, np.iinfo(self.dtype).max):
            if (border == value).all(axis=0).mean() >= COLLAR_SHARE:
                self.notes += (
                    f"The border is {value} in all bands without a nodata tag: such "
                    "pixels are taken as missing.",
                )
                return value
        return None

    def _sample(self) -> np.ndarray:
        """Valid pixels (bands, n) from blocks spread evenly; raises where the whole
        raster says nothing.
        """
        pixels = np.concatenate(list(self._sampled(SAMPLES, SAMPLE_SIZE)), axis=1)
        if not _says_something(pixels):  # rare, so it may cost a full pass
            pixels = np.concatenate([pixels] + list(self._extremes()), axis=1)
        if not pixels.shape[1]:
            raise UnsuitableRaster(
                "'{}' has no valid pixel in bands {}; choose one with data.",
                self.path,
                self.bands,
            )
        if not _says_something(pixels) and self.grid.width * self.grid.height > 1:
            raise UnsuitableRaster(
                "'{}' has the same value everywhere ({}); choose an image that shows "
                "the ground.",
                self.path,
                pixels[:, 0].tolist(),
            )
        return pixels

    def _sampled(self, count: int, size: int) -> Iterator[np.ndarray]:
        rows = min(size, self.grid.height)
        cols = min(size, self.grid.width)
        for row in np.unique(np.linspace(0, self.grid.height - rows, count).astype(int)):
            for col in np.unique(
                np.linspace(0, self.grid.width - cols, count).astype(int)
            ):
                yield self._valid_pixels(int(row), rows, int(col), cols)

    def _extremes(self) -> Iterator[np.ndarray]:
        """Smallest and largest valid value per band of every block of rows."""
        for row in range(0, self.grid.height, 256):
            pixels = self._valid_pixels(
                row, min(256, self.grid.height - row), 0, self.grid.width
            )
            if pixels.shape[1]:
                yield np.stack([pixels.min(axis=1), pixels.max(axis=1)], axis=1)

    def _valid_pixels(self, row: int, rows: int, col: int, cols: int) -> np.ndarray:
        pixels = self._raw(row, rows, col, cols)
        valid = self._valid(pixels, row, rows, col, cols)
        if valid is None:
            return pixels.reshape(len(pixels), -1)
        return pixels[:, valid]


def open_raster(path: str) -> gdal.Dataset:
    """A raster file opened for reading; raises UnsuitableRaster."""
    with quiet() as said:
        dataset = gdal.OpenEx(
            str(path), gdal.OF_RASTER | gdal.OF_READONLY | gdal.OF_VERBOSE_ERROR
        )
    if dataset is None or not dataset.RasterCount:
        why = said.words or "GDAL knows no raster in it"
        raise UnsuitableRaster(
            "'{}' cannot be opened as a raster ({}); choose an existing, complete file.",
            path,
            why,
        )
    return dataset


def _grid(dataset: gdal.Dataset) -> Grid:
    return Grid(
        dataset.RasterXSize,
        dataset.RasterYSize,
        tuple(dataset.GetGeoTransform()),
        dataset.GetProjection(),
    )


def _missing(pixels: np.ndarray, nodata: Sequence[float | None]) -> np.ndarray:
    """Integer images: a pixel is missing where all bands hold nodata (black is a
    colour); others: where any does.
    """
    missing = np.stack(
        [
            band == value if value is not None else np.zeros(band.shape, bool)
            for band, value in zip(pixels, nodata)
        ]
    )
    if pixels.dtype.kind in "iu":
        return missing.all(axis=0)
    return missing.any(axis=0)


def _says_something(pixels: np.ndarray) -> bool:
    return bool(pixels.shape[1]) and bool((pixels != pixels[:, :1]).any())


def _stretch(
    sample: np.ndarray, targets: Sequence[Sequence[float]]
) -> tuple[np.ndarray, np.ndarray]:
    """Gain and offset (bands, 1, 1) that carry the raster's 2nd and 98th percentiles
    onto the training's.
    """
    low, high = np.percentile(sample.astype(np.float64), (2, 98), axis=1)
    want_low, want_high = np.asarray(targets, dtype=np.float64).T
    gain = (want_high - want_low) / np.maximum(high - low, 1e-9)
    return gain.astype(np.float32)[:, None, None], (want_low - gain * low).astype(
        np.float32
    )[:, None, None]
