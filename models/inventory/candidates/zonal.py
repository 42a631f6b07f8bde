# SPDX-License-Identifier: GPL-2.0-or-later
"""What the probability raster says of a polygon and of the ring around it."""

from __future__ import annotations

import math

import numpy as np
from shapely.geometry import MultiPolygon, Polygon

from ...geo.grid import LEVELS, NODATA, Grid, Window
from ...geo.rasterize import burn, rings_of
from ...inference.probability import Probability
from ..polygonize.histogram import SparseHistogram, statistics

RING = 0.5  # width of the ring by the radius of the circle of equal area
BLOCK = (
    1 << 21
)  # pixels looked at together: bounds the memory, however large a polygon is


def surroundings(
    polygon: Polygon | MultiPolygon, probability: Probability
) -> dict[str, float | int | None]:
    """p_mean, p_p90, p_ctr (probability 0-1), edge (0 or 1), valid_fr (0-1) of a polygon
    of the raster's CRS.

    A pixel belongs to where its centre lies. None where no pixel with data does.
    """
    grid = probability.grid
    inner = rings_of(polygon, grid)
    outer, window = _ring(polygon, inner, grid)
    inside = np.zeros(256, int)
    around = np.zeros(256, int)
    touched = False
    step = max(1, BLOCK // window.cols)
    for row in range(window.row, window.row + window.rows, step):
        block = Window(
            row, window.col, min(step, window.row + window.rows - row), window.cols
        )
        values = probability.read(
            Window(row - 1, block.col - 1, block.rows + 2, block.cols + 2)
        )
        core = values[1:-1, 1:-1]
        mask = burn(inner, block)
        ring = burn(outer, block) & ~mask
        inside += np.bincount(core[mask], minlength=256)
        around += np.bincount(core[ring], minlength=256)
        touched = touched or _beside(mask, values == NODATA)
    return _summary(inside, around) | {"edge": int(touched)}


def rows_needed(polygon: Polygon | MultiPolygon, grid: Grid) -> int:
    """Rows of the raster, from its first, that must be there before `surroundings` of a
    polygon can be known: those to the lower end of its ring, and one more.
    """
    width = _ring_width(polygon, grid)
    west, south, east, north = polygon.bounds
    x = np.array([west - width, west - width, east + width, east + width])
    y = np.array([south - width, north + width, south - width, north + width])
    _, rows = grid.to_pixel(x, y)
    return min(grid.height, math.ceil(rows.max()) + 1)


def _ring_width(polygon: Polygon | MultiPolygon, grid: Grid) -> float:
    """In units of the CRS; a pixel at least."""
    _, xc, xr, _, yc, yr = grid.geotransform
    pixel = math.sqrt(abs(xc * yr - xr * yc))
    return max(RING * math.sqrt(polygon.area / math.pi), pixel)


def _ring(
    polygon: Polygon | MultiPolygon, inner: list[np.ndarray], grid: Grid
) -> tuple[list[np.ndarray], Window]:
    """Outline of polygon and ring together, and the pixels they may hold, also beyond
    the raster's border.
    """
    _, xc, xr, _, yc, yr = grid.geotransform
    per_pixel = math.sqrt(abs(xc * yr - xr * yc))
    width = RING * math.sqrt(polygon.area / math.pi)
    wide = polygon.simplify(width / 8).buffer(max(width, per_pixel), 8)
    outer = rings_of(wide, grid)
    points = np.concatenate(outer + inner)
    (left, top) = np.floor(points.min(axis=0)).astype(int)
    (right, bottom) = np.ceil(points.max(axis=0)).astype(int)
    return outer, Window(int(top), int(left), int(bottom - top), int(right - left))


def _beside(mask: np.ndarray, missing: np.ndarray) -> bool:
    """Whether a pixel of the mask is missing or lies beside a missing one; `missing`
    has a margin of one pixel.
    """
    near = (
        missing[1:-1, 1:-1]
        | missing[:-2, 1:-1]
        | missing[2:, 1:-1]
        | missing[1:-1, :-2]
        | missing[1:-1, 2:]
    )
    return bool((mask & near).any())


def _summary(inside: np.ndarray, around: np.ndarray) -> dict[str, float | None]:
    valid = inside[:NODATA].sum() + around[:NODATA].sum()
    share = valid / max(1, inside.sum() + around.sum())
    values = {
        "p_mean": None,
        "p_p90": None,
        "p_ctr": None,
        "valid_fr": round(float(share), 3),
    }
    if inside[:NODATA].any():
        levels = np.flatnonzero(inside[:NODATA])
        _, mean, p90, _ = statistics(SparseHistogram(levels, inside[levels]))
        values.update(
            p_mean=round(float(mean[0]) / LEVELS, 3),
            p_p90=round(float(p90[0]) / LEVELS, 3),
        )
        if around[:NODATA].any():
            beside = (
                (np.arange(NODATA) * around[:NODATA]).sum()
                / around[:NODATA].sum()
                / LEVELS
            )
            values["p_ctr"] = round(float(mean[0]) / LEVELS - float(beside), 3)
    return values
