# SPDX-License-Identifier: GPL-2.0-or-later
"""One raster as the network sees it, and what is known of each of its pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..contract import Contract
from ..geo.crs import Crs
from ..geo.grid import Grid, Window
from ..geo.overlay import Surface
from ..geo.rasterize import PolygonMask
from ..geo.rectangles import common, grown, slices
from ..inference.plan import plan
from ..inference.raster import Raster, RasterReader
from .cuts import BETWEEN, SURE, UNKNOWN
from .folds import Folds
from .labels import LANDSLIDE, LOOK_ALIKE, UNDECIDED, Label, of_kind, on_grid

OUTLINE_PIXELS = 1  # on both sides of an outline, whose place is not known better


class Known(NamedTuple):
    """What is known of a block of pixels, each (rows, cols): 0, 1 or UNKNOWN; the fold
    of ground, or cuts.BETWEEN; and how much the label counts, in percent.
    """

    label: np.ndarray
    fold: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True)
class Ground:
    """A raster on the model's grid with labels that lie on it; `polygons` are its
    landslides, in its CRS.
    """

    raster: Raster
    reader: RasterReader
    polygons: tuple[Surface, ...]
    masks: dict[str, PolygonMask]
    reviewed: PolygonMask | None  # None: all of it
    folds: tuple[PolygonMask, ...]  # inner ground of each
    # percent and ground of labels, the least sure first; none: all are sure
    weights: tuple[tuple[int, PolygonMask], ...] = ()

    @property
    def grid(self) -> Grid:
        """The grid that the network sees."""
        return self.reader.grid

    def known(self, window: Window) -> Known:
        """Labels and folds of a window that lies on the grid."""
        wide = common(grown(window, OUTLINE_PIXELS, OUTLINE_PIXELS), self.grid.whole)
        inner = slices(window, wide)
        area = (wide.row, wide.rows, wide.col, wide.cols)
        slide = self.masks[LANDSLIDE].read(*area)
        label = slide.astype(np.uint8)
        if self.reviewed is not None:
            outside = ~self.reviewed.read(*area)
            outside &= ~slide
            outside &= ~self.masks[LOOK_ALIKE].read(*area)
            label[outside] = UNKNOWN
        label[self.masks[UNDECIDED].read(*area) & ~slide] = UNKNOWN
        label[outline_band(slide)] = UNKNOWN
        return Known(label[inner], self._folds(window), self._weight(window))

    def _weight(self, window: Window) -> np.ndarray:
        weight = np.full((window.rows, window.cols), SURE, np.uint8)
        for percent, mask in self.weights:
            inside = mask.read(window.row, window.rows, window.col, window.cols)
            weight[inside] = percent
        return weight

    def _folds(self, window: Window) -> np.ndarray:
        fold = np.full((window.rows, window.cols), BETWEEN, np.uint8)
        for number, mask in enumerate(self.folds):
            inside = mask.read(window.row, window.rows, window.col, window.cols)
            fold[inside] = number
        return fold


def ground_of(
    raster: Raster,
    contract: Contract,
    labels: Sequence[Label],
    reviewed: Surface | None,
    crs: Crs,
    folds: Folds,
) -> Ground:
    """Lay labels and reviewed area (both in `crs`) onto a raster. Raises MrifeError where
    the raster does not fit the contract.
    """
    layout = plan(raster, contract)
    reader: RasterReader = raster
    if layout.resampled:
        reader = raster.resized(layout.model_grid)
    grid = reader.grid
    masks = {}
    for kind in (LANDSLIDE, LOOK_ALIKE, UNDECIDED):
        masks[kind] = mask_on_grid(of_kind(labels, kind), crs, grid)
    area = None
    if reviewed is not None:
        area = mask_on_grid([reviewed], crs, grid)
    slides = tuple(on_grid(of_kind(labels, LANDSLIDE), crs, grid))
    weights = weight_masks(labels, crs, grid)
    return Ground(raster, reader, slides, masks, area, folds.masks(grid), weights)


def mask_on_grid(polygons: Iterable[Surface], crs: Crs, grid: Grid) -> PolygonMask:
    """The pixels of a grid under polygons of a CRS."""
    return PolygonMask((part.wkb for part in on_grid(polygons, crs, grid)), grid)


def weight_masks(
    labels: Sequence[Label], crs: Crs, grid: Grid
) -> tuple[tuple[int, PolygonMask], ...]:
    """Percent and ground of what is taught, the least sure first, so that of two labels
    the surer one counts; none where all are sure.
    """
    by_percent: dict[int, list[Surface]] = {}
    for label in labels:
        if label.kind != UNDECIDED:
            percent = round(SURE * label.weight)
            by_percent.setdefault(percent, []).append(label.polygon)
    if set(by_percent) == {SURE}:
        return ()
    masks = []
    for percent, polygons in sorted(by_percent.items()):
        masks.append((percent, mask_on_grid(polygons, crs, grid)))
    return tuple(masks)


def outline_band(mask: np.ndarray) -> np.ndarray:
    """(rows, cols) bool: pixels beside which the mask changes, on both sides."""
    band = np.zeros_like(mask)
    down = mask[1:] != mask[:-1]
    band[1:] |= down
    band[:-1] |= down
    across = mask[:, 1:] != mask[:, :-1]
    band[:, 1:] |= across
    band[:, :-1] |= across
    return band
