# SPDX-License-Identifier: GPL-2.0-or-later
"""What counts as missing in a raster: the one rule for images, probabilities and heights.

A pixel is missing where

- the alpha band lets less than half through, if it is one: what a file tags as alpha may
  be an infrared band;
- a mask says so: of the file (inside it or beside it as .msk) or of one of the bands;
- the nodata values of the bands that have one are there, whether the file declares them
  or the user does in QGIS: in all of those bands of whole numbers, since black is a
  colour, in one of them of floats;
- all bands hold the value of a collar that nothing declares;
- a float is not finite, or beyond FLOAT_LIMIT.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import numpy as np
from osgeo import gdal

from ..errors import Note
from .grid import Window

FLOAT_LIMIT = 1e30  # beyond: the largest floats, which stand for nothing
SAMPLE_BLOCKS = 10  # a side, that stand for the whole raster
SAMPLE_SIDE = 100  # pixels a side of each
FEWEST_SHARE = 0.0005  # of what is left out: less is not worth a word
# what stands for opaque, also in types that could hold more
FULL_ALPHA = (1, 100, 255, 65535)
# of the pixels that an alpha band lets through at all, the share that is opaque
MIN_OPAQUE_SHARE = 0.5


@dataclass(frozen=True)
class LayerNodata:
    """What the user says of a raster layer beside its file, by 1-based band."""

    # closed ranges of further nodata values
    ranges: Mapping[int, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    # bands whose own nodata value is switched off
    switched_off: frozenset[int] = frozenset()


FILE_ALONE = LayerNodata()


class Missing:
    """The rule for the 1-based `bands` of an open dataset."""

    def __init__(
        self,
        dataset: gdal.Dataset,
        bands: Sequence[int],
        layer: LayerNodata = FILE_ALONE,
        collar: int | None = None,
    ):
        self._dataset = dataset
        self._bands = [dataset.GetRasterBand(number) for number in bands]
        self.collar = collar
        self.notes: tuple[Note, ...] = ()
        self._is_float = any(
            gdal.GetDataTypeName(band.DataType).startswith("Float")
            for band in self._bands
        )
        self._ranges = [
            _nodata_ranges(band, number, layer)
            for band, number in zip(self._bands, bands)
        ]
        self._masks = _masks(self._bands)
        self._alpha = None
        number = alpha_band(dataset)
        if number and number not in bands:
            self._read_alpha(number)

    @property
    def is_declared(self) -> bool:
        """Whether the file or the user says what is missing."""
        return bool(any(self._ranges) or self._masks or self._alpha)

    @property
    def never(self) -> bool:
        """Whether no pixel can be missing."""
        return not (self.is_declared or self._is_float or self.collar is not None)

    @property
    def reasons(self) -> str:
        """What can make a pixel missing, in the terms of files, for the log."""
        words = []
        ends = sorted({ends for ranges in self._ranges for ends in ranges})
        for low, high in ends:
            words.append(f"nodata {low:g}" if low == high else f"nodata {low:g}-{high:g}")
        if self._masks:
            words.append("mask")
        if self._alpha:
            words.append("alpha")
        if self.collar is not None:
            words.append(f"collar {self.collar}")
        if self._is_float:
            words.append("NaN")
        return ", ".join(words)

    def valid(self, pixels: np.ndarray, window: Window) -> np.ndarray | None:
        """Validity (rows, cols) of a window's raw values (bands, rows, cols); None where
        all are valid.
        """
        if self.never:
            return None
        valid = np.ones(pixels.shape[1:], bool)
        place = (window.col, window.row, window.cols, window.rows)
        for band in self._masks:
            valid &= band.GetMaskBand().ReadAsArray(*place) > 0
        if self._alpha:
            valid &= self._alpha.ReadAsArray(*place) >= self._opaque
        if any(self._ranges):
            valid &= ~self._holds_nodata(pixels)
        if self.collar is not None:
            valid &= (pixels != self.collar).any(axis=0)
        if pixels.dtype.kind == "f":
            with np.errstate(invalid="ignore"):
                valid &= (np.abs(pixels) < FLOAT_LIMIT).all(axis=0)
        if valid.all():
            return None
        return valid

    def _holds_nodata(self, pixels: np.ndarray) -> np.ndarray:
        masks = []
        for values, ranges in zip(pixels, self._ranges):
            if ranges:
                masks.append(_within(values, ranges))
        if pixels.dtype.kind == "f":
            return np.any(masks, axis=0)
        return np.all(masks, axis=0)

    def _read_alpha(self, number: int) -> None:
        """Whether the band is one, and from which value a pixel counts as seen."""
        band = self._dataset.GetRasterBand(number)
        sample = np.concatenate(
            [
                band.ReadAsArray(window.col, window.row, window.cols, window.rows).ravel()
                for window in sample_windows(band.XSize, band.YSize)
            ]
        )
        most = sample.max()
        full = next((value for value in FULL_ALPHA if most <= value), most)
        visible = sample[sample > 0]
        if not visible.size or (visible == full).mean() >= MIN_OPAQUE_SHARE:
            self._alpha = band
            self._opaque = (full + 1) // 2
            return
        self.notes += (
            Note(
                "Band {} is tagged as alpha, but its values vary like those of an image: "
                "nothing is left out by it.",
                number,
            ),
        )


def left_out(path: str, share: float, missing: Missing) -> Note:
    """For the log."""
    return Note(
        "About {} of '{}' counts as missing and is left out ({}).",
        f"{share:.1%}",
        PurePath(path).name,
        missing.reasons,
    )


def alpha_band(dataset: gdal.Dataset) -> int | None:
    """Number of the band that the file tags as alpha."""
    for number in range(1, dataset.RasterCount + 1):
        colour = dataset.GetRasterBand(number).GetColorInterpretation()
        if colour == gdal.GCI_AlphaBand:
            return number
    return None


def sample_windows(width: int, height: int) -> Iterator[Window]:
    """Blocks spread evenly over a raster, which stand for all of it."""
    rows = min(SAMPLE_SIDE, height)
    cols = min(SAMPLE_SIDE, width)
    for row in np.unique(np.linspace(0, height - rows, SAMPLE_BLOCKS).astype(int)):
        for col in np.unique(np.linspace(0, width - cols, SAMPLE_BLOCKS).astype(int)):
            yield Window(int(row), int(col), rows, cols)


def _masks(bands: Sequence[gdal.Band]) -> list[gdal.Band]:
    """The bands whose mask is to be read: one for a mask of the whole file."""
    masks = []
    of_file = False
    for band in bands:
        flags = band.GetMaskFlags()
        if flags & (gdal.GMF_ALL_VALID | gdal.GMF_ALPHA):
            continue
        if flags & gdal.GMF_PER_DATASET:
            if not of_file:
                masks.append(band)
            of_file = True
        elif not flags & gdal.GMF_NODATA:
            masks.append(band)
    return masks


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
