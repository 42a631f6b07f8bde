# SPDX-License-Identifier: GPL-2.0-or-later
"""Writing a probability raster, so that a killed run loses little of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np
from osgeo import gdal

from ..geo.files import stated_grid
from ..geo.gdal_errors import quiet
from ..geo.grid import Grid, Window, spans
from ..geo.whole_files import UNFINISHED
from ..geo.write_failure import write_failure
from .level_file import TILE, LevelFile, describe_band, strip_of, strip_rows
from .levels import NODATA, Strip
from .tiles_on_disk import COLUMNS, is_on_disk, rows_held, rows_written, to_disk

# of a raster that is thrown away: compressing it takes half as long as outlining it
MAX_PLAIN_BYTES = 1 << 30
# rows after which the file's directory is written, so that a killed run loses no more
CHECKPOINT = 2048
CUT_SHORT = "the file is shorter than what was written"
ROWS = "MRIFE_ROWS"  # metadata item of an unfinished raster
PLAIN_OPTIONS = (
    "TILED=YES",
    f"BLOCKXSIZE={TILE}",
    f"BLOCKYSIZE={TILE}",
    "BIGTIFF=IF_SAFER",
)
# apart from each other: who reads the probability alone reads no more for the spread
BANDS_APART = ("INTERLEAVE=BAND",)
# not DEFLATE: a raster that is taken up again would go on at another level
OPTIONS = (*PLAIN_OPTIONS, "COMPRESS=LZW", "PREDICTOR=2")


class ProbabilityWriter:
    """Writes strips, as they finish, to `<path>.part`; the file gets its name only when
    all is there, and not even then where `named` is false: the caller does it.

    A context manager: leaving it by an exception, or before the last row, deletes the
    part. A part that a killed program left is taken up again where grid and `metadata`
    are the same; `done` rows of it are then finished. A `temporary` raster, which nobody
    is to have, is compressed only where it is large. One of a plan that `has_spread`
    gets a second band. Raises MrifeError.
    """

    def __init__(
        self,
        path: str,
        grid: Grid,
        metadata: dict[str, str] | None = None,
        named: bool = True,
        temporary: bool = False,
        has_spread: bool = False,
    ):
        self.path = str(path)
        self.grid = grid
        self.has_spread = has_spread
        self.part = self.path + UNFINISHED
        self._named = named
        # a later run may go on with it, after a power cut too
        self._outlives = not (named and temporary)
        self._options = OPTIONS
        if temporary and is_small(grid):
            self._options = PLAIN_OPTIONS
        if has_spread:
            self._options += BANDS_APART
        self._metadata = {key: str(value) for key, value in (metadata or {}).items()}
        self._pending: list[tuple[np.ndarray, ...]] = []
        self._waiting = 0
        self.done = 0
        self._dataset = self._left_over() or self._new()
        self._row = self.done
        with quiet() as gdal_error:
            self._levels = LevelFile(self._dataset, self.part)
            self._spread = None
            if has_spread:
                self._spread = LevelFile(self._dataset, self.part, number=2)
        if gdal_error.failed:
            self._discard()
            raise write_failure(self.path, gdal_error.words)

    def _left_over(self) -> gdal.Dataset | None:
        """The part of the same run, cut off before its end."""
        if not self._metadata or not os.path.exists(self.part):
            return None
        with quiet():
            dataset = gdal.OpenEx(self.part, gdal.OF_RASTER | gdal.OF_UPDATE)
        if dataset is None or stated_grid(dataset) != self.grid:
            return None
        if dataset.RasterCount != 1 + self.has_spread:
            return None
        if not self._metadata.items() <= dataset.GetMetadata().items():
            return None
        self.done = rows_held(dataset, self.part)
        if not self.done:
            return None
        return dataset

    def _new(self) -> gdal.Dataset:
        grid = self.grid
        with quiet() as gdal_error:
            dataset = gdal.GetDriverByName("GTiff").Create(
                self.part,
                grid.width,
                grid.height,
                1 + self.has_spread,
                gdal.GDT_Byte,
                options=list(self._options),
            )
            if dataset is not None:
                self._describe(dataset)
        if dataset is None:
            raise write_failure(self.path, gdal_error.words)
        return dataset

    def _describe(self, dataset: gdal.Dataset) -> None:
        dataset.SetGeoTransform(self.grid.geotransform)
        dataset.SetProjection(self.grid.wkt)
        dataset.SetMetadata(self._metadata)
        for number in range(1, dataset.RasterCount + 1):
            describe_band(dataset.GetRasterBand(number), number)

    def _discard(self) -> None:
        with quiet():
            self._dataset = self._levels = self._spread = None  # closes the file
        with suppress(FileNotFoundError):
            os.remove(self.part)

    def write(self, strip: Strip) -> None:
        """Take the next strip; whole rows of tiles go to the disk, so that each is
        compressed once.
        """
        planes = (strip.values,)
        if self.has_spread:
            planes += (strip.spread,)
        while len(planes[0]):
            rows = min(TILE - self._waiting, len(planes[0]))
            self._pending.append(tuple(plane[:rows] for plane in planes))
            self._waiting += rows
            if self._waiting == min(TILE, self.grid.height - self._row):
                self._flush()
            planes = tuple(plane[rows:] for plane in planes)

    def read(self, window: Window) -> np.ndarray:
        """Levels of a window of rows that went to the disk, uint8 (rows, cols)."""
        return self._levels.read(window)

    def read_spread(self, window: Window) -> np.ndarray:
        """The same of their spread, where the raster has one."""
        return self._spread.read(window)

    def strips(self, end: int) -> Iterator[Strip]:
        """The first `end` rows, which went to the disk."""
        step = strip_rows(self.grid.width)
        for row, rows in spans(0, end, step):
            yield strip_of(
                Window(row, 0, rows, self.grid.width), self._levels, self._spread
            )

    def __enter__(self) -> ProbabilityWriter:
        return self

    def __exit__(self, kind: type | None, *_) -> None:
        with quiet() as gdal_error:
            if self._dataset.GetMetadataItem(ROWS):
                self._dataset.SetMetadataItem(ROWS, None)
            self._dataset = self._levels = self._spread = None  # closes the file
        failure = gdal_error.words if gdal_error.failed else ""
        if kind is None and self._row == self.grid.height and not failure:
            failure = self._cut_short() or self._name_it()
            if not failure:
                return
        with suppress(FileNotFoundError):
            os.remove(self.part)
        if kind is None and failure:
            raise write_failure(self.path, failure)

    def _cut_short(self) -> str:
        """Words of a failure where the closed file does not hold what went into it."""
        with quiet():
            dataset = gdal.OpenEx(self.part, gdal.OF_RASTER)
        if dataset is None or rows_written(dataset, self.part) < self.grid.height:
            return CUT_SHORT
        return ""

    def _name_it(self) -> str:
        """Give the whole file its name; words of a failure."""
        if self._named:
            try:
                os.replace(self.part, self.path)
            except OSError as error:
                return str(error.strerror)
        return ""

    def _flush(self) -> None:
        following = self._row + self._waiting
        with quiet() as gdal_error:
            filled = [
                self._write_tiles(number, parts)
                for number, parts in enumerate(zip(*self._pending), 1)
            ]
            if following % CHECKPOINT == 0:
                self._dataset.FlushCache()
                if self._outlives:
                    to_disk(self.part)
                # GDAL only writes a directory that changed
                self._dataset.SetMetadataItem(ROWS, str(following))
            self._dataset.FlushCache()
        if gdal_error.failed:
            raise write_failure(self.path, gdal_error.words)
        size = os.path.getsize(self.part)
        if not is_on_disk(self._dataset, self._row // TILE, size, filled):
            raise write_failure(self.path, CUT_SHORT)
        self._row = following
        self._waiting = 0
        self._pending = []

    def _write_tiles(self, number: int, parts: Sequence[np.ndarray]) -> np.ndarray:
        """Write a row of tiles of a band, which lies in parts (rows, width); which of them
        hold anything, bool (tiles,).
        """
        band = self._dataset.GetRasterBand(number)
        filled = []
        for col in range(0, self.grid.width, COLUMNS):
            block = np.concatenate([part[:, col : col + COLUMNS] for part in parts])
            band.WriteArray(block, col, self._row)
            band.FlushCache()
            tiles = np.arange(0, block.shape[1], TILE)
            filled.append(np.minimum.reduceat(block.min(axis=0), tiles) != NODATA)
        return np.concatenate(filled)


def is_small(grid: Grid) -> bool:
    """Whether a raster that is thrown away need not be compressed."""
    return grid.width * grid.height <= MAX_PLAIN_BYTES
