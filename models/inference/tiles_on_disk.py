# SPDX-License-Identifier: GPL-2.0-or-later
"""Which rows of a tiled file are on the disk, and that they come to be."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

import numpy as np
from osgeo import gdal

from ..geo.gdal_errors import quiet
from ..geo.grid import spans
from ..geo.write_failure import write_failure
from .level_file import TILE

COLUMNS = 32 * TILE  # that go to the disk together: GDAL holds them once more meanwhile
NO_SUCH_THING = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)


def rows_written(dataset: gdal.Dataset, path: str) -> int:
    """Rows of a part, the file `path`, of which every tile is on the disk."""
    size = os.path.getsize(path)
    height = dataset.RasterYSize
    for down in range(-(-height // TILE)):
        if not is_on_disk(dataset, down, size):
            return down * TILE
    return height


def rows_held(dataset: gdal.Dataset, path: str) -> int:
    """Rows of a part that are on the disk, before the first tile that cannot be read: a
    power cut may leave a file its length and not all that was written last.
    """
    height = rows_written(dataset, path)
    for row, rows in spans(0, height, TILE):
        for col, cols in spans(0, dataset.RasterXSize, COLUMNS):
            with quiet() as gdal_error:
                values = dataset.ReadAsArray(col, row, cols, rows)
            if values is None or gdal_error.failed:
                return row
    return height


def to_disk(path: str) -> None:
    """Have on the disk what was written to a file so far, before what is written from now
    on; does nothing where the place knows no such thing. Raises MrifeError.
    """
    number = os.open(path, os.O_RDWR)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in NO_SUCH_THING:
            raise write_failure(path, error) from error
    finally:
        os.close(number)


def is_on_disk(
    dataset: gdal.Dataset, down: int, size: int, filled: Sequence[np.ndarray] = ()
) -> bool:
    """Whether a file of so many bytes holds every tile of a row of tiles: one that was
    not written has no place in the file, or from GDAL 3.13 on perhaps one beyond its end.

    `filled` (tiles,) by band, while it is being written: without compression GDAL writes
    tiles of nodata alone when it closes the file.
    """
    for number in range(dataset.RasterCount):
        band = dataset.GetRasterBand(number + 1)
        for across in range(-(-dataset.RasterXSize // TILE)):
            if filled and not filled[number][across]:
                continue
            tile = f"{across}_{down}"
            offset = band.GetMetadataItem(f"BLOCK_OFFSET_{tile}", "TIFF")
            if not offset:
                return False
            length = band.GetMetadataItem(f"BLOCK_SIZE_{tile}", "TIFF")
            if int(offset) + int(length) > size:
                return False
    return True
