# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands for missing pixels in an image that does not declare it: collars along its
border, gaps of a mosaic, and numbers that are no colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

# in types that hold them, by habit of programs and sensors: black, white, the largest
# numbers of 8 to 16 bits, and what tables call "none"
HABITS = (
    *(0, 1, 255, 1023, 2047, 4095, 16383, 32767, 65535),
    *(-1, -999, -9999, -32767, -32768, -99999, 9999, 99999),
)
# never a colour, wherever one stands
SENTINELS = (-9999, -99999, -32767, -32768)
LEAST_COLOUR = -1000  # numbers below, but for SENTINELS, are those of an unusual image
MIN_BORDER_SHARE = 0.02  # of the border that must hold one value
MIN_RUN = 10  # pixels in a row, for a part of the border to count
MIN_NOISY_RUN = 0.1  # of a side, where the collar is not of one value
NOISE = 6  # of 8 bits: what lossy compression leaves in black and white
MAX_BETWEEN = 0.05  # of the pixels of such a collar that may be a little off it: shadows
SOLID = 16  # pixels a side of a square that is a gap
MIN_SOLID_SHARE = 0.005  # of the sample in blocks with such squares
MAX_BEYOND = 0.001  # of the other pixels that may lie beyond a collar's value

Pixels = np.ndarray  # (bands, ...) of which all are valid by what the file declares


@dataclass(frozen=True)
class Undeclared:
    """What is missing though nothing declares it."""

    # closed ranges that all bands hold: black and white are colours in one of them
    collars: tuple[tuple[float, float], ...] = ()
    sentinels: tuple[float, ...] = ()  # that any band holds

    def __bool__(self) -> bool:
        return bool(self.collars or self.sentinels)

    def holds(self, pixels: np.ndarray) -> np.ndarray:
        """Which of (bands, ...) pixels stand for missing ones, (...)."""
        missing = np.zeros(pixels.shape[1:], bool)
        for low, high in self.collars:
            missing |= _in_all_bands(pixels, low, high)
        for value in self.sentinels:
            missing |= (pixels == value).any(axis=0)
        return missing


NOTHING = Undeclared()


def sentinels_of(sample: Pixels) -> tuple[float, ...]:
    """The SENTINELS that a sample (bands, n) of pixels leaves to be ones."""
    if sample.dtype.kind not in "if" or not sample.size:
        return ()
    values = tuple(value for value in SENTINELS if _fits(value, sample.dtype))
    others = sample[~np.isin(sample, values)]
    if others.size and others.min() < LEAST_COLOUR:
        return ()
    return values


def collars_of(
    sides: Sequence[Pixels], blocks: Sequence[Pixels]
) -> tuple[tuple[float, float], ...]:
    """Closed ranges of the collars and gaps, from the four sides of the border (bands, n)
    and sampled blocks (bands, rows, cols).
    """
    bands = len(sides[0])
    rest = np.concatenate([part.reshape(bands, -1) for part in (*sides, *blocks)], axis=1)
    collars = []
    for value, span in _candidates(rest.dtype):
        held = _in_all_bands(rest, *span)
        if held.all() or not held.any():
            continue
        others = rest[:, ~held]
        if not (value == 0 or _is_extreme(value, others)):
            continue
        if span != (value, value) and not _stands_apart(value, rest):
            continue
        least_run = 1 if _is_constant(others) else MIN_RUN
        if _is_collar(span, sides, blocks, least_run):
            collars.append(span)
            rest = others
    return tuple(collars)


def _candidates(dtype: np.dtype) -> Iterator[tuple[float, tuple[float, float]]]:
    """Values and the closed range that a collar of each has: black and white of bytes
    first with noise, which leaves nothing of the value itself where it is one.
    """
    for value in _values(dtype):
        if dtype == np.uint8 and value in (0, 255):
            yield value, (max(0, value - NOISE), min(255, value + NOISE))
        yield value, (value, value)


def _values(dtype: np.dtype) -> list[float]:
    values = [value for value in HABITS if _fits(value, dtype)]
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        values += [int(limits.min), int(limits.max)]
    if dtype.kind != "f":
        values.remove(1)  # floats of 0 to 1 have it as white
    return list(dict.fromkeys(values))


def _fits(value: float, dtype: np.dtype) -> bool:
    if dtype.kind == "f":
        return True
    limits = np.iinfo(dtype)
    return bool(limits.min <= value <= limits.max)


def _in_all_bands(pixels: np.ndarray, low: float, high: float) -> np.ndarray:
    if low == high:
        return (pixels == low).all(axis=0)
    return ((pixels >= low) & (pixels <= high)).all(axis=0)


def _is_extreme(value: float, others: Pixels) -> bool:
    """Whether next to nothing of the other pixels lies beyond."""
    below = (others < value).mean()
    above = (others > value).mean()
    return min(below, above) <= MAX_BEYOND


def _stands_apart(value: int, pixels: Pixels) -> bool:
    """Whether few pixels lie between a noisy collar and the ground: from shadows to
    light there are all of them.
    """
    distance = np.abs(pixels.astype(np.int16) - value).max(axis=0)
    between = (distance > NOISE) & (distance <= 3 * NOISE)
    return bool(between.sum() <= MAX_BETWEEN * (distance <= NOISE).sum())


def _is_constant(pixels: Pixels) -> bool:
    return bool((pixels == pixels[:, :1]).all())


def _is_collar(
    span: tuple[float, float],
    sides: Sequence[Pixels],
    blocks: Sequence[Pixels],
    least_run: int,
) -> bool:
    low, high = span
    noisy = low != high
    if noisy and not _is_noisy(span, blocks):
        return False
    length = 0
    for side in sides:
        least = least_run
        if noisy:
            least = max(MIN_RUN, int(MIN_NOISY_RUN * side.shape[1]))
        length += _in_runs(_in_all_bands(side, low, high), least)
    if length >= MIN_BORDER_SHARE * sum(side.shape[1] for side in sides):
        return True
    return not noisy and _fills_squares(low, blocks)


def _is_noisy(span: tuple[float, float], blocks: Sequence[Pixels]) -> bool:
    """Whether what lies beside pixels of black or white itself is nearly so: not where
    the collar has a sharp edge.
    """
    value = span[0] if span[0] == 0 else span[1]
    beside = 0
    near = 0
    exact = 0
    for block in blocks:
        is_exact = _in_all_bands(block, value, value)
        is_near = _in_all_bands(block, *span)
        ring = _grown(is_exact) & ~is_exact
        exact += is_exact.sum()
        beside += ring.sum()
        near += (is_near & ring).sum()
    return bool(not exact or (beside and near >= beside / 2))


def _grown(mask: np.ndarray) -> np.ndarray:
    """By a pixel up, down, left and right."""
    grown = mask.copy()
    grown[1:] |= mask[:-1]
    grown[:-1] |= mask[1:]
    grown[:, 1:] |= mask[:, :-1]
    grown[:, :-1] |= mask[:, 1:]
    return grown


def _in_runs(mask: np.ndarray, least: int) -> int:
    """How many of (n,) lie in runs of at least so many, or all."""
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False]))
    runs = edges[1::2] - edges[::2]
    return int(runs[runs >= min(least, len(mask))].sum())


def _fills_squares(value: float, blocks: Sequence[Pixels]) -> bool:
    """Whether gaps of a mosaic hold it: in one band of bytes it may be a lake."""
    if len(blocks[0]) == 1 and blocks[0].dtype == np.uint8:
        return False
    held = 0
    total = 0
    for block in blocks:
        mask = _in_all_bands(block, value, value)
        total += mask.size
        if _has_square(mask):
            held += mask.sum()
    return bool(held >= MIN_SOLID_SHARE * total)


def _has_square(mask: np.ndarray) -> bool:
    """Whether SOLID x SOLID pixels together are True."""
    if min(mask.shape) < SOLID or mask.sum() < SOLID**2:
        return False
    sums = np.pad(mask.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    squares = (
        sums[SOLID:, SOLID:]
        - sums[:-SOLID, SOLID:]
        - sums[SOLID:, :-SOLID]
        + sums[:-SOLID, :-SOLID]
    )
    return bool((squares == SOLID**2).any())


def in_words(undeclared: Undeclared) -> Iterable[str]:
    """For the log: collars as numbers and spans of numbers."""
    for low, high in undeclared.collars:
        yield f"{low:g}" if low == high else f"{low:g}-{high:g}"
