# SPDX-License-Identifier: GPL-2.0-or-later
"""What an image shows: the bands that reach the network, their values beside those of the
training, and what is missing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from osgeo import gdal

from ..contract import Contract, band_word
from ..errors import Note, listed
from ..evaluation.components import label_components
from ..geo.block import sampled
from ..inference.bands import contradictions
from ..inference.radiometry import ExaminedImage
from ..inference.raster import Raster
from ..inference.stretch import BYTES
from .checked import Check, judged
from .layout import MEGA

MAX_CLIPPED = 0.05  # of the pixels, at the largest or smallest value of a band
# of the range of the training, which the image's own range must reach
MIN_CONTRAST = 0.25
MAX_MISSING = 0.5
MAX_HOLE_PIXELS = 400  # of a small hole
MIN_HOLES = 20
MIN_HOLES_PER_MPX = 50
PLACES = 4  # a side of a block, at which an elevation model is asked for heights


def bands_check(dataset: gdal.Dataset, raster: Raster, contract: Contract) -> Check:
    """What reaches the network, in doubt where the file says something else of a band; of
    an elevation model in place of an image what its reader says.
    """
    if raster.is_elevation:
        value = Note("an elevation model in place of an image")
        return judged("bands", value, Note("any"), raster.notes[1:])
    advice = contradictions(dataset, raster.bands, contract)
    value = Note("{} of {} bands", uses_of(raster, contract), dataset.RasterCount)
    return judged("bands", value, wanted_bands(contract), advice)


def wanted_bands(contract: Contract) -> Note | str:
    return listed([band_word(name) for name in contract.image_bands])


def uses_of(raster: Raster, contract: Contract) -> Note | str:
    """Numbers of the bands by the names under which the model takes them."""
    pairs = zip(raster.bands, contract.image_bands)
    return listed([Note("{} = {}", number, band_word(name)) for number, name in pairs])


def values_check(image: ExaminedImage, contract: Contract) -> Check:
    """Values of a sample beside those that the model learned from."""
    ends = np.percentile(image.sample, (2, 98), axis=1).T
    value = Note("{} ({}, 2nd to 98th percentile)", _ranges(ends), str(image.file.dtype))
    if image.stretch is not None:
        value = Note("{}, stretched onto those of the training", value)
    expected = Note("any")
    if contract.stretch:
        expected = Note("{} (2nd to 98th percentile)", _ranges(contract.stretch))
    elif contract.divide == BYTES:
        expected = "0–255"
    advice = [*image.stretch_notes, *_clipped(image.sample)]
    if contract.stretch and image.stretch is None:
        advice += _unlike_training(image.sample, ends, np.array(contract.stretch))
    return judged("values", value, expected, advice)


def _ranges(ends) -> str:
    return ", ".join(f"{low:.4g}–{high:.4g}" for low, high in ends)


def _clipped(sample: np.ndarray) -> list[Note]:
    """Of values (bands, n)."""
    shares = [
        max((band == band.max()).mean(), (band == band.min()).mean())
        for band in sample
        if band.max() > band.min()
    ]
    share = max(shares, default=0.0)
    if share <= MAX_CLIPPED:
        return []
    return [
        Note(
            "{} of the pixels hold the largest or the smallest value of a band: what was "
            "brighter or darker is lost; take the image as it was before it was "
            "stretched, where there is one.",
            f"{share:.0%}",
        )
    ]


def _unlike_training(
    sample: np.ndarray, ends: np.ndarray, training: np.ndarray
) -> list[Note]:
    """Of values (bands, n) and percentiles (bands, 2) of the image and the training."""
    middles = np.median(sample, axis=1)
    low, high = training.T
    if (middles < low).any():
        word = Note("darker")
    elif (middles > high).any():
        word = Note("brighter")
    elif (ends[:, 1] - ends[:, 0] < MIN_CONTRAST * (high - low)).all():
        word = Note("of less contrast")
    else:
        return []
    return [
        Note(
            "The image is {} than what the model learned from, and 8-bit images are not "
            "stretched: take it with more bits, or stretch it over 0 to 255.",
            word,
        )
    ]


def missing_check(image: ExaminedImage, gaps: SampledGaps) -> Check:
    """How much is missing, by what, and whether it lies scattered."""
    value = Note("none")
    if image.missing:
        reasons = image.file.missing.reasons
        value = Note("{} ({})", f"{image.missing:.1%}", reasons)
    advice = list(image.missing_notes)
    if image.missing > MAX_MISSING:
        advice.append(
            Note(
                "Most of the image is missing: see whether what it says of missing "
                "pixels is right, or choose one that shows more of the ground."
            )
        )
    if gaps.holes >= MIN_HOLES and gaps.holes_per_mpx > MIN_HOLES_PER_MPX:
        advice.append(
            Note(
                "Missing pixels lie scattered, about {} small holes in a million pixels: "
                "dark or bright ground may count as missing; see whether the nodata value "
                "is one of its colours.",
                f"{gaps.holes_per_mpx:,.0f}",
            )
        )
    expected = Note("less than {}, in one piece", f"{MAX_MISSING:.0%}")
    return judged("missing", value, expected, advice)


class SampledGaps(NamedTuple):
    """Small holes within the blocks of the sample, how many in a million pixels that is,
    and columns and rows (n, 2) of valid pixels, some of each block.
    """

    holes: int
    holes_per_mpx: float
    places: np.ndarray


def sampled_gaps(raster: Raster) -> SampledGaps:
    """Raises UnsuitableRaster where a block cannot be read."""
    holes = 0
    pixels = 0
    places = []
    for window in sampled(raster.grid.width, raster.grid.height, raster.release):
        pixels += window.rows * window.cols
        valid = raster.valid(window.row, window.rows, window.col, window.cols)
        if valid is None:
            valid = np.ones((window.rows, window.cols), bool)
        holes += _small_holes(~valid)
        places.append(_places(valid) + (window.col, window.row))
    return SampledGaps(holes, holes * MEGA / pixels, np.concatenate(places))


def _places(valid: np.ndarray) -> np.ndarray:
    """Columns and rows (n, 2) of the middles of valid pixels of a block, spread over it."""
    shares = (np.arange(PLACES) + 0.5) / PLACES
    rows = np.unique((shares * valid.shape[0]).astype(int))
    cols = np.unique((shares * valid.shape[1]).astype(int))
    valid_places = np.argwhere(valid[np.ix_(rows, cols)])
    return np.stack((cols[valid_places[:, 1]], rows[valid_places[:, 0]]), axis=1) + 0.5


def _small_holes(missing: np.ndarray) -> int:
    """Components of a mask that do not reach its edge."""
    if not missing.any():
        return 0
    labels = label_components(missing)
    edges = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    sizes = np.bincount(labels.ravel())
    sizes[np.unique(np.concatenate([[0], *edges]))] = 0
    return int(((sizes > 0) & (sizes <= MAX_HOLE_PIXELS)).sum())
