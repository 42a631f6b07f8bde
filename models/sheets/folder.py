# SPDX-License-Identifier: GPL-2.0-or-later
"""The rasters of a folder, and the folder that a run keeps what it has finished in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from osgeo import gdal

from ..errors import MrifeError
from ..geo.files import BESIDE, is_virtual, rasters_inside
from ..geo.gdal_errors import quiet
from ..geo.locks import only_run_in
from ..geo.write_failure import write_failure
from ..inference.probability import read_provenance
from ..regular_file import check_regular
from .sheet import SheetSource, real_path

# beside rasters: pyramids, masks, what is unfinished
NO_RASTERS = (".ovr", ".msk", ".part")


def rasters_in(folder: str) -> list[SheetSource]:
    """The rasters of a folder and of those within it, but for hidden ones and for our own
    probability rasters; also of one on a server that lists it. Raises MrifeError where
    there is none.
    """
    if not (os.path.isdir(folder) or (is_virtual(folder) and _listed(folder))):
        raise MrifeError(
            "The folder '{}' does not exist; choose one with rasters.", folder
        )
    sources = [source for path in _files(folder) for source in _source(path)]
    if not sources:
        raise MrifeError(
            "The folder '{}' holds no raster that GDAL reads; choose one with images.",
            folder,
        )
    return sources


def _files(folder: str) -> Iterator[str]:
    if is_virtual(folder):
        yield from _virtual_files(folder)
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and not name.lower().endswith(NO_RASTERS):
                yield os.path.join(place, name)


def _virtual_files(folder: str) -> Iterator[str]:
    for file in sorted(_listed(folder)):
        names = file.split("/")
        hidden = any(name.startswith(".") for name in names)
        if names[-1] and not hidden and not file.lower().endswith(NO_RASTERS):
            yield f"{folder.rstrip('/')}/{file}"


def _listed(folder: str) -> list[str]:
    """Files below a folder that GDAL alone reads; folders end in a stroke."""
    with quiet():
        return gdal.ReadDirRecursive(folder) or []


def _source(path: str) -> Iterator[SheetSource]:
    """A file that is a raster, however broken, or holds some, and none of ours."""
    if not (is_virtual(path) or os.path.isfile(path)):
        return
    check_regular(path)
    with quiet():
        driver = gdal.IdentifyDriverEx(path, gdal.OF_RASTER)
        if driver is None:
            return
        dataset = gdal.OpenEx(path, gdal.OF_RASTER)
    if dataset is None:
        # a file of layers may belong to a driver of both
        if driver.GetMetadataItem(gdal.DCAP_VECTOR) is None:
            yield SheetSource(path)
    elif rasters_inside(dataset):
        yield SheetSource(path)
    elif dataset.RasterCount and "MRIFE_RUN" not in read_provenance(path):
        yield SheetSource(path, mosaic_of=_parts(dataset))


def _parts(dataset: gdal.Dataset) -> tuple[str, ...]:
    """Real paths of the files that a VRT is made of; of any other raster none."""
    if dataset.GetDriver().ShortName != "VRT":
        return ()
    own = real_path(dataset.GetDescription())
    with quiet():
        files = map(real_path, dataset.GetFileList() or [])
        return tuple(
            file
            for file in files
            if file != own and not file.lower().endswith((*BESIDE, *NO_RASTERS))
        )


def hidden_folder(output: str) -> Path:
    """Where a run keeps finished sheets until its output stands: beside that, so that one
    that was killed goes on from there.
    """
    path = Path(os.path.realpath(output))
    return path.parent / f".{path.name}.sheets"


@contextmanager
def made(folder: Path, shared: bool = False) -> Iterator[None]:
    """The folder is there in the block, for this run alone unless others share it, and
    afterwards where it holds anything, or others may want it. Raises MrifeError.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise write_failure(folder, error) from error
    if shared:
        yield
        return
    try:
        with only_run_in(folder):
            yield
    finally:
        with suppress(OSError):  # of one that holds something
            folder.rmdir()


def remove(folder: Path) -> None:
    """When nobody needs it any more; another run may have begun to."""
    with suppress(MrifeError), only_run_in(folder):
        shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # Windows keeps a lock that is open
        folder.rmdir()
