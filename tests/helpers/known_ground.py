# SPDX-License-Identifier: GPL-2.0-or-later
"""Samples of known ground as the worker that trains reads them: bright where a landslide
is, dark elsewhere.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.finetune.cuts import (
    BETWEEN,
    LARGE,
    NAMES,
    SMALL,
    STAND_FOR,
    SURE,
    TILE,
    UNKNOWN,
)


def write(folder: Path, side: int, label: np.ndarray, fold: np.ndarray) -> None:
    """The cuts of one side; label and fold (n, side, side)."""
    rng = np.random.default_rng(side)
    pixels = np.where(label[:, None] == 1, 180, 60) + rng.integers(
        -20, 20, (len(label), 3, side, side)
    )
    name = folder / NAMES[side]
    np.save(f"{name}-pixels.npy", pixels.astype(np.uint8))
    np.save(f"{name}-label.npy", label.astype(np.uint8))
    np.save(f"{name}-fold.npy", fold.astype(np.uint8))
    np.save(f"{name}-weight.npy", np.full(label.shape, SURE, np.uint8))
    if side == TILE:
        np.save(folder / STAND_FOR, np.ones(len(label)))


def make(folder: Path) -> str:
    """The folder with two cuts of each kind in each of two folds, some ground unknown,
    some between.
    """
    for side in (LARGE, SMALL, TILE):
        label = np.zeros((4, side, side))
        if side != SMALL:
            label[:, 20:60, 20:60] = 1
        label[:, :8] = UNKNOWN
        fold = np.zeros((4, side, side))
        fold[2:] = 1
        fold[:, :, -10:] = BETWEEN
        write(folder, side, label, fold)
    return str(folder)
