# SPDX-License-Identifier: GPL-2.0-or-later
"""What is doubtful in an elevation model, in sentences for the log."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from ..errors import Note
from .crs import Crs
from .datum import is_way_unknown
from .elevation_file import HeightScale

# of half of the ground: in ten models of gorges, mountains and hills it is 3 to 34
DOUBTFUL_SLOPE_DEG = 40.0
# of indices, probabilities, cosines; whole models of ground do not lie within it
INDEX_LIMIT = 1.0


def unknown_unit(name: str, unit: str) -> Note:
    """Of a file that names one."""
    return Note(
        "The elevation model {} states its heights in '{}', which is not "
        "known: metres are taken; choose the unit.",
        name,
        unit,
    )


def cut_short(name: str, unread: int, sampled: int) -> Note:
    """Of a file of which so many blocks of a sample cannot be read."""
    return Note(
        "{} of {} sampled blocks of the elevation model {} cannot be read; the file may be "
        "cut short, copy it again.",
        unread,
        sampled,
        name,
    )


def eight_bits(name: str) -> Note:
    """Of a file of whole numbers from 0 to 255."""
    return Note(
        "The elevation model {} holds 8-bit numbers, as images and hillshades do: check "
        "that they are heights.",
        name,
    )


def several_bands(name: str, count: int) -> Note:
    """Of a file of so many, the alpha band left out."""
    return Note(
        "The elevation model {} has {} bands: the first is taken for the heights.",
        name,
        count,
    )


def unit_of_the_grid(name: str) -> Note:
    """Of a file that states none on a grid in feet."""
    return Note(
        "The elevation model {} does not say the unit of its heights; its grid "
        "counts in feet, and so are they taken to. Choose metres where they are.",
        name,
    )


def like_an_index(name: str, heights: Sequence[np.ndarray]) -> tuple[Note, ...]:
    """A note where all heights of sampled blocks (rows, cols), metres, NaN for none, lie
    between -1 and 1 without being one and the same, as that of a sea.
    """
    metres = np.concatenate([block[np.isfinite(block)] for block in heights])
    if not metres.size:
        return ()
    low = metres.min()
    high = metres.max()
    if low == high or max(-low, high) > INDEX_LIMIT:
        return ()
    return (
        Note(
            "All values of the elevation model {} lie between {} and {}, as those of a "
            "vegetation index or a probability: check that they are heights.",
            name,
            f"{low:.2g}",
            f"{high:.2g}",
        ),
    )


def steep_ground(
    name: str, heights: Iterable[np.ndarray], cell: tuple[float, float]
) -> tuple[Note, ...]:
    """A note where the ground of sampled blocks (rows, cols) of metres, NaN for none, is
    steeper than nearly all ground is: heights may count in decimetres, or in feet.
    `cell`: metres across and down.
    """
    across, down = cell
    steps = [
        np.hypot(*np.gradient(block, down, across)).ravel()
        for block in heights
        if min(block.shape) > 1
    ]
    steepness = np.concatenate([*steps, []])
    steepness = steepness[np.isfinite(steepness)]
    if not len(steepness):
        return ()
    slope = math.degrees(math.atan(np.median(steepness)))
    if slope < DOUBTFUL_SLOPE_DEG:
        return ()
    return (
        Note(
            "Half of the ground of the elevation model {} would be steeper than {} "
            "degrees, as hardly any ground is, and it does not say the unit of its "
            "heights: check whether they are metres.",
            name,
            f"{slope:.0f}",
        ),
    )


def unknown_datum(name: str, crs: Crs, other: Crs) -> tuple[Note, ...]:
    """A note where nobody knows how places in `other` go to the model's own system, as
    from WGS 84 to Xian 1980 or Beijing 1954.
    """
    if not is_way_unknown(crs, other):
        return ()
    return (
        Note(
            "PROJ knows no transformation between the datums of the elevation model {} "
            "({}) and of {}: its heights may lie some 100 m beside their place, and with "
            "them slopes and directions; compare a few points, and move it where that is "
            "so.",
            name,
            crs.name,
            other.name,
        ),
    )


def no_heights(name: str, numbers: np.ndarray, scale: HeightScale) -> Note:
    """Of a model without any."""
    metres = numbers * scale.ratio + scale.offset
    return Note(
        "The elevation model {} holds {} to {} m, which are no heights; check "
        "its unit. Nothing is measured with it.",
        name,
        f"{metres.min():.6g}",
        f"{metres.max():.6g}",
    )


def voids_found(name: str, numbers: np.ndarray) -> Note:
    """Numbers that stand for no height without being declared."""
    values = np.unique(numbers)
    words = ", ".join(f"{value:.6g}" for value in values[:3])
    if len(values) > 3:
        words = f"{values[0]:.6g} - {values[-1]:.6g}"
    return Note(
        "The elevation model {} holds {} where no ground can be: such cells count as "
        "missing, though the file does not declare them.",
        name,
        words,
    )
