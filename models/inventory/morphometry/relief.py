# SPDX-License-Identifier: GPL-2.0-or-later
"""The lowest and highest ground of a polygon: its cells, and between them along its
outline.
"""

from __future__ import annotations

import numpy as np

from ...geo.coordinates import with_edges_cut
from ...geo.dem_window import DemWindow


def extremes(cut: DemWindow, fine: bool) -> tuple[float, float, float]:
    """Lowest and highest, metres, of the cells inside and, bilinear, of the outline, and
    the share (0-1) of the outline that has heights; `fine` takes 3 x 3 medians first.

    The whole cells that the outline touches would reach beyond it: with 12.5 m cells and
    1 ha that adds 9 % to the relief, and those inside alone take 5 % away. Medians keep
    single trees and errors of fine models out.
    """
    if fine:
        z = _medians(cut)
    else:
        z = cut.z
    parts = [_places(ring) for ring in cut.rings]
    outline = np.concatenate([_heights(z, places) for places in parts])
    lengths = np.concatenate([_lengths(places) for places in parts])
    heights = np.concatenate((z[1:-1, 1:-1][cut.inside], outline))
    covered = float(lengths[np.isfinite(outline)].sum() / lengths.sum())
    return float(np.nanmin(heights)), float(np.nanmax(heights)), covered


def _places(ring: np.ndarray) -> np.ndarray:
    """Places (n, 2) along a ring (col, row): its vertices, and at least one a cell."""
    return with_edges_cut(ring, np.abs(np.diff(ring, axis=0)).max(axis=1))


def _lengths(places: np.ndarray) -> np.ndarray:
    """From each place (n, 2) along a ring to the next (n,): what it stands for."""
    return np.hypot(*(np.roll(places, -1, axis=0) - places).T)


def _heights(z: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Bilinear heights at places (n, 2); NaN beside voids and beyond the cut."""
    col, row = (places + 0.5).T  # z has a margin of one cell
    inner = (col >= 0) & (row >= 0) & (col < z.shape[1] - 1) & (row < z.shape[0] - 1)
    heights = np.full(len(inner), np.nan)
    heights[inner] = _bilinear(z, col[inner], row[inner])
    return heights


def _bilinear(z: np.ndarray, col: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Heights (n,) at places (n,) between the centres of cells."""
    c = col.astype(int)
    r = row.astype(int)
    right = col - c
    down = row - r
    return (1 - down) * ((1 - right) * z[r, c] + right * z[r, c + 1]) + down * (
        (1 - right) * z[r + 1, c] + right * z[r + 1, c + 1]
    )


def _medians(cut: DemWindow) -> np.ndarray:
    """3 x 3 medians of the heights there are, of the polygon's cells and two around;
    NaN elsewhere.
    """
    corners = np.concatenate(cut.rings)
    left, top = np.maximum(np.floor(corners.min(axis=0)) - 1, 0).astype(int)
    right, bottom = np.maximum(np.ceil(corners.max(axis=0)) + 3, 0).astype(int)
    part = np.pad(cut.z[top:bottom, left:right], 1, constant_values=np.nan)
    squares = np.lib.stride_tricks.sliding_window_view(part, (3, 3)).reshape(-1, 9)
    around = np.sort(squares, axis=1)  # NaN goes last
    count = np.isfinite(around).sum(axis=1)
    each = np.arange(len(around))
    medians = (around[each, np.maximum(count - 1, 0) // 2] + around[each, count // 2]) / 2
    z = np.full(cut.z.shape, np.nan)
    here = cut.z[top:bottom, left:right]
    z[top:bottom, left:right] = np.where(
        np.isfinite(here), medians.reshape(here.shape), np.nan
    )
    return z
