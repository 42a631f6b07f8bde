# SPDX-License-Identifier: GPL-2.0-or-later
"""How the values of an image come to those that a model takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..contract import Contract
from ..errors import Note
from .band_file import BandFile

BYTES = 255.0
MAX_DARK = 100  # of 8 bits: percents, or fewer bits


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


def stretch_for(
    file: BandFile, sample: np.ndarray, contract: Contract
) -> tuple[Stretch | None, tuple[Note, ...]]:
    """What carries an image, by a `sample` (bands, n) of its valid values, onto the 8 bits
    of the model's training, None where it is there, or the model takes any number; and
    what the log should know.
    """
    if not (contract.stretch or contract.divide == BYTES):
        return None, ()
    ends = np.percentile(sample.astype(np.float64), (2, 98), axis=1)
    # of a band that is nearly constant the ends say nothing
    varies = bool((ends[1] > ends[0]).all())
    is_dark = file.dtype == np.uint8 and varies and sample.max() <= MAX_DARK
    in_bytes = file.dtype == np.uint8 or _is_in_bytes(sample)
    if in_bytes and not is_dark:
        return None, ()
    targets = contract.stretch or [(0.0, BYTES)] * len(sample)
    stretch = Stretch.onto(ends, targets)
    if contract.stretch and not is_dark:
        return stretch, ()
    note = Note(
        "The model was made for images of 8 bits (0 to 255), but the raster holds values "
        "from {} to {}: these, its 2nd and 98th percentiles, are stretched to {} and {}.",
        f"{ends.min():g}",
        f"{ends.max():g}",
        f"{np.min(targets):g}",
        f"{np.max(targets):g}",
    )
    return stretch, (note,)


def _is_in_bytes(sample: np.ndarray) -> bool:
    """Whether values are those of 8 bits, in whatever type: 0 to 255, and not 0 to 1."""
    return bool(sample.min() >= 0 and 1 < sample.max() <= BYTES)
