# SPDX-License-Identifier: GPL-2.0-or-later
"""Landslides that have grown together, parted at necks and ridges: a watershed on
probability times distance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from ...geo.dem import ElevationModel
from ...geo.geodesic import Geodesic
from ...geo.grid import Grid, Window
from ...geo.rasterize import burn, rings_of
from ...inference.levels import LEVELS, NODATA, Strip
from ...inference.probability import Probability
from .components import components
from .contour import contours_of
from .report import SplitReport
from .rings import trace
from .smoothing import smooth
from .watershed import basins, blurred, borders, distance, pieces, spread, straightened

VIEW_CELLS = 192  # cells a side at which a polygon is looked at
NECK_SHARE = 0.7  # a neck is narrower than this share of the narrower of two bodies
# a head scarp: in the upper half of the relief, steeper than this by the mean slope
HEAD_SHARE = 0.5
SCARP_STEEPNESS = 1.3
MIN_SHARED_CELLS = 3  # cells of one scarp on each of two bodies, that make it both's
# pieces below this share of the polygon stay with a neighbour, too
MIN_PIECE_SHARE = 0.01
BORDER_LEVEL = 125  # level of the border between two bodies; passes of smoothing it
BORDER_PASSES = 8
# two slopes: each a fifth of the polygon at least, and directions that agree within
MIN_COHERENCE = 0.6
MIN_SIDE_SHARE = 0.2


@dataclass(frozen=True)
class _View:
    """A polygon on coarse cells of the grid."""

    grid: Grid
    inside: np.ndarray  # bool (rows, cols)
    height: np.ndarray  # cells from the edge times probability, 0 outside
    z: np.ndarray  # metres, NaN where unknown
    # (2, rows, cols) fall per metre towards higher columns and rows, NaN where unknown
    downhill: np.ndarray


class Splitter:
    """Cuts polygons of one probability raster; `dem` is an elevation model
    or None.

    Bodies are parted where the neck between them is narrow or, with elevations, where
    their slopes face more than 90 degrees apart; never where both hang on one continuous
    head scarp. Pieces below `min_area` (m2) stay with a neighbour. Raises
    UnsuitableRaster when the elevation model cannot be read.
    """

    def __init__(
        self,
        probability: Probability,
        grid: Grid,
        min_area: float,
        dem: ElevationModel | None,
    ):
        self._probability = probability
        self._grid = grid
        self._min_area = min_area
        self._measure = Geodesic(grid.crs)
        self._dem = dem

    def split(
        self, polygon: Polygon | MultiPolygon, report: SplitReport
    ) -> list[Polygon | MultiPolygon]:
        """The pieces, whose areas add up to the polygon's; itself where nothing is to
        be cut.
        """
        view = self._view(polygon)
        bodies = _merged(view, _sided(view, basins(view.height)))
        parts = [polygon]
        if bodies.max() > 1:
            parts = self._cut(polygon, view.grid, spread(straightened(bodies)))
        if len(parts) > 1:
            report.count(1, self._measure.area(polygon))
            report.pieces += len(parts)
        return parts

    def _view(self, polygon: Polygon | MultiPolygon) -> _View:
        rings = rings_of(polygon, self._grid)
        points = np.concatenate(rings)
        left, top = (np.floor(points.min(axis=0)).astype(int) - 1).tolist()
        right, bottom = (np.ceil(points.max(axis=0)).astype(int) + 1).tolist()
        every = max(1, math.ceil(max(right - left, bottom - top) / VIEW_CELLS))
        rows = math.ceil((bottom - top) / every)
        cols = math.ceil((right - left) / every)
        window = Window(top, left, rows * every, cols * every)
        grid = self._grid.crop(window).resized(cols, rows)
        inside = burn([(ring - (left, top)) / every for ring in rings], grid.whole)
        height = distance(inside) * self._levels(window, every) / LEVELS
        z = self._heights(grid)
        return _View(
            grid,
            inside,
            np.where(inside, np.maximum(height, 1e-6), 0),
            z,
            _downhill(z, grid),
        )

    def _levels(self, window: Window, every: int) -> np.ndarray:
        """Of cells of `every` pixels a side the level in their middle, 0 where there is
        none.
        """
        middle = every // 2
        rows = range(window.row + middle, window.row + window.rows, every)
        lines = (self._probability.read(window._replace(row=row, rows=1)) for row in rows)
        levels = np.concatenate([line[:, middle::every] for line in lines])
        return np.where(levels == NODATA, 0, levels)

    def _heights(self, grid: Grid) -> np.ndarray:
        """(rows, cols) metres, NaN where they are not known."""
        if self._dem is None:
            return np.full((grid.height, grid.width), np.nan)
        return self._dem.heights_on(grid)

    def _cut(
        self, polygon: Polygon | MultiPolygon, grid: Grid, labels: np.ndarray
    ) -> list[Polygon | MultiPolygon]:
        parts = []
        rest = polygon
        for name in np.unique(labels)[1:]:
            region = _region(labels == name, grid)
            parts += _polygons(rest.intersection(region))
            rest = rest.difference(region)
        parts += _polygons(rest)
        smallest = max(self._min_area, MIN_PIECE_SHARE * self._measure.area(polygon))
        while len(parts) > 1:
            areas = [self._measure.area(part) for part in parts]
            if min(areas) >= smallest:
                return parts
            small = parts.pop(int(np.argmin(areas)))
            best = int(np.argmax([small.intersection(part).length for part in parts]))
            parts[best] = unary_union([parts[best], small])
        return [polygon]


def _region(mask: np.ndarray, grid: Grid) -> Polygon | MultiPolygon:
    """The ground of some cells, its border smooth."""
    levels = np.rint(blurred(mask, 1) * LEVELS).astype(np.uint8)
    padded = np.pad(levels, 1, constant_values=NODATA)
    regions = []
    for part in components([Strip(0, levels)], grid, BORDER_LEVEL, BORDER_LEVEL, 1):
        rings = trace(part.edges, part.owner, apart=True)
        outlines = contours_of(
            rings, lambda row, col: padded[row + 1, col + 1], BORDER_LEVEL, contour=True
        )
        smoothed, _ = smooth(outlines, BORDER_PASSES, outlines.areas(), 1.0)
        regions += smoothed.polygons(grid)
    return unary_union(regions)


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    """The polygons of an intersection, without the lines and points."""
    return [
        part
        for part in getattr(shape, "geoms", [shape])
        if part.geom_type == "Polygon" and part.area
    ]


def _downhill(z: np.ndarray, grid: Grid) -> np.ndarray:
    if min(z.shape) < 2 or not np.isfinite(z).any():
        return np.full((2, *z.shape), np.nan)
    across, down = grid.pixel_metres()
    by_row, by_col = np.gradient(z, down, across)
    return -np.stack((by_col, by_row))


def _sided(view: _View, labels: np.ndarray) -> np.ndarray:
    """Basins parted once more where a polygon lies on two slopes that face away from
    each other.
    """
    sloping = view.inside & np.isfinite(view.downhill).all(axis=0)
    steps = view.downhill[:, sloping]
    if sloping.sum() < 25:
        return labels
    axis = np.linalg.eigh(steps @ steps.T)[1][:, 1]
    along = np.tensordot(axis, np.nan_to_num(view.downhill), 1)
    side = np.where(sloping, np.sign(along), 0)
    masks = (side < 0, side > 0)
    if min(mask.sum() for mask in masks) / sloping.sum() < MIN_SIDE_SHARE:
        return labels
    if min(_coherence(view, mask) for mask in masks) < MIN_COHERENCE:
        return labels
    return np.where(labels > 0, labels * 2 - (side < 0), 0)


def _coherence(view: _View, mask: np.ndarray) -> float:
    steps = view.downhill[:, mask]
    return float(np.hypot(*steps.sum(axis=1)) / max(np.hypot(*steps).sum(), 1e-12))


def _merged(view: _View, labels: np.ndarray) -> np.ndarray:
    """Bodies from 1: basins joined over the highest passes first, unless something
    parts them.
    """
    labels = labels.copy()
    while True:
        passes = borders(labels, view.height)
        together = [
            pair
            for pair in sorted(passes, key=lambda pair: (-passes[pair], pair))
            if not _parted(view, labels, pair, passes[pair])
        ]
        if not together:
            return np.unique(labels, return_inverse=True)[1].reshape(labels.shape)
        labels[labels == together[0][1]] = together[0][0]


def _parted(
    view: _View, labels: np.ndarray, pair: tuple[int, int], height: float
) -> bool:
    one, other = (labels == name for name in pair)
    if _share_scarp(view, one, other):
        return False
    if height < NECK_SHARE * min(view.height[one].max(), view.height[other].max()):
        return True
    a, b = (np.nansum(view.downhill[:, mask], axis=1) for mask in (one, other))
    return float(a @ b) < 0  # more than 90 degrees apart


def _share_scarp(view: _View, one: np.ndarray, other: np.ndarray) -> bool:
    """Whether one unbroken arc of steep cells in the upper half lies on both."""
    both = (one | other) & np.isfinite(view.downhill).all(axis=0)
    if not both.any():
        return False
    slope = np.hypot(*view.downhill)
    z = view.z
    low = z[both].min()
    high = z[both].max()
    scarps = pieces(
        both
        & (slope > SCARP_STEEPNESS * slope[both].mean())
        & (z > low + HEAD_SHARE * (high - low))
    )
    return any(
        ((scarps == name) & one).sum() >= MIN_SHARED_CELLS
        and ((scarps == name) & other).sum() >= MIN_SHARED_CELLS
        for name in range(1, scarps.max() + 1)
    )
