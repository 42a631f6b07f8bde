# SPDX-License-Identifier: GPL-2.0-or-later
"""The lowest and highest ground of a polygon: its cells, and between them along its
outline.
"""

from __future__ import annotations

import numpy as np

from ...geo.coordinates import with_edges_cut
from ...geo.dem_window import MARGIN, DemStrip, DemWindow


def extremes(cut: DemWindow, fine: bool) -> tuple[float, float, float]:
    """Lowest and highest, metres, of the cells inside and, bilinear, of the outline, and
    the share (0-1) of the outline that has heights; `fine` takes 3 x 3 medians first.

    The whole cells that the outline touches would reach beyond it: with 12.5 m cells and
    1 ha that adds 9 % to the relief, and those inside alone take 5 % away. Medians keep
    single trees and errors of fine models out.
    """
    parts = [_places(ring) for ring in cut.rings]
    places = np.concatenate(parts)
    lengths = np.concatenate([_lengths(part) for part in parts])
    has_height = np.zeros(len(places), bool)
    low = np.inf
    high = -np.inf
    for strip in cut.strips():
        z = strip.z
        if fine:
            z = _medians(strip)
        outline = _heights(z, places - (0, strip.row))
        has_height |= np.isfinite(outline)
        inside = z[MARGIN:-MARGIN, MARGIN:-MARGIN][strip.inside]
        heights = np.concatenate((inside, outline))
        low = np.fmin(low, np.fmin.reduce(heights))
        high = np.fmax(high, np.fmax.reduce(heights))
    covered = float(lengths[has_height].sum() / lengths.sum())
    return float(low), float(high), covered


def _places(ring: np.ndarray) -> np.ndarray:
    """Places (n, 2) along a ring (col, row): its vertices, and at least one a cell."""
    return with_edges_cut(ring, np.abs(np.diff(ring, axis=0)).max(axis=1))


def _lengths(places: np.ndarray) -> np.ndarray:
    """From each place (n, 2) along a ring to the next (n,): what it stands for."""
    return np.hypot(*(np.roll(places, -1, axis=0) - places).T)


def _heights(z: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Bilinear heights at places (n, 2); NaN beside voids and beyond a strip."""
    col, row = (places + MARGIN - 0.5).T
    height, width = z.shape
    inner = (col >= 1) & (row >= 1) & (col < width - 2) & (row < height - 2)
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


def _medians(cut: DemStrip) -> np.ndarray:
    """3 x 3 medians of the heights there are, of the polygon's cells and two around;
    NaN elsewhere.
    """
    z = np.full(cut.z.shape, np.nan)
    corners = np.concatenate(cut.rings) + MARGIN
    left, top = np.maximum(np.floor(corners.min(axis=0)) - 2, 0).astype(int)
    right, bottom = np.maximum(np.ceil(corners.max(axis=0)) + 2, 0).astype(int)
    here = cut.z[top:bottom, left:right]
    if not here.size:
        return z
    part = np.pad(here, 1, constant_values=np.nan)
    squares = np.lib.stride_tricks.sliding_window_view(part, (3, 3)).reshape(-1, 9)
    around = np.sort(squares, axis=1)  # NaN goes last
    count = np.isfinite(around).sum(axis=1)
    each = np.arange(len(around))
    medians = (around[each, np.maximum(count - 1, 0) // 2] + around[each, count // 2]) / 2
    z[top:bottom, left:right] = np.where(
        np.isfinite(here), medians.reshape(here.shape), np.nan
    )
    return z
