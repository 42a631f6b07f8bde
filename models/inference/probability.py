# SPDX-License-Identifier: GPL-2.0-or-later
"""Probability rasters on disk: UInt8, 0-250 for 0-1 with the scale in the band's metadata, 255 nodata."""
from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
from osgeo import gdal

from ..errors import MrifeError, UnsuitableRaster
from .grid import LEVELS, NODATA, Grid, Strip
from .quiet import quiet
from .raster import open_raster

TILE = 256
OPTIONS = ("TILED=YES", f"BLOCKXSIZE={TILE}", f"BLOCKYSIZE={TILE}", "COMPRESS=DEFLATE", "ZLEVEL=1",
           "BIGTIFF=IF_SAFER")


class ProbabilityWriter:
    """Writes strips, as they finish, to `<path>.part`; the file gets its name only when all is there.

    A context manager: leaving it by an exception, or before the last row, deletes the part. Raises MrifeError.
    """

    def __init__(self, path: str, grid: Grid, metadata: dict[str, str] | None = None):
        self.path, self.grid = str(path), grid
        self.part = self.path + ".part"
        self._pending: list[np.ndarray] = []
        self._row = self._waiting = 0
        with quiet() as said:
            self._dataset = gdal.GetDriverByName("GTiff").Create(self.part, grid.width, grid.height, 1, gdal.GDT_Byte,
                                                                 options=list(OPTIONS))
        if self._dataset is None:
            raise MrifeError(f"'{self.path}' cannot be written ({said.words}); choose another place.")
        self._dataset.SetGeoTransform(grid.geotransform)
        self._dataset.SetProjection(grid.wkt)
        self._dataset.SetMetadata({k: str(v) for k, v in (metadata or {}).items()})
        band = self._dataset.GetRasterBand(1)
        band.SetNoDataValue(NODATA)
        band.SetScale(1 / LEVELS)
        band.SetOffset(0)
        band.SetDescription("landslide probability")

    def write(self, strip: Strip) -> None:
        """Take the next strip; whole rows of tiles go to the disk at once, so that each is compressed once."""
        self._pending.append(strip.values)
        self._waiting += len(strip.values)
        if self._row + self._waiting == self.grid.height:
            self._flush(self._waiting)
        elif self._waiting >= TILE:
            self._flush(self._waiting // TILE * TILE)

    def tee(self, strips: Iterator[Strip]) -> Iterator[Strip]:
        """Write each strip and pass it on."""
        for strip in strips:
            self.write(strip)
            yield strip

    def __enter__(self) -> ProbabilityWriter:
        return self

    def __exit__(self, kind: type | None, *_) -> None:
        with quiet() as said:
            self._dataset = None  # closes the file
        if kind is None and self._row == self.grid.height and not said.failed:
            os.replace(self.part, self.path)
            return
        os.remove(self.part)
        if kind is None and said.failed:
            raise MrifeError(f"'{self.path}' could not be finished ({said.words}).")

    def _flush(self, rows: int) -> None:
        block = np.concatenate(self._pending) if len(self._pending) > 1 else self._pending[0]
        with quiet() as said:
            self._dataset.GetRasterBand(1).WriteArray(block[:rows], 0, self._row)
            self._dataset.FlushCache()
        if said.failed:
            raise MrifeError(f"'{self.path}' cannot be written any further ({said.words}); make room.")
        self._row += rows
        self._waiting -= rows
        self._pending = [block[rows:]] if self._waiting else []


def read_probability(path: str) -> tuple[Grid, Iterator[Strip]]:
    """Grid and strips of a probability raster: ours, or any single band of floats from 0 to 1.

    Raises UnsuitableRaster where the values cannot be probabilities.
    """
    dataset = open_raster(path)
    grid = Grid(dataset.RasterXSize, dataset.RasterYSize, tuple(dataset.GetGeoTransform()), dataset.GetProjection())
    if not grid.wkt:
        grid.pixel_metres()  # says what is missing
    band = dataset.GetRasterBand(1)
    scale = band.GetScale() or 1.0
    ours = band.DataType == gdal.GDT_Byte and abs(scale * LEVELS - 1) < 1e-6
    floats = band.DataType in (gdal.GDT_Float32, gdal.GDT_Float64)
    if dataset.RasterCount != 1 or not (ours or floats):
        raise UnsuitableRaster(f"'{path}' is not a probability raster; choose one band of 0 to 1 as floats, or 8-bit "
                               f"with a scale of 1/{LEVELS}, as detection writes it.")
    return grid, _strips(dataset, band, floats, path)


def read_provenance(path: str) -> dict[str, str]:
    """What a probability raster says of its making; empty for one that is not ours."""
    return {key: value for key, value in open_raster(path).GetMetadata().items() if key.startswith("MRIFE_")}


def _strips(dataset: gdal.Dataset, band: gdal.Band, floats: bool, path: str) -> Iterator[Strip]:
    step = max(TILE, band.GetBlockSize()[1] if band.GetBlockSize()[1] <= 1024 else TILE)
    nodata = band.GetNoDataValue()
    for row in range(0, dataset.RasterYSize, step):
        with quiet() as said:
            values = band.ReadAsArray(0, row, dataset.RasterXSize, min(step, dataset.RasterYSize - row))
        if values is None:
            raise UnsuitableRaster(f"'{path}' cannot be read near row {row} ({said.words}).")
        yield Strip(row, _to_levels(values, nodata, path) if floats else values)
        dataset.FlushCache()


def _to_levels(values: np.ndarray, nodata: float | None, path: str) -> np.ndarray:
    missing = ~np.isfinite(values)
    if nodata is not None:
        missing |= values == nodata
    values = np.where(missing, 0, values)
    if values.min() < 0 or values.max() > 1.0001:
        raise UnsuitableRaster(f"'{path}' holds values from {values.min():.3g} to {values.max():.3g}; probabilities "
                               "lie between 0 and 1.")
    return np.where(missing, NODATA, np.rint(values * LEVELS)).astype(np.uint8)
