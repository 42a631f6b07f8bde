# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows of the model's grid interpolated onto the raster's own pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from ..geo.rasterize import PolygonMask
from .blend import MAX_STRIP_ROWS, BlendedRows
from .level_file import to_levels
from .plan import Plan
from .raster import RasterReader

MIN_SHARE = 1e-6  # of the full weight: with less, no window saw the place


class Neighbours(NamedTuple):
    """Along one axis, the two pixels of the model's grid around each pixel's centre."""

    first: np.ndarray  # (n,) index from the region's first
    second: np.ndarray
    weight: np.ndarray  # (n,) float32 of the second, 0-1


def on_raster(
    raster: RasterReader, blended: Iterable[BlendedRows], plan: Plan
) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """Bilinear interpolation of the model grid's rows onto the raster's own pixels.

    Yields levels of the probabilities and of their spread, None where there is none: each
    uint8 (n, plan.out.cols), at most MAX_STRIP_ROWS rows at a time.
    """
    mask = None
    if plan.mask is not None:
        mask = PolygonMask(plan.mask, raster.grid)
    out = plan.out
    region = plan.region
    down = _neighbours(
        out.row, out.rows, raster.grid.height, plan.model_grid.height, region.row
    )
    across = _neighbours(
        out.col, out.cols, raster.grid.width, plan.model_grid.width, region.col
    )
    # rows `base`... of shares, what is flat, sums and spread, on the raster's columns
    planes = np.zeros((3 + plan.has_spread, 0, out.cols), np.float32)
    base = 0
    done = 0
    for rows in blended:
        flat = np.zeros_like(rows.sums) if rows.flat is None else rows.flat
        parts = [rows.share, flat, rows.sums]
        if rows.spread is not None:
            parts.append(rows.spread)
        arrived = _interpolated_columns(np.stack(parts), across)
        planes = np.concatenate([planes, arrived], axis=1)
        # rows of which both neighbours are there
        ready = int(np.searchsorted(down.second, base + planes.shape[1]))
        for begin in range(done, ready, MAX_STRIP_ROWS):
            end = min(begin + MAX_STRIP_ROWS, ready)
            share, flat, *weighted = _interpolated_rows(planes, down, begin, end, base)
            block = (out.row + begin, end - begin, out.col, out.cols)
            searched = (share > MIN_SHARE) & (flat == 0)
            searched &= _valid_and_inside(raster, mask, block)
            for plane in weighted:
                np.divide(plane, share, out=plane, where=searched)
            levels = [to_levels(plane, searched) for plane in weighted]
            yield levels[0], levels[1] if plan.has_spread else None
        done = max(done, ready)
        # the rows before the next pixel's first neighbour are needed no more
        keep = base + planes.shape[1]
        if done < out.rows:
            keep = min(int(down.first[done]), keep)
        else:
            keep = base
        planes = planes[:, keep - base :]
        base = keep


def _neighbours(
    begin: int, count: int, length: int, model_length: int, base: int
) -> Neighbours:
    centre = (np.arange(begin, begin + count) + 0.5) * model_length / length - 0.5
    first = np.clip(np.floor(centre), 0, model_length - 1).astype(int)
    second = np.minimum(first + 1, model_length - 1)
    weight = np.clip(centre - first, 0, 1).astype(np.float32)
    return Neighbours(first - base, second - base, weight)


def _interpolated_columns(planes: np.ndarray, across: Neighbours) -> np.ndarray:
    """(n, rows, model columns) to (n, rows, columns)."""
    near = planes[:, :, across.first] * (1 - across.weight)
    return near + planes[:, :, across.second] * across.weight


def _interpolated_rows(
    planes: np.ndarray, down: Neighbours, begin: int, end: int, base: int
) -> np.ndarray:
    """(n, model rows, columns), whose first row is `base`, to (n, end - begin, columns)."""
    weight = down.weight[begin:end, None]
    near = planes[:, down.first[begin:end] - base] * (1 - weight)
    return near + planes[:, down.second[begin:end] - base] * weight


def _valid_and_inside(
    raster: RasterReader, mask: PolygonMask | None, block: tuple[int, int, int, int]
) -> np.ndarray:
    """Bool (rows, cols) of a block given as row, rows, col, cols."""
    valid = raster.valid(*block)
    raster.release()
    if valid is None:
        valid = np.ones((block[1], block[3]), bool)
    if mask is None:
        return valid
    return valid & mask.read(*block)
