# SPDX-License-Identifier: GPL-2.0-or-later
"""Arrays of pixels and labels in a folder, as the worker that trains reads them; needs
numpy alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

# of a pixel's label, beside 0 and 1: nobody says what it is
UNKNOWN = 255
# fold of a pixel between two folds
BETWEEN = 254
REGION = "region"  # folder of what nobody labelled, and the run that adapts to it
SURE = 100  # percent that a label counts
# sides in pixels of the model: room for every zoom around landslides, little enough
# elsewhere to miss them
LARGE = 160
SMALL = 96
TILE = 192
NAMES = {LARGE: "large", SMALL: "small", TILE: "tiles"}


STAND_FOR = "tiles-stand-for.npy"  # (n,) how many tiles of the ground each one is for


class Cuts(NamedTuple):
    """Arrays of the cuts of one side, as the worker reads them."""

    pixels: np.ndarray  # (n, planes, side, side)
    label: np.ndarray  # (n, side, side) 0, 1 or UNKNOWN
    fold: np.ndarray  # (n, side, side)
    weight: np.ndarray  # (n, side, side) percent that a label counts


def read_cuts(folder: Path, side: int) -> Cuts:
    """The arrays of the cuts of one side, not read into memory at once."""
    paths = (folder / f"{NAMES[side]}-{part}.npy" for part in Cuts._fields)
    return Cuts(*map(_mapped, paths))


def read_stand_for(folder: Path) -> np.ndarray:
    """How many tiles of the known ground each of the tiles stands for (n,)."""
    return np.load(folder / STAND_FOR, allow_pickle=False)


def _mapped(path: Path) -> np.ndarray:
    """An array that stays in its file; one without elements cannot be mapped."""
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError:
        return np.load(path, allow_pickle=False)
