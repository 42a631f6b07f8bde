# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines on true pixel edges: horizontal edges of components, their closed rings, polygons.

An edge is a row of four numbers `y, x0, x1, top`: a maximal horizontal stretch of outline at pixel edge `y`, `top`
where the component lies below it. Rings alternate edge, vertical, edge, ..., so the edges alone describe them.
"""
from __future__ import annotations

import struct

import numpy as np
from shapely import wkb
from shapely.geometry import Polygon

from ..inference.grid import Grid


def edges_of(starts: np.ndarray, ends: np.ndarray, stride: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Edges between each of the rows 0 ... rows - 1 and the next, and the run each belongs to: int64 (n, 4), (n,).

    `starts` and `ends` are flat runs; the edge above row 1 has y = 1. The upper side of row 0 and the lower side of the
    last row are left out: they belong to the neighbouring strips.
    """
    second, last = np.searchsorted(starts, (stride, (rows - 1) * stride))
    above, below = _ends(starts[:last], ends[:last]) + stride, _ends(starts[second:], ends[second:])
    keys = np.concatenate((above, below))
    order = np.argsort(keys, kind="stable")  # two sorted halves: merged in one pass
    keys, from_below = keys[order], order >= len(above)
    opens = (order - np.where(from_below, len(above), 0)) % 2 == 0
    step = np.where(opens == from_below, 1, -1)
    side = np.cumsum(step)  # right of each change: 1 where the mask lies below only, -1 above only
    # where both rows change at one place, what holds right of it is known after the second
    at = np.flatnonzero(np.append(keys[1:] != keys[:-1], True)[:len(keys)])
    run = np.where(side > 0, second + np.cumsum(opens & from_below), np.cumsum(opens & ~from_below)) - 1
    here = np.flatnonzero(side[at[:-1]])
    at, to = at[here], at[here + 1]
    y, x0 = np.divmod(keys[at], stride)
    return np.stack((y, x0, keys[to] - y * stride, side[at] > 0), axis=1), run[at]


def _ends(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    return np.stack((starts, ends), axis=1).ravel()


def polygons_of(edges: np.ndarray, owner: np.ndarray, grid: Grid) -> list[Polygon]:
    """The polygon of each component 0, 1, ... of `owner`, in map coordinates, shell counter-clockwise."""
    order = np.lexsort((edges[:, 1], edges[:, 0], owner))
    edges, owner = edges[order].astype(np.int64), owner[order]
    walk, firsts = _walk(_next_edges(edges, owner))
    owner, (y, x0, x1, top) = owner[walk], edges[walk].T
    x = np.where(top[:, None] == 1, np.stack((x0, x1), 1), np.stack((x1, x0), 1)).ravel()
    points = np.stack(grid.to_map(x, np.repeat(y, 2)), axis=1).astype("<f8")
    _, xc, xr, _, yc, yr = grid.geotransform
    turn = -1 if xc * yr < xr * yc else 1  # pixel rows run down: usually mirrored
    bounds = [2 * f for f in firsts] + [len(points)]
    rings = [points[a:b][::turn] for a, b in zip(bounds, bounds[1:])]
    # the first edge of a component in reading order is on its shell, so its shell is its first ring
    shells = np.searchsorted(owner[firsts], np.arange(owner[-1] + 2)) if len(owner) else []
    return [_polygon(rings[a:b]) for a, b in zip(shells, shells[1:])]


def _next_edges(edges: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """The edge that follows each along its ring, the component on the right hand (rows running down)."""
    y, top = edges[:, 0], edges[:, 3]
    height = y.max(initial=0) + 1
    x = edges[:, 1:3].ravel()
    # where a component touches itself at a corner, joining the edge above it to the upper vertical keeps rings simple
    key = ((np.repeat(owner, 2) * (x.max(initial=0) + 1) + x) * height + np.repeat(y, 2)) * 2 + np.repeat(1 - top, 2)
    column = np.argsort(key, kind="stable")
    partner = np.empty_like(column)
    partner[column[0::2]], partner[column[1::2]] = column[1::2], column[0::2]
    return partner[2 * np.arange(len(edges)) + top] // 2


def _walk(following: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """Edges in ring order, and where each ring begins."""
    following = following.tolist()
    seen, walk, firsts = bytearray(len(following)), [], []
    for edge in range(len(following)):
        if not seen[edge]:
            firsts.append(len(walk))
        while not seen[edge]:
            seen[edge] = 1
            walk.append(edge)
            edge = following[edge]
    return np.array(walk, int), firsts


def _polygon(rings: list[np.ndarray]) -> Polygon:
    # through WKB: the one fast way that shapely 1.8 and 2 share
    parts = [struct.pack("<BII", 1, 3, len(rings))]
    for ring in rings:
        parts += [struct.pack("<I", len(ring) + 1), ring.tobytes(), ring[0].tobytes()]
    return wkb.loads(b"".join(parts))
