# SPDX-License-Identifier: GPL-2.0-or-later
"""Probability rasters on disk: UInt8, 0-250 for 0-1 with the scale in the band's
metadata, 255 nodata; where it was asked for, the spread of the probabilities as a second
band of the same scale.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np
from osgeo import gdal

from ..errors import Note, UnsuitableRaster
from ..geo.alpha import tagged_alpha
from ..geo.files import grid_of, open_raster
from ..geo.gdal_errors import quiet
from ..geo.grid import Grid, Window, sample_windows
from ..geo.missing import FEWEST_SHARE, FILE_ALONE, LayerNodata, Missing, left_out
from ..geo.undeclared import NOTHING, SENTINELS, Undeclared
from ..geo.whole_files import UNFINISHED
from ..geo.write_failure import write_failure
from .levels import LEVELS, NODATA, Strip

TILE = 256
MAX_STRIP_ROWS = 1024  # of a file with higher blocks a part is read at a time
# rows after which the file's directory is written, so that a killed run loses no more
CHECKPOINT = 2048
ROUNDING = 1e-4  # by which floats may miss 0 and 1
CACHE = 1 << 26  # bytes of decoded blocks kept while windows are read
ROWS = "MRIFE_ROWS"  # metadata item of an unfinished raster
NO_PROBABILITIES = Undeclared(sentinels=(-1, -999, *SENTINELS))
# of a raster that is thrown away: compressing it takes half as long as outlining it
MAX_PLAIN_BYTES = 1 << 30
PLAIN_OPTIONS = (
    "TILED=YES",
    f"BLOCKXSIZE={TILE}",
    f"BLOCKYSIZE={TILE}",
    "BIGTIFF=IF_SAFER",
)
# apart from each other: who reads the probability alone reads no more for the spread
BANDS_APART = ("INTERLEAVE=BAND",)
DESCRIPTIONS = ("landslide probability", "spread of the probability")
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
        self._options = OPTIONS
        if temporary and grid.width * grid.height <= MAX_PLAIN_BYTES:
            self._options = PLAIN_OPTIONS
        if has_spread:
            self._options += BANDS_APART
        self._metadata = {key: str(value) for key, value in (metadata or {}).items()}
        self._pending: list[tuple[np.ndarray, ...]] = []
        self._waiting = 0
        self._dataset = self._left_over() or self._new()
        with quiet() as gdal_error:
            self._levels = LevelFile(self._dataset, self.part)
            if has_spread:
                self._spread = LevelFile(self._dataset, self.part, number=2)
            self.done = self._row = _rows_written(self._dataset)
        if gdal_error.failed:
            self._discard()
            raise write_failure(self.path, gdal_error.words)

    def _left_over(self) -> gdal.Dataset | None:
        """The part of the same run, cut off before its end."""
        if not self._metadata or not os.path.exists(self.part):
            return None
        with quiet():
            dataset = gdal.OpenEx(self.part, gdal.OF_RASTER | gdal.OF_UPDATE)
        if dataset is None or _grid(dataset) != self.grid:
            return None
        if dataset.RasterCount != 1 + self.has_spread:
            return None
        if self._metadata.items() <= dataset.GetMetadata().items():
            return dataset
        return None

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
            band = dataset.GetRasterBand(number)
            band.SetNoDataValue(NODATA)
            band.SetScale(1 / LEVELS)
            band.SetOffset(0)
            band.SetDescription(DESCRIPTIONS[number - 1])

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
        self._pending.append(planes)
        self._waiting += len(strip.values)
        while self._waiting >= TILE or 0 < self._waiting == self.grid.height - self._row:
            self._flush(min(TILE, self._waiting))

    def read(self, window: Window) -> np.ndarray:
        """Levels of a window of rows that went to the disk, uint8 (rows, cols)."""
        return self._levels.read(window)

    def read_spread(self, window: Window) -> np.ndarray:
        """The same of their spread, where the raster has one."""
        return self._spread.read(window)

    def strips(self, end: int) -> Iterator[Strip]:
        """The first `end` rows, which went to the disk."""
        for row in range(0, end, TILE):
            rows = min(TILE, end - row)
            yield _strip(self, Window(row, 0, rows, self.grid.width))

    def __enter__(self) -> ProbabilityWriter:
        return self

    def __exit__(self, kind: type | None, *_) -> None:
        with quiet() as gdal_error:
            if self._dataset.GetMetadataItem(ROWS):
                self._dataset.SetMetadataItem(ROWS, None)
            self._dataset = self._levels = self._spread = None  # closes the file
        failure = gdal_error.words if gdal_error.failed else ""
        if kind is None and self._row == self.grid.height and not failure:
            failure = self._name_it()
            if not failure:
                return
        with suppress(FileNotFoundError):
            os.remove(self.part)
        if kind is None and failure:
            raise write_failure(self.path, failure)

    def _name_it(self) -> str:
        """Give the whole file its name; words of a failure."""
        if self._named:
            try:
                os.replace(self.part, self.path)
            except OSError as error:
                return str(error.strerror)
        return ""

    def _flush(self, rows: int) -> None:
        blocks = self._pending[0]
        if len(self._pending) > 1:
            blocks = tuple(map(np.concatenate, zip(*self._pending)))
        with quiet() as gdal_error:
            for number, block in enumerate(blocks, 1):
                band = self._dataset.GetRasterBand(number)
                band.WriteArray(block[:rows], 0, self._row)
            if (self._row + rows) % CHECKPOINT == 0:
                self._dataset.FlushCache()
                # GDAL only writes a directory that changed
                self._dataset.SetMetadataItem(ROWS, str(self._row + rows))
            self._dataset.FlushCache()
        if gdal_error.failed:
            raise write_failure(self.path, gdal_error.words)
        self._row += rows
        self._waiting -= rows
        if self._waiting:
            self._pending = [tuple(block[rows:] for block in blocks)]
        else:
            self._pending = []


def _rows_written(dataset: gdal.Dataset) -> int:
    """Rows of a part of which every tile is on the disk; a tile that is not has no
    place in the file yet.
    """
    bands = [dataset.GetRasterBand(i + 1) for i in range(dataset.RasterCount)]
    height = dataset.RasterYSize
    across = -(-dataset.RasterXSize // TILE)
    for down in range(-(-height // TILE)):
        if not all(
            band.GetMetadataItem(f"BLOCK_OFFSET_{x}_{down}", "TIFF")
            for band in bands
            for x in range(across)
        ):
            return down * TILE
    return height


def _grid(dataset: gdal.Dataset) -> Grid:
    return Grid(
        dataset.RasterXSize,
        dataset.RasterYSize,
        tuple(dataset.GetGeoTransform()),
        dataset.GetProjection(),
    )


class Probability:
    """A probability raster open for reading, as `grid`: ours, which may have a spread
    (`has_spread`), or any single band of floats from 0 to 1.

    A context manager, or the file stays open as long as it is used. Raises
    UnsuitableRaster where the values cannot be probabilities. `nodata`: what the user
    calls missing beside what the file does; `notes` are for the log.
    """

    def __init__(self, path: str, nodata: LayerNodata = FILE_ALONE):
        self._dataset = open_raster(path)
        self.grid = grid_of(self._dataset)
        if not self.grid.wkt:
            self.grid.pixel_metres()  # says what is missing
        band = self._dataset.GetRasterBand(1)
        floats = band.DataType in (gdal.GDT_Float32, gdal.GDT_Float64)
        count = self._dataset.RasterCount - len(tagged_alpha(self._dataset))
        self.has_spread = count == 2 and _is_spread(self._dataset.GetRasterBand(2))
        if count != 1 + self.has_spread or not (_in_levels(band) or floats):
            raise UnsuitableRaster(
                "'{}' is not a probability raster; choose one band of 0 to 1 as floats, "
                "or 8-bit with a scale of 1/{}, as detection writes it.",
                path,
                LEVELS,
            )
        self._levels = LevelFile(self._dataset, path, nodata)
        if self.has_spread:
            self._spread = LevelFile(self._dataset, path, number=2)
        self.notes = self._levels.notes()

    def __enter__(self) -> Probability:
        return self

    def __exit__(self, *_) -> None:
        self._dataset = self._levels = self._spread = None  # closes the file

    def read(self, window: Window) -> np.ndarray:
        """Levels 0-250 and 255 for nodata, uint8 (rows, cols); a window may reach over
        the edge, into nodata.
        """
        return padded(window, self.grid, self._levels.read)

    def read_spread(self, window: Window) -> np.ndarray:
        """The same of the spread, where the raster has one."""
        return padded(window, self.grid, self._spread.read)

    def at(self, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
        """Levels of single pixels (n,) as `read` gives them."""
        return single_levels(rows, cols, self.grid, self.read)

    def strips(self) -> Iterator[Strip]:
        """All of it, from top to bottom."""
        block_rows = self._dataset.GetRasterBand(1).GetBlockSize()[1]
        step = TILE
        if block_rows <= MAX_STRIP_ROWS:
            step = max(TILE, block_rows)
        for row in range(0, self.grid.height, step):
            rows = min(step, self.grid.height - row)
            yield _strip(self, Window(row, 0, rows, self.grid.width))
            self._dataset.FlushCache()


def _strip(raster: ProbabilityWriter | Probability, window: Window) -> Strip:
    """Full-width rows of a raster."""
    spread = None
    if raster.has_spread:
        spread = raster.read_spread(window)
    return Strip(window.row, raster.read(window), spread)


def _in_levels(band: gdal.Band) -> bool:
    """Whether a band is one of bytes with the scale of ours."""
    scale = band.GetScale() or 1.0
    return band.DataType == gdal.GDT_Byte and abs(scale * LEVELS - 1) < 1e-6


def _is_spread(band: gdal.Band) -> bool:
    return _in_levels(band) and band.GetDescription() == DESCRIPTIONS[1]


class LevelFile:
    """Levels of a band of an open dataset; keeps GDAL's cache of it small."""

    def __init__(
        self,
        dataset: gdal.Dataset,
        path: str,
        nodata: LayerNodata = FILE_ALONE,
        number: int = 1,
    ):
        self._dataset = dataset
        self._path = path
        self._band = dataset.GetRasterBand(number)
        self._floats = self._band.DataType != gdal.GDT_Byte
        undeclared = NO_PROBABILITIES if self._floats else NOTHING
        self._missing = Missing(dataset, (number,), nodata, undeclared)
        self._cached = 0  # bytes, at most: some blocks may have been there

    def read(self, window: Window) -> np.ndarray:
        """uint8 (rows, cols) of a window inside. Raises UnsuitableRaster."""
        with quiet() as gdal_error:
            values = self._band.ReadAsArray(
                window.col, window.row, window.cols, window.rows
            )
        if values is None:
            raise UnsuitableRaster(
                "'{}' cannot be read near row {} ({}).",
                self._path,
                window.row,
                gdal_error.words,
            )
        self._limit_cache(window, values.itemsize)
        valid = self._missing.valid(values[None], window)
        if self._floats:
            return _floats_to_levels(values, valid, self._path)
        values[values > LEVELS] = NODATA
        if valid is not None:
            values[~valid] = NODATA
        return values

    def notes(self) -> tuple[Note, ...]:
        """What the log should know of missing pixels."""
        across = self._band.XSize
        down = self._band.YSize
        missing = [
            (self.read(window) == NODATA).mean()
            for window in sample_windows(across, down)
        ]
        share = float(np.mean(missing))
        if share < FEWEST_SHARE:
            return self._missing.notes
        return (*self._missing.notes, left_out(self._path, share, self._missing.reasons))

    def _limit_cache(self, window: Window, itemsize: int) -> None:
        across, down = self._band.GetBlockSize()
        block_rows = (window.row + window.rows - 1) // down - window.row // down + 1
        block_cols = (window.col + window.cols - 1) // across - window.col // across + 1
        self._cached += block_rows * block_cols * down * across * itemsize
        if self._cached > CACHE:
            self._dataset.FlushCache()  # GDAL's own limit is a share of the machine
            self._cached = 0


def padded(
    window: Window, grid: Grid, read: Callable[[Window], np.ndarray]
) -> np.ndarray:
    """A window of levels that may reach over the grid's edge, into nodata; `read` gives
    what lies inside.
    """
    row = max(0, window.row)
    col = max(0, window.col)
    rows = min(grid.height, window.row + window.rows) - row
    cols = min(grid.width, window.col + window.cols) - col
    inside = Window(row, col, rows, cols)
    if inside == window:
        return read(window)
    levels = np.full((window.rows, window.cols), NODATA, np.uint8)
    if rows > 0 and cols > 0:
        target = levels[row - window.row :, col - window.col :]
        target[:rows, :cols] = read(inside)
    return levels


def single_levels(
    rows: np.ndarray,
    cols: np.ndarray,
    grid: Grid,
    read: Callable[[Window], np.ndarray],
) -> np.ndarray:
    """Levels of single pixels (n,), read tile by tile; `read` as of Probability, `grid`
    its grid.
    """
    levels = np.full(len(rows), NODATA, np.uint8)
    tile = (rows // TILE) * (grid.width // TILE + 3) + cols // TILE
    order = np.argsort(tile, kind="stable")
    begins = np.flatnonzero(np.diff(tile[order], prepend=tile.min(initial=0) - 1))
    for selected in np.split(order, begins[1:]):
        if not len(selected):
            continue
        top = int(rows[selected[0]] // TILE * TILE)
        left = int(cols[selected[0]] // TILE * TILE)
        values = read(Window(top, left, TILE, TILE))
        levels[selected] = values[rows[selected] - top, cols[selected] - left]
    return levels


def read_provenance(path: str) -> dict[str, str]:
    """What a probability raster says of its making; empty for one that is not ours."""
    return {
        key: value
        for key, value in open_raster(path).GetMetadata().items()
        if key.startswith("MRIFE_")
    }


def _floats_to_levels(
    values: np.ndarray, valid: np.ndarray | None, path: str
) -> np.ndarray:
    if valid is not None:
        values = np.where(valid, values, 0)
    if values.min() < -ROUNDING or values.max() > 1 + ROUNDING:
        raise UnsuitableRaster(
            "'{}' holds values from {} to {}; probabilities lie between 0 and 1.",
            path,
            f"{values.min():.3g}",
            f"{values.max():.3g}",
        )
    levels = np.rint(np.clip(values, 0, 1) * LEVELS).astype(np.uint8)
    if valid is not None:
        levels[~valid] = NODATA
    return levels


def to_levels(probability: np.ndarray, searched: np.ndarray | None) -> np.ndarray:
    """Probabilities 0-1 (rows, cols), which are used up, as levels; NODATA where they were not
    searched.
    """
    probability *= LEVELS
    probability += 0.5
    levels = probability.astype(np.uint8)
    if searched is not None:
        levels[~searched] = NODATA
    return levels
