# SPDX-License-Identifier: GPL-2.0-or-later
"""Missing pixels of a window, filled from the ground beside them: a network that sees a
flat colour there calls the ground along it a landslide.
"""

from __future__ import annotations

import numpy as np

# times a place is mirrored until it falls on ground: a strip may be that much narrower
# than the gap beside it
MAX_MIRRORS = 16


def filled(window: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """A copy of `window` (bands, rows, cols) with its missing pixels filled as
    `mirror_images` says; `valid` (rows, cols) holds at least one True.
    """
    gaps, images = mirror_images(valid)
    bands = window.reshape(len(window), -1).copy()
    for band in bands:
        band[gaps] = band[images]
    return bands.reshape(window.shape)


def mirror_images(valid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The missing pixels of `valid` (rows, cols), and of each the valid one that lies as
    far on the other side of the nearest valid one: flat indices (n,), (n,).

    Distances are rows plus columns. A place mirrored into another gap, or out of the
    window, is mirrored again; what never falls on ground takes the nearest valid pixel.
    """
    rows, cols = valid.shape
    near_row, near_col = (near.ravel() for near in _nearest_valid(valid))
    usable = valid.ravel()
    gaps = np.flatnonzero(~usable)
    images = near_row[gaps] * cols + near_col[gaps]
    waiting = np.arange(len(gaps))
    place = gaps
    for _ in range(MAX_MIRRORS):
        row, col = np.divmod(place, cols)
        row = _reflected(2 * near_row[place] - row, rows)
        col = _reflected(2 * near_col[place] - col, cols)
        place = row * cols + col
        reached = usable[place]
        images[waiting[reached]] = place[reached]
        waiting = waiting[~reached]
        if not waiting.size:
            break
        place = place[~reached]
    return gaps, images


def _nearest_valid(valid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row and column (rows, cols) of the nearest valid pixel of each."""
    rows, cols = valid.shape
    far = rows + cols  # further than any
    row = np.arange(rows, dtype=np.int32)[:, None]
    col = np.arange(cols, dtype=np.int32)
    above = np.maximum.accumulate(np.where(valid, row, -far), axis=0)
    below = np.minimum.accumulate(np.where(valid, row, 2 * far)[::-1], axis=0)[::-1]
    near_row = np.where(row - above <= below - row, above, below)
    distance = np.abs(near_row - row)  # along the column
    # the least on either side; the column it has rides in the last digits
    left = np.minimum.accumulate((distance - col + far) * far + col, axis=1)
    right = (distance + col) * far + col
    right = np.minimum.accumulate(right[:, ::-1], axis=1)[:, ::-1]
    at_left = left // far - far + col
    at_right = right // far - col
    near_col = np.where(at_left <= at_right, left % far, right % far)
    return np.take_along_axis(near_row, near_col, axis=1), near_col


def _reflected(place: np.ndarray, side: int) -> np.ndarray:
    """Rows or columns outside 0 to `side`, mirrored at the edge."""
    place = np.abs(place)
    return np.where(place >= side, np.abs(2 * (side - 1) - place), place)
