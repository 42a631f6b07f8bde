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
    """Row and column (rows, cols) of the nearest valid pixel of each missing one; those
    of others mean nothing.
    """
    rows, cols = valid.shape
    digits = (rows + cols).bit_length()
    far = 1 << digits  # further than any
    row = np.arange(rows, dtype=np.int32)[:, None]
    col = np.arange(cols, dtype=np.int32)
    above = np.where(valid, row, -far)
    _accumulate_down(np.maximum, above)
    below = np.where(valid, row, 2 * far)
    _accumulate_down(np.minimum, below[::-1])
    some = np.flatnonzero(~valid.all(axis=1))  # rows: specks are in few of them
    row = row[some]
    above = above[some]
    below = below[some]
    in_column = np.where(row - above <= below - row, above, below)
    distance = np.abs(in_column - row)  # along the column
    # the least on either side; the column it has rides in the last digits
    left = np.minimum.accumulate(((distance - col + far) << digits) + col, axis=1)
    right = ((distance + col) << digits) + col
    right = np.minimum.accumulate(right[:, ::-1], axis=1)[:, ::-1]
    at_left = (left >> digits) - far + col
    at_right = (right >> digits) - col
    near_row = np.empty(valid.shape, np.int32)
    near_col = np.empty(valid.shape, np.int32)
    near_col[some] = np.where(at_left <= at_right, left, right) & (far - 1)
    near_row[some] = np.take_along_axis(in_column, near_col[some], axis=1)
    return near_row, near_col


def _accumulate_down(function: np.ufunc, values: np.ndarray) -> None:
    """Of each row and those before it, in place. Along rows: numpy's own `accumulate`
    goes down column by column, which takes some times as long.
    """
    for before, here in zip(values, values[1:]):
        function(before, here, out=here)


def _reflected(place: np.ndarray, side: int) -> np.ndarray:
    """Rows or columns outside 0 to `side`, mirrored at the edge."""
    place = np.abs(place)
    return np.where(place >= side, np.abs(2 * (side - 1) - place), place)
