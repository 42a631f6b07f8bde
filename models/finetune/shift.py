# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether polygons lie beside what they outline: digitized on another image, in another
datum, or on one that was rectified anew.

The probability of the base model is laid under the outlines at all small shifts; where it
fits best is where the landslides of the image are, if the model knows them at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..errors import Note
from ..geo.grid import Grid, Window, spans
from ..geo.overlay import Surface
from ..geo.rasterize import mask_of
from ..inference.levels import LEVELS, NODATA
from ..inference.probability import Probability

STEP_M = 2.0  # the shortest shift, about


class Lattice(NamedTuple):
    """Shifts that are tried: metres in each direction, and between two of them; and on
    how many polygons, of whose surroundings what share must be known.
    """

    reach: float
    step: float
    polygons: int
    min_known: float


# another rectification; then another datum, zone or false easting that was dropped
LATTICES = (
    Lattice(reach=40.0, step=STEP_M, polygons=150, min_known=0.5),
    Lattice(reach=400.0, step=16.0, polygons=40, min_known=0.1),
)
FEWEST = 5
MAX_PIXELS = 1 << 20  # of the surroundings of a polygon, read at a time
REPEATS = 200  # draws of polygons, for the spread
SEED = 20240607
# times the spread that a shift must be long to be one
MIN_SPREADS = 3.0
# how much better the probability must fit there than where the outlines are
MIN_GAIN = 0.1


@dataclass(frozen=True)
class Shift:
    """How far the image's landslides lie from their outlines, metres to the east and the
    north of the map, with the spread (m) over draws of the polygons.
    """

    east: float
    north: float
    spread: float
    gain: float  # of the fit, as a share of that without a shift
    polygons: int
    step: float = STEP_M  # metres that it is known to, at best

    @property
    def length(self) -> float:
        """Metres."""
        return math.hypot(self.east, self.north)

    @property
    def widest(self) -> float:
        """Metres along the axis on which it is longer."""
        return max(abs(self.east), abs(self.north))

    @property
    def from_image(self) -> tuple[Note, Note]:
        """Where the outlines lie from the image's landslides, in words: whole metres
        across, and up or down.
        """
        across = Note("{} m to the west", f"{self.east:.0f}")
        if self.east < 0:
            across = Note("{} m to the east", f"{-self.east:.0f}")
        along = Note("{} m to the south", f"{self.north:.0f}")
        if self.north < 0:
            along = Note("{} m to the north", f"{-self.north:.0f}")
        return across, along

    @property
    def is_sure(self) -> bool:
        """Whether it is more than chance."""
        far = self.length > max(self.step, MIN_SPREADS * self.spread)
        return far and self.gain >= MIN_GAIN


def estimate_shift(
    images: Sequence[tuple[str, Sequence[Surface]]],
) -> Shift | None:
    """Of probability rasters and landslides in their CRS; None where there are too few
    polygons, or nothing under them has a probability. What lies near is looked for
    first.
    """
    near = None
    for lattice in LATTICES:
        shift = _shift_on(lattice, images)
        # what fits best at the end of its reach may fit better beyond
        if shift is not None and shift.is_sure and shift.widest < lattice.reach:
            return shift
        near = near or shift
    return near


def _shift_on(
    lattice: Lattice, images: Sequence[tuple[str, Sequence[Surface]]]
) -> Shift | None:
    fits = []
    finest = lattice.step
    for path, landslides in images:
        with Probability(path) as probability:
            finest = max(finest, *probability.grid.pixel_metres())
            for polygon in landslides[: lattice.polygons - len(fits)]:
                fit = fit_at_shifts(probability, polygon, lattice)
                if fit is not None:
                    fits.append(fit)
    if len(fits) < FEWEST:
        return None
    maps = np.stack(fits)  # (n, k, k)
    rng = np.random.default_rng(SEED)
    weights = rng.multinomial(len(maps), np.full(len(maps), 1 / len(maps)), REPEATS)
    places = [_best(np.tensordot(weight, maps, 1)) for weight in weights]
    step = lattice.step
    spread = float(np.hypot(*np.std(places, axis=0))) * step
    total = maps.sum(0)
    east, north = _best(total)
    middle = total[total.shape[0] // 2, total.shape[1] // 2]
    gain = float(total.max() - middle) / max(abs(float(middle)), 1e-6)
    return Shift(east * step, north * step, spread, gain, len(maps), finest)


def _best(fits: np.ndarray) -> tuple[int, int]:
    """Steps to the east and the north of the best fit (k, k)."""
    row, col = np.unravel_index(int(np.argmax(fits)), fits.shape)
    return int(col) - fits.shape[1] // 2, fits.shape[0] // 2 - int(row)


def fit_at_shifts(
    probability: Probability, polygon: Surface, lattice: Lattice
) -> np.ndarray | None:
    """(k, k) mean probability under an outline less that of its surroundings, at all
    shifts of a lattice, rows from north to south; None where too little is known.
    """
    grid = probability.grid
    window = surroundings_of(polygon, grid, 2 * lattice.reach)
    across, down = grid.pixel_metres()
    wide = max(1, round(lattice.step / across))
    high = max(1, round(lattice.step / down))
    values, known, mask = _averages(probability, polygon, window, wide, high)
    if known.mean() < lattice.min_known or mask.sum() < 1:
        return None
    values += (1 - known) * (values.sum() / known.sum())
    reach = round(lattice.reach / lattice.step)
    mask = mask / mask.sum()
    values = values - values.mean()
    spectrum = np.fft.rfft2(values) * np.conj(np.fft.rfft2(mask))
    fits = np.fft.irfft2(spectrum, values.shape)
    # whole pixels are rarely a whole step
    cols, rows = _pixels_away(grid, lattice.step * np.arange(-reach, reach + 1))
    return between(fits, rows / high, cols / wide)


def _averages(
    probability: Probability, polygon: Surface, window: Window, wide: int, high: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means of `high` x `wide` pixels of a window: the probability, 0 where it is not
    known, and the shares of pixels that are known, and of those in the polygon. Of fine
    pixels a window has too many to be held at once.
    """
    rows_together = high * max(1, MAX_PIXELS // (high * window.cols))
    parts = []
    for row, rows in spans(window.row, window.row + window.rows, rows_together):
        part = window._replace(row=row, rows=rows)
        levels = probability.read(part)
        has_level = levels != NODATA
        planes = (
            np.where(has_level, levels / LEVELS, 0.0),
            has_level,
            mask_of([polygon], probability.grid.crop(part)),
        )
        parts.append([averaged(plane, wide, high) for plane in planes])
    values, known, mask = (np.concatenate(plane) for plane in zip(*parts))
    return values, known, mask


def _pixels_away(grid: Grid, metres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns and rows (k, k) to places so many metres (k,) away to the east and, from
    north to south, to the north: a raster may be turned, or have its south above.
    """
    east, north = grid.crs.metres_at(*grid.centre)
    x, y = np.meshgrid(metres / east, -metres / north)
    corner = grid.to_map(0, 0)
    return grid.to_pixel(corner[0] + x, corner[1] + y)


def between(values: np.ndarray, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
    """At rows and columns (k, k) of values (n, m), those that are not whole by their
    neighbours; before the first comes the last one.
    """
    height, width = values.shape
    top = np.floor(rows).astype(int)
    left = np.floor(cols).astype(int)
    total = np.zeros(rows.shape)
    for row in (top, top + 1):
        for col in (left, left + 1):
            share = (1 - np.abs(rows - row)) * (1 - np.abs(cols - col))
            total += share * values[row % height, col % width]
    return total


def surroundings_of(polygon: Surface, grid: Grid, metres: float) -> Window:
    """Pixels under a polygon and so far around it; they may lie beyond the grid."""
    across, down = grid.pixel_metres()
    x0, y0, x1, y1 = polygon.bounds
    cols, rows = grid.to_pixel(np.array([x0, x0, x1, x1]), np.array([y0, y1, y0, y1]))
    wide = math.ceil(metres / across)
    high = math.ceil(metres / down)
    left = math.floor(cols.min()) - wide
    top = math.floor(rows.min()) - high
    right = math.ceil(cols.max()) + wide
    bottom = math.ceil(rows.max()) + high
    return Window(top, left, bottom - top, right - left)


def averaged(values: np.ndarray, wide: int, high: int) -> np.ndarray:
    """Means of `high` x `wide` pixels of (rows, cols), float (rows // high, cols // wide);
    rows and columns that are left over are dropped.
    """
    rows = values.shape[0] // high * high
    cols = values.shape[1] // wide * wide
    blocks = values[:rows, :cols].reshape(rows // high, high, cols // wide, wide)
    return blocks.mean((1, 3), dtype=float)
