# SPDX-License-Identifier: GPL-2.0-or-later
"""Which pixels a polygon holds, by their centres: a scanline over all edges at once."""

from __future__ import annotations

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from .grid import Grid, Window


def rings_of(polygon: Polygon | MultiPolygon, grid: Grid) -> list[np.ndarray]:
    """All rings, shells and holes, as pixel-edge coordinates (col, row) of `grid`:
    closed, (n, 2).
    """
    parts = getattr(polygon, "geoms", [polygon])
    lines = [
        np.asarray(ring.coords)[:, :2]
        for part in parts
        for ring in (part.exterior, *part.interiors)
    ]
    return [np.stack(grid.to_pixel(line[:, 0], line[:, 1]), axis=1) for line in lines]


def burn(rings: list[np.ndarray], window: Window) -> np.ndarray:
    """Mask (rows, cols) of the pixels of `window` whose centre lies inside the rings by
    the even-odd rule.

    A centre on a left edge is inside, on a right edge outside, so that neighbours share
    no pixel.
    """
    start = np.concatenate([ring[:-1] for ring in rings]) - (window.col, window.row)
    end = np.concatenate([ring[1:] for ring in rings]) - (window.col, window.row)
    first = (
        np.ceil(np.minimum(start[:, 1], end[:, 1]) - 0.5).clip(0, window.rows).astype(int)
    )
    last = (
        np.ceil(np.maximum(start[:, 1], end[:, 1]) - 0.5).clip(0, window.rows).astype(int)
    )
    crossed = last - first
    edge = np.repeat(np.arange(len(start)), crossed)
    row = (
        np.arange(len(edge))
        - np.repeat(np.cumsum(crossed) - crossed, crossed)
        + first[edge]
    )
    (x0, y0) = start[edge].T
    (x1, y1) = end[edge].T
    x = x0 + (row + 0.5 - y0) * (x1 - x0) / (y1 - y0)
    col = np.ceil(x - 0.5).clip(0, window.cols).astype(int)
    stride = window.cols + 1
    turns = np.bincount(row * stride + col, minlength=window.rows * stride).reshape(
        window.rows, stride
    )
    return (np.cumsum(turns, axis=1)[:, :-1] & 1).astype(bool)
