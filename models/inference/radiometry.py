# SPDX-License-Identifier: GPL-2.0-or-later
"""Raw values of an image: which of them are missing, and how the others are stretched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..contract import Contract
from ..errors import UnsuitableRaster
from .band_file import BandFile

SAMPLE_BLOCKS = 10  # a side, that stand for the whole raster
SAMPLE_SIDE = 100  # pixels a side of each
MIN_COLLAR_SHARE = 0.02  # of the border that must hold one extreme value
SCAN_ROWS = 256  # read at a time where the whole raster is looked at


@dataclass(frozen=True)
class Radiometry:
    """What does not change with the place; made by `examine`."""

    bands: BandFile
    collar: int | None  # a value that, held by all bands, is an untagged collar
    gain: np.ndarray | None = None  # (bands, 1, 1) float32; None: nothing is stretched
    offset: np.ndarray | None = None

    @property
    def always_valid(self) -> bool:
        """Whether no pixel can be missing."""
        bands = self.bands
        return (
            bands.dtype.kind in "iu"
            and not bands.has_mask
            and self.collar is None
            and all(value is None for value in bands.nodata)
        )

    @property
    def dtype(self) -> np.dtype:
        """Of what `stretched` gives."""
        if self.gain is None:
            return self.bands.dtype
        return np.dtype(np.uint8)

    def on(self, bands: BandFile) -> Radiometry:
        """The same rules for the same bands in another number of pixels."""
        return Radiometry(bands, self.collar, self.gain, self.offset)

    def valid(
        self, pixels: np.ndarray, row: int, rows: int, col: int, cols: int
    ) -> np.ndarray | None:
        """Validity (rows, cols) of a block of raw values; None where all are valid."""
        if self.always_valid:
            return None
        valid = np.ones((rows, cols), bool)
        if self.bands.has_mask:
            valid &= self.bands.read_mask(row, rows, col, cols)
        if any(value is not None for value in self.bands.nodata):
            valid &= ~_is_nodata(pixels, self.bands.nodata)
        if self.collar is not None:
            valid &= (pixels != self.collar).any(axis=0)
        if pixels.dtype.kind == "f":
            valid &= np.isfinite(pixels).all(axis=0)
        if valid.all():
            return None
        return valid

    def stretched(self, pixels: np.ndarray) -> np.ndarray:
        """8-bit values where the model wants them, else the raw ones."""
        if self.gain is None:
            return pixels
        levels = np.nan_to_num(pixels.astype(np.float32) * self.gain + self.offset, nan=0)
        return np.clip(np.rint(levels), 0, 255).astype(np.uint8)


def examine(
    bands: BandFile, contract: Contract
) -> tuple[Radiometry, np.ndarray, tuple[str, ...]]:
    """The rules for an image, a sample (bands, n) of its valid values, notes for the log.

    Raises UnsuitableRaster for an image that is cut short, complex, or says nothing.
    """
    if bands.dtype.kind == "c":
        raise UnsuitableRaster("'{}' holds complex numbers; choose an image.", bands.path)
    # a file cut short fails here and not hours later: its last block lies at its end
    bands.read(bands.height - 1, 1, bands.width - 1, 1)
    collar = None
    notes: tuple[str, ...] = ()
    tagged = bands.has_mask or any(value is not None for value in bands.nodata)
    if bands.dtype.kind in "iu" and not tagged:
        collar = _find_collar(bands)
    if collar is not None:
        notes = (
            f"The border is {collar} in all bands without a nodata tag: such pixels are "
            "taken as missing.",
        )
    radiometry = Radiometry(bands, collar)
    sample = _sample(radiometry)
    if contract.stretch and bands.dtype != np.uint8:
        gain, offset = _stretch(sample, contract.stretch)
        radiometry = Radiometry(bands, collar, gain, offset)
    return radiometry, sample, notes


def _is_nodata(pixels: np.ndarray, nodata: Sequence[float | None]) -> np.ndarray:
    """Integer images: a pixel is missing where all bands hold nodata (black is a
    colour); others: where any does.
    """
    masks = []
    for band, value in zip(pixels, nodata):
        if value is None:
            masks.append(np.zeros(band.shape, bool))
        else:
            masks.append(band == value)
    if pixels.dtype.kind in "iu":
        return np.all(masks, axis=0)
    return np.any(masks, axis=0)


def _find_collar(bands: BandFile) -> int | None:
    """0 or the largest value, where all bands hold it along a good part of the border."""
    height = bands.height
    width = bands.width
    if min(height, width) < 3:
        return None
    sides = [
        bands.read(0, 1, 0, width)[:, 0],
        bands.read(height - 1, 1, 0, width)[:, 0],
        bands.read(0, height, 0, 1)[:, :, 0],
        bands.read(0, height, width - 1, 1)[:, :, 0],
    ]
    border = np.concatenate(sides, axis=1)
    for value in (0, np.iinfo(bands.dtype).max):
        if (border == value).all(axis=0).mean() >= MIN_COLLAR_SHARE:
            return value
    return None


def _sample(radiometry: Radiometry) -> np.ndarray:
    """Valid pixels (bands, n) from blocks spread evenly; raises where the whole raster
    says nothing.
    """
    bands = radiometry.bands
    pixels = np.concatenate(list(_sampled(radiometry)), axis=1)
    if not _varies(pixels):  # rare, so it may cost a full pass
        pixels = np.concatenate([pixels, *_extremes(radiometry)], axis=1)
    if not pixels.shape[1]:
        raise UnsuitableRaster(
            "'{}' has no valid pixel in bands {}; choose one with data.",
            bands.path,
            bands.bands,
        )
    if not _varies(pixels) and bands.width * bands.height > 1:
        raise UnsuitableRaster(
            "'{}' has the same value everywhere ({}); choose an image that shows the "
            "ground.",
            bands.path,
            pixels[:, 0].tolist(),
        )
    return pixels


def _sampled(radiometry: Radiometry) -> Iterator[np.ndarray]:
    height = radiometry.bands.height
    width = radiometry.bands.width
    rows = min(SAMPLE_SIDE, height)
    cols = min(SAMPLE_SIDE, width)
    for row in np.unique(np.linspace(0, height - rows, SAMPLE_BLOCKS).astype(int)):
        for col in np.unique(np.linspace(0, width - cols, SAMPLE_BLOCKS).astype(int)):
            yield _valid_pixels(radiometry, int(row), rows, int(col), cols)


def _extremes(radiometry: Radiometry) -> Iterator[np.ndarray]:
    """Smallest and largest valid value per band of every block of rows."""
    height = radiometry.bands.height
    for row in range(0, height, SCAN_ROWS):
        rows = min(SCAN_ROWS, height - row)
        pixels = _valid_pixels(radiometry, row, rows, 0, radiometry.bands.width)
        if pixels.shape[1]:
            yield np.stack([pixels.min(axis=1), pixels.max(axis=1)], axis=1)


def _valid_pixels(
    radiometry: Radiometry, row: int, rows: int, col: int, cols: int
) -> np.ndarray:
    """(bands, n) of a block."""
    pixels = radiometry.bands.read(row, rows, col, cols)
    valid = radiometry.valid(pixels, row, rows, col, cols)
    if valid is None:
        return pixels.reshape(len(pixels), -1)
    return pixels[:, valid]


def _varies(pixels: np.ndarray) -> bool:
    return bool(pixels.shape[1]) and bool((pixels != pixels[:, :1]).any())


def _stretch(
    sample: np.ndarray, targets: Sequence[Sequence[float]]
) -> tuple[np.ndarray, np.ndarray]:
    """Gain and offset (bands, 1, 1) that carry the raster's 2nd and 98th percentiles
    onto the training's.
    """
    low, high = np.percentile(sample.astype(np.float64), (2, 98), axis=1)
    target_low, target_high = np.asarray(targets, dtype=np.float64).T
    gain = (target_high - target_low) / np.maximum(high - low, 1e-9)
    offset = target_low - gain * low
    column = (-1, 1, 1)
    return (
        gain.astype(np.float32).reshape(column),
        offset.astype(np.float32).reshape(column),
    )
