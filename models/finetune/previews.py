# SPDX-License-Identifier: GPL-2.0-or-later
"""A few places to look at: the image around landslides that were gained, lost, missed,
around false candidates, with what base and tuned network make of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

import numpy as np

from ..contract import ELEVATION
from ..geo.coordinates import rings
from ..geo.crs import Crs
from ..geo.grid import Grid, Window
from ..geo.overlay import Surface
from ..geo.picture import picture_uri
from ..geo.repair import sound
from ..inference.levels import LEVELS, NODATA
from ..inference.probability import Probability
from ..inference.raster import Raster
from .labels import joined_on_grid, on_grid
from .object_change import ObjectChange, Record
from .shift import averaged, surroundings_of
from .tuned import Tuned

MOST = 6  # places
SIDE = 300  # pixels of a picture, about
MAX_SIDE = 3000  # of the raster: of a larger landslide the middle is shown
MARGIN_M = 60.0  # around a landslide
COLOURS = ("red", "green", "blue")
TINT = (255, 90, 0)  # of the probability
MAX_OPACITY = 140  # of 255, at a probability of 1
MIN_PROBABILITY = 0.1  # of the tint
OPACITY_STEP = 10  # coarse, so that the file is small
STRETCH = (2, 98)  # percent of the values that fill the greys
PAPER = 255

Ring = np.ndarray  # (n, 2) column and row of the picture


@dataclass(frozen=True)
class NetworkView:
    """What one network makes of a place: its probability and its outlines."""

    tint: str  # address of a picture
    outlines: tuple[Ring, ...]


@dataclass(frozen=True)
class Preview:
    """One place; `kind`: gained, lost, missed (by both), false, found (by both)."""

    kind: str
    raster: str
    metres: float  # from left to right
    size: tuple[int, int]  # columns and rows of the pictures
    image: str  # address of a picture
    landslides: tuple[Ring, ...]
    before: NetworkView
    after: NetworkView


@dataclass(frozen=True)
class PictureWindow:
    """Pixels of a raster, of which `factor` in each direction become one."""

    grid: Grid
    window: Window
    factor: int

    def rings(self, polygons: Sequence[Surface], crs: Crs) -> tuple[Ring, ...]:
        """Rings of polygons in `crs` in pixels of the picture."""
        window = self.window
        corner = (window.col, window.row)
        near = on_grid(polygons, crs, self.grid.crop(window))
        return tuple(
            (np.stack(self.grid.to_pixel(*ring.T), axis=1) - corner) / self.factor
            for polygon in near
            for ring in rings(polygon)
        )


def previews(tuned: Tuned, change: ObjectChange, most: int = MOST) -> Iterator[Preview]:
    """The largest of each kind in turn, as far as they lie on an image."""
    job = tuned.job
    grids = [raster.grid for raster in job.rasters]
    for kind, polygon in chosen(change)[:most]:
        pieces = [joined_on_grid(polygon, job.crs, grid) for grid in grids]
        areas = [piece.area if piece is not None else 0.0 for piece in pieces]
        number = int(np.argmax(areas))
        if areas[number]:
            yield preview(tuned, change, kind, number, pieces[number])


def chosen(change: ObjectChange) -> list[tuple[str, Surface]]:
    """All places with their kind, the largest of each kind in turn."""
    before = change.before.is_found
    after = change.after.is_found
    polygons = [label.polygon for label in change.landslides]
    lists = [
        ("gained", shapes(change.gained())),
        ("lost", shapes(change.lost())),
        ("false", shapes(change.false())),
        ("missed", [polygons[i] for i in np.flatnonzero(~before & ~after)]),
        ("found", [polygons[i] for i in np.flatnonzero(before & after)]),
    ]
    columns = []
    for kind, members in lists:
        members = sorted(members, key=lambda polygon: -polygon.area)
        columns.append([(kind, polygon) for polygon in members])
    rows = chain.from_iterable(zip_longest(*columns))
    return [place for place in rows if place is not None]


def shapes(records: Sequence[Record]) -> list[Surface]:
    """The polygons of records."""
    return [polygon for polygon in (sound(wkb) for wkb, _ in records) if polygon]


def preview(
    tuned: Tuned, change: ObjectChange, kind: str, number: int, piece: Surface
) -> Preview:
    """Around a polygon in the CRS of raster `number`."""
    job = tuned.job
    raster = job.rasters[number]
    place = place_around(piece, raster.grid)
    image = image_of(raster, job.base.contract.bands, place)
    before = tuned.before[number]
    if not job.has_base:
        before = None
    views = []
    for path, outlines in (
        (before, change.before),
        (tuned.after[number], change.after),
    ):
        lines = place.rings(shapes(outlines.records), job.crs)
        views.append(NetworkView(tint_of(path, place), lines))
    return Preview(
        kind,
        job.names[number],
        place.window.cols * raster.grid.pixel_metres()[0],
        image.shape[:0:-1],
        picture_uri(image),
        place.rings(job.landslides, job.crs),
        *views,
    )


def place_around(polygon: Surface, grid: Grid) -> PictureWindow:
    """A square around a polygon that lies on the grid, as far as the grid is that wide."""
    around = surroundings_of(polygon, grid, MARGIN_M)
    side = min(MAX_SIDE, max(around.rows, around.cols))
    rows = min(side, grid.height)
    cols = min(side, grid.width)
    row = around.row + (around.rows - rows) // 2
    col = around.col + (around.cols - cols) // 2
    row = max(0, min(row, grid.height - rows))
    col = max(0, min(col, grid.width - cols))
    factor = max(1, min(rows, cols, side // SIDE))
    return PictureWindow(grid, Window(row, col, rows, cols), factor)


def image_of(raster: Raster, bands: Sequence[str], place: PictureWindow) -> np.ndarray:
    """(1 or 3, rows, cols) uint8 of the image, of elevation where there is no other."""
    window = place.window
    block = raster.read(window.row, window.rows, window.col, window.cols)
    planes = block.pixels[shown(bands, raster.is_elevation)].astype(float)
    valid = np.ones(planes.shape[1:], bool)
    if block.valid is not None:
        valid = block.valid
    if block.pixels.dtype != np.uint8:
        planes = stretched(planes, valid)
    planes[:, ~valid] = PAPER
    factor = place.factor
    means = [averaged(plane, factor, factor) for plane in planes]
    return np.stack(means).round().astype(np.uint8)


def shown(bands: Sequence[str], is_elevation: bool) -> list[int]:
    """Places of the bands that make the picture."""
    if is_elevation:
        return [len(bands) - 1]
    if set(COLOURS) <= set(bands):
        return [bands.index(colour) for colour in COLOURS]
    image = [place for place, name in enumerate(bands) if name != ELEVATION]
    if len(image) >= len(COLOURS):
        return image[: len(COLOURS)]
    return image[:1]


def stretched(planes: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Values (n, rows, cols) from 0 to 255, each plane by its own percentiles."""
    greys = np.zeros_like(planes)
    for plane, grey in zip(planes, greys):
        known = plane[valid & np.isfinite(plane)]
        if known.size:
            low, high = np.percentile(known, STRETCH)
            share = (plane - low) / max(high - low, 1e-12)
            grey[:] = np.nan_to_num(share).clip(0, 1) * 255
    return greys


def tint_of(path: str | None, place: PictureWindow) -> str:
    """The probability of a place as the address of a picture, the opaquer the higher;
    clear without a raster of it.
    """
    levels = np.full((place.window.rows, place.window.cols), NODATA)
    if path is not None:
        with Probability(path) as probability:
            levels = probability.read(place.window)
    values = np.where(levels == NODATA, 0.0, levels / LEVELS)
    values = averaged(values, place.factor, place.factor)
    opacity = np.where(values < MIN_PROBABILITY, 0.0, values * MAX_OPACITY)
    opacity = (opacity // OPACITY_STEP * OPACITY_STEP).astype(np.uint8)
    colours = [np.full_like(opacity, colour) for colour in TINT]
    return picture_uri(np.stack([*colours, opacity]))
