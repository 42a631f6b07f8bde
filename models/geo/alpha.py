# SPDX-License-Identifier: GPL-2.0-or-later
"""Which band of a file is its alpha. GDAL tags the fourth band of any file of bytes so, an
infrared one too, and the second of a file that was told to have one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from osgeo import gdal

from ..errors import Note
from .block import read_block, sampled

# what stands for opaque, also in types that could hold more
FULL_ALPHA = (1, 100, 255, 65535)
# of the pixels that an alpha band lets through at all, the share that is opaque
MIN_OPAQUE_SHARE = 0.5
MIN_FLAT_SHARE = 0.95  # the same, where opaque is another number


class Alpha(NamedTuple):
    """A band that says how much of each pixel is seen."""

    number: int  # 1-based
    opaque: float  # from this value on a pixel counts as seen


def tagged_alpha(dataset: gdal.Dataset) -> list[int]:
    """Numbers of the bands that the file tags as alpha."""
    return [
        number
        for number in range(1, dataset.RasterCount + 1)
        if _interpretation(dataset, number) == gdal.GCI_AlphaBand
    ]


def find_alpha(
    dataset: gdal.Dataset, bands: Sequence[int]
) -> tuple[Alpha | None, tuple[Note, ...]]:
    """The alpha band beside the 1-based `bands`, and what the log should know.

    Where a tag is on a band that varies like an image, the alpha may be another one, which
    holds two values alone.
    """
    notes = []
    for number in tagged_alpha(dataset):
        alpha = _judged(dataset, number)
        if alpha is not None:
            if number in bands:
                continue
            return alpha, tuple(notes)
        notes.append(
            Note(
                "Band {} is tagged as alpha, but its values vary like those of an image: "
                "nothing is left out by it.",
                number,
            )
        )
    if not notes:
        return None, ()
    for number in range(dataset.RasterCount, 0, -1):
        if number not in bands and _holds_two_values(dataset, number):
            note = Note("Band {}, of two values alone, is taken as the alpha.", number)
            return _judged(dataset, number), (*notes, note)
    return None, tuple(notes)


def is_alpha(dataset: gdal.Dataset, number: int) -> bool:
    """Whether a band is tagged as alpha and holds what an alpha band does."""
    tagged = _interpretation(dataset, number) == gdal.GCI_AlphaBand
    return tagged and _judged(dataset, number) is not None


def image_bands(dataset: gdal.Dataset) -> list[int]:
    """Numbers of the bands that are no alpha."""
    numbers = range(1, dataset.RasterCount + 1)
    return [number for number in numbers if not is_alpha(dataset, number)]


def _interpretation(dataset: gdal.Dataset, number: int) -> int:
    return dataset.GetRasterBand(number).GetColorInterpretation()


def _judged(dataset: gdal.Dataset, number: int) -> Alpha | None:
    """The band as alpha; None where it varies like an image."""
    sample = _sample(dataset, number)
    most = float(sample.max())
    full = next((value for value in FULL_ALPHA if most <= value), most)
    above_zero = sample[sample > 0]
    if not above_zero.size:
        return Alpha(number, full / 2)
    for value, share in ((full, MIN_OPAQUE_SHARE), (most, MIN_FLAT_SHARE)):
        if (above_zero == value).mean() >= share:
            return Alpha(number, value / 2)
    return None


def _holds_two_values(dataset: gdal.Dataset, number: int) -> bool:
    """0 and another one, and nothing else."""
    values = np.unique(_sample(dataset, number))
    return len(values) == 2 and values[0] == 0


def _sample(dataset: gdal.Dataset, number: int) -> np.ndarray:
    """Values (n,) that stand for a band; 0 where they are none. Raises UnsuitableRaster
    where the file cannot be read.
    """
    band = dataset.GetRasterBand(number)
    path = dataset.GetDescription()
    windows = sampled(band.XSize, band.YSize, dataset.FlushCache)
    blocks = [read_block(band, window, path).ravel() for window in windows]
    sample = np.concatenate(blocks)
    if sample.dtype.kind == "f":
        return np.nan_to_num(sample, nan=0)
    return sample
