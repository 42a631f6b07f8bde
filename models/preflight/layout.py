# SPDX-License-Identifier: GPL-2.0-or-later
"""How the file of an image is laid out: whether it can be read, and how fast."""

from __future__ import annotations

from osgeo import gdal

from ..errors import Note
from ..geo.files import pyramid_levels
from .checked import Check, judged

MEGA = 1e6
MAX_BLOCK_MB = 64  # unpacked: a larger one is slow to read and fills the memory
MANY_PIXELS = 100e6  # from which on QGIS draws slowly without pyramids
WHOLE = Note("a complete raster file")


def file_check(dataset: gdal.Dataset) -> Check:
    """Of one whose sampled blocks were all read."""
    value = Note(
        "{} x {} pixels, {} bands, {}; all blocks of a sample can be read",
        f"{dataset.RasterXSize:,}",
        f"{dataset.RasterYSize:,}",
        dataset.RasterCount,
        type_name(dataset),
    )
    return judged("file", value, WHOLE)


def type_name(dataset: gdal.Dataset) -> str:
    """Of its pixels, in GDAL's word."""
    return gdal.GetDataTypeName(dataset.GetRasterBand(1).DataType)


def reading_check(dataset: gdal.Dataset, path: str) -> Check:
    """Whether blocks are of a size that is read well, and pyramids are there."""
    band = dataset.GetRasterBand(1)
    across, down = band.GetBlockSize()
    planes = 1
    if dataset.GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE") == "PIXEL":
        planes = dataset.RasterCount
    size = gdal.GetDataTypeSize(band.DataType) // 8
    block_mb = across * down * planes * size / MEGA
    pixels = dataset.RasterXSize * dataset.RasterYSize
    levels = pyramid_levels(path)
    advice = []
    if block_mb > MAX_BLOCK_MB:
        advice.append(
            Note(
                "Each block of the file is {} MB when unpacked and can only be read as a "
                "whole: save it tiled (Raster > Conversion > Translate, option "
                "TILED=YES).",
                f"{block_mb:,.0f}",
            )
        )
    if pixels > MANY_PIXELS and not levels:
        advice.append(
            Note(
                "The file has no pyramids: the search needs none, but QGIS draws the "
                "image slowly; build them (layer properties, Pyramids)."
            )
        )
    value = Note("blocks of {} x {} pixels, {} levels of pyramids", across, down, levels)
    expected = Note(
        "blocks of at most {} MB, pyramids beyond {} million pixels",
        MAX_BLOCK_MB,
        f"{MANY_PIXELS / MEGA:.0f}",
    )
    return judged("reading", value, expected, advice)
