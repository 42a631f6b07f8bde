# SPDX-License-Identifier: GPL-2.0-or-later
"""What an image is examined for before the search: whether it is one, what is missing in
it, and how its values come to what the model takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from osgeo import gdal

from ..contract import Contract
from ..errors import Note, UnsuitableRaster
from ..geo.grid import Window
from ..geo.missing import (
    FEWEST_SHARE,
    FILE_ALONE,
    LayerNodata,
    Missing,
    left_out,
    sample_windows,
)
from .band_file import BandFile

MIN_COLLAR_SHARE = 0.02  # of the border that must hold one extreme value
SCAN_ROWS = 256  # read at a time where the whole raster is looked at
# valid pixels: with fewer in the sample, the whole raster is looked at
FEWEST = 10_000
MAX_SCANNED = 1_000_000  # valid pixels that are kept of a whole raster
BYTES = 255.0


@dataclass(frozen=True)
class Stretch:
    """From raw values to the 8 bits that a model was trained on."""

    gain: np.ndarray  # (bands, 1, 1) float32
    offset: np.ndarray

    @classmethod
    def onto(cls, ends: np.ndarray, targets: Sequence[Sequence[float]]) -> Stretch:
        """What carries two values of each band, `ends` (2, bands), onto a pair of
        targets per band.
        """
        low, high = ends
        target_low, target_high = np.asarray(targets, dtype=np.float64).T
        gain = (target_high - target_low) / np.maximum(high - low, 1e-9)
        offset = target_low - gain * low
        column = (-1, 1, 1)
        return cls(
            gain.astype(np.float32).reshape(column),
            offset.astype(np.float32).reshape(column),
        )

    def apply(self, pixels: np.ndarray) -> np.ndarray:
        """Of raw values (bands, rows, cols), uint8."""
        levels = np.nan_to_num(pixels.astype(np.float32) * self.gain + self.offset, nan=0)
        return np.clip(np.rint(levels), 0, 255).astype(np.uint8)


class ExaminedImage(NamedTuple):
    """An image that was found right."""

    file: BandFile
    stretch: Stretch | None
    sample: np.ndarray  # (bands, n) valid raw values
    notes: tuple[Note, ...]


def examine(
    dataset: gdal.Dataset,
    bands: Sequence[int],
    path: str,
    contract: Contract,
    layer: LayerNodata = FILE_ALONE,
) -> ExaminedImage:
    """The 1-based `bands` of an image.

    Raises UnsuitableRaster for one that is cut short, complex, a palette, one bit a
    pixel, or says nothing.
    """
    _refuse_what_is_no_image(dataset, bands, path)
    missing = Missing(dataset, bands, layer)
    file = BandFile(dataset, bands, path, missing)
    # a file cut short fails here and not hours later: its last block lies at its end
    file.values(Window(file.height - 1, file.width - 1, 1, 1))
    notes = missing.notes
    collar = None
    if file.dtype.kind in "iu" and not missing.is_declared:
        collar = _find_collar(file)
    if collar is not None:
        missing = Missing(dataset, bands, layer, collar)
        file = BandFile(dataset, bands, path, missing)
        notes += (
            Note(
                "The border is {} in all bands without a nodata tag: such pixels are "
                "taken as missing.",
                collar,
            ),
        )
    sample, share = _sample(file)
    if share >= FEWEST_SHARE:
        notes += (left_out(path, share, missing),)
    stretch, stretch_notes = _stretch(file, sample, contract)
    return ExaminedImage(file, stretch, sample, notes + stretch_notes)


def _refuse_what_is_no_image(
    dataset: gdal.Dataset, bands: Sequence[int], path: str
) -> None:
    for number in bands:
        band = dataset.GetRasterBand(number)
        if gdal.DataTypeIsComplex(band.DataType):
            raise UnsuitableRaster("'{}' holds complex numbers; choose an image.", path)
        if band.GetMetadataItem("NBITS", "IMAGE_STRUCTURE") == "1":
            raise UnsuitableRaster(
                "'{}' holds one bit a pixel, 0 or 1: a mask or a scanned drawing, not an "
                "image of the ground.",
                path,
            )
        if band.GetColorTable() is not None and not _is_grey(band.GetColorTable()):
            raise UnsuitableRaster(
                "'{}' holds numbers of a colour palette and not colours; turn it into "
                "red, green and blue first (Raster > Conversion > PCT to RGB).",
                path,
            )


def _is_grey(table: gdal.ColorTable) -> bool:
    """Whether a palette gives each number its own grey."""
    entries = [table.GetColorEntry(i)[:3] for i in range(table.GetCount())]
    return all(entry == (i, i, i) for i, entry in enumerate(entries))


def _find_collar(file: BandFile) -> int | None:
    """0 or the largest value, where all bands hold it along a good part of the border."""
    height = file.height
    width = file.width
    if min(height, width) < 3:
        return None
    sides = [
        file.values(Window(0, 0, 1, width))[:, 0],
        file.values(Window(height - 1, 0, 1, width))[:, 0],
        file.values(Window(0, 0, height, 1))[:, :, 0],
        file.values(Window(0, width - 1, height, 1))[:, :, 0],
    ]
    border = np.concatenate(sides, axis=1)
    for value in (0, np.iinfo(file.dtype).max):
        if (border == value).all(axis=0).mean() >= MIN_COLLAR_SHARE:
            return value
    return None


def _sample(file: BandFile) -> tuple[np.ndarray, float]:
    """Valid pixels (bands, n) that stand for the raster, and the share of missing ones;
    raises where the whole raster says nothing.
    """
    windows = list(sample_windows(file.width, file.height))
    pixels = np.concatenate([_valid_pixels(file, window) for window in windows], axis=1)
    looked_at = sum(window.rows * window.cols for window in windows)
    share = 1 - pixels.shape[1] / looked_at
    says_little = pixels.shape[1] < FEWEST or not _varies(pixels)
    # rare, so it may cost a full pass: data may lie between the blocks
    if says_little and looked_at < file.width * file.height:
        pixels, valid = _scanned(file)
        share = 1 - valid / (file.width * file.height)
    if not pixels.shape[1]:
        raise UnsuitableRaster(
            "'{}' has no valid pixel in bands {} (missing by {}); choose one with data, "
            "or correct what it says of missing pixels.",
            file.path,
            file.bands,
            file.missing.reasons,
        )
    if not _varies(pixels) and file.width * file.height > 1:
        _refuse_constant(file, pixels[:, 0].tolist())
    return pixels, share


def _refuse_constant(file: BandFile, value: list[float]) -> None:
    if file.missing.collar is not None:
        raise UnsuitableRaster(
            "'{}' holds only two values, {} and {}: a mask, not an image of the ground.",
            file.path,
            file.missing.collar,
            ", ".join(map(str, value)),
        )
    raise UnsuitableRaster(
        "'{}' has the same value everywhere ({}); choose an image that shows the ground.",
        file.path,
        value,
    )


def _scanned(file: BandFile) -> tuple[np.ndarray, int]:
    """Of all valid pixels every second, fourth ... where they are many, with the smallest
    and largest of each block of rows (bands, n); and how many are valid.
    """
    sample = np.zeros((len(file.bands), 0), file.dtype)
    extremes = [sample]
    every = 1
    valid = 0
    for row in range(0, file.height, SCAN_ROWS):
        rows = min(SCAN_ROWS, file.height - row)
        pixels = _valid_pixels(file, Window(row, 0, rows, file.width))
        if not pixels.shape[1]:
            continue
        valid += pixels.shape[1]
        extremes.append(np.stack([pixels.min(axis=1), pixels.max(axis=1)], axis=1))
        sample = np.concatenate([sample, pixels[:, ::every]], axis=1)
        while sample.shape[1] > MAX_SCANNED:
            every *= 2
            sample = sample[:, ::2]
    if _varies(sample):
        return sample, valid
    return np.concatenate([sample, *extremes], axis=1), valid


def _valid_pixels(file: BandFile, window: Window) -> np.ndarray:
    """(bands, n) of a block."""
    pixels, valid = file.read(window)
    if valid is None:
        return pixels.reshape(len(pixels), -1)
    return pixels[:, valid]


def _varies(pixels: np.ndarray) -> bool:
    return bool(pixels.shape[1]) and bool((pixels != pixels[:, :1]).any())


def _stretch(
    file: BandFile, sample: np.ndarray, contract: Contract
) -> tuple[Stretch | None, tuple[Note, ...]]:
    """What carries the image onto the 8 bits of the model's training; None where it is
    there, or the model takes any number.
    """
    if file.dtype == np.uint8:
        return None, ()
    ends = np.percentile(sample.astype(np.float64), (2, 98), axis=1)
    if contract.stretch:
        return Stretch.onto(ends, contract.stretch), ()
    if contract.divide != BYTES or _is_in_bytes(sample):
        return None, ()
    note = Note(
        "The model was made for images of 8 bits (0 to 255), but the raster holds values "
        "from {} to {}: these, its 2nd and 98th percentiles, are stretched to 0 and 255.",
        f"{ends.min():g}",
        f"{ends.max():g}",
    )
    return Stretch.onto(ends, [(0, BYTES)] * len(sample)), (note,)


def _is_in_bytes(sample: np.ndarray) -> bool:
    """Whether another type holds what 8 bits would: 0 to 255, and not 0 to 1."""
    return bool(sample.min() >= 0 and 1 < sample.max() <= BYTES)
