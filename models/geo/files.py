# SPDX-License-Identifier: GPL-2.0-or-later
"""Raster files opened for reading, and the files behind a raster or a layer."""

from __future__ import annotations

import math
import os
from pathlib import PurePath

from osgeo import gdal

from ..errors import UnsuitableRaster
from ..regular_file import check_regular
from .gdal_errors import quiet
from .grid import Grid

# beside a raster, but no part of its pixels: statistics and pyramids
BESIDE = (".aux.xml", ".ovr")
OPEN_FLAGS = gdal.OF_RASTER | gdal.OF_READONLY | gdal.OF_VERBOSE_ERROR


def open_raster(path: str) -> gdal.Dataset:
    """A raster file opened for reading, its own pixels alone: pyramids may be stale, or
    picked where an average is asked for. Raises UnsuitableRaster.
    """
    check_regular(path)
    with quiet() as error:
        dataset = gdal.OpenEx(str(path), OPEN_FLAGS)
    inside = []
    if dataset is not None:
        inside = rasters_inside(dataset)
    if inside:
        raise UnsuitableRaster(
            "'{}' holds {} rasters, of which none is the file's own; give them one by one, "
            "the first as '{}'.",
            path,
            len(inside),
            inside[0],
        )
    if dataset is None or not dataset.RasterCount:
        why = error.words or "GDAL knows no raster in it"
        raise UnsuitableRaster(
            "'{}' cannot be opened as a raster ({}); choose an existing, complete file.",
            path,
            why,
        )
    _check_length(dataset, path)
    return _without_pyramids(dataset, path)


def rasters_inside(dataset: gdal.Dataset) -> list[str]:
    """Names of the rasters of a file that has several and none of its own, as a
    GeoPackage of some tables.
    """
    if dataset.RasterCount:
        return []
    return [name for name, _ in dataset.GetSubDatasets()]


def _check_length(dataset: gdal.Dataset, path: str) -> None:
    """Raises UnsuitableRaster where a file of the format ENVI, or one of those that a
    virtual raster is made of, is cut short: GDAL reads zeros there, where with most
    other formats the missing bytes are an error.
    """
    kind = dataset.GetDriver().ShortName
    if kind == "ENVI":
        _check_envi(dataset, path)
    elif kind == "VRT":
        for file in dataset.GetFileList() or []:
            source = _envi(file)
            if source is not None:
                _check_envi(source, file)


def _envi(path: str) -> gdal.Dataset | None:
    """A file of this format, None where it is of another one."""
    headers = (f"{path}.hdr", f"{os.path.splitext(path)[0]}.hdr")
    if not any(map(os.path.exists, headers)):
        return None
    with quiet():
        return gdal.OpenEx(path, OPEN_FLAGS, allowed_drivers=["ENVI"])


def _check_envi(dataset: gdal.Dataset, path: str) -> None:
    """Raises UnsuitableRaster."""
    header = dataset.GetMetadata("ENVI") or {}
    offset = header.get("header_offset", "0")
    if header.get("file_compression", "0") != "0" or not offset.isdigit():
        return
    pixel = gdal.GetDataTypeSize(dataset.GetRasterBand(1).DataType) // 8
    pixels = dataset.RasterXSize * dataset.RasterYSize * dataset.RasterCount
    promised = int(offset) + pixel * pixels
    state = gdal.VSIStatL(dataset.GetFileList()[0])
    is_known = state is not None and (state.size > 0 or not is_virtual(path))
    if is_known and state.size < promised:
        raise UnsuitableRaster(
            "'{}' has {} bytes, and its header promises {}; it is cut short, copy it "
            "again.",
            path,
            state.size,
            promised,
        )


def _without_pyramids(dataset: gdal.Dataset, path: str) -> gdal.Dataset:
    if not dataset.GetRasterBand(1).GetOverviewCount():
        return dataset
    with quiet():
        bare = gdal.OpenEx(str(path), OPEN_FLAGS, open_options=["OVERVIEW_LEVEL=NONE"])
    if bare is None or bare.RasterXSize != dataset.RasterXSize:  # GDAL before 3.4
        return dataset
    return bare


def is_virtual(path: str | os.PathLike) -> bool:
    """Whether it is GDAL alone that reads a path: on a server, in an archive, in
    memory.
    """
    return os.fspath(path).startswith("/vsi")


def stem_of(path: str) -> str:
    """Name of a file without its ending, and without what a server is told beside it:
    that may be a password.
    """
    if is_virtual(path):
        path = path.partition("?")[0]
    return PurePath(path).stem


def pyramid_levels(path: str) -> int:
    """How many smaller copies of a raster there are, in its file or beside it; 0 where
    it cannot be opened.
    """
    with quiet():
        dataset = gdal.OpenEx(str(path), OPEN_FLAGS)
    if dataset is None or not dataset.RasterCount:
        return 0
    return dataset.GetRasterBand(1).GetOverviewCount()


def grid_of(dataset: gdal.Dataset) -> Grid:
    """Size and place of a raster. Raises UnsuitableRaster where it has no grid on the
    map.
    """
    check_placed(dataset)
    return stated_grid(dataset)


def stated_grid(dataset: gdal.Dataset) -> Grid:
    """The same without a look at what the raster says."""
    return Grid(
        dataset.RasterXSize,
        dataset.RasterYSize,
        tuple(dataset.GetGeoTransform()),
        dataset.GetProjection(),
    )


def check_placed(dataset: gdal.Dataset) -> None:
    """Raises UnsuitableRaster where no geotransform says where the pixels lie."""
    geotransform = dataset.GetGeoTransform(can_return_null=True)
    name = os.path.basename(dataset.GetDescription())
    if geotransform is not None and not _counts_pixels(geotransform, dataset):
        _, across, shear, _, turn, down = geotransform
        area = across * down - shear * turn
        if math.isfinite(sum(geotransform)) and area:
            return
        raise UnsuitableRaster(
            "'{}' has pixels without a size or a place (geotransform {}); georeference "
            "it again.",
            name,
            ", ".join(f"{number:g}" for number in geotransform),
        )
    if dataset.GetGCPCount():
        raise UnsuitableRaster(
            "'{}' is placed by {} ground control points and not by a grid; rectify it "
            "first (Raster > Projections > Warp).",
            name,
            dataset.GetGCPCount(),
        )
    if dataset.GetMetadata("RPC") or dataset.GetMetadata("GEOLOCATION"):
        raise UnsuitableRaster(
            "'{}' is placed by a model of its sensor (RPC or geolocation) and not by a "
            "grid; rectify it first with an elevation model (gdalwarp -rpc or -geoloc, "
            "or the software of its vendor).",
            name,
        )
    raise UnsuitableRaster(
        "'{}' does not say where it lies: it has no geotransform. Georeference it first "
        "(Layer > Georeferencer), or put its world file beside it.",
        name,
    )


def _counts_pixels(geotransform: tuple[float, ...], dataset: gdal.Dataset) -> bool:
    """Whether coordinates are columns and rows, from the top or the bottom, as programs
    write them for a picture that lies nowhere.
    """
    x, across, shear, y, turn, down = geotransform
    if shear or turn or abs(across) != 1 or abs(down) != 1:
        return False
    return abs(x) <= 1 and min(abs(y), abs(y - dataset.RasterYSize)) <= 1


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


def stamps(path: str) -> list[tuple[str, int, int]]:
    """Name, size and time of the files of a raster, wherever they lie."""
    stamps = []
    for file in files_behind(path):
        if file.lower().endswith(BESIDE):
            continue
        name = os.path.basename(file)
        if os.path.exists(file):
            state = os.stat(file)
            stamps.append((name, state.st_size, state.st_mtime_ns))
        elif is_virtual(file) and (state := gdal.VSIStatL(file)) is not None:
            stamps.append((name, state.size, state.mtime))
    return sorted(stamps)
