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


class _ModelRows:
    """Rows of the model's grid that the raster's next rows need, on the raster's columns:
    planes of shares, of what is flat, of sums and, where there is one, of the spread.
    """

    def __init__(self, plan: Plan, down: Neighbours, across: Neighbours):
        self._planes = np.zeros((3 + plan.has_spread, 0, plan.out.cols), np.float32)
        self._first = 0  # of the rows that are here
        self._down = down
        self._across = across

    @property
    def _stop(self) -> int:
        return self._first + self._planes.shape[1]

    def add(self, rows: BlendedRows) -> None:
        """Take the next rows."""
        flat = np.zeros_like(rows.sums) if rows.flat is None else rows.flat
        parts = [rows.share, flat, rows.sums]
        if rows.spread is not None:
            parts.append(rows.spread)
        arrived = _interpolated_columns(np.stack(parts), self._across)
        self._planes = np.concatenate([self._planes, arrived], axis=1)

    def ready(self) -> int:
        """Rows of the raster, from its first, of which both neighbours have arrived."""
        return int(np.searchsorted(self._down.second, self._stop))

    def interpolated(self, begin: int, end: int) -> np.ndarray:
        """The planes (n, end - begin, columns) at some of the raster's rows."""
        return _interpolated_rows(self._planes, self._down, begin, end, self._first)

    def drop_before(self, row: int) -> None:
        """Let go what only the raster's rows before `row` need."""
        if row < len(self._down.first):
            first = min(int(self._down.first[row]), self._stop)
            self._planes = self._planes[:, first - self._first :]
            self._first = first


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
    model_rows = _ModelRows(plan, down, across)
    done = 0
    for rows in blended:
        model_rows.add(rows)
        ready = model_rows.ready()
        for begin in range(done, ready, MAX_STRIP_ROWS):
            end = min(begin + MAX_STRIP_ROWS, ready)
            block = (out.row + begin, end - begin, out.col, out.cols)
            inside = _valid_and_inside(raster, mask, block)
            levels = _levels(model_rows.interpolated(begin, end), inside)
            yield levels[0], levels[1] if plan.has_spread else None
        done = max(done, ready)
        model_rows.drop_before(done)


def _levels(planes: np.ndarray, inside: np.ndarray) -> list[np.ndarray]:
    """Levels (rows, columns) of the probability and, where there is one, of the spread;
    nodata where not `inside`, bool (rows, columns), where no window saw the place, and on
    flat ground.
    """
    share, flat, *weighted = planes
    searched = (share > MIN_SHARE) & (flat == 0) & inside
    for plane in weighted:
        np.divide(plane, share, out=plane, where=searched)
    return [to_levels(plane, searched) for plane in weighted]


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
