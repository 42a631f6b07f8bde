# SPDX-License-Identifier: GPL-2.0-or-later
"""What counts as missing in a raster: the one rule for images, probabilities and heights.

A pixel is missing where

- the alpha band lets less than half through, if it is one: what a file tags as alpha may
  be an infrared band;
- a mask says so: of the file (inside it or beside it as .msk) or of one of the bands;
- the nodata values of the bands that have one are there, whether the file declares them
  or the user does in QGIS: in all of those bands of whole numbers, since black is a
  colour, in one of them of floats;
- it holds what stands for none without being declared, where the reader has looked for it
  (undeclared.py);
- a float is not finite, or beyond FLOAT_LIMIT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import numpy as np
from osgeo import gdal

from ..errors import Note
from .alpha import find_alpha
from .block import read_block
from .grid import Window
from .undeclared import NOTHING, Undeclared, in_words

FLOAT_LIMIT = 1e15  # beyond: the largest floats, which stand for nothing
FEWEST_SHARE = 0.0005  # of what is left out: less is not worth a word


@dataclass(frozen=True)
class LayerNodata:
    """What the user says of a raster layer beside its file, by 1-based band."""

    # closed ranges of further nodata values
    ranges: Mapping[int, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    # bands whose own nodata value is switched off
    switched_off: frozenset[int] = frozenset()


FILE_ALONE = LayerNodata()


class Missing:
    """The rule for the 1-based `bands` of an open dataset. `undeclared` may be set by who
    has found it.
    """

    def __init__(
        self,
        dataset: gdal.Dataset,
        bands: Sequence[int],
        layer: LayerNodata = FILE_ALONE,
        undeclared: Undeclared = NOTHING,
    ):
        self._dataset = dataset
        self._bands = [dataset.GetRasterBand(number) for number in bands]
        self.undeclared = undeclared
        self._is_float = any(
            gdal.GetDataTypeName(band.DataType).startswith("Float")
            for band in self._bands
        )
        self.ranges = tuple(
            _nodata_ranges(band, number, layer)
            for band, number in zip(self._bands, bands)
        )
        self.masked = _masked(self._bands, bands)
        self.alpha, self.notes = find_alpha(dataset, bands)

    @property
    def is_declared(self) -> bool:
        """Whether the file or the user says what is missing."""
        return bool(any(self.ranges) or self.masked or self.alpha)

    @property
    def never(self) -> bool:
        """Whether no pixel can be missing."""
        return not (self.is_declared or self._is_float or self.undeclared)

    @property
    def reasons(self) -> str:
        """What can make a pixel missing, in the terms of files, for the log."""
        words = []
        ends = sorted({ends for ranges in self.ranges for ends in ranges})
        for low, high in ends:
            words.append(f"nodata {low:g}" if low == high else f"nodata {low:g}-{high:g}")
        if self.masked:
            words.append("mask")
        if self.alpha:
            words.append("alpha")
        words += [f"collar {span}" for span in in_words(self.undeclared)]
        words += [f"{value:g}" for value in self.undeclared.sentinels[:1]]
        if self._is_float:
            words.append(f"NaN, beyond {FLOAT_LIMIT:g}")
        return ", ".join(words)

    def valid(self, pixels: np.ndarray, window: Window) -> np.ndarray | None:
        """Validity (rows, cols) of a window's raw values (bands, rows, cols); None where
        all are valid. Raises UnsuitableRaster where the file's mask cannot be read.
        """
        if self.never:
            return None
        valid = np.ones(pixels.shape[1:], bool)
        path = self._dataset.GetDescription()
        for number in self.masked:
            mask = self._dataset.GetRasterBand(number).GetMaskBand()
            valid &= read_block(mask, window, path) > 0
        if self.alpha:
            band = self._dataset.GetRasterBand(self.alpha.number)
            opaque = self.alpha.opaque
            valid &= read_block(band, window, path) >= opaque
        if any(self.ranges):
            valid &= ~self._holds_nodata(pixels)
        if self.undeclared:
            valid &= ~self.undeclared.holds(pixels)
        if pixels.dtype.kind == "f":
            with np.errstate(invalid="ignore"):
                valid &= (np.abs(pixels) < FLOAT_LIMIT).all(axis=0)
        if valid.all():
            return None
        return valid

    def _holds_nodata(self, pixels: np.ndarray) -> np.ndarray:
        masks = []
        for values, ranges in zip(pixels, self.ranges):
            if ranges:
                masks.append(_within(values, ranges))
        if pixels.dtype.kind == "f":
            return np.any(masks, axis=0)
        return np.all(masks, axis=0)


def left_out(path: str, share: float, reasons: str) -> Note:
    """For the log."""
    return Note(
        "About {} of '{}' counts as missing and is left out ({}).",
        f"{share:.1%}",
        PurePath(path).name,
        reasons,
    )


def _masked(bands: Sequence[gdal.Band], numbers: Sequence[int]) -> tuple[int, ...]:
    """Numbers of the bands whose mask is to be read: one for a mask of the whole file."""
    masked = []
    of_file = False
    for band, number in zip(bands, numbers):
        flags = band.GetMaskFlags()
        if flags & (gdal.GMF_ALL_VALID | gdal.GMF_ALPHA):
            continue
        if flags & gdal.GMF_PER_DATASET:
            if not of_file:
                masked.append(number)
            of_file = True
        elif not flags & gdal.GMF_NODATA:
            masked.append(number)
    return tuple(masked)


def _nodata_ranges(band: gdal.Band, number: int, layer: LayerNodata) -> tuple:
    ranges = tuple(layer.ranges.get(number, ()))
    value = band.GetNoDataValue()
    if value is None or number in layer.switched_off or value != value:
        return ranges
    return ((value, value), *ranges)


def _within(values: np.ndarray, ranges: Sequence[tuple[float, float]]) -> np.ndarray:
    mask = np.zeros(values.shape, bool)
    for low, high in ranges:
        if low == high:
            mask |= values == low
        else:
            mask |= (values >= low) & (values <= high)
    return mask
