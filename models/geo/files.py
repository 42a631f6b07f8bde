# SPDX-License-Identifier: GPL-2.0-or-later
"""Files: rasters opened for reading, and files that appear only when they are whole."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from osgeo import gdal

from ..errors import MrifeError, UnsuitableRaster
from ..regular_file import check_regular
from .gdal_errors import quiet
from .grid import Grid
from .scratch import PREFIX

UNFINISHED = ".part"
FULL_BYTES = 8_000_000  # free on a disk on which something could not be written
FULL = re.compile("no space|disk is full|quota|too large", re.IGNORECASE)


def open_raster(path: str) -> gdal.Dataset:
    """A raster file opened for reading; raises UnsuitableRaster."""
    check_regular(path)
    with quiet() as error:
        dataset = gdal.OpenEx(
            str(path), gdal.OF_RASTER | gdal.OF_READONLY | gdal.OF_VERBOSE_ERROR
        )
    if dataset is None or not dataset.RasterCount:
        why = error.words or "GDAL knows no raster in it"
        raise UnsuitableRaster(
            "'{}' cannot be opened as a raster ({}); choose an existing, complete file.",
            path,
            why,
        )
    return dataset


def write_failure(path: str | os.PathLike, why: OSError | str = "") -> MrifeError:
    """The error that says why nothing more could be written at `path`, or at the place
    that it was made for, and what to do.
    """
    words = str(why)
    if isinstance(why, OSError):
        words = why.strerror or words
    folder, name = os.path.split(_place_of(os.path.abspath(path)))
    if not os.path.isdir(folder):
        return MrifeError(
            "The folder '{}' is no longer there, and '{}' was not written.", folder, name
        )
    if FULL.search(words) or shutil.disk_usage(folder).free < FULL_BYTES:
        return MrifeError(
            "The disk of '{}' is full, and '{}' was not written; make room or choose "
            "another folder.",
            folder,
            name,
        )
    return MrifeError(
        "'{}' cannot be written ({}); choose another place.",
        os.path.join(folder, name),
        words,
    )


def _place_of(path: str) -> str:
    """Without the hidden folder in which it is made."""
    parts = Path(path).parts
    for place, part in enumerate(parts):
        if part.startswith(f".{PREFIX}"):
            return str(Path(*parts[:place], parts[-1]))
    return path


def grid_of(dataset: gdal.Dataset) -> Grid:
    """Size and place of a raster."""
    return Grid(
        dataset.RasterXSize,
        dataset.RasterYSize,
        tuple(dataset.GetGeoTransform()),
        dataset.GetProjection(),
    )


def files_behind(path: str) -> list[str]:
    """What GDAL reads for a raster or a layer: the file, its sidecars, the sources of a
    VRT and theirs. Empty where it cannot be opened. Raises MrifeError where one of them
    is no file.
    """
    files: list[str] = []
    waiting = [str(path)]
    while waiting:
        check_regular(waiting[-1])
        with quiet():
            dataset = gdal.OpenEx(waiting.pop(), gdal.OF_READONLY)
        listed = (dataset and dataset.GetFileList()) or []
        for file in listed:
            check_regular(file)
            if file not in files:
                files.append(file)
                if file.lower().endswith(".vrt") and file != str(path):
                    waiting.append(file)
    return files


@contextmanager
def whole_or_nothing(path: str | os.PathLike, suffix: str = UNFINISHED) -> Iterator[str]:
    """A path to write to in the block, `path` with a suffix: what stands there takes the
    place of `path` at the end, and is removed where the block fails. What a run that was
    killed left there is removed first. Raises OSError where it cannot take that place.
    """
    unfinished = f"{os.fspath(path)}{suffix}"
    with suppress(FileNotFoundError):
        os.remove(unfinished)
    try:
        yield unfinished
        os.replace(unfinished, path)
    finally:
        with suppress(FileNotFoundError):
            os.remove(unfinished)


def write_text(path: str | os.PathLike, text: str, encoding: str = "utf-8") -> None:
    """A whole file or none, with the line ends of `text`. Raises OSError."""
    with (
        whole_or_nothing(path) as part,
        open(part, "w", encoding=encoding, newline="") as file,
    ):
        file.write(text)
